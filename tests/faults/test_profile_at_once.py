"""Many at once on one's own page: one address has one member, one community one starter."""

from collections import Counter

import pytest

from comhar import wiring
from comhar.address_digests import address_digest
from comhar.leadership import service as leadership_service
from comhar.letters.model import Draft, Link
from comhar.letters.service import mint
from comhar.membership.repository import find_by_address, find_member
from comhar.profile import change_email, email_preferences
from comhar.profile import forms as profile_forms
from comhar.profile import service as profile_service
from tests.faults.faulty_system import SETTINGS, FaultySystem
from tests.faults.simultaneous_calls import run_at_once

WANTED = "wanted@hse.ie"


def token(system: FaultySystem, purpose: str, member, **facts: str) -> str:
    """A link as the mailer makes it."""
    link = Link(purpose, "{token}", member.id, member.id, 24, facts)
    draft, writes = mint(Draft(WANTED, "", "", link=link), system.now, "")
    system.table.transact(writes)
    return str(draft.context["link"])


@pytest.mark.parametrize("conflicts", [0.0, 0.2])
def test_an_address_that_many_confirm_at_once_is_one_members(
    system: FaultySystem, conflicts: float
):
    people = system.members(8)
    tokens = [
        (token(system, "new_address", each, email=WANTED, was=address_digest(each.email)), each)
        for each in people
    ]
    system.wire(conflicts)
    twice = [*tokens, *tokens]
    ended = Counter(
        run_at_once(
            [
                lambda one=one, me=me: change_email.confirm_change(one, None, wiring.context(me))
                for one, me in twice
            ]
        )
    )
    assert ended[200] == 1 and set(ended) <= {200, 409, 410}
    winner = find_by_address(system.table, SETTINGS, WANTED)
    assert winner is not None and winner.email == WANTED
    for each in people:
        member = find_by_address(system.table, SETTINGS, each.email)
        assert (member is None) is (each.id == winner.id)
        row = system.table.get(("REGISTER", f"SW#{each.id}"))
        assert row is not None and row["email"] == (WANTED if each.id == winner.id else each.email)
    assert len(system.every("LETTER#address_changed")) == 1


def test_a_community_that_many_offer_to_start_at_once_has_one_starter(system: FaultySystem):
    people = system.members(16)
    system.wire(0.2)
    ended = Counter(
        run_at_once(
            [
                lambda me=me: leadership_service.start_community("SW", wiring.context(me))
                for me in people
            ]
        )
    )
    assert ended == {200: 1, 409: 15}


def test_pausing_leaving_and_editing_at_once_never_mix(system: FaultySystem):
    me = system.member(1)
    link = token(system, "pause", me)
    system.wire(0.2)
    form = profile_forms.ChangeDetails(revision=me.revision, name="Nua", role="ips_worker")
    ended = Counter(
        run_at_once(
            [
                lambda: profile_service.leave(wiring.context(me)),
                lambda: profile_service.change_details(form, wiring.context(me)),
                *(
                    lambda: email_preferences.pause_by_link(link, wiring.context(None))
                    for _ in range(4)
                ),
            ]
        )
    )
    assert set(ended) <= {200, 409} and ended[200] >= 4
    member = find_member(system.table, SETTINGS, me.id)
    assert member is not None and member.paused
    row = system.table.get(("REGISTER", f"SW#{me.id}"))
    assert row is not None and (row["revision"], row["paused"]) == (member.revision, True)
    audit_lines = system.table.query(f"SUBJECT#{me.audit_id}", table="audit").items
    assert len(audit_lines) == member.revision
