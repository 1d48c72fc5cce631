"""Owns what makes an erasure final: everything about a person goes, step by step.

Each step can be done again, and the member's own item goes last, with the work itself: killed anywhere,
whoever claims the work next goes on. What stays without a person is joined by a random name.
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from comhar import due, links
from comhar.erasure import places, records
from comhar.erasure.places import Gone
from comhar.exports import Letterbox
from comhar.inbox import records as inbox
from comhar.membership import addresses
from comhar.membership import records as people
from comhar.membership.records import Members
from comhar.reflections import gone as reflections
from comhar.table import TRANSACTION_LIMIT, Lost, Table
from comhar.tokens import digest
from comhar.writes import Delete, Item, Update, Write


@dataclass(frozen=True)
class Rooms:
    """Where a person may have left something."""

    table: Table
    letterbox: Letterbox


def work(item: Item, now: datetime, rooms: Rooms) -> None:
    """Erases the person for whom the claimed work waited, unless they are something else by now."""
    table = rooms.table
    held = table.get(people.key(item["member"]))
    if held is None or ("begun" not in item and held["status"] != item["status"]):
        with suppress(Lost):
            table.transact(Delete((item["pk"], item["sk"]), when=due.held(item)))
        return
    if "begun" not in item:
        try:
            item = _begin(item, held, now, table)
        except Lost:  # undone, or another's, at this very moment
            return
    gone = places.gone(held, item["stands_for"])
    with suppress(Lost):
        table.transact(records.note(gone.id, now))
    for region in gone.regions:
        places.clear_region(region, gone, now, table)
    for writes in reflections.forgotten(table, gone.id):
        table.transact(*writes)
    own = table.query(f"MEMBER#{gone.id}").items
    notes = [each for each in own if each["sk"].startswith("ADDRESS#")]
    for note in notes:
        _clear_former(note, gone, rooms)
    _clear_address(digest(held["email"]), gone, rooms)
    _all_of(table, [_delete(each) for each in own if each["sk"] != "MEMBER"])
    table.transact(Delete((f"CATCHUP#{gone.id}", "CATCHUP")))
    with suppress(Lost):  # another has the work by now, and ends it
        table.transact(*_end(item, gone, digest(held["email"]), table))
    if not _anothers(digest(held["email"]), gone, table):  # what came in meanwhile
        inbox.forget_address(digest(held["email"]), table, rooms.letterbox)


def _begin(item: Item, held: Item, now: datetime, table: Table) -> Item:
    """From here on the person is being erased, whatever they were. Raises Lost."""
    final = records.now_final(item, now, due.held(item))
    writes: list[Write] = [
        final,
        Update(
            people.key(item["member"]),
            set={"status": "erasing"},
            add={"revision": 1},
            when={"status": item["status"], "revision": held["revision"]},
        ),
    ]
    address = digest(held["email"])
    claim = table.get(addresses.claim_key(address))
    if claim and claim["member"] == item["member"]:
        writes.append(addresses.mark_erasing(address, True))
    table.transact(*writes)
    return {**item, **final.set}


def _clear_former(note: Item, gone: Gone, rooms: Rooms) -> None:
    """An address that was the person's, or that they only asked for (`asked`): what is another's stays."""
    address = note["sk"].partition("#")[2]
    if "asked" not in note and not _anothers(address, gone, rooms.table):
        return _clear_address(address, gone, rooms)
    _all_of(rooms.table, links.held_for(rooms.table, address, gone.id))
    until = note.get("at", "")  # from then on it was another's, and so is the mail
    for mail in inbox.from_address(address, rooms.table):
        if mail["at"] < until:
            rooms.letterbox.delete(mail["message"])
            lists = [Delete(inbox.key(state, mail["id"])) for state in inbox.STATES]
            rooms.table.transact(*lists, Delete(inbox.pointer_key(address, mail["id"])))


def _anothers(address: str, gone: Gone, table: Table) -> bool:
    claim = table.get(addresses.claim_key(address))
    return claim is not None and claim["member"] != gone.id


def _clear_address(address: str, gone: Gone, rooms: Rooms) -> None:
    """Mail, links and notes under an address, by its digest; nothing where it is another's now. The
    claim itself goes last of all."""
    table = rooms.table
    if _anothers(address, gone, table):
        return
    inbox.forget_address(address, table, rooms.letterbox)
    _all_of(table, links.held_for(table, address))
    under = [_delete(each) for each in table.query(f"ADDRESS#{address}").items]
    _all_of(table, [each for each in under if each.key != addresses.claim_key(address)])
    table.transact(Delete(addresses.invitation_key(address)))


def _end(item: Item, gone: Gone, address: str, table: Table) -> list[Write]:
    """The member, the claim on the address and the work go at once."""
    key = addresses.claim_key(address)
    claim = table.get(key)
    mine = [Delete(key, when={"member": gone.id})] if claim and claim["member"] == gone.id else []
    work = Delete((item["pk"], item["sk"]), when=due.held(item))
    return [work, Delete(people.key(gone.id)), *mine]


def _delete(item: Item) -> Delete:
    return Delete((item["pk"], item["sk"]))


def _all_of(table: Table, writes: Sequence[Write]) -> None:
    for start in range(0, len(writes), TRANSACTION_LIMIT):
        table.transact(*writes[start : start + TRANSACTION_LIMIT])


def replay(now: datetime, members: Members) -> int:
    """Marks for erasing, at once, whoever stands in the ledger and is in the register all the same:
    they came back with a restored table. How many. Who joined after their erasure has another number."""
    erased = records.ledger(members.table)
    found = 0
    for row in members.rows(None, None):
        if digest(row["id"]) in erased:
            member = members.by_id(row["id"])
            if member:
                with suppress(Lost):
                    members.table.transact(records.again(member, now))
                found += 1
    return found
