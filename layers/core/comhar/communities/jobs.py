"""What the clock does for communities: remind of a term's end, and note terms on members' rows, once."""

from contextlib import suppress
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from comhar import data
from comhar.aws.conditions import UNLESS_EXISTS, Delete, Item, Update, Write
from comhar.aws.dynamodb import ConditionFailed, Table
from comhar.communities import model, repository
from comhar.dates.dublin_time import local_date, stamp
from comhar.due_work import leases
from comhar.letters import repository as letters
from comhar.letters.model import Letter, LetterId
from comhar.mailboxes import address_digest
from comhar.membership import repository as people
from comhar.membership.repository import Members
from comhar.settings import Settings
from comhar.terms import leading


def remind(item: Item, now: datetime, table: Table, settings: Settings) -> None:
    """Writes to the co-chairs and the office that a term ends, or ended, and sets when that is next said.

    It is claimed work, written anew with each term: who is replaced meanwhile is not reminded.
    """
    region, until = item["pk"].partition("#")[2], date.fromisoformat(item["until"])
    community = repository.by_region(table, region, now)
    step = model.reminder_due(until, now)
    led = [each.member for each in leading(community.terms, local_date(now)) if each.until == until]
    readers: list[tuple[str, dict[str, Any]]] = [(each, {}) for each in led]
    if led:
        readers += [(address_digest(each), {"email": each}) for each in settings.office_emails]
    told = [
        letters.put(Letter(LetterId("term_ends", region, f"{until}.{step}", person), facts), now)
        for person, facts in readers
    ]
    with suppress(ConditionFailed):
        table.transact([_following(item, until, now), *told])


def _following(item: Item, until: date, now: datetime) -> Write:
    key, at = (item["pk"], item["sk"]), model.next_reminder(until, now)
    if at is None:
        return Delete(key, when=leases.held(item))
    return Update(key, set={"due_at": stamp(at)}, when=leases.held(item))


def note_terms(now: datetime, members: Members) -> None:
    """Notes on the rows of co-chairs when their term ends, and plans its reminders, where neither was done.

    Both stand there since a term can run out. Once it is done it is one read, and done again it changes
    nothing. Raises Lost where somebody changed a member meanwhile: the next run does the rest.
    """
    if members.table.get(repository.TERMS_NOTED):
        return
    for region in (each["code"] for each in data.load("regions")):
        _note_terms(region, now, members)
    members.table.transact([repository.terms_noted_write()])


def _note_terms(region: str, now: datetime, members: Members) -> None:
    community = repository.by_region(members.table, region, now)
    ends = {each.member: each.until for each in leading(community.terms, local_date(now))}
    for member in members.of_region(region):
        if region not in member.chair_of or region in member.chair_until:
            continue
        until = ends.get(member.id)
        led = tuple(each for each in member.chair_of if until or each != region)
        noted = {region: until.isoformat()} if until else {}
        members.table.transact(
            people.changed(member, chair_of=led, chair_until={**member.chair_until, **noted})
        )
    term = community.term_on(local_date(now))
    if term and model.next_reminder(term.until, now):
        with suppress(ConditionFailed):  # planned already, by who chose co-chairs since
            members.table.transact(
                [replace(repository.reminder(region, term.until, now), when=UNLESS_EXISTS)]
            )
