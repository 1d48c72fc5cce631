"""Owns what the clock does for polls: remind who has not answered, close, tell the co-chairs."""

from contextlib import suppress
from datetime import datetime

from comhar import data
from comhar.aws.conditions import Item, Update, Write
from comhar.aws.dynamodb import ConditionFailed, Table
from comhar.communities import repository as communities
from comhar.dates.dublin_time import local_date, stamp
from comhar.letters import repository as letters
from comhar.letters.model import Letter, LetterId, Mailing
from comhar.membership.repository import Members
from comhar.polls import model, repository
from comhar.polls.model import Poll


def poll(item: Item, now: datetime, members: Members) -> None:
    """Takes the step that a claimed poll is due for, once, and sets its next moment.

    Everything is written in one transaction that holds only while the claim and the revision do: a poll
    decided meanwhile, or a second worker, makes it nothing.
    """
    table, before = members.table, repository.from_item(item)
    closures = communities.closures_from(table.get(communities.CLOSURES))
    due = [step for at, step in model.steps(before, closures) if at <= now]
    after: Poll = before
    writes: list[Write] = []
    if "close" in due:
        after, writes = _close(before, now, members)
    elif due:
        after, writes = _remind(before, now, members)
    try:
        table.transact([*repository.changed(before, after, closures, claimed=item), *writes])
    except ConditionFailed:
        return


def replan(now: datetime, table: Table) -> None:
    """Sets anew when each open poll needs the clock, after the closure days changed."""
    closures = communities.closures_from(table.get(communities.CLOSURES))
    for region in data.load("regions"):
        for row in repository.running(table, region["code"], now):
            poll = repository.by_id(table, row["id"], now)
            for at, _ in model.steps(poll, closures)[:1]:
                anew = {"due": "work", "due_at": stamp(at)}
                when = {"revision": poll.revision}
                with suppress(ConditionFailed):  # changed meanwhile, which planned it anew too
                    table.transact([Update(repository.key(poll.id), set=anew, when=when)])


def _remind(before: Poll, now: datetime, members: Members) -> tuple[Poll, list[Write]]:
    """Once by itself; not if somebody did today, nor if everyone has answered."""
    done = model.changed(before, done=(*before.done, "remind"))
    _, votes = repository.folder(members.table, before.id, now)
    active = members.of_region(before.region, "active")
    if before.reminded_on == local_date(now) or all(each.id in votes for each in active):
        return done, []
    after = done.model_copy(
        update={"reminded": before.reminded + 1, "reminded_on": local_date(now)}
    )
    told = Mailing("poll_reminder", after.id, str(after.reminded), after.region)
    return after, [letters.mailing(told, now)]


def _close(before: Poll, now: datetime, members: Members) -> tuple[Poll, list[Write]]:
    """Tells the co-chairs how many answered; which date it will be is theirs to say."""
    _, votes = repository.folder(members.table, before.id, now)
    active = members.of_region(before.region, "active")
    count = sum(each.id in votes for each in active)
    after = model.changed(before, state="closed", answered=count, done=(*before.done, "close"))
    chairs = communities.by_region(members.table, before.region, now).chairs
    ids = (LetterId("poll_closed", after.id, "0", each["id"]) for each in chairs)
    return after, [letters.put(Letter(each), now) for each in ids]
