"""What is hidden of the counts of members by role, and that nobody can compute it.

Two readers attack what is published (`role_attack`): quarters alone, and one after another, where regions
that nobody joined or left stay as they were. They find what there is to be found: in tables that hide small
counts only, and in quarters that were hidden without a look at the one before.
"""

import random
from collections import Counter
from collections.abc import Iterator

import pytest

from comhar.reports import suppression, suppression_audit
from comhar.reports.suppression import hide_roles, publish
from comhar.reports.suppression_audit import NATION, Cell, Published, find_recoverable
from tests.support import role_attack
from tests.support.proof_sizes import sized
from tests.support.role_attack import Table, add_up

QUARTERS = sized(150, 10_000)
SEQUENCES = sized(60, 3_400)  # of three quarters
SMALL_TABLES = sized(300, 5_000)
SMALL = range(1, 5)


def make_table(*rows: list[int]) -> Table:
    return {
        f"R{number}": {f"role{place}": count for place, count in enumerate(row)}
        for number, row in enumerate(rows)
    }


def show(table: Table, hidden: frozenset[Cell]) -> list[str]:
    """Each row as readers see it, the nation's last."""
    rows = {**table, NATION: add_up(table)}
    return [
        " ".join("?" if (row, role) in hidden else str(n) for role, n in roles.items())
        for row, roles in rows.items()
    ]


def small_cells(table: Table) -> frozenset[Cell]:
    rows = {**table, NATION: add_up(table)}
    return frozenset((row, role) for row in rows for role in rows[row] if rows[row][role] in SMALL)


def true_count(table: Table, row: str, role: str) -> int:
    return add_up(table)[role] if row == NATION else table[row][role]


# Random quarters


def random_row(dice: random.Random, roles: int) -> dict[str, int]:
    """A region: empty, tiny, of one role, or of any size."""
    row = {f"role{place}": 0 for place in range(roles)}
    kind = dice.random()
    if kind < 0.1:
        row[dice.choice([*row])] = dice.choice([1, 3, 4, 6, 20])
        return row
    members = 0 if kind < 0.18 else dice.randint(1, 4) if kind < 0.3 else dice.randint(5, 60)
    weights = [dice.random() ** 3 + 0.01 for _ in row]
    for role in dice.choices([*row], weights, k=members):
        row[role] += 1
    return row


def random_table(dice: random.Random, regions: int = 6, roles: int = 10) -> Table:
    return {f"R{number}": random_row(dice, roles) for number in range(regions)}


def random_next(dice: random.Random, table: Table, quiet_share: float) -> tuple[Table, set[str]]:
    """The next quarter, and the regions that nobody joined or left."""
    quiet = {region for region in table if dice.random() < quiet_share}
    after = {region: dict(row) for region, row in table.items()}
    for region in sorted(table.keys() - quiet):
        for _ in range(dice.randint(1, 3)):
            after[region][dice.choice([*after[region]])] += 1
        for _ in range(dice.randint(0, 3)):
            if roles := [role for role, count in after[region].items() if count]:
                after[region][dice.choice(roles)] -= 1
    return after, quiet


def random_quarters(
    dice: random.Random, count: int, regions: int = 6, roles: int = 10
) -> Iterator[tuple[Table, set[str]]]:
    table, quiet = random_table(dice, regions, roles), set[str]()
    quiet_share = dice.choice([0.3, 0.6, 0.9, 1])
    for _ in range(count):
        yield table, quiet
        table, quiet = random_next(dice, table, quiet_share)


