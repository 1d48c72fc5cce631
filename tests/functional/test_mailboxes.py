"""An address with a tag, of a trusted domain, is the same mailbox: one person, however it is written."""

import pytest

from comhar import wiring
from comhar.address_digests import address_digest, mailbox_of
from comhar.aws.conditions import Delete, Put
from comhar.membership import claims
from comhar.tokens import digest
from tests.support.cloud import Cloud
from tests.support.sample_community import OFFICE, letters


@pytest.fixture
def cloud(emptied: Cloud) -> Cloud:
    return emptied


@pytest.mark.parametrize(
    ("email", "mailbox"),
    [
        ("una+cop@hse.ie", "una@hse.ie"),
        ("una@hse.ie", "una@hse.ie"),
        ("una+cop@example.org", "una+cop@example.org"),
        ("+cop@hse.ie", "+cop@hse.ie"),
    ],
)
def test_only_a_trusted_domains_tags_lead_to_the_same_mailbox(cloud: Cloud, email, mailbox):
    assert mailbox_of(email) == mailbox


def test_who_asks_to_join_with_a_members_mailbox_is_sent_a_link_to_sign_in(cloud: Cloud):
    cloud.member(email="una@hse.ie")
    assert cloud.call("POST", "/join", {"email": "una+2@hse.ie"}).status == 202
    (sent,) = letters(cloud)
    assert "/sign-in/" in sent and "/sign-up/" not in sent


def test_the_office_neither_enters_nor_invites_a_members_mailbox_again(cloud: Cloud):
    cloud.member(email="una+1@hse.ie")
    office = cloud.session(OFFICE)
    new = {"email": "una@hse.ie", "name": "Una", "region": "SW", "role": "peer_educator"}
    assert cloud.call("POST", "/members", new, bearer=office).status == 409
    emails = {"emails": ["una+2@hse.ie", "nua@hse.ie", "nua+1@hse.ie"]}
    result = cloud.call("POST", "/invitations", emails, bearer=office).json
    assert (result["sent"], result["already"]) == (1, 2)


def test_an_address_is_found_under_its_plain_digest_too_while_it_is_there(cloud: Cloud):
    member = cloud.member(email="una@hse.ie")
    keyed, plain = (claims.claim_key(each("una@hse.ie")) for each in (address_digest, digest))
    before = {"pk": plain[0], "sk": plain[1], "member": member.id}
    wiring.table().transact([Delete(keyed), Put(before)])
    assert claims.find_claim(wiring.table(), "una@hse.ie") == before
    assert cloud.call("POST", "/sign-in", {"email": "una@hse.ie"}).status == 202
    assert "/sign-in/" in letters(cloud)[-1]
