"""Letters that strangers can cause: so many an hour to addresses we do not know, and the rest waits."""

import json
import os
import re
from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError
from moto.core import DEFAULT_ACCOUNT_ID as ACCOUNT
from moto.ses.models import ses_backends

from comhar import wiring
from comhar.membership import email_addresses
from comhar.settings import Settings
from local import openapi
from local.template import REGION
from tests.support import fake_aws, office_mail
from tests.support.cloud import Cloud
from tests.support.sample_community import OFFICE, letters

TRUSTED, OTHERS, DOMAIN = 8, 6, 2  # of an hour; the template's are 2,000, 100 and 10
REFUSED = {
    "Error": {"Code": "TooManyRequestsException"},
    "ResponseMetadata": {"HTTPStatusCode": 429},
}


@pytest.fixture
def cloud(emptied: Cloud, monkeypatch: pytest.MonkeyPatch) -> Cloud:
    least = {"TRUSTED_LETTERS": TRUSTED, "OTHER_LETTERS": OTHERS, "DOMAIN_LETTERS": DOMAIN}
    few = Settings(os.environ | {name: str(number) for name, number in least.items()})
    monkeypatch.setattr(wiring, "settings", lambda: few)
    wiring.mailer.cache_clear()
    yield emptied
    wiring.mailer.cache_clear()


def join(cloud: Cloud, *emails: str) -> None:
    for email in emails:
        assert cloud.call("POST", "/join", {"email": email}).status == 202


def gone_out(cloud: Cloud) -> Counter[str]:
    """How many letters went to each address by now, but for announcements to the office."""
    cloud.post_letters()
    sent = [each.raw_data for each in ses_backends[ACCOUNT][REGION].sent_messages]
    others = [
        raw
        for raw in sent
        if not any(f"Subject: {each}" in raw for each in (office_mail.NEW, office_mail.STILL))
    ]
    return Counter(re.search(r"^To: (\S+)", raw, re.M)[1] for raw in others)


def invented(count: int, domains: int = 100) -> list[str]:
    return [f"p{number}@d{number % domains}.example" for number in range(count)]


def an_hour_on(cloud: Cloud, hours: int = 1) -> None:
    """To the end of the first quarter of the next hour: what waits has come up again."""
    cloud.now = cloud.now.replace(minute=15) + timedelta(hours=hours)


def test_what_is_over_the_budget_waits_for_the_next_hour(cloud: Cloud):
    join(cloud, *invented(OTHERS + 3))
    assert gone_out(cloud).total() == OTHERS
    cloud.now = cloud.now.replace(minute=59, second=59)
    assert gone_out(cloud).total() == OTHERS
    an_hour_on(cloud)
    assert gone_out(cloud) == Counter(invented(OTHERS + 3))


def test_no_domain_uses_up_what_others_may_have(cloud: Cloud):
    join(cloud, *invented(9, domains=1), "eoin@charity.example", "aoife@charity.ie")
    sent = gone_out(cloud)
    assert sent.total() == DOMAIN + 2
    assert sent["eoin@charity.example"] == sent["aoife@charity.ie"] == 1
    an_hour_on(cloud)
    assert gone_out(cloud).total() == 2 * DOMAIN + 2


def test_a_trusted_domain_has_a_budget_of_its_own(cloud: Cloud):
    join(cloud, *invented(OTHERS + 1), *(f"p{n}@hse.ie" for n in range(TRUSTED + 2)))
    sent = gone_out(cloud)
    assert sum(count for email, count in sent.items() if email.endswith("@hse.ie")) == TRUSTED
    assert sent.total() == TRUSTED + OTHERS


def test_addresses_we_know_are_outside_any_budget(cloud: Cloud):
    office = cloud.session(OFFICE)
    join(cloud, *invented(OTHERS + 2), *(f"p{n}@hse.ie" for n in range(TRUSTED + 2)))
    spent = gone_out(cloud).total()
    member = cloud.member(email="new.member@charity.example")
    cloud.call("POST", "/invitations", {"emails": ["una@charity.example"]}, bearer=office)
    join(cloud, member.email, OFFICE, "una@charity.example")
    for email in (member.email, OFFICE):
        assert cloud.call("POST", "/sign-in", {"email": email}).status == 202
    assert gone_out(cloud).total() == spent + 1 + 3 + 2


