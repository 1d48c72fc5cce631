"""Emailed links and typed codes: find one by its digest, and spend or delete it.

A link is bound to a purpose, a subject and a person, expires, and is spent by a finished POST. Opening one
(GET, HEAD) never spends it, because mail scanners open links.
"""

import re
from datetime import datetime
from typing import Any

from comhar.aws.conditions import Delete, Item, Key, OnConflict, Update, Write, absent
from comhar.aws.dynamodb import Table
from comhar.dates.dublin_time import stamp
from comhar.errors import Gone
from comhar.tokens import digest

_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")  # what `secret` makes
_CONTENT = ("facts", "draft", "address")  # needed until the link is used, and not a moment longer


class LinkSpent(Gone):
    title = "This link has already been used, or it has expired."


def link_key(token: str) -> Key:
    return f"TOKEN#{digest(token)}", "TOKEN"


def code_key(request: str) -> Key:
    """Where the code of a browser's sign-in request is kept; `request` is the digest."""
    return f"SIGNIN#{request}", "SIGNIN"


def get_link(table: Table, token: str, purpose: str, now: datetime, next: str) -> Item:
    """The link's item, if it is for this purpose, unused and in date.

    One read; none for what has not the shape of a token.

    Raises:
        LinkSpent: with `next`, what the person can do instead.
    """
    item = table.get(link_key(token)) if _TOKEN.fullmatch(token) else None
    return require_live(item, purpose, now, next)


def require_live(item: Item | None, purpose: str, now: datetime, next: str) -> Item:
    """The link's item, if it is for this purpose, unused and in date.

    Expiry is checked here because the table deletes late.

    Raises:
        LinkSpent: with `next`, what the person can do instead.
    """
    if item is None or item["purpose"] != purpose or "used_at" in item:
        raise LinkSpent(next=next)
    if item["expires_at"] <= stamp(now):
        raise LinkSpent(next=next)
    return item


def spend_write(item: Item, now: datetime, conflict: OnConflict = None) -> Update:
    """Marks the link as used, and deletes what it held.

    Refused, with `conflict`, when it is used already.
    """
    condition: dict[str, Any] = {"purpose": item["purpose"], "used_at": absent}
    key, used = (item["pk"], item["sk"]), {"used_at": stamp(now)}
    return Update(key, set=used, remove=_CONTENT, condition=condition, conflict=conflict)


def delete_links_writes(table: Table, *addresses: str, person: str | None = None) -> list[Delete]:
    """Deletes the links that hold an address, or those of them that are one person's.

    `addresses` are the digests under which they may lie. One query a digest; with `person` a read a link.
    """
    pointers = [each for one in addresses for each in table.query(f"ADDRESS#{one}", "LINK#").items]
    keys = [(each["sk"].replace("LINK", "TOKEN"), "TOKEN") for each in pointers]
    if person:
        keys = [each for each in keys if (table.get(each) or {}).get("person") == person]
    return [Delete(each) for each in dict.fromkeys(keys)]


def spend_both_writes(item: Item, now: datetime, conflict: OnConflict = None) -> list[Write]:
    """Marks a sign-in link and the code beside it as used, whichever was used."""
    writes: list[Write] = [spend_write(item, now, conflict)]
    if item.get("link"):
        writes.append(Update((item["link"], "TOKEN"), set={"used_at": stamp(now)}, remove=_CONTENT))
    elif item.get("code_for"):
        typed = code_key(item["code_for"])
        writes.append(Update(typed, set={"used_at": stamp(now)}, remove=_CONTENT))
    return writes
