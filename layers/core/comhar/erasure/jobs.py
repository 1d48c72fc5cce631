"""The job that makes an erasure final: everything about a person goes, in steps.

Each topic says what of its own items goes (`erase_writes`). Each step can be done again, and the member's
own item goes last, with the work itself: killed anywhere, whoever claims the work next goes on. What stays
without a person is joined by a random name.
"""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from functools import partial

from comhar import deletion_holds, email_links
from comhar.address_digests import claim_digests, unkeyed_digests
from comhar.aws.buckets import InboxBucket
from comhar.aws.conditions import ConditionFailed, Delete, Item, Update, Write, retry_conflicts
from comhar.aws.dynamodb import TRANSACTION_LIMIT, Table
from comhar.communities import repository as communities_repository
from comhar.context import Context
from comhar.dates.dublin_time import stamp
from comhar.due_work import leases
from comhar.erasure import model, repository
from comhar.inbox import repository as inbox_repository
from comhar.leadership import repository as leadership_repository
from comhar.letters import repository as letters_repository
from comhar.letters.model import Letter, LetterId
from comhar.meetings import personal_data as meetings_personal_data
from comhar.meetings import replies
from comhar.meetings import repository as meetings_repository
from comhar.meetings.agenda import repository as agenda_repository
from comhar.meetings.day import personal_data as day_personal_data
from comhar.membership import claims
from comhar.membership import personal_data as membership_personal_data
from comhar.membership import repository as membership_repository
from comhar.membership.model import ErasedPerson
from comhar.messages import repository as messages_repository
from comhar.messages.model import PEERS
from comhar.polls import personal_data as polls_personal_data
from comhar.regions import NATIONAL
from comhar.surveys import repository as surveys_repository
from comhar.terms_of_reference import repository as terms_repository
from comhar.vision import repository as vision_repository


def erase_person(item: Item, ctx: Context[None], letterbox: InboxBucket) -> None:
    """Erases the person of the claimed work, unless their status changed since.

    It waits while a hold lasts on their records, or on those of a meeting they were part of.
    """
    table, now = ctx.table, ctx.now
    member = table.get(membership_repository.key(item["member"]))
    if member is None or ("begun" not in item and member["status"] != item["status"]):
        with suppress(ConditionFailed):
            table.transact([Delete((item["pk"], item["sk"]), condition=leases.still_leased(item))])
        return
    if "begun" not in item:
        if _is_on_hold(item, member, ctx):
            return
        try:
            item = _begin(item, member, ctx)
        except ConditionFailed:  # undone or taken by another worker at this moment
            return
    person = model.person_from_item(member, item["stands_for"])
    with suppress(ConditionFailed):
        table.transact([repository.ledger_write(person.id, now)])
    for region in person.regions:
        erase_from_region(region, person, ctx)
    for place in (*person.regions, NATIONAL, PEERS):
        retry_conflicts(partial(_erase_messages, place, person, table))
    _erase_own(person, member, ctx, letterbox)
    with suppress(ConditionFailed):  # another worker has the lease by now
        table.transact(_end_writes(item, member, table))
    # Letters that were written meanwhile:
    _transact_each(table, letters_repository.erase_writes(table, f"MEMBER#{person.id}"))
    for address in _address_digests(member["email"]):
        _erase_mail(address, person, table, letterbox, member["email"])


def _is_on_hold(item: Item, member: Item, ctx: Context[None]) -> bool:
    """Whether a hold stops the work, which is then put off.

    Who asked to be deleted is told until when, unless they know.
    """
    hold = _find_hold(member, ctx)
    if hold is None:
        return False
    until = hold["ends_at"]
    if hold["kind"] == "meeting":  # its end knows nobody who waits for it: each day again
        until = min(until, stamp(ctx.now + timedelta(days=1)))
    later = deletion_holds.put_off_write(item, until)
    writes: list[Write] = [later]
    if member["status"] == "erasing" and item.get("on_hold_until") != hold["until"]:
        letter = LetterId("erasure_waits", member["id"], hold["until"], member["id"])
        facts = {"on_hold_until": hold["until"]}
        writes = [
            replace(later, set=later.set | facts),
            letters_repository.insert_write(Letter(letter, facts), ctx.now),
        ]
    with suppress(ConditionFailed):  # another worker has it by now
        ctx.table.transact(writes[:1], optional=writes[1:])
    return True