def compute_over_time(
    quarters: list[tuple[Table, set[str]]], *, looking_back: bool = True
) -> dict[role_attack.Unknown, int]:
    """What the reader computes of quarters published one after another, of counts that had to be hidden.

    And of any that is not zero in a region.
    """
    earlier, tables, published = None, [], []
    for table, quiet in quarters:
        hidden = hide_roles(table, earlier, quiet) if looking_back else hide_roles(table)
        assert not looking_back or not find_recoverable(table, hidden, earlier, quiet), table
        unchanged = quiet | {NATION} if quiet >= table.keys() else quiet
        same = {(row, role) for row in unchanged for role in add_up(table)}
        published.append(role_attack.publish(table, hidden, same))
        earlier = publish(table, hidden)
        tables.append(table)
    computed = role_attack.compute_hidden(published)
    assert all(true_count(tables[n], *cell) == value for (n, *cell), value in computed.items())
    return {
        cell: value
        for cell, value in computed.items()
        if value in SMALL or (value and cell[1] != NATION)
    }


# Nobody computes what is hidden


def test_no_reader_computes_a_hidden_count() -> None:
    dice = random.Random(1)
    for _ in range(QUARTERS):
        table = random_table(dice)
        hidden = hide_roles(table)
        assert small_cells(table) <= hidden
        assert not role_attack.compute_hidden([role_attack.publish(table, hidden)]), table


def test_no_reader_computes_a_hidden_count_from_several_quarters() -> None:
    dice = random.Random(2)
    for number in range(SEQUENCES):
        size = [(6, 10), (6, 10), (2, 4), (3, 5), (4, 4), (2, 3)][number % 6]
        quarters = [*random_quarters(dice, 3, *size)]
        assert not compute_over_time(quarters), quarters


def test_the_nation_says_nothing_new_of_unchanged_regions_when_the_last_other_member_has_left() -> (
    None
):
    before, after = make_table([1, 1, 1, 0], [1, 0, 0, 0]), make_table([1, 1, 1, 0], [0, 0, 0, 0])
    quarters = [(before, set[str]()), (after, {"R0"}), (after, {"R0", "R1"})]
    assert not compute_over_time(quarters)
    earlier = publish(before, hide_roles(before))
    hidden = hide_roles(after, earlier, {"R0"})
    assert show(after, hidden) == ["? ? ? 0", "0 0 0 0", "? ? ? ?"]
    as_others = hidden - {(NATION, "role3")}
    assert find_recoverable(
        after, as_others, earlier, {"R0"}
    )  # who reads three roles of three members


def test_nobody_who_tries_every_table_computes_a_hidden_count() -> None:
    dice, tried = random.Random(3), 0
    for _ in range(SMALL_TABLES):
        table = random_small_table(dice)
        hidden = hide_roles(table)
        computed = role_attack.compute_by_trying(role_attack.publish(table, hidden))
        assert not computed, (table, hidden)
        tried += computed is not None and len(hidden) > 0
    assert tried > SMALL_TABLES / 2


def random_small_table(dice: random.Random) -> Table:
    regions, roles = dice.choice([(1, 4), (2, 2), (2, 3), (3, 3), (2, 4), (3, 2)])
    most = dice.choice([2, 4, 7])
    return make_table(
        *([dice.choice([0, dice.randint(0, most)]) for _ in range(roles)] for _ in range(regions))
    )


# The readers find what there is to be found


def test_small_counts_alone_are_computed_in_nearly_every_quarter() -> None:
    dice = random.Random(1)
    computed = 0
    for _ in range(100):
        table = random_table(dice)
        hidden = small_cells(table)
        found = role_attack.compute_hidden([role_attack.publish(table, hidden)])
        assert all(true_count(table, *cell) == value for (_, *cell), value in found.items())
        computed += bool(found)
    assert computed > 90


def test_quarters_hidden_without_a_look_at_the_one_before_are_computed() -> None:
    dice = random.Random(2)
    quarters = [[*random_quarters(dice, 3)] for _ in range(40)]
    computed = sum(bool(compute_over_time(each, looking_back=False)) for each in quarters)
    assert computed > 10


