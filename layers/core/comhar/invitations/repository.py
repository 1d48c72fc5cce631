"""Stored items of lists: the list, its rows in pieces, and how far it is sent."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from datetime import datetime, timedelta
from itertools import batched
from typing import Any

from comhar import retention
from comhar.aws.conditions import Delete, Item, Key, Put, Update, Write, absent_or_at_most, present
from comhar.aws.dynamodb import Page, Table
from comhar.dates.dublin_time import stamp
from comhar.due_work import leases
from comhar.idempotency import REPEATABLE, Once
from comhar.invitations.row_status import KINDS, Kind, Row
from comhar.membership import claims, email_addresses
from comhar.membership import repository as membership_repository
from comhar.settings import Settings

NEW, BAD, KNOWN = "NEW", "BAD", "KNOWN"
INVITATIONS = "INVITATIONS"  # the audit's subject; an address of its own would name it
# New people in one piece: each is a letter, a note and a count, in a transaction of 100 writes.
PIECE_SIZE = 32
_OTHER_PIECE_SIZE = 200  # rows that are only shown
_PIECES_AT_ONCE = 10  # per transaction: far under its 4 MB
_MAX_PIECES = 5  # of rows that are shown at once
_SENDING_TIME = timedelta(hours=1)  # so that a list sent at its last moment still has its rows


class ListTaken(Exception):
    """Another worker sends this list."""


def key(list_id: str) -> Key:
    return f"LIST#{list_id}", "LIST"


def save_list(
    table: Table,
    list_id: str,
    rows: list[Row],
    about: Item,
    now: datetime,
    once: Once = REPEATABLE,
    *,
    sending: bool = False,
) -> Item:
    """Saves a list with its rows, and gives its item.

    The item comes last, so that a list is there whole or not at all. `about` is what else to store. With
    `sending` it is leased to the caller, who sends it.
    """
    expires = int((now + retention.period("list") + _SENDING_TIME).timestamp())
    pieces = [
        Put({"pk": key(list_id)[0], "sk": f"{kind}#{n:04d}", "rows": text, "expires": expires})
        for kind, piece_rows in _pieces(rows)
        for n, text in enumerate(piece_rows)
    ]
    for batch in batched(pieces, _PIECES_AT_ONCE, strict=False):
        table.transact(batch)
    item = {**_item(list_id, rows, now), **about, "expires": expires}
    if sending:
        item |= {"state": "sending", "due": "work", **leases.lease_attributes(now)}
    table.transact([Put(item), *once.writes(list_id)])
    return item


def _item(list_id: str, rows: list[Row], now: datetime) -> Item:
    pk, sk = key(list_id)
    counts = Counter(row.kind for row in rows)
    return {
        "pk": pk,
        "sk": sk,
        "id": list_id,
        "state": "ready",
        "counts": {kind: counts[kind] for kind in KINDS},
        "at": stamp(now),
        "expires_at": stamp(now + retention.period("list")),
    }


def _pieces(rows: list[Row]) -> Iterable[tuple[str, Iterable[str]]]:
    """Each kind of piece with its rows as one text: as maps they take thrice the time."""
    for name, kinds, size in (
        (NEW, ("new",), PIECE_SIZE),
        (BAD, ("invalid",), _OTHER_PIECE_SIZE),
        (KNOWN, ("member", "invited", "repeat"), _OTHER_PIECE_SIZE),
    ):
        piece_rows = [
            {k: v for k, v in asdict(row).items() if v} for row in rows if row.kind in kinds
        ]
        yield (
            name,
            (
                json.dumps(piece, ensure_ascii=False)
                for piece in batched(piece_rows, size, strict=False)
            ),
        )


def parse_rows(piece: Item) -> list[Item]:
    rows: list[Item] = json.loads(piece["rows"])
    return rows


def find_list(table: Table, list_id: str, now: datetime) -> Item | None:
    item = table.get(key(list_id))
    return item if item and item["expires_at"] > stamp(now) else None


def find_with_new_piece(table: Table, list_id: str, now: datetime) -> tuple[Item | None, Page]:
    """The list, and the first piece of those who would be invited; one query."""
    pk, first = key(list_id)
    page = table.query(pk, first, until=f"{NEW}#~", limit=2)
    item = next((item for item in page.items if item["sk"] == first), None)
    pieces = [piece for piece in page.items if piece is not item]
    if item is None or item["expires_at"] <= stamp(now):
        return None, Page([])
    return item, Page(pieces, page.next)


def list_rows(table: Table, list_id: str, name: str) -> tuple[list[Item], bool]:
    """The rows of one kind of piece, and whether there are more than are shown."""
    page = table.query(key(list_id)[0], f"{name}#", limit=_MAX_PIECES)
    return [row for piece in page.items for row in parse_rows(piece)], page.next is not None


def next_new_piece(table: Table, list_id: str, cursor: str | None) -> Page:
    """The next piece of those who would be invited; one query."""
    return table.query(key(list_id)[0], f"{NEW}#", after=cursor, until=f"{NEW}#~", limit=1)


def start_sending(table: Table, list_id: str, by: str, now: datetime) -> None:
    """Makes the sending of the list work for the clock.

    All of it is kept anew from now on: the rows must not be deleted before they are sent.

    Raises:
        ConditionFailed: that was done, or there is no list.
    """
    expires = {"expires": int((now + retention.period("list") + _SENDING_TIME).timestamp())}
    pieces = table.query(key(list_id)[0], f"{NEW}#", until=f"{NEW}#~").items
    table.write_all(
        Update((piece["pk"], piece["sk"]), set=expires, condition={"pk": present})
        for piece in pieces
    )
    work = {"state": "sending", "by": by, "due": "work", "due_at": stamp(now), **expires}
    work["expires_at"] = stamp(now + retention.period("list"))
    table.transact([Update(key(list_id), set=work, condition={"state": "ready"})])


def delete_list(table: Table, list_id: str, conflict: type[Exception]) -> None:
    """Deletes the list and its rows, if it was not sent.

    Raises:
        Exception: `conflict`, where it was.
    """
    table.transact([Delete(key(list_id), condition={"state": "ready"}, conflict=conflict)])
    pieces = table.query(key(list_id)[0]).items
    table.write_all(Delete((piece["pk"], piece["sk"])) for piece in pieces)


def finish_piece_writes(
    item: Item, piece: Item, kinds: Mapping[str, int], now: datetime
) -> list[Write]:
    """Deletes a piece that is sent, counts its rows and renews the lease.

    Refused, with ListTaken, when another worker has the list, or the piece was done before.
    """
    counts = {f"did_{kind}": count for kind, count in kinds.items() if count}
    lease, lease_condition = leases.lease_attributes(now), leases.still_leased(item)
    return [
        Update(
            key(item["id"]), set=lease, add=counts, condition=lease_condition, conflict=ListTaken
        ),
        Delete((piece["pk"], piece["sk"]), condition={"pk": present}, conflict=ListTaken),
    ]


def release_lease_write(item: Item, now: datetime) -> Update:
    """Gives the lease back, so that the clock goes on at once."""
    at_once, lease_condition = {"due_at": stamp(now)}, leases.still_leased(item)
    return Update(key(item["id"]), set=at_once, condition=lease_condition, conflict=ListTaken)


def finish_list_write(item: Item) -> Update:
    ended, due = {"state": "sent"}, ["due", "due_at"]
    lease_condition = leases.still_leased(item)
    return Update(
        key(item["id"]), set=ended, remove=due, condition=lease_condition, conflict=ListTaken
    )


def count_rows(item: Item) -> dict[str, int]:
    """How many rows are what by now; they add up to the rows that were read."""
    totals: dict[str, int] = {kind: item["counts"][kind] for kind in KINDS}
    did = {kind: item.get(f"did_{kind}", 0) for kind in ("new", "member", "invited")}
    totals |= {kind: totals[kind] + did[kind] for kind in ("member", "invited")}
    return totals | {
        "new": totals["new"] - sum(did.values()),
        "sent": did["new"],
        "rows": sum(item["counts"].values()),
    }


def invitation_writes(row: Item, list_id: str, by: str, now: datetime) -> list[Put]:
    """The letter with the link, and the note of the invitation.

    The letter is the same for the same list. The note is refused where there is an open one.
    """
    about = {name: row[name] for name in ("name", "region", "role") if row.get(name)}
    facts: dict[str, Any] = {"invited": True, **about}
    note = email_addresses.invitation_write(row["email"], by, now, **about)
    unless = {"expires": absent_or_at_most(int(now.timestamp()))}
    return [
        email_addresses.link_letter_write("join", row["email"], facts, now, list_id),
        Put(note.item, condition=unless),
    ]


def audit_line_write(item: Item, count: int, now: datetime) -> Put:
    return membership_repository.audit_write(
        item["by"], "invite", INVITATIONS, now, count=count, list=item["id"]
    )


def find_known(
    table: Table, settings: Settings, emails: Sequence[str], now: datetime
) -> dict[str, Kind]:
    """The addresses that are a member's, the office's, or invited."""
    claimed = claims.find_claims(table, emails)
    notes = email_addresses.find_invitations(table, emails)
    statuses: dict[str, Kind] = {}
    for email in emails:
        if email in claimed or email in settings.office_emails:
            statuses[email] = "member"
        elif email_addresses.is_open_invitation(notes.get(email), now):
            statuses[email] = "invited"
    return statuses


def add_member_status(table: Table, settings: Settings, rows: list[Row]) -> Iterator[Row]:
    """The rows; a member who is not active with id and status."""
    emails = [row.email for row in rows if row.kind == "member"]
    ids = {email: claim["member"] for email, claim in claims.find_claims(table, emails).items()}
    members = membership_repository.find_members(table, settings, list(ids.values()))
    by_email = dict(zip(ids, members, strict=True))
    for row in rows:
        member = by_email.get(row.email) if row.kind == "member" else None
        inactive = member is not None and not member.active
        yield replace(row, member=member.id, status=member.status) if member and inactive else row


def list_open_invitations(table: Table, now: datetime) -> list[Item]:
    """All open invitations, newest first; one query."""
    notes = table.query("INVITATIONS").items
    return sorted(
        (n for n in notes if email_addresses.is_open_invitation(n, now)), key=sort_key, reverse=True
    )


def sort_key(note: Item) -> str:
    """An invitation's place among the others."""
    return f"{note['at']}#{note['sk']}"
