"""A region's quarter while what was stored earlier is moved, each thing once.

Then actions lie together, whenever they were; reflections have their figure on the shared copy or in rows of
their own; and surveys have theirs in the region's list.
"""

from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta

from comhar.aws.conditions import Item
from comhar.aws.dynamodb import Table
from comhar.dates.dublin_time import to_instant
from comhar.dates.quarters import Quarter
from comhar.surveys import quarter_row
from comhar.tokens import new_id

Counted = dict[str, Item]  # by the sort keys that they have, or will have


def list_counted(
    table: Table, region: str, quarter: Quarter, list_moved: Callable[[], list[Item]]
) -> list[Item]:
    """The quarter's rows, with those to be made; read again while some are moved.

    Nine reads, `list_moved` among them.
    """
    earlier = _unmoved(table, region, quarter)
    while True:
        moved = list_moved()
        before, earlier = earlier, _unmoved(table, region, quarter)
        if earlier == before:
            return list((earlier | {row["sk"]: row for row in moved}).values())


def _unmoved(table: Table, region: str, quarter: Quarter) -> Counted:
    """What counts in the quarter and may have no row of it yet, as that row will be."""
    pk, prefix = f"REGION#{region}", f"QUARTER#{quarter}#"
    rows = dict(_action_rows(table, pk, quarter))
    for shared in _shared_reflections(table, region, quarter):
        rows[f"{prefix}{shared['sk']}"] = shared
    for counted in table.query(pk, f"COUNTED#{quarter}#").items:
        rows[f"{prefix}REFLECTION#{counted['sk'].split('#', 2)[2]}"] = counted
    for survey in _surveys(table, pk, quarter):
        row = quarter_row.insert_write(survey).item
        rows[row["sk"]] = row
    return {sk: row | {"sk": sk} for sk, row in rows.items()}


def _action_rows(table: Table, pk: str, quarter: Quarter) -> Iterator[tuple[str, Item]]:
    for action in table.query(pk, "ACTION#").items:
        for kind, day in (("OPENED", action["opened_on"]), ("DONE", action.get("done_on"))):
            if _lies_in(quarter, day):
                yield f"QUARTER#{quarter}#{kind}#{action['sk'].removeprefix('ACTION#')}", {}


def _shared_reflections(table: Table, region: str, quarter: Quarter) -> list[Item]:
    """Those that have a figure still, between any id of the moment before and any of the moment after."""
    start = to_instant(datetime.combine(quarter.first, time())) - timedelta(milliseconds=1)
    end = to_instant(datetime.combine(quarter.next().first, time())) + timedelta(milliseconds=1)
    before, after = (f"REFLECTION#{new_id(at, region)}" for at in (start, end))
    items = table.query(f"REGION#{region}", after=before, until=after).items
    return [item for item in items if item.get("quarter") == str(quarter)]


def _surveys(table: Table, pk: str, quarter: Quarter) -> list[Item]:
    """Surveys lie under the day they are to close; the day they did close decides."""
    first, last = quarter.first - timedelta(days=14), quarter.last + timedelta(days=14)
    items = table.query(pk, after=f"SURVEY#{first}", until=f"SURVEY#{last}~").items
    return [item for item in items if _lies_in(quarter, item.get("closed_on"))]


def _lies_in(quarter: Quarter, day: str | None) -> bool:
    return day is not None and Quarter.of(date.fromisoformat(day)) == quarter