def _find_hold(member: Item, ctx: Context[None]) -> Item | None:
    """The hold on somebody's records, or on those of a meeting that name them."""
    table, now = ctx.table, ctx.now
    if hold := deletion_holds.find(table, "person", member["id"], now):
        return hold
    regions = model.person_from_item(member, "").regions
    for hold in deletion_holds.list_lasting(table, now, "meeting"):
        meeting_id = hold["thing"]
        if meeting_id.partition("-")[0] in regions and _is_part_of(meeting_id, member["id"], table):
            return hold
    return None


def _is_part_of(meeting_id: str, member_id: str, table: Table) -> bool:
    """Whether the records of a meeting name somebody."""
    items = table.query(meetings_repository.key(meeting_id)[0]).items
    own = table.batch_get(
        [
            place
            for kind in ("ANSWER", "NEEDS", "VOTE")
            for place in replies.keys(table, kind, meeting_id, [member_id])
        ]
    )
    return any(own) or any(member_id in str(item) for item in items)


def _begin(item: Item, member: Item, ctx: Context[None]) -> Item:
    """From here on the person is being erased, whatever they were."""
    final = repository.begin_write(item, ctx.now, leases.still_leased(item))
    as_read = {"status": item["status"], "revision": member["revision"]}
    key = membership_repository.key(item["member"])
    ctx.table.transact(
        [
            final,
            Update(key, set={"status": "erasing"}, add={"revision": 1}, condition=as_read),
            *claims.mark_erasing_writes(ctx.table, member["email"], item["member"], True),
        ]
    )
    return {**item, **final.set}


def _erase_messages(place: str, person: ErasedPerson, table: Table) -> None:
    _transact_each(table, messages_repository.erase_writes(table, place, person))


def erase_from_region(region: str, person: ErasedPerson, ctx: Context[None]) -> None:
    """Takes the person out of all that a region has.

    Its register, meetings, surveys, polls, actions and community.
    """
    table, now = ctx.table, ctx.now
    retry_conflicts(lambda: _erase_from_figures(region, person, ctx))
    for row in table.query(f"REGION#{region}", "MEETING#").items:
        retry_conflicts(partial(_erase_from_meeting, row["id"], person, ctx))
    retry_conflicts(
        lambda: _transact_each(table, surveys_repository.erase_writes(table, region, person))
    )
    retry_conflicts(
        lambda: _transact_each(table, polls_personal_data.erase_writes(table, region, person))
    )
    retry_conflicts(
        lambda: _transact_each(table, day_personal_data.erase_action_writes(table, region, person))
    )
    retry_conflicts(
        lambda: _transact_each(
            table, communities_repository.erase_writes(table, region, person, now)
        )
    )
    retry_conflicts(
        lambda: _transact_each(
            table, leadership_repository.erase_writes(table, region, person, now)
        )
    )
    retry_conflicts(
        lambda: _transact_each(table, terms_repository.erase_writes(table, region, person))
    )
    retry_conflicts(
        lambda: _transact_each(table, vision_repository.erase_writes(table, region, person))
    )


def _erase_from_figures(region: str, person: ErasedPerson, ctx: Context[None]) -> None:
    """Puts the pseudonym in the register and where attendance is counted, at once.

    In one transaction, so that the KPI figures (DOMAIN, "KPIs") are the same before, meanwhile and after.
    """
    writes = meetings_personal_data.erase_attendance_writes(ctx.table, region, person)
    room = TRANSACTION_LIMIT - 4  # the writes of the register row
    while len(writes) > room:  # after many years there are more: the oldest first
        ctx.table.transact(writes[:room])
        del writes[:room]
    writes += membership_personal_data.erase_row_writes(ctx.table, region, person, ctx.now)
    ctx.table.transact(writes)


def _erase_from_meeting(meeting_id: str, person: ErasedPerson, ctx: Context[None]) -> None:
    """One query reads what the three parts of a meeting hold, one batch the person's replies."""
    items = ctx.table.query(meetings_repository.key(meeting_id)[0]).items
    writes = meetings_personal_data.erase_reply_writes(ctx.table, meeting_id, items, person.id)
    ctx.table.transact(writes)
    _transact_each(ctx.table, meetings_personal_data.erase_writes(items, person))
    _transact_each(ctx.table, agenda_repository.erase_writes(items, person, ctx.now))
    _transact_each(ctx.table, day_personal_data.erase_writes(items, person))


