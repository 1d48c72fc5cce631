"""Holds on deletion: who puts them, what they stop, and that it goes on when they end."""

import re
from datetime import timedelta
from typing import Any

import pytest

from comhar import data, deletion_holds, wiring
from comhar.address_digests import address_digest
from comhar.aws.conditions import Update
from comhar.inbox import repository as inbox_repository
from comhar.membership.model import Member
from comhar.reflections.keys import group_key
from tests.support import sample_community, stored_members
from tests.support.office_mail import deliver, read_message
from tests.support.page import Page
from tests.support.sample_region import OFFICE, Region

pytestmark = pytest.mark.xdist_group("holds")
REASON = "A complaint is being looked into"
HOLD = {"reason": REASON, "until": "2028-06-30"}
WRITER = "padraig.mulqueen@gmail.com"


def set_hold(region: Region, kind: str, thing: str, **changed: Any) -> str:
    path = f"/holds/{kind}/{thing}"
    region.done(OFFICE, path, HOLD | changed)
    region.cloud.post_letters()
    return path


def lift(region: Region, path: str) -> None:
    region.done(OFFICE, f"{path}/lift")
    region.cloud.post_letters()


def later(region: Region, **time: int) -> None:
    region.cloud.now += timedelta(**time)
    region.cloud.post_letters()


def status(member: Member) -> str | None:
    found = stored_members.find_member(member.id)
    return found.status if found else None


def is_erased(member: Member) -> bool:
    return wiring.table().get((f"MEMBER#{member.id}", "MEMBER")) is None


def ask_to_be_erased(region: Region, member: Member) -> dict[str, Any]:
    region.ask(member, "POST", "/me/erase")
    link = re.findall(r"/erase/[\w-]{20,}", sample_community.text(region.cloud))[-1]
    answer = region.cloud.call("POST", link)
    assert answer.status == 200, answer
    region.cloud.post_letters()
    return answer.json


def stored(pk: str, begins: str) -> list[str]:
    return [item["sk"] for item in wiring.table().query(pk, begins).items]


@pytest.fixture
def mail(region: Region) -> str:
    """The id of a mail to the office."""
    deliver(read_message("gmail"), "m1", region.cloud.now)
    (mail,) = region.ask(OFFICE, "GET", "/inbox").json["messages"]
    return str(mail["id"])


# Refusals


def test_a_hold_is_the_offices_alone(region: Region) -> None:
    path = f"/holds/person/{region.ann.id}"
    for who, refused in ((None, 401), (region.ann, 403), (region.chair, 403)):
        assert region.ask(who, "GET", "/holds").status == refused
        assert region.ask(who, "GET", path).status == refused
        assert region.ask(who, "POST", path, HOLD).status == refused
        assert region.ask(who, "POST", f"{path}/lift").status == refused
    assert region.ask(OFFICE, "GET", "/holds").json == {"holds": []}


@pytest.mark.parametrize(
    "path",
    [
        "person/nobody",
        "person/SW-1",
        "meeting/SW-1",
        "mail/1",
        "survey/SW-1",
        "mail/%00",
        "person/..%2f",
    ],
)
def test_there_is_no_hold_on_what_there_is_not(region: Region, path: str) -> None:
    for method, end, body in (("GET", "", None), ("POST", "", HOLD), ("POST", "/lift", None)):
        assert region.ask(OFFICE, method, f"/holds/{path}{end}", body).status == 404


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"reason": ""}, "reason"),
        ({"reason": "x" * 501}, "reason"),
        ({"until": None}, "until"),
        ({"until": "2027-01-11"}, "until"),
        ({"until": "2030-01-12"}, "until"),
        ({"until": "soon"}, "until"),
        ({"who": "me"}, "who"),
    ],
)
def test_a_hold_needs_a_reason_and_a_day_in_the_next_three_years(
    region: Region, changed: dict[str, Any], field: str
) -> None:
    answer = region.ask(OFFICE, "POST", f"/holds/person/{region.ann.id}", HOLD | changed)
    assert answer.status == 422
    assert field in {each["field"] for each in answer.json["errors"]}
    assert region.ask(OFFICE, "GET", "/holds").json == {"holds": []}


def test_a_hold_that_is_not_there_is_not_lifted(region: Region) -> None:
    path = f"/holds/person/{region.ann.id}"
    assert region.ask(OFFICE, "POST", f"{path}/lift").status == 409
    set_hold(region, "person", region.ann.id)
    lift(region, path)
    assert region.ask(OFFICE, "POST", f"{path}/lift").status == 409


