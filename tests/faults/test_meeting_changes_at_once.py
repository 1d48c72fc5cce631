"""Many who change one meeting at once, and workers killed while they plan anew or tell a facilitator."""

from collections import Counter
from datetime import datetime, timedelta

from comhar import wiring
from comhar.communities import closure_days
from comhar.communities.forms import Closure
from comhar.meetings import changes, facilitator, reply_counts, rsvp
from comhar.meetings import forms as meetings_forms
from comhar.meetings import repository as meetings_repository
from comhar.meetings import service as meetings_service
from comhar.meetings.timeline import find_next_due
from tests.faults.faulty_system import OFFICE, SETTINGS, FaultySystem
from tests.faults.simultaneous_calls import run_at_once

FIRST = meetings_forms.Schedule(
    kind="first",
    starts_at="2027-02-18T10:00",
    mode="online",
    facilitator_name="Máire",
    facilitator_email="maire@example.com",
)
FRIDAY = Closure(day="2027-02-12")


def first(system: FaultySystem) -> str:
    """A first meeting with a facilitator, whose letters are out."""
    meeting = meetings_service.schedule_meeting("SW", FIRST, system.context(OFFICE)).id
    system.sweep()
    return meeting


def test_many_changes_at_once_each_count_once_and_the_last_is_told(system: FaultySystem):
    system.members(5)
    meeting = first(system)
    system.wire(conflicts=0.2)
    calls = [
        lambda n=n: changes.relocate_meeting(
            meeting,
            meetings_forms.Place(mode="in_person", venue=f"Room {n}"),
            wiring.context(OFFICE),
        )
        for n in range(16)
    ]
    came_back = Counter(run_at_once(calls))
    assert set(came_back) <= {200, 409}
    planned_meeting = meetings_repository.get_meeting(system.table, meeting)
    assert planned_meeting.sequence == planned_meeting.revision == came_back[200] >= 1
    system.run_on()
    letters = [to for _, to, subject in system.ses.sent if subject.startswith("New place")]
    assert Counter(letters) == Counter([*(f"m{n}@hse.ie" for n in range(5)), "maire@example.com"])


def test_of_many_who_name_a_facilitator_the_one_who_stays_is_asked_once(system: FaultySystem):
    meeting = first(system)
    system.wire(conflicts=0.2)
    calls = [
        lambda n=n: facilitator.name_facilitator(
            meeting,
            meetings_forms.Facilitator(
                facilitator_name=f"F{n}", facilitator_email=f"f{n}@example.org"
            ),
            wiring.context(OFFICE),
        )
        for n in range(12)
    ]
    came_back = Counter(run_at_once(calls))
    assert set(came_back) <= {200, 409}
    system.run_on()
    stays = meetings_repository.get_meeting(system.table, meeting).facilitator_email
    recipients = Counter(
        to for _, to, subject in system.ses.sent if subject.startswith("Please host")
    )
    assert recipients[str(stays)] == 1
    assert set(recipients) == {"maire@example.com", stays}


def test_an_answer_recorded_and_one_given_at_once_leave_one_row(system: FaultySystem):
    member, other = system.member(0), system.member(1, confirmed=True, chair_of=("SW",))
    meeting = first(system)
    system.wire(conflicts=0.2)
    own, recorded = meetings_forms.Answer(answer="no"), meetings_forms.AnswerFor(answer="yes")

    def answer() -> None:
        rsvp.answer_invitation(meeting, own, wiring.context(member))

    def record() -> None:
        rsvp.record_answer(meeting, member.id, recorded, wiring.context(other))

    assert Counter(run_at_once([answer, record] * 8)) == {200: 16}
    (row,) = system.table.query(f"REPLIES#{meeting}").items
    assert (row["answer"], row.get("recorded", False)) in (("no", False), ("yes", True))
    counts = reply_counts.count_answers(meetings_repository.get_bundle(system.table, meeting))
    assert counts == {"yes": 0, "maybe": 0, "no": 0, row["answer"]: 1}


def test_of_many_who_change_the_closure_days_no_day_is_lost(system: FaultySystem):
    system.wire(conflicts=0.2)
    days = [f"2027-03-{day:02d}" for day in (1, 2, 3, 4, 5, 8, 9, 10)]
    calls = [
        lambda day=day: closure_days.add_closure_day(Closure(day=day), wiring.context(OFFICE))
        for day in days
    ]
    came_back = Counter(run_at_once(calls))
    assert set(came_back) <= {200, 409}
    assert (
        len(closure_days.list_closure_days(wiring.context(OFFICE)).closures) == came_back[200] >= 1
    )


def test_planning_anew_killed_at_any_call_still_reaches_every_meeting(new_system):
    point = 0
    while True:
        point += 1
        system = new_system()
        system.members(1)
        made = [system.meeting(f"2027-02-{day}T10:00") for day in (17, 18)]
        system.run_on(0, 1)
        closure_days.add_closure_day(FRIDAY, wiring.context(OFFICE))
        system.now += timedelta(minutes=1)
        if not system.is_killed("clock", point):
            break
        system.run_on()
        assert_planned(system, made, f"killed at point {point}")
    assert point > 20


def assert_planned(system: FaultySystem, made: list[str], when: str) -> None:
    """Nothing is left to plan, and each meeting's next moment is that of the days as they are now."""
    rules = meetings_repository.get_rules(system.table, SETTINGS)
    assert rules.closures
    assert system.table.get(("CALENDAR", "REPLAN")) is None, when
    for each in made:
        item = system.table.get(meetings_repository.key(each))
        due = find_next_due(meetings_repository.get_meeting(system.table, each), rules)
        assert item is not None and due is not None
        assert datetime.fromisoformat(item["due_at"]) == due, when


def test_a_mailer_killed_at_any_call_asks_the_facilitator_once(new_system):
    point = 0
    while True:
        point += 1
        system = new_system()
        meetings_service.schedule_meeting("SW", FIRST, system.context(OFFICE))
        system.run("clock")
        if not system.is_killed("mailer", point):
            break
        system.tell()
        system.run_on()
        recipients = [to for _, to, subject in system.ses.sent if subject.startswith("Please host")]
        assert recipients == ["maire@example.com"], f"killed at point {point}"
    assert point > 5
