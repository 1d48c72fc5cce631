"""A letter says what holds when it is sent, or it is not sent."""

from datetime import UTC, datetime, timedelta

from comhar.dates.dublin_time import stamp
from comhar.due_work import leases
from comhar.meetings import changes
from comhar.meetings import forms as meetings_forms
from comhar.membership import repository as membership_repository
from tests.faults.faulty_system import OFFICE, SETTINGS, FaultySystem

ISSUE = datetime(2027, 2, 11, 9, 0, tzinfo=UTC)
MARCH = meetings_forms.Reschedule(starts_at="2027-03-18T10:00")


def planned(world: FaultySystem) -> str:
    world.members(3)
    meeting = world.meeting()
    world.run_on(0, 1)
    world.ses.sent.clear()
    world.now = ISSUE
    return meeting


def move(world: FaultySystem, meeting: str) -> None:
    changes.reschedule_meeting(meeting, MARCH, world.context(OFFICE))


def subjects(world: FaultySystem) -> set[str]:
    return {subject for _, _, subject in world.ses.sent}


def test_a_meeting_moved_after_its_agenda_fell_due_sends_no_agenda_for_the_old_date(
    world: FaultySystem,
):
    meeting = planned(world)
    move(world, meeting)
    world.run_on(0, 1)
    assert subjects(world) == {"New date: quarterly meeting, 18 March 2027"}
    world.now = datetime(2027, 3, 10, 9, 0, tzinfo=UTC)  # St Patrick's Day is no working day
    world.run_on(0, 1)
    assert world.ses.agendas() == {f"m{n}@hse.ie": 1 for n in range(3)}


def test_a_meeting_moved_between_issue_and_posting_sends_no_stale_agenda(world: FaultySystem):
    meeting = planned(world)
    world.run("clock")
    assert world.table.due("letter", stamp(world.now), 9)
    move(world, meeting)
    world.run_on(0, 1)
    assert subjects(world) == {"New date: quarterly meeting, 18 March 2027"}


def test_a_meeting_cancelled_between_issue_and_posting_sends_only_the_cancellation(
    world: FaultySystem,
):
    meeting = planned(world)
    world.run("clock")
    cancel = meetings_forms.Cancel(reason="The room is flooded")
    changes.cancel_meeting(meeting, cancel, world.context(OFFICE))
    world.run_on(0, 1)
    assert subjects(world) == {"Cancelled: quarterly meeting, 18 February 2027"}
    assert len(world.ses.sent) == 3


def test_a_worker_that_claimed_a_meeting_writes_nothing_once_it_was_moved(world: FaultySystem):
    meeting = planned(world)
    (claimed,) = leases.claim_due_work(world.table, world.now)
    move(world, meeting)
    world.take(claimed)
    assert world.every("MAILING#agenda") == []


def test_who_becomes_active_between_issue_and_meeting_gets_the_current_agenda_once(
    world: FaultySystem,
):
    planned(world)
    world.run_on(0, 1)
    assert sum(world.ses.agendas().values()) == 3
    world.now = ISSUE + timedelta(days=2)
    late = world.member(99)
    world.table.transact([membership_repository.catch_up_write(late, world.now)])
    world.run_on(0, 1)
    assert world.ses.agendas()["m99@hse.ie"] == 1
    assert set(world.ses.agendas().values()) == {1}
    world.table.transact([membership_repository.catch_up_write(late, world.now)])
    world.run_on(0, 1)
    assert world.ses.agendas()["m99@hse.ie"] == 1


def test_who_joins_while_the_agenda_is_being_written_gets_it_once(world: FaultySystem):
    """The mailing stands but no letter yet: both ways lead to the same letter."""
    planned(world)
    (claimed,) = leases.claim_due_work(world.table, world.now)
    world.take(claimed)
    late = world.member(0x99)
    world.table.transact([membership_repository.catch_up_write(late, world.now)])
    world.run_on(0, 1)
    assert set(world.ses.agendas().values()) == {1}
    assert len(world.ses.agendas()) == 4


def test_who_left_before_posting_gets_nothing(world: FaultySystem):
    planned(world)
    world.run("clock")
    item = world.table.get(membership_repository.key("m0001"))
    member = membership_repository.from_item(item, SETTINGS)
    world.table.transact(membership_repository.change_writes(member, status="left"))
    world.run_on(0, 1)
    assert "m1@hse.ie" not in world.ses.agendas()
