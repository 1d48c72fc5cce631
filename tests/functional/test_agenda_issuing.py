"""How an agenda goes out: earlier, held back, late, and once more where it was changed."""

import csv
import io

import pytest

from comhar import wiring
from comhar.aws.conditions import ConditionFailed
from comhar.meetings.agenda import repository as agenda_repository
from comhar.membership.model import ErasedPerson
from local import openapi
from tests.support.page import Page
from tests.support.sample_region import OFFICE, Region, text
from tests.support.snapshots import built_once
from tests.support.torn_reads import tear_next_query

DUE, FLOOR = (2027, 2, 11, 9), (2027, 2, 15, 9)


@pytest.fixture
@built_once
def meeting(region: Region) -> str:
    return region.meeting()


def seen(region: Region, meeting: str) -> dict:
    return region.ask(region.chair, "GET", f"{meeting}/agenda").json


def arranged(region: Region, meeting: str, **what) -> dict:
    body = {"revision": seen(region, meeting)["revision"]} | what
    return region.done(region.chair, f"{meeting}/agenda", body)


def item(region: Region, meeting: str, title: str = "Rooms") -> str:
    made = region.done(region.ann, f"{meeting}/items", {"title": title})
    return f"{meeting}/items/{made['id']}"


def versions(region: Region, meeting: str) -> list[int]:
    return [len(region.letters("agenda", meeting, str(n))) for n in range(1, 5)]


# By hand


def test_the_page_before_sending_says_to_how_many_and_warns_when_late(region: Region, meeting: str):
    bearer = region.cloud.session(region.chair)
    agenda = region.ask(region.chair, "GET", f"{meeting}/agenda/issue").json
    assert (agenda["members"], agenda["late"], agenda["again"]) == (5, False, False)
    page = region.cloud.call("GET", f"{meeting}/agenda/issue", bearer=bearer, html=True)
    assert "Send it to 5 members" in page.text
    assert "Short notice" not in page.text
    assert "too long" not in page.text
    assert Page(page.text).faults() == []
    late = region.meeting(starts_at="2027-01-13T10:00")
    page = region.cloud.call("GET", f"{late}/agenda/issue", bearer=bearer, html=True)
    assert "Short notice" in page.text


def test_the_page_before_sending_says_plainly_that_an_agenda_is_longer_than_the_meeting(
    region: Region, meeting: str
):
    bearer = region.cloud.session(region.chair)
    for minutes, words in ((6, "1 minute too long"), (13, "8 minutes too long")):
        arranged(region, meeting, minutes={"close": minutes})
        page = region.cloud.call("GET", f"{meeting}/agenda/issue", bearer=bearer, html=True)
        assert words in page.text
        assert f"The items take {115 + minutes} minutes. The meeting is 120 minutes" in page.text
        assert Page(page.text).faults() == []
    region.done(region.chair, f"{meeting}/agenda/issue")


def test_an_item_accepted_while_the_agenda_is_read_to_be_sent_is_on_it(
    region: Region, meeting: str, monkeypatch: pytest.MonkeyPatch
):
    proposed = item(region, meeting)
    pk = f"MEETING#{meeting.rpartition('/')[2]}"
    tear_next_query(
        monkeypatch, pk, "MEETING", lambda: region.done(region.chair, f"{proposed}/accept")
    )
    agenda = region.done(region.other_chair, f"{meeting}/agenda/issue")
    assert "Rooms" in [line["title"] for line in agenda["lines"]]
    assert "Rooms" in str(wiring.table().get((pk, "AGENDA#0001")))