def test_what_waits_for_a_day_is_dropped_and_none_older_goes_out(cloud: Cloud):
    """More than ten days' worth, in one hour."""
    join(cloud, *invented(OTHERS * 30))
    for hour in range(26):
        assert gone_out(cloud).total() <= OTHERS * (hour + 1)
        an_hour_on(cloud)
    assert gone_out(cloud).total() == OTHERS * 24
    assert wiring.table().due("letter", "9", 100) == []


def test_a_member_who_asks_for_new_addresses_and_mail_to_the_office_have_the_same_budget(
    cloud: Cloud,
):
    member = cloud.session(cloud.member())
    for email in invented(OTHERS - 1):
        answer = cloud.call("POST", "/me/address", {"email": email}, bearer=member)
        assert answer.status == 202
    for number in range(3):
        raw = office_mail.read_message("gmail").replace(b"gmail.com", f"g{number}.example".encode())
        office_mail.deliver(raw, f"m{number}", cloud.now)
    assert gone_out(cloud).total() == OTHERS
    an_hour_on(cloud)
    assert gone_out(cloud).total() == OTHERS + 2


def test_a_letter_that_ses_refuses_for_now_is_counted_once_however_often_it_is_tried(
    cloud: Cloud, monkeypatch: pytest.MonkeyPatch
):
    tries = []

    def send_email(**request: Any) -> None:
        tries.append(request["Destination"])
        raise ClientError(REFUSED, "SendEmail")

    join(cloud, "first@d1.example")
    with monkeypatch.context() as patch:
        patch.setattr(wiring.letter_sender()._client, "send_email", send_email)
        for _ in range(DOMAIN + 1):
            cloud.post_letters()
            cloud.now += timedelta(minutes=10)
    assert len(tries) > DOMAIN
    join(cloud, *invented(OTHERS))
    assert gone_out(cloud).total() == OTHERS


