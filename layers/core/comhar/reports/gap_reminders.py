"""The morning's emails about gaps: 10 and 5 working days before a quarter ends."""

from collections.abc import Set as AbstractSet
from contextlib import suppress
from datetime import date, datetime

from comhar import regions
from comhar.address_digests import address_digest
from comhar.aws.conditions import ConditionFailed, Put
from comhar.communities import repository as communities_repository
from comhar.context import Context
from comhar.dates.dublin_time import local_date
from comhar.dates.quarters import Quarter
from comhar.dates.working_days import issue_instant, working_days_before
from comhar.letters import repository as letters_repository
from comhar.letters.model import Letter, LetterId
from comhar.reports import gap_repository
from comhar.reports.gaps import list_gaps

DAYS_BEFORE = (10, 5)  # working days before the quarter's last day
PURPOSE = "kpi_gaps"


def list_days(quarter: Quarter, closures: AbstractSet[date]) -> list[date]:
    """The days on which the emails are written, at 09:00 Dublin."""
    return [working_days_before(quarter.last, count, closures) for count in DAYS_BEFORE]


def find_due_step(quarter: Quarter, closures: AbstractSet[date], now: datetime) -> str | None:
    """The last step that is due, by its number of working days.

    It covers the one before.
    """
    due = [
        str(count)
        for count, day in zip(DAYS_BEFORE, list_days(quarter, closures), strict=True)
        if issue_instant(day) <= now
    ]
    return due[-1] if due else None


def write_reminders(ctx: Context[None]) -> str | None:
    """Writes the emails about gaps that are due, to co-chairs and to the office.

    Of a community that rests today there are none. Called on weekday mornings; the step that was done
    now, if any. A morning that was cut off is made up by the next: each letter is written once, and the
    step noted last. Two reads where nothing is due, else one more, and one a region.
    """
    quarter = Quarter.at(ctx.now)
    closures = communities_repository.closed_days_from_item(
        ctx.table.get(communities_repository.CLOSURES)
    )
    step = find_due_step(quarter, closures, ctx.now)
    if step is None or gap_repository.is_reminded(ctx.table, quarter, step):
        return None
    rules, records = gap_repository.read_regions(
        ctx.table, ctx.settings, regions.codes(), quarter.first, ctx.now
    )
    gaps = {
        code: found
        for code, region in records.items()
        if region.community.rest_on(local_date(ctx.now)) is None
        and (found := list_gaps(region, quarter, rules, ctx.now))
    }
    for code, missing in gaps.items():
        chairs = records[code].community.chairs
        letters = gap_repository.chair_letter_writes(
            PURPOSE, quarter, code, step, chairs, missing, ctx.now
        )
        ctx.table.transact([], optional=letters)
    unled = sum(not records[code].community.chairs for code in gaps)
    facts = {"gaps": sum(map(len, gaps.values())), "regions": len(gaps), "unled": unled}
    note = gap_repository.reminder_write(quarter, step, ctx.now)
    with suppress(ConditionFailed):  # another run was first
        ctx.table.transact([note], optional=_office_letters(quarter, step, facts, ctx))
    return step


def _office_letters(
    quarter: Quarter, step: str, facts: dict[str, int], ctx: Context[None]
) -> list[Put]:
    """One to each address of the office, if there is any gap."""
    return [
        letters_repository.insert_write(
            Letter(
                LetterId(PURPOSE, str(quarter), step, address_digest(email)),
                {"email": email, **facts},
            ),
            ctx.now,
        )
        for email in (ctx.settings.office_emails if facts["gaps"] else ())
    ]
