"""Reflections' counts of an earlier version: moved by a clock that is killed, and beside their authors."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from typing import Any

import pytest

from comhar import wiring
from comhar.aws.conditions import ConditionFailed, Delete, Item, Put, Update
from comhar.aws.dynamodb import Table
from comhar.context import Context
from comhar.dates.quarters import Quarter
from comhar.due_work import migrations
from comhar.membership.model import Member
from comhar.reflections import (
    draft_service,
    kpi_migration,
    kpi_rows,
    revisions,
)
from comhar.reflections import personal_data as reflections_personal_data
from comhar.reflections import service as reflections_service
from comhar.reflections.keys import tally_key
from comhar.reflections.model import STEPS, Reflect, Submit
from comhar.reports.source_repository import map_regions
from local import openapi
from tests.faults.faulty_system import AtWrites, FaultySystem
from tests.faults.test_group_reflection_at_once import GroupMeeting
from tests.support.proof_sizes import PROOF

WORDS = {step: f"about {step}" for step in STEPS}
QUARTER = Quarter.parse("2027-Q1")
ANN, BEN = (
    Member(id=id, name=id, email=f"{id}@hse.ie", region="SW", confirmed=True, role="other")
    for id in ("ann", "ben")
)
VISIBILITIES = ("counted", "community", "community", "private", "counted")


class Life:
    """What Ann, Ben, a group and somebody erased wrote, stored as the version before did."""

    def __init__(self, system: FaultySystem) -> None:
        self.system, self.room = system, GroupMeeting(system, 0.0)
        self.seal = self.room.seal
        self.groups = self.room.shared()
        self.anns = [self.write(ANN, visibility) for visibility in VISIBILITIES]
        self.bens = self.write(BEN, "community")
        erased = ("REGION#SW", kpi_rows.new_row(QUARTER))
        system.table.transact([kpi_rows.insert_write(erased, True)])
        store_as_before(system)
        ours = {step.name for step in kpi_migration.STEPS}
        others = [step.name for step in openapi.load("clock").MIGRATIONS if step.name not in ours]
        system.table.transact([Update(migrations.WORK, set={"done": others})])
        system.completes_clock()  # plans the work, for when nothing of the version before runs
        system.now += timedelta(minutes=6)

    def context(self, user: Member) -> Context:
        return Context(user, self.system.now, self.system.table, wiring.settings())

    def write(self, author: Member, visibility: Any) -> str:
        form = Reflect(**WORDS, visibility=visibility)
        return reflections_service.reflect(form, self.context(author), self.seal).id

    def change(self, reflection: str, visibility: Any) -> None:
        ctx = self.context(ANN)
        revisions.begin(reflection, ctx, self.seal)
        draft = draft_service.review(ctx, self.seal).draft
        draft_service.submit(Submit(draft=draft, visibility=visibility), ctx, self.seal)


def store_as_before(system: FaultySystem) -> None:
    """Puts every row that counts a reflection back to where the version before had it."""
    table, old_names = system.table, {}
    own_items = items_of(system, "MEMBER#", "REFLECTION#")
    shared = {item["counted"]: item for item in own_items if item["visibility"] == "community"}
    groups = {
        item["counted"]: item
        for item in items_of(system, "REGION#", "REFLECTION#")
        if "counted" in item
    }
    for row in rows_now(table):
        name = row["sk"].replace("QUARTER#", "COUNTED#").replace("#REFLECTION#", "#")
        old_names[row["sk"]] = name
        figures = {"quarter": str(QUARTER), "first_of_quarter": row["first_of_quarter"]}
        if item := shared.get(row["sk"]) or groups.get(row["sk"]):
            if row["sk"] in shared:
                old_names[row["sk"]] = item["sk"]
            key = ("REGION#SW", item["sk"])
            write: Any = Update(key, set=figures, remove=["counted"])
        else:
            write = Put({"pk": "REGION#SW", "sk": name, **figures})
        table.transact([write, Delete((row["pk"], row["sk"]))])
    for item in own_items:
        counted = item["counted"].replace("QUARTER#", "COUNTED#").replace("#REFLECTION#", "#")
        table.transact([Update((item["pk"], item["sk"]), set={"counted": counted})])
    for item in items_of(system, "MEMBER#", "TALLY#"):
        names = [old_names[kpi_rows.present_row(row)] for row in item["rows"]]
        table.transact([Update((item["pk"], item["sk"]), set={"rows": names})])


def items_of(system: FaultySystem, pk: str, sk: str) -> list[Item]:
    return [
        item
        for key in {raw["pk"]["S"] for raw in system.every(pk)}
        for item in system.table.query(key, sk).items
    ]


def rows_now(table: Table) -> list[Item]:
    return table.query("REGION#SW", f"QUARTER#{QUARTER}#REFLECTION#").items


def figures(table: Table) -> tuple[int, int]:
    """How many reflections the report counts, and how many authors."""
    rows = map_regions(table, QUARTER, lambda rows: rows)["SW"].reflections
    return len(rows), sum(row.first_of_quarter for row in rows)


def nothing_of_before(system: FaultySystem) -> bool:
    """Whether each row that counts has one place, to which its author's items lead."""
    table = system.table
    rows = {row["sk"] for row in rows_now(table)}
    owns = items_of(system, "MEMBER#", "REFLECTION#")
    shared = items_of(system, "REGION#", "REFLECTION#")
    assert not any({"quarter", "first_of_quarter"} & item.keys() for item in shared)
    named = [
        kpi_rows.present_row(each["counted"]) for each in owns if each["visibility"] != "private"
    ]
    named += [each["counted"] for each in shared if each.get("group")]
    assert len(set(named)) == len(named) and set(named) <= rows
    listed = [
        kpi_rows.present_row(row)
        for item in items_of(system, "MEMBER#", "TALLY#")
        for row in item["rows"]
    ]
    assert len(listed) == len(set(listed)) and set(listed) <= set(named)
    return not table.query("REGION#SW", "COUNTED#").items