def test_two_who_signed_an_agenda_and_are_erased_at_once_both_go_from_it(
    region: Region, meeting: str
):
    region.done(region.chair, f"{meeting}/agenda/issue")
    table, now = wiring.table(), region.cloud.now
    items = table.query(f"MEETING#{meeting.rpartition('/')[2]}", "AGENDA#").items
    first, second = (
        ErasedPerson(each.id, (), ("SW",), f"former-{n}")
        for n, each in enumerate((region.chair, region.other_chair))
    )
    for writes in agenda_repository.erase_writes(items, first, now):
        table.transact(writes)
    for writes in agenda_repository.erase_writes(items, second, now):
        with pytest.raises(ConditionFailed):
            table.transact(writes)


def test_it_goes_out_early_once_and_not_again_when_it_falls_due(region: Region, meeting: str):
    agenda = region.done(region.chair, f"{meeting}/agenda/issue")
    assert agenda["agenda_issued_at"] == "2027-01-11T09:00:00.000Z"
    assert not agenda["agenda_late"]
    assert region.ask(region.chair, "POST", f"{meeting}/agenda/issue").status == 409
    assert region.ask(region.chair, "GET", f"{meeting}/agenda/issue").status == 409
    region.at(*DUE)
    assert versions(region, meeting) == [5, 0, 0, 0]
    assert len(region.mail(region.ann, "Agenda")) == 1
    for purpose in ("call_for_items", "agenda_nudge", "undecided_items"):
        assert not region.letters(purpose, meeting, "0")


def test_sent_later_than_the_floor_it_is_marked(region: Region):
    meeting = region.meeting(starts_at="2027-01-13T10:00")
    assert region.done(region.chair, f"{meeting}/agenda/issue")["agenda_late"]


# Held back


def test_held_back_it_waits_for_the_floor_and_no_longer(region: Region, meeting: str):
    agenda = region.done(region.chair, f"{meeting}/agenda/hold")
    assert agenda["held_back"]
    assert agenda["agenda_due_at"] == "2027-02-15T09:00:00.000Z"
    assert region.ask(region.chair, "POST", f"{meeting}/agenda/hold").status == 409
    region.at(2027, 2, 15, 8, 59)
    assert versions(region, meeting) == [0, 0, 0, 0]
    region.at(*FLOOR)
    assert versions(region, meeting) == [5, 0, 0, 0]
    agenda = region.ask(region.ann, "GET", meeting).json
    assert (agenda["agenda_issued_at"], agenda["agenda_late"]) == (
        "2027-02-15T09:00:00.000Z",
        False,
    )


def test_it_cannot_be_held_back_past_the_floor_or_once_it_is_out(region: Region, meeting: str):
    short = region.meeting(starts_at="2027-01-13T10:00")
    assert region.ask(region.chair, "POST", f"{short}/agenda/hold").status == 409
    assert region.ask(region.chair, "POST", f"{meeting}/agenda/release").status == 409
    region.done(region.chair, f"{meeting}/agenda/issue")
    for way in ("hold", "release"):
        assert region.ask(region.chair, "POST", f"{meeting}/agenda/{way}").status == 409


def test_held_no_longer_it_goes_at_its_time_or_at_once_where_that_is_past(
    region: Region, meeting: str
):
    region.done(region.chair, f"{meeting}/agenda/hold")
    agenda = region.done(region.chair, f"{meeting}/agenda/release")
    assert agenda["agenda_due_at"] == "2027-02-11T09:00:00.000Z"
    region.done(region.chair, f"{meeting}/agenda/hold")
    region.at(2027, 2, 12, 10)
    assert versions(region, meeting) == [0, 0, 0, 0]
    region.done(region.chair, f"{meeting}/agenda/release")
    region.at(2027, 2, 12, 10)
    assert versions(region, meeting) == [5, 0, 0, 0]