# What the office sees


def test_holds_are_listed_with_reason_and_end_and_stand_in_the_audit(
    region: Region, mail: str
) -> None:
    meeting = region.meeting()
    set_hold(region, "person", region.ann.id)
    set_hold(region, "mail", mail, until="2027-03-01")
    set_hold(region, "meeting", meeting.rpartition("/")[2], until="2027-04-01")
    holds = region.ask(OFFICE, "GET", "/holds").json["holds"]
    assert [(each["kind"], each["what"]) for each in holds] == [
        ("mail", "Email of Monday 11 January 2027"),
        ("meeting", "South West: quarterly meeting, Thursday 18 February 2027"),
        ("person", "Ann"),
    ]
    assert holds[2]["href"] == f"/members/{region.ann.id}"
    assert (holds[2]["reason"], holds[2]["until"]) == (REASON, "2028-06-30")
    bearer = region.cloud.session(OFFICE)
    for path in (
        "/holds",
        f"/holds/mail/{mail}",
        f"/holds{meeting.replace('meetings', 'meeting')}",
    ):
        page = region.cloud.call("GET", path, bearer=bearer, html=True)
        assert (page.status, Page(page.text).faults()) == (200, [])
        assert REASON in page.text
    history = region.cloud.call("GET", f"/members/{region.ann.id}", bearer=bearer, html=True).text
    assert "Put the records on hold" in history and REASON not in history
    for path in ("/me", f"/members/{region.ann.id}", f"/inbox/{mail}", meeting):
        assert "/holds" in region.cloud.call("GET", path, bearer=bearer, html=True).text


def test_a_hold_is_changed_and_keeps_the_day_it_began(region: Region) -> None:
    path = set_hold(region, "person", region.ann.id)
    later(region, days=3)
    region.done(OFFICE, path, {"reason": "An appeal", "until": "2028-12-31"})
    hold = region.ask(OFFICE, "GET", path).json
    assert (hold["reason"], hold["until"], hold["since"]) == (
        "An appeal",
        "2028-12-31",
        "2027-01-11",
    )
    region.at(2028, 12, 31, 12)
    assert region.ask(OFFICE, "GET", "/holds").json["holds"]
    region.at(2029, 1, 1, 9)
    assert region.ask(OFFICE, "GET", "/holds").json == {"holds": []}
    assert stored("OFFICE", "HOLD#") == []


# A person's records


def test_who_asks_to_be_deleted_is_told_until_when_their_records_stay_and_not_why(
    region: Region,
) -> None:
    set_hold(region, "person", region.ann.id)
    bearer = region.cloud.session(region.ann)
    page = region.cloud.call("GET", "/me/erase", bearer=bearer, html=True)
    assert Page(page.text).faults() == []
    assert "until Friday 30 June 2028 at the earliest" in " ".join(page.text.split())
    erasing = ask_to_be_erased(region, region.ann)
    assert (erasing["status"], erasing["on_hold_until"]) == ("erasing", "2028-06-30")
    (letter,) = region.mail(region.ann, "You can still undo")
    words = " ".join(letter.get_body(("plain",)).get_content().split())
    assert "until Friday 30 June 2028 at the earliest" in words
    assert "deleted for good" not in words
    undo = re.findall(r"/keep/[\w-]{20,}", words)[0]
    undo_page = region.cloud.call("GET", undo, html=True).text
    assert "You can undo this until" in " ".join(undo_page.split())
    for text in (page.text, words, undo_page):
        assert REASON not in text


def test_without_a_hold_nothing_is_said_of_one(region: Region) -> None:
    bearer = region.cloud.session(region.ann)
    page = region.cloud.call("GET", "/me/erase", bearer=bearer, html=True).text
    assert "at the earliest" not in page
    assert ask_to_be_erased(region, region.ann)["on_hold_until"] is None


@pytest.mark.parametrize("what", ["erasing", "left", "declined", "pending"])
def test_a_persons_records_stay_while_a_hold_lasts_and_go_when_it_ends(
    region: Region, what: str
) -> None:
    person, days = become(region, what)
    set_hold(region, "person", person.id)
    later(region, days=days + 1)
    assert status(person) == what
    region.at(2028, 7, 1, 7)
    assert status(person) == what
    region.at(2028, 7, 1, 8)  # 09:00 in Dublin
    assert is_erased(person)