def _erase_own(
    person: ErasedPerson, member: Item, ctx: Context[None], letterbox: InboxBucket
) -> None:
    """All that lies with the member and under each address of theirs, but the claim."""
    # Imported here, as nothing else of the clock needs reflections.
    from comhar.reflections import personal_data as reflections_personal_data

    table, pk = ctx.table, f"MEMBER#{person.id}"
    retry_conflicts(
        lambda: _transact_each(table, reflections_personal_data.erase_writes(table, person.id))
    )
    _transact_each(table, letters_repository.erase_writes(table, pk))
    own_items = table.query(pk).items
    for note in own_items:
        if note["sk"].startswith("ADDRESS#"):
            _erase_former_address(note, person, table, letterbox)
    for address in _address_digests(member["email"]):
        _erase_address(address, person, table, letterbox, member["email"])
    _transact_each(table, membership_personal_data.erase_writes(person.id, own_items))


def _address_digests(email: str) -> list[str]:
    """The digests under which anything of the person's address may lie."""
    return [*claim_digests(email), *unkeyed_digests(email)]


def _erase_former_address(
    note: Item, person: ErasedPerson, table: Table, letterbox: InboxBucket
) -> None:
    """An address that was the person's, or that they only asked for (`asked`).

    What is another's stays.
    """
    address = note["sk"].partition("#")[2]
    if "asked" not in note and not _is_anothers(address, person, table):
        return _erase_address(address, person, table, letterbox)
    table.write_all(email_links.delete_links_writes(table, address, person=person.id))
    until = note.get("at", "")  # from then on the address was another's, and so is the mail
    _transact_each(
        table,
        inbox_repository.erase_writes(
            table, letterbox, address, lambda mail: bool(mail["at"] < until)
        ),
    )


def _is_anothers(address: str, person: ErasedPerson, table: Table) -> bool:
    claim = table.get(claims.claim_key(address))
    return claim is not None and claim["member"] != person.id


def _erase_address(
    address: str, person: ErasedPerson, table: Table, letterbox: InboxBucket, email: str = ""
) -> None:
    """Mail, links and notes under an address (its digest); the claim goes last of all.

    Where the address is another's now: what came from the person's own `email`, and their links. Two
    members can have had one mailbox.
    """
    _erase_mail(address, person, table, letterbox, email)
    if _is_anothers(address, person, table):
        return table.write_all(email_links.delete_links_writes(table, address, person=person.id))
    table.write_all(email_links.delete_links_writes(table, address))
    _transact_each(table, letters_repository.erase_writes(table, f"ADDRESS#{address}"))
    _transact_each(table, membership_personal_data.erase_address_writes(table, address))


def _erase_mail(
    address: str, person: ErasedPerson, table: Table, letterbox: InboxBucket, email: str
) -> None:
    is_theirs = partial(_is_from, email) if _is_anothers(address, person, table) else None
    _transact_each(table, inbox_repository.erase_writes(table, letterbox, address, is_theirs))


def _is_from(email: str, mail: Item) -> bool:
    return bool(mail["sender"] == email)


def _end_writes(item: Item, member: Item, table: Table) -> list[Write]:
    """The member, the alias, the claims on the address and the work go at once."""
    work = Delete((item["pk"], item["sk"]), condition=leases.still_leased(item))
    return [work, *membership_personal_data.erase_member_writes(table, member)]


def _transact_each(table: Table, transactions: Iterable[list[Write]]) -> None:
    for writes in transactions:
        table.transact(writes)


def replay_ledger(ctx: Context[None]) -> int:
    """Marks for erasing, at once, whom a restored table brought back; tells how many.

    They stand in the ledger and are in the register all the same. Who joined after their erasure has
    another id.
    """
    ledger = repository.Ledger(ctx.table)
    count = 0
    for row in membership_repository.list_rows(ctx.table, None, None):
        if row["id"] in ledger:
            member = membership_repository.find_member(ctx.table, ctx.settings, row["id"])
            if member:
                with suppress(ConditionFailed):
                    ctx.table.transact([repository.restart_write(member, ctx.now)])
                count += 1
    return count