def test_killed_after_any_write_the_figures_stay_and_the_next_run_moves_the_rest(
    new_system: Callable[[], FaultySystem],
) -> None:
    point, ended = 0, False
    while not ended:
        point += 1
        system = new_system()
        life = Life(system)
        assert figures(system.table) == (7, 4)
        ended = system.completes_clock(AtWrites(kill_at=point))
        assert figures(system.table) == (7, 4), point
        if not ended:
            system.now += timedelta(minutes=6)
            assert system.completes_clock()
        assert nothing_of_before(system), point
        assert migrations.is_done(system.table, "reflection_counts")
        assert figures(system.table) == (7, 4) and len(rows_now(system.table)) == 7
    for reflection in life.anns:
        reflections_service.delete(reflection, life.context(ANN), life.seal)
    life.room.delete()
    assert figures(system.table) == (2, 2)
    assert items_of(system, "MEMBER#", "TALLY#") == items_of(system, "MEMBER#ben", "TALLY#")
    assert point > 7


# What an author does meanwhile, and how much is counted then: reflections, authors.
DEEDS: dict[str, tuple[Callable[[Life], Any], tuple[int, int]]] = {
    "withdraw what counts first": (
        lambda life: reflections_service.withdraw(life.anns[0], life.context(ANN), life.seal),
        (6, 4),
    ),
    "withdraw what is shared": (
        lambda life: reflections_service.withdraw(life.anns[1], life.context(ANN), life.seal),
        (6, 4),
    ),
    "delete what is shared": (
        lambda life: reflections_service.delete(life.bens, life.context(BEN), life.seal),
        (6, 3),
    ),
    "count what is shared": (lambda life: life.change(life.anns[1], "counted"), (7, 4)),
    "share what is counted": (lambda life: life.change(life.anns[0], "community"), (7, 4)),
    "change what stays shared": (lambda life: life.change(life.anns[2], "community"), (7, 4)),
    "share what is private": (lambda life: life.change(life.anns[3], "community"), (8, 4)),
    "write another": (lambda life: life.write(ANN, "counted"), (8, 4)),
    "take back the group's": (lambda life: life.room.delete(), (6, 3)),
    "be erased": (lambda life: erase(life), (7, 4)),
}


def erase(life: Life) -> None:
    """As the clock does: once more where something was moved meanwhile."""
    while True:
        with suppress(ConditionFailed):
            for writes in reflections_personal_data.erase_writes(life.system.table, ANN.id):
                life.system.table.transact(writes)
            break
    tallies = life.system.table.query("MEMBER#ann", "TALLY#").items
    life.system.table.transact([Delete((item["pk"], item["sk"])) for item in tallies])