def test_however_often_it_is_held_nobody_is_asked_thrice_and_it_goes_out(
    region: Region, meeting: str
):
    item(region, meeting)
    region.at(2027, 2, 10, 9)
    assert len(region.letters("undecided_items", meeting, "0")) == 2
    for _ in range(3):
        for way in ("hold", "release"):
            region.done(region.chair, f"{meeting}/agenda/{way}")
            region.at(2027, 2, 10, 10)
    region.done(region.chair, f"{meeting}/agenda/hold")
    for day in (11, 12, 15):
        region.at(2027, 2, day, 9)
    assert versions(region, meeting) == [5, 0, 0, 0]
    assert len(region.mail(region.chair, "Items to decide")) == 2


# Changed after it went out


def test_a_change_goes_to_all_once_an_hour_after_the_last_one(region: Region, meeting: str):
    region.at(*DUE)
    region.at(2027, 2, 11, 10)
    agenda = arranged(region, meeting, minutes={"welcome": 5})
    assert agenda["changes_go_at"] == "2027-02-11T11:00:00.000Z"
    region.at(2027, 2, 11, 10, 30)
    region.done(region.chair, f"{item(region, meeting, 'Teach nua')}/accept")
    region.at(2027, 2, 11, 11, 29)
    assert versions(region, meeting) == [5, 0, 0, 0]
    region.at(2027, 2, 11, 11, 30)
    region.at(2027, 2, 11, 13)
    assert versions(region, meeting) == [5, 5, 0, 0]
    (letter,) = region.mail(region.ann, "Changed agenda")
    assert "replaces the one you have" in text(letter)
    assert "Teach nua" in text(letter)
    agenda = region.ask(region.ann, "GET", meeting).json
    assert (agenda["agenda_issued_at"], agenda["agenda_late"]) == (
        "2027-02-11T09:00:00.000Z",
        False,
    )
    assert agenda["agenda_changed_at"] == "2027-02-11T11:30:00.000Z"


def test_what_was_changed_and_put_back_goes_to_nobody(region: Region, meeting: str):
    region.at(*DUE)
    assert arranged(region, meeting, minutes={"welcome": 5})["changed"]
    assert not arranged(region, meeting, minutes={"welcome": 10})["changed"]
    path = item(region, meeting)
    region.done(region.chair, f"{path}/accept")
    region.done(region.chair, f"{path}/reopen")
    region.at(2027, 2, 11, 12)
    assert versions(region, meeting) == [5, 0, 0, 0]


def test_changes_can_be_undone_but_for_items_accepted_since(region: Region, meeting: str):
    region.at(*DUE)
    assert region.ask(region.chair, "POST", f"{meeting}/agenda/undo").status == 409
    arranged(region, meeting, minutes={"welcome": 5}, move="close:up", topic="Hope")
    arranged(region, meeting, out="actions")
    agenda = region.done(region.chair, f"{meeting}/agenda/undo")
    assert not agenda["changed"]
    assert (agenda["topic"], len(agenda["lines"])) == (None, 7)
    region.done(region.chair, f"{item(region, meeting)}/accept")
    assert region.ask(region.chair, "POST", f"{meeting}/agenda/undo").status == 409
    assert seen(region, meeting)["changed"]


def test_a_changed_agenda_can_be_sent_at_once(region: Region, meeting: str):
    region.at(*DUE)
    arranged(region, meeting, minutes={"welcome": 5})
    page = region.ask(region.chair, "GET", f"{meeting}/agenda/issue").json
    assert page["again"]
    region.done(region.chair, f"{meeting}/agenda/issue")
    region.at(2027, 2, 11, 12)
    assert versions(region, meeting) == [5, 5, 0, 0]
    assert region.ask(region.chair, "POST", f"{meeting}/agenda/issue").status == 409


def test_within_the_hour_before_the_meeting_a_change_goes_at_once(region: Region, meeting: str):
    region.at(*DUE)
    region.at(2027, 2, 18, 9, 30)
    arranged(region, meeting, minutes={"welcome": 5})
    region.at(2027, 2, 18, 9, 30)
    assert versions(region, meeting) == [5, 5, 0, 0]


