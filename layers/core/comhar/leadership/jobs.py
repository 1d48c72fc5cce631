"""Jobs of leadership: remind of a term's review and end; mend earlier terms."""

from contextlib import suppress
from dataclasses import replace
from datetime import date, datetime

from comhar import regions, waiting_rows
from comhar.address_digests import address_digest
from comhar.aws.conditions import (
    UNLESS_EXISTS,
    ConditionFailed,
    Delete,
    Item,
    Update,
    Write,
    absent,
)
from comhar.communities import model as communities_model
from comhar.communities import repository as communities_repository
from comhar.communities.model import Community
from comhar.context import Context
from comhar.dates.dublin_time import local_date, stamp
from comhar.due_work import leases
from comhar.letters import repository as letters_repository
from comhar.letters.model import Letter, LetterId
from comhar.membership import repository as membership_repository
from comhar.membership.chair_terms import leading_terms

_PURPOSES = {"review": "term_review", "before": "term_ends", "ended": "term_ends"}


def send_reminder(item: Item, ctx: Context[None]) -> None:
    """Reminds the co-chairs of their term and the office of its end; plans the next.

    It is claimed work, written anew with each term: who is replaced meanwhile is not reminded.
    """
    region, until = item["pk"].partition("#")[2], date.fromisoformat(item["until"])
    since = date.fromisoformat(item["since"]) if item.get("since") else None
    community = communities_repository.get_community(ctx.table, region, ctx.now)
    step = communities_model.due_reminder(until, ctx.now, since)
    terms = leading_terms(community.terms, local_date(ctx.now))
    chairs = [term.member for term in terms if term.until == until]
    purpose, version = _PURPOSES[step], f"{until}.{step}"
    letters = [Letter(LetterId(purpose, region, version, member_id)) for member_id in chairs]
    if chairs and step != "review":
        letters += [
            Letter(LetterId(purpose, region, version, address_digest(email)), {"email": email})
            for email in ctx.settings.office_emails
        ]
    puts = [letters_repository.insert_write(letter, ctx.now) for letter in letters]
    at = communities_model.next_reminder_at(until, ctx.now, since)
    with suppress(ConditionFailed):  # another worker has the lease by now
        ctx.table.transact(
            [_next_reminder_write(item, at), *_waiting_writes(step, item, ctx), *puts]
        )


def _waiting_writes(step: str, item: Item, ctx: Context[None]) -> list[Write]:
    """That the end of a term waits for the office, until others are chosen."""
    if step == "review":
        return []
    region = item["pk"].partition("#")[2]
    return [waiting_rows.keep_write("term_ends", region, ctx.now, until=item["until"])]


def _next_reminder_write(item: Item, at: datetime | None) -> Write:
    key = (item["pk"], item["sk"])
    if at is None:
        return Delete(key, condition=leases.still_leased(item))
    return Update(key, set={"due_at": stamp(at)}, condition=leases.still_leased(item))


def record_terms_once(ctx: Context[None]) -> None:
    """Records terms' ends on the rows of co-chairs, and plans the reminders.

    Where that was not done: the ends are there since a term can run out, the review after six months
    since later. Once it is done it is one read, and done again it changes nothing.

    Raises:
        ConditionFailed: somebody changed a member or a term meanwhile; the next run does the rest.
    """
    if (ctx.table.get(communities_repository.TERMS_NOTED) or {}).get("reviews"):
        return
    for region in regions.codes():
        _record_terms(region, ctx)
    ctx.table.transact([communities_repository.terms_noted_write()])


def _record_terms(region: str, ctx: Context[None]) -> None:
    today = local_date(ctx.now)
    community = communities_repository.get_community(ctx.table, region, ctx.now)
    ends = {term.member: term.until for term in leading_terms(community.terms, today)}
    for member in membership_repository.list_members(ctx.table, ctx.settings, region):
        if region not in member.chair_of or region in member.chair_until:
            continue
        until = ends.get(member.id)
        led = tuple(other for other in member.chair_of if until or other != region)
        noted = {region: until.isoformat()} if until else {}
        ctx.table.transact(
            membership_repository.change_writes(
                member, ctx.now, chair_of=led, chair_until={**member.chair_until, **noted}
            )
        )
    _plan_reminders(community, ctx)


def _plan_reminders(community: Community, ctx: Context[None]) -> None:
    """Plans what there is to remind of the present term, the review too."""
    term = community.term_on(local_date(ctx.now))
    if not term or not communities_model.next_reminder_at(term.until, ctx.now, term.since):
        return
    reminder = communities_repository.reminder_write(community.region, term, ctx.now)
    item = ctx.table.get((reminder.item["pk"], reminder.item["sk"]))
    if item is None:
        with suppress(ConditionFailed):  # planned already, when co-chairs were chosen since
            ctx.table.transact([replace(reminder, condition=UNLESS_EXISTS)])
    elif "since" not in item:
        as_read = {"until": item["until"], "due_at": item["due_at"], "since": absent}
        ctx.table.transact([replace(reminder, condition=as_read)])
