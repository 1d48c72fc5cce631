"""The same request many times at the same moment, or by a worker that is killed: it is done once."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from comhar import idempotency, wiring
from comhar.aws.conditions import Delete
from comhar.context import Context
from comhar.dates.dublin_time import stamp
from comhar.idempotency import Mark, Once, SentBefore, mark_key
from comhar.meetings import service as meetings_service
from comhar.meetings.agenda import items
from comhar.meetings.agenda.forms import Propose
from comhar.meetings.forms import Schedule
from tests.faults.faulty_system import OFFICE, SETTINGS, FaultySystem, Fuse, Killed

CONFLICTS = pytest.mark.parametrize("conflicts", [0.0, 0.2])
FORM = Schedule(kind="quarterly", starts_at="2027-02-18T10:00", mode="online")
KEY = mark_key(OFFICE.id, "f" * 64)


def pressed(system: FaultySystem) -> Once:
    """The same form, as one more request holds it."""
    until = system.now + idempotency.FORM_TIME
    return Once(Mark(KEY, system.now, until, lambda parts: f"/meetings/{parts['id']}"))


def schedule(system: FaultySystem) -> str:
    """The meeting's id; "" where the same was sent before."""
    try:
        made = meetings_service.schedule_meeting(
            "SW", FORM, wiring.context(OFFICE), pressed(system)
        )
    except SentBefore:
        return ""
    return made.id


@CONFLICTS
def test_of_32_double_clicks_one_makes_a_meeting_and_all_are_led_to_it(
    system: FaultySystem, conflicts: float
) -> None:
    system.members(3)
    system.wire(conflicts)
    with ThreadPoolExecutor(32) as pool:
        made = [each.result() for each in [pool.submit(schedule, system) for _ in range(32)]]
    assert Counter(map(bool, made)) == {True: 1, False: 31}
    (meeting,) = filter(None, made)
    mark = system.table.get(KEY) or {}
    assert (mark["id"], mark["location"]) == (meeting, f"/meetings/{meeting}")
    assert [each["pk"]["S"] for each in system.every("MEETING#")] == [f"MEETING#{meeting}"]
    assert len(system.every("MAILING#invitation")) == 1


@CONFLICTS
def test_of_16_items_sent_at_once_one_stands_though_others_write_to_its_meeting(
    system: FaultySystem, conflicts: float
) -> None:
    """One that comes late tells the co-chairs, for which its transaction may have to be tried again."""
    people = [system.member(number, chair_of=("SW",)) for number in range(2)]
    meeting = system.meeting()
    system.now += timedelta(days=37)  # the agenda falls due on the next day
    system.wire(conflicts)

    def propose(number: int) -> bool:
        mark = Once(Mark(KEY, system.now, system.now + idempotency.FORM_TIME, lambda parts: "/"))
        same = number % 2 == 0
        form, sent = Propose(title="Tea" if same else f"Tea {number}"), mark if same else Once()
        ctx = Context(people[number % 2], system.now, wiring.table(), SETTINGS)
        try:
            items.propose_item(meeting, form, ctx, sent)
        except SentBefore:
            return False
        return True

    with ThreadPoolExecutor(32) as pool:
        done = list(pool.map(propose, range(16)))
    assert sum(done) == 1 + 8
    titles = [each["title"]["S"] for each in system.every("MEETING#") if "title" in each]
    assert Counter(titles)["Tea"] == 1


def test_a_mark_that_ran_out_and_was_not_deleted_yet_is_none(system: FaultySystem) -> None:
    assert schedule(system)
    system.now += idempotency.FORM_TIME - timedelta(milliseconds=1)
    assert not schedule(system)
    system.now += timedelta(milliseconds=1)
    assert schedule(system)
    mark = system.table.get(KEY) or {}
    assert mark["at"] == stamp(system.now)


def test_a_worker_killed_at_any_point_leaves_a_meeting_with_its_mark_or_neither(
    system: FaultySystem,
) -> None:
    for point in range(1, 20):
        system.table.transact([Delete(KEY)])
        before = len(system.every("MEETING#"))
        system.fuse = Fuse(kill_at=point)
        system.wire()
        killed = False
        try:
            schedule(system)
        except Killed:
            killed = True
        made = len(system.every("MEETING#")) - before
        system.fuse = Fuse()
        system.wire()
        assert bool(schedule(system)) is (made == 0)
        assert len(system.every("MEETING#")) == before + 1
        if not killed:
            return
    raise AssertionError("it makes more calls than this tries")
