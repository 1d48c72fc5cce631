"""A meeting's day with many at once: closed once, no statement left behind, no note overwritten, nobody
reminded twice; and killed between any two calls."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import pytest

from comhar import wiring
from comhar.context import Context
from comhar.errors import AppError
from comhar.leadership import service as leadership_service
from comhar.leadership.forms import Chairs
from comhar.meetings import repository as meetings_repository
from comhar.meetings.day import actions as day_actions
from comhar.meetings.day import attendance, meeting_day, support_statements
from comhar.meetings.day import close as day_close
from comhar.meetings.day import forms as day_forms
from comhar.membership.repository import find_member
from tests.faults.faulty_system import OFFICE, SETTINGS, FaultySystem, Killed
from tests.support.stored_actions import stored_actions

AFTER = datetime(2027, 2, 18, 12, tzinfo=UTC)
ACTION = {"what": "Bake", "who": "m0000", "by": "2027-03-10"}


def outcome(call: Any) -> str:
    """What came of a call: done, or the name of the fact that stopped it."""
    try:
        call()
    except AppError as fact:
        return type(fact).__name__
    return "done"


def at_once(*calls: Any) -> Counter[str]:
    with ThreadPoolExecutor(len(calls)) as pool:
        return Counter(pool.map(outcome, calls))


def over(system: FaultySystem) -> str:
    """A meeting whose time has passed, in a region of 40 members."""
    system.settled(40)
    meeting = system.meeting()
    system.now = AFTER
    return meeting


def context(system: FaultySystem, member_id: str | None = None) -> Context:
    """What a member's use case is handed, or the office's."""
    table = wiring.table()
    user = find_member(table, SETTINGS, member_id) if member_id else OFFICE
    assert user
    return Context(user, system.now, table, SETTINGS)


@pytest.mark.parametrize("conflicts", [0.0, 0.2])
def test_of_16_who_close_one_does_and_no_statement_survives(system: FaultySystem, conflicts: float):
    meeting = over(system)
    system.wire(conflicts)
    office = context(system)
    form = day_forms.Close.model_validate({"attended": ["m0001"], "actions": [ACTION]})

    def closes() -> None:
        day_close.close_meeting(meeting, form, office)

    def says(number: int) -> Any:
        ctx = context(system, f"m{number:04d}")
        return lambda: support_statements.enter_statement(
            meeting, day_forms.Statement(text="tea"), ctx
        )

    came_back = at_once(*[closes] * 16, *(says(number) for number in range(40)))
    assert came_back["done"] >= 1
    assert set(came_back) <= {"done", "MeetingChanged", "MeetingClosed"}
    system.run_on()
    assert [each for each in system.every("MEETING#") if "STATEMENT" in each["sk"]["S"]] == []
    actions = [each for each in system.every("REGION#SW") if each["sk"]["S"].startswith("ACTION#")]
    assert len(actions) == 1
    assert [each["sk"]["S"] for each in system.every("SURVEY#")].count("SURVEY") == 1


def test_of_16_scribes_who_write_one_note_one_does(system: FaultySystem):
    meeting, office = over(system), context(system)
    notes = [day_forms.WriteNote(text=f"Scribe {number}") for number in range(16)]

    def writes(note: day_forms.WriteNote) -> Any:
        return lambda: meeting_day.write_note(meeting, "welcome", note, office)

    assert at_once(*map(writes, notes)) == {"done": 1, "EntryChanged": 15}


@pytest.mark.parametrize("conflicts", [0.0, 0.2])
def test_an_action_that_many_end_carry_and_undo_at_once_stays_one(
    system: FaultySystem, conflicts: float
):
    meeting = over(system)
    form = day_forms.Close.model_validate({"attended": [], "actions": [ACTION]})
    day_close.close_meeting(meeting, form, context(system))
    system.wire(conflicts)
    office = context(system)
    (action,) = stored_actions(system.every(""))
    later = day_forms.Carry.model_validate({"by": "2027-04-01"})
    changes = (
        lambda: day_actions.end_action("SW", action, office),
        lambda: day_actions.undo_end("SW", action, office),
        lambda: day_actions.carry_action_over("SW", action, later, office),
    )
    came_back = at_once(*changes * 6)
    assert came_back["done"] >= 1
    assert set(came_back) <= {"done", "ActionChanged", "ActionIsDone"}
    assert list(stored_actions(system.every(""))) == [action]


def test_a_clock_killed_anywhere_reminds_once_and_leaves_no_statement(system: FaultySystem):
    meeting = over(system)
    support_statements.enter_statement(
        meeting, day_forms.Statement(text="tea"), context(system, "m0000")
    )
    form = day_forms.Close.model_validate({"attended": [], "actions": [ACTION]})
    day_close.close_meeting(meeting, form, context(system))
    system.now = datetime(2027, 3, 5, 9, tzinfo=UTC)
    for point in range(1, 40):
        system.fuse.passed, system.fuse.kill_at = 0, point
        try:
            system.sweep()
        except Killed:
            system.fuse.kill_at = None
            system.run_on(6, 68)
    system.fuse.kill_at = None
    system.run_on()
    reminders = [to for _, to, subject in system.ses.sent if subject.startswith("A reminder")]
    assert reminders == ["m0@hse.ie"]
    assert [each for each in system.every("MEETING#") if "STATEMENT" in each["sk"]["S"]] == []


def test_of_16_who_correct_attendance_at_once_each_counts_once_or_is_refused(
    system: FaultySystem,
):
    meeting = over(system)
    chairs = Chairs(members=["m0001", "m0002"])
    leadership_service.appoint_chairs("SW", chairs, context(system))
    day_close.close_meeting(meeting, day_forms.Close(attended=["m0001"]), context(system))
    system.run_on()
    system.wire(0.2)
    office = context(system)

    def corrects(number: int) -> Any:
        there = ["m0001", *(f"m{n:04d}" for n in range(2, 3 + number))]
        form = day_forms.CorrectAttendance(attended=there, reason="A name was missing")
        return lambda: attendance.correct_attendance(meeting, form, office)

    came_back = at_once(*map(corrects, range(16)))
    assert set(came_back) <= {"done", "MeetingChanged"}
    system.run_on()
    closed = meetings_repository.get_meeting(system.table, meeting)
    assert closed.revision == 1 + came_back["done"]
    events = [each["sk"]["S"] for each in system.every("MEETING#")]
    assert sum(each.startswith("HISTORY#") for each in events) == 1 + came_back["done"]
    (row,) = system.table.query("REGION#SW", "MEETING#").items
    assert tuple(row["attended"]) == closed.attended
    letters = [to for _, to, subject in system.ses.sent if subject.startswith("Attendance")]
    assert Counter(Counter(letters).values()) == {came_back["done"]: 2}  # the two co-chairs
