"""The row by which the KPI report of a quarter counts a survey that is closed.

It holds numbers as the survey's row in its region does: of a small group none. Nothing changes it: what is
shown of the numbers is decided when a report is made, and what co-chairs add lies with the survey.
"""

from datetime import date

from comhar.aws.conditions import Check, Item, Put
from comhar.context import Context
from comhar.dates.quarters import Quarter

STEP = "survey_rows"  # the migration that counts surveys closed earlier
_COUNTED = (
    *("invited", "few", "responses"),
    *("satisfaction_few", "satisfaction_count", "satisfaction_sum", "satisfaction_counts"),
)


def insert_write(row: Item) -> Put:
    """Counts a survey by its row in its region, in the quarter in which it closed."""
    quarter = Quarter.of(date.fromisoformat(row["closed_on"]))
    key = {"pk": row["pk"], "sk": f"QUARTER#{quarter}#SURVEY#{row['id']}"}
    return Put(key | {name: row[name] for name in _COUNTED if name in row})


def count_survey(row: Item, claim: Check, ctx: Context[None]) -> None:
    """Counts a survey that closed earlier; one still open is when it closes."""
    if "closed_on" in row:
        ctx.table.transact([claim, insert_write(row)])
