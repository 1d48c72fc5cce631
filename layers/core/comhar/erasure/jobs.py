"""Owns what makes an erasure final: everything about a person goes, step by step.

Each step can be done again, and the member's own item goes last, with the work itself: killed anywhere,
whoever claims the work next goes on. What stays without a person is joined by a random name.
"""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from comhar import email_links
from comhar.aws.buckets import Letterbox
from comhar.aws.conditions import Delete, Item, Update, Write
from comhar.aws.dynamodb import ConditionFailed, Table
from comhar.context import Context
from comhar.due_work import leases
from comhar.erasure import redaction, repository, written
from comhar.erasure.redaction import Gone
from comhar.inbox import repository as inbox
from comhar.mailboxes import claim_digests, plain_digests
from comhar.membership import claims, email_addresses
from comhar.membership import repository as people


@dataclass(frozen=True)
class Rooms:
    """Where a person may have left something."""

    table: Table
    letterbox: Letterbox


def work(item: Item, letterbox: Letterbox, ctx: Context[None]) -> None:
    """Erase the person for whom the claimed work waited, unless they are something else by now."""
    now, table, rooms = ctx.now, ctx.table, Rooms(ctx.table, letterbox)
    held = table.get(people.key(item["member"]))
    if held is None or ("begun" not in item and held["status"] != item["status"]):
        with suppress(ConditionFailed):
            table.transact([Delete((item["pk"], item["sk"]), when=leases.held(item))])
        return
    if "begun" not in item:
        try:
            item = _begin(item, held, now, table)
        except ConditionFailed:  # undone, or another's, at this very moment
            return
    gone = redaction.gone(held, item["stands_for"])
    with suppress(ConditionFailed):
        table.transact([repository.note(gone.id, now)])
    for region in gone.regions:
        redaction.clear_region(region, gone, now, table)
    from comhar.reflections import (
        repository as reflections,  # with the first erasure, not at each start
    )

    for writes in reflections.erase_writes(table, gone.id):
        table.transact(writes)
    written.clear(f"MEMBER#{gone.id}", table)
    own = table.query(f"MEMBER#{gone.id}").items
    notes = [each for each in own if each["sk"].startswith("ADDRESS#")]
    for note in notes:
        _clear_former(note, gone, rooms)
    for address in _addresses(held["email"]):
        _clear_address(address, gone, rooms, held["email"])
    table.write_all([_delete(each) for each in own if each["sk"] != "MEMBER"])
    table.transact([Delete((f"CATCHUP#{gone.id}", "CATCHUP"))])
    table.transact([Delete(people.name_waits_key(gone.id))])
    with suppress(ConditionFailed):  # another has the work by now, and ends it
        table.transact(_end(item, held, table))
    written.clear(f"MEMBER#{gone.id}", table)  # what came in meanwhile
    for address in _addresses(held["email"]):
        _clear_mail(address, gone, rooms, held["email"])


def _addresses(email: str) -> list[str]:
    """Under which digests anything of the person's address may lie."""
    return [*claim_digests(email), *plain_digests(email)]


def _begin(item: Item, held: Item, now: datetime, table: Table) -> Item:
    """From here on the person is being erased, whatever they were. Raises Lost."""
    final = repository.now_final(item, now, leases.held(item))
    writes: list[Write] = [
        final,
        Update(
            people.key(item["member"]),
            set={"status": "erasing"},
            add={"revision": 1},
            when={"status": item["status"], "revision": held["revision"]},
        ),
    ]
    writes += claims.mark_erasing(table, held["email"], item["member"], True)
    table.transact(writes)
    return {**item, **final.set}


def _clear_former(note: Item, gone: Gone, rooms: Rooms) -> None:
    """An address that was the person's, or that they only asked for (`asked`): what is another's stays."""
    address = note["sk"].partition("#")[2]
    if "asked" not in note and not _anothers(address, gone, rooms.table):
        return _clear_address(address, gone, rooms)
    rooms.table.write_all(email_links.held_for(rooms.table, address, person=gone.id))
    until = note.get("at", "")  # from then on it was another's, and so is the mail
    inbox.forget_address(address, rooms.table, rooms.letterbox, lambda mail: mail["at"] < until)


def _anothers(address: str, gone: Gone, table: Table) -> bool:
    claim = table.get(claims.claim_key(address))
    return claim is not None and claim["member"] != gone.id


def _clear_address(address: str, gone: Gone, rooms: Rooms, email: str = "") -> None:
    """Mail, links and notes under an address, by its digest. Where that is another's now, what came from
    the person's own `email`, and their links: two members can have had one mailbox. The claim itself goes
    last of all."""
    table = rooms.table
    _clear_mail(address, gone, rooms, email)
    if _anothers(address, gone, table):
        return table.write_all(email_links.held_for(table, address, person=gone.id))
    table.write_all(email_links.held_for(table, address))
    written.clear(f"ADDRESS#{address}", table)
    under = [_delete(each) for each in table.query(f"ADDRESS#{address}").items]
    table.write_all([each for each in under if each.key != claims.claim_key(address)])
    table.transact([Delete(email_addresses.invitation_key(address))])


def _clear_mail(address: str, gone: Gone, rooms: Rooms, email: str) -> None:
    if _anothers(address, gone, rooms.table):
        theirs = partial(_from, email)
        return inbox.forget_address(address, rooms.table, rooms.letterbox, theirs)
    inbox.forget_address(address, rooms.table, rooms.letterbox)


def _from(email: str, mail: Item) -> bool:
    return bool(mail["sender"] == email)


def _end(item: Item, held: Item, table: Table) -> list[Write]:
    """The member, the alias, the claims on the address and the work go at once."""
    mine = claims.of_member(table, held["email"], held["id"])
    claimed = [Delete((each["pk"], each["sk"]), when={"member": held["id"]}) for each in mine]
    alias = [Delete(people.alias_key(held["alias"]))] if held.get("alias") else []
    work = Delete((item["pk"], item["sk"]), when=leases.held(item))
    return [work, Delete(people.key(held["id"])), *alias, *claimed]


def _delete(item: Item) -> Delete:
    return Delete((item["pk"], item["sk"]))


def replay(ctx: Context[None]) -> int:
    """Mark for erasing, at once, whoever stands in the ledger and is in the register all the same.

    They came back with a restored table. How many. Who joined after their erasure has another number.
    """
    erased = repository.Ledger(ctx.table)
    found = 0
    for row in people.list_rows(ctx.table, None, None):
        if row["id"] in erased:
            member = people.find_member(ctx.table, ctx.settings, row["id"])
            if member:
                with suppress(ConditionFailed):
                    ctx.table.transact([repository.again(member, ctx.now)])
                found += 1
    return found
