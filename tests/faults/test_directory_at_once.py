"""The directory beside changes of members; listing whom an earlier version stored, killed at any write."""

import random
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest

from comhar import wiring
from comhar.aws.conditions import Check, ConditionFailed, Delete, Update, present
from comhar.dates.dublin_time import local_date
from comhar.due_work import migrations
from comhar.erasure import repository as erasure_repository
from comhar.membership import directory, member_counts
from comhar.membership import model as membership_model
from comhar.membership import repository as membership_repository
from comhar.membership.model import Member
from comhar.profile import model as profile_model
from tests.faults.faulty_system import OFFICE, AtWrites, FaultySystem, Fuse
from tests.faults.simultaneous_calls import run_at_once
from tests.support.moved_data import move_by_two, undo_moves
from tests.support.proof_sizes import sized

PEOPLE = 7


@pytest.fixture(autouse=True)
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that the work is given back on the way too; the directory's step alone."""
    move_by_two(monkeypatch, directory.STEP)
    monkeypatch.setattr(migrations, "_PAGES_PER_CLAIM", 2)


def lived(system: FaultySystem) -> list[Member]:
    """Members as an earlier version stored them, one moved and one pending; the work is planned."""
    for number in range(PEOPLE):
        system.member(number, region="MW" if number % 2 else "SW")
    change(system, 1, region="SW")
    system.table.transact(
        membership_repository.change_writes(system.member_now(2), system.now, status="pending")
    )
    for number in range(PEOPLE):
        member = system.member_now(number)
        pk, sk = membership_repository.row_key(str(member.region), member.id)
        keys = (membership_repository.key(member.id), (pk, sk))
        system.table.transact([Update(key, remove=["listed"]) for key in keys])
    for pk in (directory.PEOPLE, "COUNTS"):
        rows = system.table.query(pk).items
        system.table.write_all(Delete((row["pk"], row["sk"])) for row in rows)
    undo_moves(system.table)
    system.wire()  # which has not seen that the step is done
    assert system.completes_clock()
    assert not migrations.is_done(wiring.table(), directory.STEP)
    system.now += timedelta(minutes=6)
    return [system.member_now(number) for number in range(PEOPLE)]


def change(system: FaultySystem, number: int, region: str = "", name: str = "") -> None:
    """One change through the records, as a use case makes it."""
    before = system.member_now(number)
    after = before.model_copy(update={"name": name} if name else {})
    if region and region != before.region:
        after = profile_model.move_member(after, region, local_date(system.now))
    elif not name:
        after = membership_model.end_membership(after, "left", local_date(system.now))
    system.table.transact(membership_repository.update_writes(before, after, system.now))


def assert_directory_is_right(system: FaultySystem, note: Any = "") -> None:
    table = system.table
    rows = [
        row for row in table.query("REGISTER").items if row["status"] not in directory.PAST_STATUSES
    ]
    listed = sorted((directory.to_item(row) for row in rows), key=lambda item: item["sk"])
    assert table.query(directory.PEOPLE).items == listed, note
    shards = table.query("COUNTS").items
    counts: Counter[str] = Counter()
    for shard in shards:
        for status in shard.keys() - {"pk", "sk"}:
            counts[f"{shard['sk'].partition('#')[0]}#{status}"] += shard[status]
    wanted = Counter(f"{row['region']}#{row['status']}" for row in rows)
    readers = (row for row in rows if row["status"] == "active" and row.get("confirmed"))
    wanted.update(f"{row['region']}#readers_{row['role']}" for row in readers)
    assert +counts == wanted, note
    assert min(counts.values()) >= 0
    for row in rows:
        member = table.get(membership_repository.key(row["id"]))
        assert row["listed"] and member and member["listed"], note


def test_killed_after_any_write_everybody_is_listed_and_counted_once(
    new_system: Callable[[], FaultySystem],
) -> None:
    point, ended = 0, False
    while not ended:
        point += 1
        system = new_system()
        lived(system)
        ended = system.completes_clock(AtWrites(kill_at=point))
        if not ended:
            system.now += timedelta(minutes=6)
            assert system.completes_clock()
        assert_directory_is_right(system, point)
        assert migrations.is_done(wiring.table(), directory.STEP)
    assert point > 2 * PEOPLE


class Meanwhile(Fuse):
    """Does something else before one of the writes of whoever runs."""

    def __init__(self, point: int, act: Callable[[], None]) -> None:
        super().__init__()
        self.point, self.act = point, act

    def tick(self, name: str) -> None:
        if name == "before transact_write_items":
            super().tick(name)
            if self.passed == self.point:
                self.act()


@pytest.mark.parametrize(
    "what", [{"region": "DNE"}, {"region": "WNW"}, {"name": "Áine"}, {}], ids=str
)
def test_a_change_at_any_moment_of_the_listing_counts_once(
    new_system: Callable[[], FaultySystem], what: dict[str, str]
) -> None:
    point, passed = 0, 1
    while point < passed:
        point += 1
        system = new_system()
        lived(system)
        fuse = Meanwhile(point, lambda system=system: change(system, 4, **what))
        assert system.completes_clock(fuse)
        passed = fuse.passed
        assert_directory_is_right(system, point)
        assert migrations.is_done(wiring.table(), directory.STEP)
    assert passed > PEOPLE


