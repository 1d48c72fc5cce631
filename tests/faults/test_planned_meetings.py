"""The list of planned meetings: as the meetings are, whoever changes one, and after a killed move."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest

from comhar import wiring
from comhar.aws.conditions import Check, Delete, absent
from comhar.due_work import migrations
from comhar.meetings import changes, planned_meetings
from comhar.meetings import forms as meetings_forms
from comhar.meetings import service as meetings_service
from tests.faults.faulty_system import OFFICE, AtWrites, FaultySystem
from tests.faults.simultaneous_calls import run_at_once
from tests.support.moved_data import move_by_two, undo_moves

FIRST, LAST = date(2027, 1, 1), date(2027, 12, 31)
MIGRATION = ("SW", "2027-02-18T10:00"), ("MW", "2027-02-18T10:00"), ("IE", "2027-03-04T10:00")


def scheduled(system: FaultySystem, region: str, starts_at: str) -> str:
    ctx = system.context(OFFICE)
    if region == "IE":
        national = meetings_forms.NationalEvent(starts_at=starts_at, mode="online")
        return meetings_service.schedule_national_meeting(national, ctx).id
    form = meetings_forms.Schedule(kind="quarterly", starts_at=starts_at, mode="online")
    return meetings_service.schedule_meeting(region, form, ctx).id


def planned(system: FaultySystem) -> set[tuple[str, datetime, int]]:
    found = planned_meetings.list_planned_meetings(system.table, FIRST, LAST)
    return {(each.region, each.starts_at, each.minutes) for each in found}


def rows(system: FaultySystem) -> set[tuple[str, datetime, int]]:
    """The same, of the regions' own rows."""
    return {
        (region, datetime.fromisoformat(row["starts_at"]), row["minutes"])
        for region in ("SW", "MW", "IE")
        for row in system.table.query(f"REGION#{region}", "MEETING#").items
        if row["state"] == "scheduled"
    }


def listed(system: FaultySystem) -> list[str]:
    """The keys in the list, whatever reads it."""
    return [item["sk"] for item in system.table.query("PLANNED").items]


def moved(system: FaultySystem, meeting: str, starts_at: str) -> None:
    form = meetings_forms.Reschedule(starts_at=starts_at)
    changes.reschedule_meeting(meeting, form, system.context(OFFICE))


def cancelled(system: FaultySystem, meeting: str) -> None:
    form = meetings_forms.Cancel(reason="Sneachta")
    changes.cancel_meeting(meeting, form, system.context(OFFICE))


def test_a_meeting_that_is_moved_stands_on_its_new_day_and_a_cancelled_one_nowhere(
    system: FaultySystem,
) -> None:
    first, second, _ = (scheduled(system, region, at) for region, at in MIGRATION)
    assert planned(system) == rows(system) and len(listed(system)) == 3
    moved(system, first, "2027-02-25T10:00")
    cancelled(system, second)
    assert planned(system) == rows(system) and len(listed(system)) == 2
    on_the_day = planned_meetings.list_planned_meetings(
        system.table, date(2027, 2, 25), date(2027, 2, 25)
    )
    assert [each.region for each in on_the_day] == ["SW"]


def test_of_many_who_move_a_meeting_at_once_the_list_has_where_it_ended(
    system: FaultySystem,
) -> None:
    meeting = scheduled(system, *MIGRATION[0])
    calls = [
        lambda day=day: moved(system, meeting, f"2027-02-{day}T10:00")  # type: ignore[misc]
        for day in range(20, 28)
    ]
    assert 200 in run_at_once(calls)
    assert planned(system) == rows(system) and len(listed(system)) == 1


def lived(system: FaultySystem) -> list[str]:
    """Meetings as an earlier version stored them: with no list."""
    meetings = [scheduled(system, region, at) for region, at in MIGRATION]
    cancelled(system, scheduled(system, "SW", "2027-04-01T10:00"))
    system.table.write_all(Delete(("PLANNED", sk)) for sk in listed(system))
    undo_moves(system.table)
    return meetings


@pytest.fixture
def alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """The one step, two rows a page."""
    move_by_two(monkeypatch, planned_meetings.STEP)


@pytest.mark.usefixtures("alone")
def test_listing_earlier_meetings_killed_at_any_write_lists_each_once(
    new_system: Callable[[], FaultySystem],
) -> None:
    point, ended = 0, False
    while not ended:
        point += 1
        system = new_system()
        lived(system)
        assert planned(system) == rows(system), "read as before, till all are listed"
        assert system.completes_clock()
        system.now += timedelta(minutes=6)
        ended = system.completes_clock(AtWrites(kill_at=point))
        assert planned(system) == rows(system), point
        if not ended:
            system.now += timedelta(minutes=6)
            assert system.completes_clock()
        assert migrations.is_done(system.table, planned_meetings.STEP)
        assert planned(system) == rows(system) and len(listed(system)) == 3, point
    assert point > 10


def test_a_meeting_that_is_moved_before_it_is_listed_stands_on_its_new_day(
    system: FaultySystem,
) -> None:
    first, *_ = lived(system)
    (row, _) = system.table.query("REGION#SW", "MEETING#").items
    moved(system, first, "2027-02-25T10:00")
    claim = Check(("CALENDAR", "MOVES"), {"due_at": absent})
    planned_meetings.list_meeting(row, claim, wiring.context(None))
    assert [sk.partition("#")[0] for sk in listed(system)] == ["2027-02-25T10:00"]