@pytest.mark.parametrize("deed", DEEDS)
@pytest.mark.parametrize("point", [None, 1, 3, 5, 7, 9] if PROOF else [None, 5])
def test_what_an_author_does_before_or_amid_the_move_holds(
    system: FaultySystem, deed: str, point: int | None
) -> None:
    life = Life(system)
    if point:
        system.completes_clock(AtWrites(kill_at=point))
    act, wanted = DEEDS[deed]
    act(life)
    assert figures(system.table) == wanted
    system.now += timedelta(minutes=6)
    assert system.completes_clock()
    assert figures(system.table) == wanted and nothing_of_before(system)


TOUCHED = {  # which of Ann's; else the second, which is shared
    "withdraw what counts first": 0,
    "share what is counted": 0,
    "change what stays shared": 2,
    "write another": 0,
}


def touched(life: Life, deed: str) -> set[str]:
    """Where the figures lie, and will lie, that the clock moves of what the deed is about."""
    if deed.startswith("take back"):
        return {f"REFLECTION#{life.groups}"}
    if deed.startswith("delete"):
        return {f"REFLECTION#{life.bens}"}
    reflection = life.anns[TOUCHED.get(deed, 1)]
    (own,) = life.system.table.query("MEMBER#ann", f"REFLECTION#{reflection}").items
    return {f"REFLECTION#{reflection}", kpi_rows.present_row(own["counted"])}


@contextmanager
def before_writing(keys: set[str], act: Callable[[], object]) -> Iterator[None]:
    """Lets somebody act once, when all is read for a transaction that writes at these keys."""
    transact, late = Table.transact, [act]

    def meanwhile(table: Table, required: Any, optional: Any = ()) -> None:
        if late and any(key_of(write)[1] in keys for write in required):
            late.pop()()
        transact(table, required, optional)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Table, "transact", meanwhile)
        yield
    assert late == []


def key_of(write: Any) -> tuple[str, str]:
    return (write.item["pk"], write.item["sk"]) if isinstance(write, Put) else write.key


@pytest.mark.parametrize("deed", DEEDS)
def test_what_an_author_does_between_reading_and_moving_is_read_again(
    system: FaultySystem, deed: str
) -> None:
    life = Life(system)
    act, wanted = DEEDS[deed]
    with before_writing(touched(life, deed), lambda: act(life)):
        assert system.completes_clock()
    assert system.completes_clock()
    assert figures(system.table) == wanted and nothing_of_before(system)


@pytest.mark.parametrize("deed", DEEDS)
def test_what_is_moved_between_an_authors_reading_and_writing_is_read_again(
    system: FaultySystem, deed: str
) -> None:
    life = Life(system)
    act, wanted = DEEDS[deed]
    with before_writing(
        {*touched(life, deed), "TALLY#SW#2027-Q1"}, lambda: system.completes_clock()
    ):
        act(life)
    assert system.completes_clock()
    assert figures(system.table) == wanted and nothing_of_before(system)


def test_a_tally_that_names_rows_which_are_not_there_stops_nobody(system: FaultySystem) -> None:
    life = Life(system)
    own_rows = ["COUNTED#2027-Q1#lost", "REFLECTION#SW-lost"]
    key = tally_key("cian", "SW", "2027-Q1")
    system.table.transact([Put({"pk": key[0], "sk": key[1], "rows": own_rows})])
    cian = ANN.model_copy(update={"id": "cian"})
    life.write(cian, "counted")
    (item,) = system.table.query("MEMBER#cian", "TALLY#").items
    assert item["rows"][0] == "QUARTER#2027-Q1#REFLECTION#lost" and len(item["rows"]) == 2


def test_a_worker_that_stalled_while_another_went_on_moves_nothing(system: FaultySystem) -> None:
    life = Life(system)
    stalled: Any = system.table.get(migrations.WORK)
    assert system.completes_clock()
    store_as_before(system)
    before = items_of(system, "REGION#", "")
    with suppress(ConditionFailed):
        migrations.move_next(stalled, kpi_migration.STEPS, life.context(ANN))  # type: ignore[arg-type]
    assert items_of(system, "REGION#", "") == before