def test_an_erasure_at_any_moment_of_the_listing_leaves_nobody_listed(
    new_system: Callable[[], FaultySystem], monkeypatch: pytest.MonkeyPatch
) -> None:
    """And the listing at any moment of the erasure."""
    monkeypatch.setattr(wiring, "inbox_bucket", lambda: None)
    point, passed = 0, 1
    while point < passed:
        point += 1
        system = new_system()
        member = lived(system)[4]
        row: Any = system.table.get(membership_repository.row_key("SW", member.id))
        system.table.transact([erasure_repository.restart_write(member, system.now)])

        def list_now(system: FaultySystem = system, row: Any = row) -> None:
            claim = Check(migrations.WORK, condition={"pk": present})
            directory.list_member(row, claim, system.context(OFFICE))

        fuse = Meanwhile(point, list_now)
        system.now += timedelta(minutes=6)
        assert system.completes_clock(fuse)
        passed = fuse.passed
        assert_directory_is_right(system, point)
        stored = [item for item in system.every("") if "Dhomhnaill 4" in str(item)]
        assert stored == [] and not system.table.get(membership_repository.key(member.id)), point
    assert passed > PEOPLE


def test_a_worker_that_lost_the_work_lists_nobody(system: FaultySystem) -> None:
    row = membership_repository.to_row(lived(system)[4])
    claim = Check(migrations.WORK, condition={"due_at": "another's"})
    with pytest.raises(ConditionFailed):
        directory.list_member(row, claim, system.context(OFFICE))
    assert system.table.query(directory.PEOPLE).items == []


def test_the_listing_at_any_moment_of_a_change_counts_once(
    new_system: Callable[[], FaultySystem],
) -> None:
    """Who was read before they were listed is not written over it: the change is made again."""
    system = new_system()
    before = lived(system)[4]
    after = membership_model.end_membership(before, "left", local_date(system.now))
    assert system.completes_clock()
    with pytest.raises(ConditionFailed):
        system.table.transact(membership_repository.update_writes(before, after, system.now))
    change(system, 4)
    assert_directory_is_right(system)


def test_until_everybody_is_listed_the_register_is_read(system: FaultySystem) -> None:
    lived(system)
    change(system, 6, name="Áine")
    table = wiring.table()
    for _ in ("before", "after"):
        assert member_counts.count_members(table, "SW") == {"active": 4, "pending": 1}
        assert member_counts.count_members(table, "IE")["active"] == 6
        assert member_counts.sum_members(
            table, "MW", table.batch_get(member_counts.count_keys("MW"))
        ) == {"active": 2}
        first = directory.list_active(table, "SW", limit=3)
        rest = directory.list_active(table, "SW", first.next, limit=3)
        names = [row["name"] for row in (*first.items, *rest.items)]
        assert names == ["Áine", *(f"Sinéad Ní Dhomhnaill {number}" for number in (0, 1, 4))]
        assert rest.next is None
        everybody = directory.list_all_active(table, "SW")
        assert [person["name"] for person in everybody] == names
        assert directory.search(table, "domh", "MW") == []
        assert directory.search(table, "dhomh", "MW") == [("MW", "m0003"), ("MW", "m0005")]
        assert directory.search(table, "m6@", status="active") == [("SW", "m0006")]
        assert directory.search(table, status="pending", confirmed=False) == [("SW", "m0002")]
        assert directory.search(table, "áin", role="ips_worker") == []
        assert system.completes_clock()
        table = wiring.table()
    assert migrations.is_done(table, directory.STEP)


def test_two_who_are_not_listed_yet_are_changed_in_one_transaction(system: FaultySystem) -> None:
    """As co-chairs are: their counts may lie in one shard."""
    lived(system)
    for number in range(PEOPLE):
        first, second = (system.member_now(each) for each in (number, (number + 1) % PEOPLE))
        system.table.transact(
            [
                *membership_repository.change_writes(first, system.now, confirmed=True),
                *membership_repository.change_writes(second, system.now, confirmed=True),
            ]
        )
    assert system.completes_clock()
    assert_directory_is_right(system)


def test_of_two_changes_at_once_each_is_counted_once(system: FaultySystem) -> None:
    system.members(12)
    draw = random.Random(5)
    for _ in range(sized(4, 40)):
        system.wire(0.1)

        def act(number: int, what: str) -> None:
            before = system.member_now(number)
            if what == "move":
                region = "MW" if before.region == "SW" else "SW"
                after = before.model_copy(update={"region": region})
            elif what == "rename":
                after = before.model_copy(update={"preferred_name": f"Áine {draw.random()}"})
            else:
                status = "left" if before.active else "active"
                after = before.model_copy(update={"status": status})
            with suppress(ConditionFailed):
                wiring.table().transact(
                    membership_repository.update_writes(before, after, system.now)
                )

        calls = [(draw.randrange(12), draw.choice(("move", "rename", "leave"))) for _ in range(16)]
        run_at_once([lambda call=call: act(*call) for call in calls])
        assert_directory_is_right(system)
