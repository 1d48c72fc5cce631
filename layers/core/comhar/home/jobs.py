"""Scheduled job: the digest of what newly waits, to the office and to co-chairs.

It comes on a working day at 09:00 Dublin, and only where something is new: what was not there at the digest
before. What has an email of its own (a term, a report, an agenda that is due) is left out of it.
"""

from collections import Counter
from collections.abc import Set as AbstractSet
from contextlib import suppress
from datetime import date, datetime

from comhar import waiting_rows
from comhar.address_digests import address_digest
from comhar.aws.conditions import UNLESS_EXISTS, ConditionFailed, Item, Key, Put, Update
from comhar.communities import repository as communities_repository
from comhar.context import Context
from comhar.dates.dublin_time import local_date, stamp
from comhar.dates.working_days import is_working_day, issue_instant, next_working_day_after
from comhar.due_work import leases
from comhar.home import repository
from comhar.letters import repository as letters_repository
from comhar.letters.model import Letter, LetterId

DIGEST: Key = ("CALENDAR", "DIGEST")


def plan_digest(ctx: Context[None]) -> None:
    """Plans the first digest, unless it is planned."""
    pk, sk = DIGEST
    due = {
        "due": "work",
        "due_at": stamp(
            _next_at(local_date(ctx.now), communities_repository.list_closed_days(ctx.table))
        ),
    }
    first = Put({"pk": pk, "sk": sk, "waited": {}, **due}, condition=UNLESS_EXISTS)
    with suppress(ConditionFailed):
        ctx.table.transact([first])


def send_digest(item: Item, ctx: Context[None]) -> None:
    """Writes the digests of a working day by claimed work, and plans the next.

    A clock that comes days late writes one of all that is new since.
    """
    today, closures = local_date(ctx.now), communities_repository.list_closed_days(ctx.table)
    after: Item = {"due_at": stamp(_next_at(today, closures))}
    letters: list[Put] = []
    if is_working_day(today, closures):
        waits = repository.list_waiting_things(ctx.table)
        for place, things in waits.items():
            new = Counter(
                kind for kind, thing in things if thing not in item["waited"].get(place, ())
            )
            if new:
                letters += _letter_writes(place, new, len(things), ctx)
        after["waited"] = {place: [thing for _, thing in waits[place]] for place in waits}
    with suppress(ConditionFailed):  # another worker has the lease by now
        moved = Update(DIGEST, set=after, condition=leases.still_leased(item))
        ctx.table.transact(required=[moved], optional=letters)


def _letter_writes(place: str, new: Counter[str], count: int, ctx: Context[None]) -> list[Put]:
    """One to each person of the office, or to each co-chair of a region."""
    day, facts = local_date(ctx.now).isoformat(), {"new": dict(new), "count": count}
    if place == waiting_rows.OFFICE:
        people = [(address_digest(each), {"email": each}) for each in ctx.settings.office_emails]
    else:
        community = communities_repository.get_community(ctx.table, place, ctx.now)
        people = [(chair["id"], {}) for chair in community.chairs]
    return [
        letters_repository.insert_write(
            Letter(LetterId("digest", place, day, person), facts | more), ctx.now
        )
        for person, more in people
    ]


def _next_at(today: date, closures: AbstractSet[date]) -> datetime:
    return issue_instant(next_working_day_after(today, closures))