def test_the_audit_finds_exactly_what_trying_every_table_finds() -> None:
    dice, compared, found = random.Random(4), 0, 0
    for _ in range(SMALL_TABLES):
        table = random_small_table(dice)
        cells = [(row, role) for row in (*table, NATION) for role in add_up(table)]
        hides_zeros = dice.random() < 0.3
        hidden = small_cells(table) | {
            cell
            for cell in cells
            if dice.random() < 0.5 and (hides_zeros or true_count(table, *cell))
        }
        published = role_attack.publish(table, hidden)
        if any(true_count(table, *cell) < published.least(cell[0]) for cell in hidden):
            continue  # a zero hidden beside shown counts, as nothing ever is
        computed = role_attack.compute_by_trying(published)
        if computed is not None:
            audited = {*find_recoverable(table, hidden)}
            assert computed.keys() <= audited, (table, hidden)
            if any(published.cells[NATION, role] is not None for role in published.roles):
                assert computed.keys() == audited, (table, hidden)  # else the reader knows less
            compared += 1
            found += bool(computed)
    assert compared * 0.9 > found > compared * 0.3 > SMALL_TABLES * 0.15


def test_the_audit_finds_all_that_equations_find_in_large_tables() -> None:
    dice, found = random.Random(5), 0
    for _ in range(60):
        table = random_table(dice)
        some = {cell for cell in hide_roles(table) if dice.random() < 0.3}
        hidden = small_cells(table) | {cell for cell in some if true_count(table, *cell)}
        computed = role_attack.compute_hidden([role_attack.publish(table, hidden)])
        assert {(row, role) for _, row, role in computed} <= {*find_recoverable(table, hidden)}
        found += bool(computed)
    assert found > 30


# The rule, by example


def test_a_small_count_takes_the_next_smallest_of_its_row_and_of_its_column_with_it() -> None:
    table = make_table([3, 9, 20], [8, 30, 40], [50, 6, 7])
    assert show(table, hide_roles(table)) == [
        "? ? 20",
        "? 30 40".replace("30", "?"),
        "50 6 7",
        "61 45 67",
    ]


def test_counts_of_five_and_more_and_zeros_are_shown() -> None:
    table = make_table([5, 0, 20], [8, 30, 0])
    assert not hide_roles(table)


def test_a_region_with_one_member_hides_its_zeros_too() -> None:
    table = make_table([1, 0, 0], [7, 8, 9])
    assert show(table, hide_roles(table))[0] == "? ? ?"


def test_a_role_that_nobody_in_the_country_has_is_shown_in_every_row() -> None:
    table = make_table([1, 0, 0, 0], [7, 8, 0, 0], [6, 6, 9, 0])
    assert [row[-1] for row in show(table, hide_roles(table))] == ["0"] * 4


def test_a_region_without_members_hides_nothing() -> None:
    dice = random.Random(6)
    for _ in range(50):
        table = {**random_table(dice), "empty": dict.fromkeys([f"role{n}" for n in range(10)], 0)}
        assert "empty" not in {row for row, _ in hide_roles(table)}


def test_a_zero_is_hidden_only_with_its_whole_row() -> None:
    dice, zeros = random.Random(7), 0
    for _ in range(200):
        table = random_table(dice)
        nation, hidden = add_up(table), hide_roles(table)
        for row, role in hidden:
            if not true_count(table, row, role):
                zeros += 1
                assert {(row, other) for other, n in nation.items() if n} <= hidden
    assert zeros


def test_a_region_that_nobody_joined_or_left_hides_what_it_hid() -> None:
    dice, rows = random.Random(8), 0
    for _ in range(100):
        (before, _), (table, quiet) = random_quarters(dice, 2)
        first = hide_roles(before)
        second = hide_roles(table, publish(before, first), quiet)
        for region in quiet:
            rows += 1
            assert {c for c in first if c[0] == region} == {c for c in second if c[0] == region}
    assert rows > 100


def test_where_nothing_changed_the_same_is_hidden() -> None:
    dice = random.Random(9)
    for _ in range(30):
        table = random_table(dice)
        hidden = hide_roles(table)
        assert hide_roles(table, publish(table, hidden), {*table}) == hidden


