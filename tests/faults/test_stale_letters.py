"""A letter says what holds when it is sent, or it is not sent."""

from datetime import UTC, datetime, timedelta

from comhar.dates.dublin_time import stamp
from comhar.due_work import leases
from comhar.meetings import changes
from comhar.meetings import forms as meetings_forms
from comhar.membership import follow_up_work
from comhar.membership import repository as membership_repository
from tests.faults.faulty_system import OFFICE, SETTINGS, FaultySystem

ISSUE = datetime(2027, 2, 11, 9, 0, tzinfo=UTC)
MARCH = meetings_forms.Reschedule(starts_at="2027-03-18T10:00")


def planned(system: FaultySystem) -> str:
    system.members(3)
    meeting = system.meeting()
    system.run_on(0, 1)
    system.ses.sent.clear()
    system.now = ISSUE
    return meeting


def move(system: FaultySystem, meeting: str) -> None:
    changes.reschedule_meeting(meeting, MARCH, system.context(OFFICE))


def subjects(system: FaultySystem) -> set[str]:
    return {subject for _, _, subject in system.ses.sent}


def test_a_meeting_moved_after_its_agenda_fell_due_sends_no_agenda_for_the_old_date(
    system: FaultySystem,
):
    meeting = planned(system)
    move(system, meeting)
    system.run_on(0, 1)
    assert subjects(system) == {"New date: quarterly meeting, 18 March 2027"}
    system.now = datetime(2027, 3, 10, 9, 0, tzinfo=UTC)  # St Patrick's Day is no working day
    system.run_on(0, 1)
    assert system.ses.agendas() == {f"m{n}@hse.ie": 1 for n in range(3)}


def test_a_meeting_moved_between_issue_and_posting_sends_no_stale_agenda(system: FaultySystem):
    meeting = planned(system)
    system.run("clock")
    assert system.table.due("letter", stamp(system.now), 9)
    move(system, meeting)
    system.run_on(0, 1)
    assert subjects(system) == {"New date: quarterly meeting, 18 March 2027"}


def test_a_meeting_cancelled_between_issue_and_posting_sends_only_the_cancellation(
    system: FaultySystem,
):
    meeting = planned(system)
    system.run("clock")
    cancel = meetings_forms.Cancel(reason="The room is flooded")
    changes.cancel_meeting(meeting, cancel, system.context(OFFICE))
    system.run_on(0, 1)
    assert subjects(system) == {"Cancelled: quarterly meeting, 18 February 2027"}
    assert len(system.ses.sent) == 3


def claim_first(system: FaultySystem) -> dict:
    """The meeting or the mailing that is due, beside work about members."""
    due = leases.claim_due_work(system.table, system.now)
    return next(item for item in due if item["sk"] in ("MEETING", "MAILING"))


def test_a_worker_that_claimed_a_meeting_writes_nothing_once_it_was_moved(system: FaultySystem):
    meeting = planned(system)
    claimed = claim_first(system)
    move(system, meeting)
    system.take(claimed)
    assert system.every("MAILING#agenda") == []


def test_who_becomes_active_between_issue_and_meeting_gets_the_current_agenda_once(
    system: FaultySystem,
):
    planned(system)
    system.run_on(0, 1)
    assert sum(system.ses.agendas().values()) == 3
    system.now = ISSUE + timedelta(days=2)
    late = system.member(99)
    system.table.transact([follow_up_work.catch_up_write(late, system.now)])
    system.run_on(0, 1)
    assert system.ses.agendas()["m99@hse.ie"] == 1
    assert set(system.ses.agendas().values()) == {1}
    system.table.transact([follow_up_work.catch_up_write(late, system.now)])
    system.run_on(0, 1)
    assert system.ses.agendas()["m99@hse.ie"] == 1


def test_who_joins_while_the_agenda_is_being_written_gets_it_once(system: FaultySystem):
    """The mailing stands but no letter yet: both ways lead to the same letter."""
    planned(system)
    claimed = claim_first(system)
    system.take(claimed)
    late = system.member(0x99)
    system.table.transact([follow_up_work.catch_up_write(late, system.now)])
    system.run_on(0, 1)
    assert set(system.ses.agendas().values()) == {1}
    assert len(system.ses.agendas()) == 4


def test_who_left_before_posting_gets_nothing(system: FaultySystem):
    planned(system)
    system.run("clock")
    item = system.table.get(membership_repository.key("m0001"))
    member = membership_repository.from_item(item, SETTINGS)
    system.table.transact(membership_repository.change_writes(member, system.now, status="left"))
    system.run_on(0, 1)
    assert "m1@hse.ie" not in system.ses.agendas()