def test_when_a_hold_is_lifted_what_was_due_is_deleted_and_nothing_before_its_time(
    region: Region,
) -> None:
    for member, days in ((region.ann, 3), (region.ben, 8)):
        path = set_hold(region, "person", member.id)
        ask_to_be_erased(region, member)
        later(region, days=days)
        assert status(member) == "erasing"
        lift(region, path)
        assert is_erased(member) is (days > 7)
    later(region, days=7)
    assert is_erased(region.ann)


def test_a_longer_hold_stops_it_again(region: Region) -> None:
    path = set_hold(region, "person", region.ann.id, until="2027-02-01")
    ask_to_be_erased(region, region.ann)
    later(region, days=10)
    region.done(OFFICE, path, HOLD)
    region.at(2027, 3, 1, 12)
    assert status(region.ann) == "erasing"
    region.done(OFFICE, path, HOLD | {"until": "2027-03-02"})
    region.at(2027, 3, 3, 9)
    assert is_erased(region.ann)


def test_who_asked_before_the_hold_began_is_told_once_that_it_waits(region: Region) -> None:
    ask_to_be_erased(region, region.ann)
    path = set_hold(region, "person", region.ann.id, until="2027-03-01")
    later(region, days=8)
    (letter,) = region.mail(region.ann, "About what you asked for")
    words = " ".join(letter.get_body(("plain",)).get_content().split())
    assert "until Monday 1 March 2027 at the earliest" in words and REASON not in words
    region.at(2027, 2, 28, 12)
    region.done(OFFICE, path, HOLD | {"until": "2027-04-01"})
    region.at(2027, 3, 2, 12)
    assert len(region.mail(region.ann, "About what you asked for")) == 2
    region.at(2027, 4, 2, 9)
    assert is_erased(region.ann)


def test_who_knew_of_the_hold_or_never_asked_gets_no_email_about_it(region: Region) -> None:
    set_hold(region, "person", region.ann.id)
    ask_to_be_erased(region, region.ann)
    region.done(region.ben, "/me/leave", {})
    set_hold(region, "person", region.ben.id)
    later(region, days=370)
    for member in (region.ann, region.ben):
        assert region.mail(member, "About what you asked for") == []


def become(region: Region, what: str) -> tuple[Member, int]:
    """A person whose records are due to be deleted after so many days."""
    if what == "erasing":
        ask_to_be_erased(region, region.ann)
        return region.ann, 7
    if what == "left":
        region.done(region.ann, "/me/leave", {})
        return region.ann, 365
    region.cloud.call("POST", "/join", {"email": "una@example.org"})
    region.cloud.post_letters()
    link = re.findall(r"/sign-up/[\w-]{20,}", sample_community.text(region.cloud))[-1]
    form = {"name": "Una K.", "region": "SW", "role": "peer_educator"}
    made = region.cloud.call("POST", link, form).json
    if what == "declined":
        region.done(OFFICE, f"/members/{made['id']}/decline", {})
    person = stored_members.find_member(made["id"])
    assert person and person.status == what
    return person, 183


# An email


def test_an_email_stays_while_a_hold_lasts_and_goes_when_it_ends(region: Region, mail: str) -> None:
    set_hold(region, "mail", mail)
    later(region, days=100)
    assert region.ask(OFFICE, "GET", f"/inbox/{mail}").json["words"]
    region.done(OFFICE, f"/inbox/{mail}/done")
    region.at(2028, 7, 1, 8)
    assert region.ask(OFFICE, "GET", f"/inbox/{mail}").status == 404
    assert wiring.inbox_bucket().get("m1") is None


def test_an_email_whose_time_is_not_over_outlives_a_lifted_hold(region: Region, mail: str) -> None:
    path = set_hold(region, "mail", mail)
    later(region, days=80)
    lift(region, path)
    assert region.ask(OFFICE, "GET", f"/inbox/{mail}").status == 200
    later(region, days=11)
    assert region.ask(OFFICE, "GET", f"/inbox/{mail}").status == 404


def test_an_email_on_hold_outlives_the_records_of_who_wrote_it(region: Region, mail: str) -> None:
    table, address = wiring.table(), address_digest(WRITER)
    path = set_hold(region, "mail", mail)
    for _ in range(2):
        for writes in inbox_repository.erase_writes(table, wiring.inbox_bucket(), address):
            table.transact(writes)
    assert region.ask(OFFICE, "GET", f"/inbox/{mail}").json["words"]
    lift(region, path)
    assert region.ask(OFFICE, "GET", f"/inbox/{mail}").status == 404
    assert table.query(f"ADDRESS#{address}", "MAIL#").items == []


# A meeting's records


@pytest.fixture
def meeting(region: Region) -> str:
    return region.meeting(mode="online", link="https://meet.example/cork")