def test_an_alarm_rings_at_half_of_the_budget(cloud: Cloud, capsys: pytest.CaptureFixture[str]):
    def highest() -> float:
        lines = [
            json.loads(each) for each in capsys.readouterr().out.splitlines() if "_aws" in each
        ]
        return max((max(each.get("StrangerLettersShare", [0])) for each in lines), default=0)

    join(cloud, *invented(OTHERS // 2 - 1))
    gone_out(cloud)
    assert 0 < highest() < 50
    join(cloud, "one.more@charity.example")
    gone_out(cloud)
    assert highest() == 50
    join(cloud, *invented(50))
    gone_out(cloud)
    assert highest() == 100


def test_letters_to_strangers_go_by_a_configuration_set_of_their_own(
    cloud: Cloud, monkeypatch: pytest.MonkeyPatch
):
    sets = {}

    def send_email(**request: Any) -> dict[str, str]:
        sets[request["Destination"]["ToAddresses"][0]] = request["ConfigurationSetName"]
        return {"MessageId": "m"}

    monkeypatch.setattr(wiring.letter_sender()._client, "send_email", send_email)
    member = cloud.member()
    join(cloud, "nobody@charity.example", member.email)
    cloud.post_letters()
    mailer = cloud.template.functions["MailerFunction"].environment
    assert sets == {
        "nobody@charity.example": mailer["STRANGERS_CONFIGURATION_SET"],
        member.email: mailer["CONFIGURATION_SET"],
    }


# Addresses that mail does not reach


def tell(cloud: Cloud, email: str, kind: str, **more: Any) -> None:
    """What SES tells of a letter to an address."""
    who = [{"emailAddress": email}] if kind == "Bounce" else [email]
    name = "bouncedRecipients" if kind == "Bounce" else "recipients"
    at = cloud.now.strftime("%Y-%m-%dT%H:%M:%S.000Z")
    event = {
        "eventType": kind,
        "mail": {"timestamp": at, "tags": {"letter": [a_tag()]}},
        kind.lower(): {"timestamp": at, name: who, **more},
    }
    openapi.load("receipts").handler({"Records": [{"Sns": {"Message": json.dumps(event)}}]}, None)


def a_tag() -> str:
    """That of any letter of ours."""
    items = fake_aws.client("dynamodb").scan(TableName=wiring.table()._names["core"])["Items"]
    return next(each["pk"]["S"] for each in items if each["sk"]["S"] == "TAG").partition("#")[2]


def bounce(cloud: Cloud, email: str, kind: str = "Permanent") -> None:
    tell(cloud, email, "Bounce", bounceType=kind)


def test_an_address_whose_last_letter_came_back_for_good_is_sent_none(cloud: Cloud):
    email = "typo@charity.example"
    join(cloud, email)
    assert gone_out(cloud)[email] == 1
    bounce(cloud, email)
    for _ in range(4):
        cloud.now += timedelta(days=1)
        join(cloud, email)
    assert gone_out(cloud)[email] == 1
    bearer = cloud.session(cloud.member())
    cloud.call("POST", "/me/address", {"email": email}, bearer=bearer)
    assert gone_out(cloud)[email] == 1
    cloud.now += timedelta(days=30)  # by then it may be somebody's
    join(cloud, email)
    assert gone_out(cloud)[email] == 2


@pytest.mark.parametrize("again", ["Delivery", "Transient"])
def test_a_mailbox_that_was_full_or_that_a_later_letter_reached_is_written_to(
    cloud: Cloud, again: str
):
    email = "full@charity.example"
    join(cloud, email)
    gone_out(cloud)
    if again == "Transient":
        bounce(cloud, email, "Transient")
    else:
        bounce(cloud, email)
        cloud.now += timedelta(minutes=1)
        tell(cloud, email, "Delivery")
        cloud.now -= timedelta(minutes=1)
        tell(cloud, email, "Delivery")  # told twice, and late
    cloud.now += timedelta(hours=1)
    join(cloud, email)
    assert gone_out(cloud)[email] == 2


def test_a_letter_that_arrived_and_then_came_back_for_good_came_back(cloud: Cloud):
    """In whatever order SES tells of it."""
    email = "returned@charity.example"
    join(cloud, email)
    gone_out(cloud)
    cloud.now += timedelta(hours=1)
    bounce(cloud, email)
    cloud.now -= timedelta(minutes=1)
    tell(cloud, email, "Delivery")
    cloud.now += timedelta(hours=1)
    join(cloud, email)
    assert gone_out(cloud)[email] == 1


def test_that_an_invented_tag_does_not_arrive_keeps_the_mailbox_from_nothing(cloud: Cloud):
    una = cloud.member(email="una@hse.ie")
    join(cloud, "una+typo@hse.ie")
    assert gone_out(cloud)["una+typo@hse.ie"] == 1
    bounce(cloud, "una+typo@hse.ie")
    join(cloud, una.email)
    assert gone_out(cloud)[una.email] == 1


@pytest.mark.parametrize("who", ["member", "office"])
def test_one_we_know_whose_letter_came_back_is_tried_again_a_day_later(cloud: Cloud, who: str):
    email = OFFICE if who == "office" else cloud.member().email

    def ask() -> int:
        assert cloud.call("POST", "/sign-in", {"email": email}).status == 202
        return gone_out(cloud)[email]

    assert ask() == 1
    bounce(cloud, email)
    cloud.now += timedelta(hours=23, minutes=59)
    assert ask() == 1
    cloud.now += timedelta(minutes=11)
    assert ask() == 2


def test_using_a_link_proves_that_mail_arrives(cloud: Cloud):
    member = cloud.member()
    cloud.call("POST", "/sign-in", {"email": member.email})
    link = re.findall(r"/sign-in/[\w-]{43}", "".join(letters(cloud)))[-1]
    bounce(cloud, member.email)
    assert cloud.call("POST", link, {}).status == 200
    assert wiring.table().get(email_addresses.bounce_key(member.email)) is None


def test_what_is_kept_of_a_bounce_and_a_budget_names_no_address_and_expires(cloud: Cloud):
    join(cloud, "canary@charity.example")
    gone_out(cloud)
    bounce(cloud, "canary@charity.example")
    items = fake_aws.client("dynamodb").scan(TableName=wiring.table()._names["core"])["Items"]
    for item in items:
        if item["pk"]["S"].startswith("BUDGET#") or item["sk"]["S"] in ("BOUNCED", "ASKED"):
            assert "canary" not in str(item) and "charity" not in str(item)
            assert int(item["expires"]["N"]) > cloud.now.timestamp()
