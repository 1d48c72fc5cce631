"""A member's personal data: what is exported, and what an erasure removes."""

from collections.abc import Iterator
from datetime import datetime
from itertools import batched
from typing import Any

from comhar import retention
from comhar.address_digests import address_digest
from comhar.aws.conditions import Delete, Item, Put, Write, absent
from comhar.aws.dynamodb import TRANSACTION_LIMIT, Table
from comhar.dates.dublin_time import stamp
from comhar.formatting import Day, Instant, format_audit_action, get_title
from comhar.membership import (
    claims,
    confirmations,
    directory,
    email_addresses,
    history,
    name_requests,
    repository,
)
from comhar.membership.model import ErasedPerson, Member

_RECORD = (
    *("name", "preferred_name", "email", "role_other", "workplace", "ask_about", "language"),
    *("paused", "status", "reason", "confirmed", "joined_on", "do_not_write"),
    "findable",
)


def erase_row_writes(table: Table, region: str, person: ErasedPerson, now: datetime) -> list[Write]:
    """Replaces a register row with one under the pseudonym; one read.

    It keeps the role, and the days of being active in the region. Who never was active leaves no row, and
    nobody one in the directory. At most 4 writes, refused where the row was changed meanwhile.
    """
    row = table.get(repository.row_key(region, person.id))
    if row is None:
        return []
    unchanged = {name: row.get(name, absent) for name in ("revision", "listed")}
    deletes: list[Write] = [Delete((row["pk"], row["sk"]), condition=unchanged)]
    if row.get("listed"):
        deletes += directory.change_writes(row, None)
    periods = [
        period for period in row.get("periods", ()) if period.get("region", region) == region
    ]
    if not periods:
        return deletes
    pk, sk = repository.row_key(region, person.pseudonym)
    until = int((now + retention.period("former")).timestamp())
    item = {"pk": pk, "sk": sk, "id": person.pseudonym, "role": row.get("role"), "region": region}
    days = {"periods": periods, "away": row.get("away")}
    return [*deletes, Put(item | {"status": "erased", **days, "expires": until})]


def erase_address_writes(table: Table, address: str) -> Iterator[list[Write]]:
    """Deletes what stands under an address but the claim on it, and its invitation.

    `address` is the digest.
    """
    items = table.query(f"ADDRESS#{address}").items
    claim = claims.claim_key(address)
    yield from _delete_writes([item for item in items if (item["pk"], item["sk"]) != claim])
    yield [Delete(email_addresses.invitation_key(address))]


def erase_writes(member_id: str, items: list[Item]) -> Iterator[list[Write]]:
    """Deletes these items that lie with a member, but the member itself.

    Sessions, drafts, marks of what was sent, former addresses, own actions; also work about them
    and a name to check, which lie elsewhere.
    """
    yield from _delete_writes([item for item in items if item["sk"] != "MEMBER"])
    yield [Delete((f"CATCHUP#{member_id}", "CATCHUP"))]
    yield [Delete((f"RECOUNT#{member_id}", "RECOUNT"))]
    yield [Delete(confirmations.key(member_id))]
    yield [Delete(name_requests.key(member_id))]


def erase_member_writes(table: Table, item: Item) -> list[Write]:
    """Deletes the member, the alias and the claims on the address; one batch read."""
    claimed = claims.list_claims_of(table, item["email"], item["id"])
    alias = [Delete(repository.alias_key(item["alias"]))] if item.get("alias") else []
    condition = {"member": item["id"]}
    return [
        Delete(repository.key(item["id"])),
        *alias,
        *(Delete((claim["pk"], claim["sk"]), condition=condition) for claim in claimed),
    ]


def _delete_writes(items: list[Item]) -> Iterator[list[Write]]:
    for batch in batched(items, TRANSACTION_LIMIT, strict=False):
        yield [Delete((item["pk"], item["sk"])) for item in batch]


def export(table: Table, member: Member, items: list[Item]) -> dict[str, list[Item]]:
    """The record with its history, sessions and invitation.

    `items` are those that lie with the member.
    """
    note = table.get(email_addresses.invitation_key(address_digest(member.email)))
    return {
        "record": [_record(member)],
        "periods": [_period(period) for period in member.periods],
        "away": [{name: Day(period[name]) for name in ("from", "until")} for period in member.away],
        "sessions": [_session(item) for item in items if item["sk"].startswith("SESSION#")],
        "invitation": [_invitation(note)] if note else [],
        "history": list(_history(table, member)),
    }


def _record(member: Member) -> Item:
    row: Item = {name: getattr(member, name) for name in _RECORD}
    row["joined_on"] = Day(member.joined_on) if member.joined_on else None
    row |= {"region": get_title(member.region), "role": get_title(member.role), "number": member.id}
    row["shown_to_colleagues"] = ", ".join(field.replace("_", " ") for field in member.shows)
    row["co_chair_of"] = ", ".join(get_title(region) for region in member.chair_of)
    if member.name_asked is None:
        return row
    asked_for = {
        f"asked_for_{field}": member.name_asked[field] for field in ("name", "preferred_name")
    }
    return row | asked_for | {"asked_for_at": Instant(member.name_asked["at"])}


def _period(period: dict[str, Any]) -> Item:
    """Its columns stand in one order; DynamoDB gives the parts of a map in any."""
    days = {name: Day(period[name]) if period.get(name) else None for name in ("from", "until")}
    known = {"region": get_title(period.get("region")), **days}
    return known | {name: period[name] for name in sorted(period.keys() - known.keys())}


def _session(item: Item) -> Item:
    session = repository.session_from_item(item)
    instants = {"since": session.since, "last_used": session.used_at, "until": session.until}
    return {"device": session.device} | {name: Instant(stamp(at)) for name, at in instants.items()}


def _invitation(note: Item) -> Item:
    """Without the number of who invited."""
    row = {name: note[name] for name in note if name not in ("pk", "sk", "by", "expires")}
    return row | {"at": Instant(note["at"])}


_IN_CONFIDENCE = {"not_known"}  # what a co-chair told the office of a member


def _history(table: Table, member: Member) -> Iterator[Item]:
    """The record's history and the looks at it; people by what they are, not by name."""
    for looks in (False, True):
        before: str | None = None
        while True:
            lines, before = history.list_history(table, member, before, looks=looks)
            for line in lines:
                if line["what"] in _IN_CONFIDENCE:
                    continue
                author = _author(line["who"], member)
                yield {
                    "at": Instant(line["at"]),
                    "what": format_audit_action(line["what"]),
                    "by": author,
                }
            if before is None:
                break


def _author(audit_id: str, member: Member) -> str:
    if audit_id in (member.id, member.alias):
        return "you"
    return (
        "the National Office" if audit_id.startswith("office-") else "a co-chair or Comhar itself"
    )