def test_what_was_to_be_arranged_stays_while_a_hold_lasts(region: Region, meeting: str) -> None:
    id = meeting.rpartition("/")[2]
    region.done(region.ann, f"{meeting}/needs", {"arrange": "A hearing loop"})
    path = set_hold(region, "meeting", id)
    region.at(2027, 3, 20, 9)
    assert f"NEEDS#{region.ann.id}" in stored(f"REPLIES#{id}", "NEEDS")
    lift(region, path)
    assert stored(f"REPLIES#{id}", "NEEDS") == stored(f"MEETING#{id}", "NEEDS") == []


def test_a_file_stays_while_a_hold_lasts(region: Region, meeting: str) -> None:
    id = meeting.rpartition("/")[2]
    item = region.done(region.ann, f"{meeting}/items", {"title": "Rooms"})["id"]
    form = {"file": {"filename": "Plean.txt", "base64": "aGVsbG8="}}
    region.done(region.ann, f"{meeting}/items/{item}/file", form)
    region.done(region.chair, f"{meeting}/items/{item}/accept")
    path = set_hold(region, "meeting", id)
    region.at(2028, 2, 18, 9)
    assert region.ask(region.ben, "GET", f"{meeting}/items/{item}/file").status == 200
    lift(region, path)
    assert region.ask(region.ben, "GET", f"{meeting}/items/{item}/file").status == 404
    assert stored(f"MEETING#{id}", "PAPER#") == []


def test_support_statements_stay_while_a_hold_lasts_though_the_meeting_is_closed(
    region: Region, meeting: str
) -> None:
    id = meeting.rpartition("/")[2]
    path = set_hold(region, "meeting", id)
    region.at(2027, 2, 18, 10)
    region.done(region.ann, f"{meeting}/statement", {"text": "tea"})
    region.at(2027, 2, 18, 12)
    region.done(region.chair, f"{meeting}/close", {"attended": [region.ann.id]})
    later(region, days=10)
    assert stored(f"MEETING#{id}", "STATEMENT#") == [f"STATEMENT#{region.ann.id}"]
    lift(region, path)
    assert stored(f"MEETING#{id}", "STATEMENT") == []


def test_what_a_group_wrote_and_its_picture_do_not_expire_while_a_hold_lasts(
    region: Region, meeting: str
) -> None:
    id, table = meeting.rpartition("/")[2], wiring.table()
    region.at(2027, 2, 18, 10)
    region.done(region.chair, f"{meeting}/reflection/feelings", {"text": "We were glad."})
    ratings = {facet["key"]: 3 for facet in data.load("wheel")}
    region.done(region.chair, f"{meeting}/wheel", {"ratings": ratings, "revision": 0})
    (picture,) = table.query("REGION#SW", "WHEEL#").items
    places = [group_key(id), (picture["pk"], picture["sk"])]
    soon = int(region.cloud.now.timestamp()) + 86_400  # as if it were three years later
    table.transact([Update(places[1], set={"expires": soon})])
    before = [table.get(place)["expires"] for place in places]
    path = set_hold(region, "meeting", id)
    end = region.cloud.now.replace(year=2028, month=7, day=1).timestamp()
    assert all(table.get(place)["expires"] >= end for place in places)
    later(region, days=60)
    assert all(table.get(place)["expires"] >= end for place in places)
    lift(region, path)
    assert [table.get(place)["expires"] for place in places] == before
    assert not any("expired_before_hold" in table.get(place) for place in places)


def test_who_was_part_of_a_meeting_on_hold_is_deleted_when_it_ends_and_others_at_once(
    region: Region, meeting: str
) -> None:
    id = meeting.rpartition("/")[2]
    region.done(region.ann, f"{meeting}/answer", {"answer": "yes"})
    path = set_hold(region, "meeting", id)
    for member in (region.ann, region.ben):
        ask_to_be_erased(region, member)
    later(region, days=8)
    assert (status(region.ann), is_erased(region.ben)) == ("erasing", True)
    lift(region, path)
    later(region, days=1)
    assert is_erased(region.ann)


def test_a_hold_that_is_over_and_still_stored_stops_nothing(region: Region) -> None:
    set_hold(region, "person", region.ann.id, until="2027-01-12")
    table, ends = wiring.table(), region.cloud.now + timedelta(days=2)
    assert deletion_holds.find(table, "person", region.ann.id, region.cloud.now)
    assert deletion_holds.find(table, "person", region.ann.id, ends) is None
    assert deletion_holds.list_lasting(table, ends) == []