def test_what_was_published_before_small_counts_were_hidden_is_hidden_from_now_on() -> None:
    table = make_table([1, 8, 9], [2, 10, 11])
    assert small_cells(table) <= hide_roles(table, publish(table, frozenset()), {*table})


def test_a_role_can_be_new_or_gone_and_so_can_a_region() -> None:
    before = make_table([1, 8, 9], [2, 10, 11])
    earlier = publish(before, hide_roles(before))
    after = {
        "R0": {"role0": 1, "role1": 8, "role9": 9},
        "R7": {"role0": 3, "role1": 10, "role9": 11},
    }
    hidden = hide_roles(after, earlier, {"R0"})
    assert small_cells(after) <= hidden
    assert not find_recoverable(after, hidden, earlier, {"R0"})


def test_the_audit_names_a_small_count_that_is_shown() -> None:
    table = make_table([3, 9, 20], [8, 30, 40])
    hidden = hide_roles(table)
    assert ("R0", "role0") in find_recoverable(table, hidden - {("R0", "role0")})


def test_the_audit_names_what_an_unchanged_region_no_longer_hides() -> None:
    before = make_table([3, 9, 20], [8, 30, 40])
    hidden = hide_roles(before)
    after = make_table([3, 9, 20], [8, 31, 42])
    assert find_recoverable(after, frozenset(), publish(before, hidden), {"R0"})


def test_the_same_is_hidden_in_whatever_order_the_sets_come() -> None:
    dice = random.Random(10)
    for _ in range(20):
        (before, _), (table, quiet) = random_quarters(dice, 2)
        earlier = publish(before, hide_roles(before))
        reverse = Published(
            dict(reversed([*earlier.visible.items()])),
            frozenset(sorted(earlier.hidden, reverse=True)),
        )
        first = hide_roles(table, earlier, quiet)
        assert hide_roles(table, reverse, set(sorted(quiet, reverse=True))) == first


# How much is hidden, and how long it takes


def test_of_counts_that_are_not_small_most_are_shown() -> None:
    dice = random.Random(11)
    besides: Counter[str] = Counter()
    for _ in range(100):
        sizes = [0, 0, 0, 1, 1, 2, 3, 5, 8, 12]
        table = make_table(*([dice.choice(sizes) for _ in range(10)] for _ in range(6)))
        hidden = hide_roles(table)
        after, quiet = random_next(dice, table, 0.5)
        again = hide_roles(after, publish(table, hidden), quiet)
        for name, each, cells in (("first", table, hidden), ("next", after, again)):
            small = small_cells(each)
            rows = {**each, NATION: add_up(each)}.values()
            besides[f"{name} of"] += sum(n > 4 for roles in rows for n in roles.values())
            besides[name] += len(cells - small)
    assert besides["first"] / besides["first of"] < 0.3
    assert besides["next"] / besides["next of"] < 0.5


@pytest.mark.parametrize("members", [8, 25, 60])
def test_six_hundred_regions_take_a_few_rounds(
    members: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps: Counter[str] = Counter()

    def counted(name: str, function):
        def call(*args):
            steps[name] += 1
            return function(*args)

        return call

    for owner, name in ((suppression_audit.Changes, "recoverable"), (suppression._Choice, "_path")):
        monkeypatch.setattr(owner, name, counted(name, getattr(owner, name)))
    dice = random.Random(members)
    table = {}
    for number in range(600):
        row = dict.fromkeys([f"role{place}" for place in range(10)], 0)
        for role in dice.choices([*row], range(1, 11), k=dice.randint(0, 2 * members)):
            row[role] += 1
        table[f"R{number}"] = row
    hidden = hide_roles(table)
    assert len(hidden) > 600
    assert steps["recoverable"] < 20
    assert steps["_path"] < 40
