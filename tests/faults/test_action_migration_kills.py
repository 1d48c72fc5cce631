"""Filing the actions of an earlier version: killed after any write, and beside people who change them."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from comhar import wiring
from comhar.aws.conditions import Item, Put
from comhar.due_work import migrations
from comhar.errors import Conflict
from comhar.meetings.day import action_migration
from comhar.meetings.day import actions as day_actions
from comhar.meetings.day import forms as day_forms
from comhar.meetings.day.personal_data import erase_action_writes
from comhar.membership.model import ErasedPerson
from comhar.person_names import FORMER_MEMBER
from tests.faults.faulty_system import OFFICE, AtWrites, FaultySystem, Fuse
from tests.support.moved_data import move_by_two, undo_moves
from tests.support.stored_actions import stored_actions

OPEN = {"SW-a": {"member": "m0000"}, "SW-d": {"meeting": "SW-1"}, "MW-e": {}}
DONE = {
    "SW-b": {"meeting": "SW-1", "member": "m0000", "done_on": "2026-12-30", "revision": 4},
    "SW-c": {"done_on": "2026-12-31", "what": None},  # whose words were erased
    "SW-f": {"done_on": "2019-06-30", "opened_on": "2019-03-31", "meeting": "SW-0"},
    "IE-g": {"done_on": "2026-11-02", "meeting": "IE-1"},
}


@pytest.fixture(autouse=True)
def by_two_items(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that the work is given back on the way too."""
    move_by_two(monkeypatch, *(step.name for step in action_migration.STEPS))


def lived(system: FaultySystem) -> dict[str, Item]:
    """Actions as an earlier version left them, and the work planned; the actions by id."""
    undo_moves(system.table)
    agreed = {"what": "Bake", "who": "Ben", "by": "2027-03-10", "opened_on": "2026-10-01"}
    items: dict[str, Item] = {}
    for action_id, facts in (OPEN | DONE).items():
        key = {"pk": f"REGION#{action_id[:2]}", "sk": f"ACTION#{action_id}"}
        items[action_id] = key | {"id": action_id, **agreed, **facts}
        if facts.get("member") and "done_on" not in facts:
            own = {"pk": f"MEMBER#{facts['member']}", "sk": f"ACTION#{action_id}", "id": action_id}
            system.table.transact([Put(own)])
    system.table.write_all(map(Put, items.values()))
    assert system.completes_clock()
    system.now += timedelta(minutes=6)
    return items


def words(action: Item) -> Item:
    """What an action says, without where it lies and how often it was written."""
    left_out = ("pk", "sk", "revision", "due", "due_at", "moved")
    return {name: value for name, value in action.items() if name not in left_out and value}


def test_killed_after_any_write_each_action_is_filed_once_with_all_that_it_said(
    new_system: Callable[[], FaultySystem],
) -> None:
    point, ended = 0, False
    while not ended:
        point += 1
        system = new_system()
        before = lived(system)
        ended = system.completes_clock(AtWrites(kill_at=point))
        if not ended:
            system.now += timedelta(minutes=6)
            assert system.completes_clock()
        after = stored_actions(system.every(""))
        assert {id: words(action) for id, action in after.items()} == {
            id: words(action) for id, action in before.items()
        }, point
        assert migrations.is_done(system.table, "actions")
    assert point > len(OPEN) + len(DONE)


class Beside(Fuse):
    """Lets somebody else do something before one of the calls of a kind: of the writes, else of these."""

    def __init__(
        self, point: int, act: Callable[[], object], call: str = "transact_write_items"
    ) -> None:
        super().__init__()
        self.point, self.act, self.call, self.count = point, act, call, 0

    def tick(self, name: str) -> None:
        if name == f"before {self.call}":
            self.count += 1
            if self.count == self.point:
                with suppress(Conflict):
                    self.act()


def carry(region: str, action_id: str, ctx: Any) -> None:
    day_actions.carry_action_over(
        region, action_id, day_forms.Carry.model_validate({"by": "2027-04-01"}), ctx
    )


@pytest.mark.parametrize(
    ("act", "action_id"),
    [
        (day_actions.end_action, "SW-a"),
        (day_actions.end_action, "SW-d"),
        (carry, "SW-a"),
        (day_actions.undo_end, "SW-b"),
        (day_actions.undo_end, "SW-c"),
    ],
)
def test_beside_somebody_who_changes_an_action_nothing_is_lost_and_nothing_twice(
    new_system: Callable[[], FaultySystem], act: Callable[[str, str, Any], Any], action_id: str
) -> None:
    point, more = 0, True
    changed = set()
    while more:
        point += 1
        system = new_system()
        before = lived(system)
        fuse = Beside(point, lambda: act("SW", action_id, system.context(OFFICE)))  # noqa: B023
        assert system.completes_clock(fuse)
        more = fuse.count >= point
        after = stored_actions(system.every(""))
        assert after.keys() == before.keys()
        others = {id: words(action) for id, action in after.items() if id != action_id}
        assert others == {id: words(each) for id, each in before.items() if id != action_id}
        if words(after[action_id]) != words(before[action_id]):
            changed.add(point)
    assert (
        len(changed) > point / 2
    )  # whoever comes while it is being moved may be asked to look again


def test_an_action_that_is_not_moved_yet_can_be_undone_and_ended_again(
    system: FaultySystem,
) -> None:
    lived(system)
    ctx = system.context(OFFICE)
    for act in (day_actions.undo_end, day_actions.end_action, day_actions.undo_end):
        act("SW", "SW-b", ctx)
        listed = day_actions.get_actions("SW", ctx)
        places = [each.id for each in (*listed.actions, *listed.lately_done)].count("SW-b")
        assert places == 1
    assert system.completes_clock()
    assert "done_on" not in stored_actions(system.every(""))["SW-b"]


def test_beside_an_erasure_no_name_comes_back(new_system: Callable[[], FaultySystem]) -> None:
    point, more = 0, True
    person = ErasedPerson("m0000", ("ben",), ("SW",), "p0000")

    def erase(system: FaultySystem) -> None:
        for writes in erase_action_writes(system.table, "SW", person):
            system.table.transact(writes)

    while more:
        point += 1
        system = new_system()
        lived(system)
        fuse = Beside(point, lambda: erase(system))  # noqa: B023
        assert system.completes_clock(fuse)
        more = fuse.count >= point
        if more:
            filed = system.table.query("REGION#SW", "DONE#2026-12-30#").items
            assert [(each["who"], each.get("member")) for each in filed] == [(FORMER_MEMBER, None)]


def test_an_action_that_is_undone_between_two_reads_is_still_found(system: FaultySystem) -> None:
    lived(system)
    assert system.completes_clock()
    office = system.context(OFFICE)
    system.fuse = Beside(1, lambda: day_actions.undo_end("SW", "SW-b", office), "query")
    system.wire()
    page = day_actions.get_carry_page("SW", "SW-b", replace(office, table=wiring.table()))
    assert page.action.done_on is None