def test_who_joins_after_a_second_version_gets_that_one_once(region: Region, meeting: str):
    region.at(*DUE)
    arranged(region, meeting, topic="Hope")
    region.at(2027, 2, 11, 12)
    waiting = region.cloud.member(status="pending", confirmed=False, joined_on=None)
    region.done(OFFICE, f"/members/{waiting.id}/admit")
    for _ in range(2):
        region.cloud.post_letters()
    (letter,) = region.mail(waiting, "genda")
    assert "Hope" in text(letter)


def test_a_moved_meeting_begins_anew_and_a_waiting_change_is_void(region: Region, meeting: str):
    region.at(*DUE)
    arranged(region, meeting, minutes={"welcome": 5})
    region.done(region.chair, f"{meeting}/reschedule", {"starts_at": "2027-03-18T10:00"})
    region.at(2027, 2, 11, 12)
    assert versions(region, meeting) == [5, 0, 0, 0]
    region.at(2027, 3, 10, 9)
    assert versions(region, meeting) == [5, 5, 0, 0]
    (letter,) = region.mail(region.ann, "Agenda: quarterly meeting, 18 March")
    assert "replaces" not in text(letter)
    lines = region.ask(region.ann, "GET", meeting).json["agenda"]
    assert lines[0]["minutes"] == 5


def test_a_cancelled_meeting_sends_no_changed_agenda(region: Region, meeting: str):
    region.at(*DUE)
    arranged(region, meeting, minutes={"welcome": 5})
    region.done(region.chair, f"{meeting}/cancel", {"reason": "Snow"})
    region.at(2027, 2, 11, 12)
    assert versions(region, meeting) == [5, 0, 0, 0]
    body = {"revision": 1, "minutes": {"welcome": 6}}
    assert region.ask(region.chair, "POST", f"{meeting}/agenda", body).status == 409


# The figure


@pytest.mark.parametrize(
    ("how", "expected"),
    [("usual", 100.0), ("held", 100.0), ("early", 100.0), ("changed", 100.0), ("late", 0.0)],
)
def test_on_time_is_what_first_went_out_by_the_floor(region: Region, how: str, expected: float):
    day = "2027-01-13T10:00" if how == "late" else "2027-02-18T10:00"
    meeting = region.meeting(starts_at=day)
    if how in ("held", "early"):
        region.done(region.chair, f"{meeting}/agenda/{'hold' if how == 'held' else 'issue'}")
    for moment in ((2027, 1, 11, 10), DUE, FLOOR):
        region.at(*moment)
    if how == "changed":
        region.at(2027, 2, 17, 9)
        arranged(region, meeting, minutes={"welcome": 5})
        region.at(2027, 2, 17, 11)
    assert figure(region, meeting) == expected


def test_an_agenda_for_a_date_that_was_moved_counts_for_nothing(region: Region, meeting: str):
    region.at(*DUE)
    region.done(region.chair, f"{meeting}/reschedule", {"starts_at": "2027-02-12T10:00"})
    region.at(2027, 2, 11, 10)
    assert figure(region, meeting) == 0.0


def figure(region: Region, meeting: str) -> float:
    """The KPI `agendas_on_time`, in percent, of the quarter in which the meeting was held."""
    since = {"from": "2027-01-01", "until": None, "region": "SW"}
    region.cloud.member(periods=(since,))
    region.at(2027, 3, 1, 9)
    region.done(region.chair, f"{meeting}/close", {"attended": [region.ann.id]})
    region.at(2027, 4, 1, 9)
    openapi.load("kpi_export").handler({}, None)
    file = region.ask(OFFICE, "GET", "/reports/kpi/2027-Q1.csv").text.encode("latin-1")
    rows = csv.DictReader(io.StringIO(file.decode("utf-8-sig"), newline=""))
    (value,) = [
        each["value"]
        for each in rows
        if (each["region_code"], each["kpi"]) == ("SW", "agendas_on_time")
    ]
    return float(value)
