"""Owns the items by which a person signs in: sessions, and the places where codes wait to be typed."""

from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import batched

from comhar import links, retention
from comhar.calendar import stamp
from comhar.errors import FieldError, Invalid
from comhar.membership.forms import Code
from comhar.membership.model import CODE_TRIES, SESSION, SIGN_IN_MINUTES, CodeSpent
from comhar.table import TRANSACTION_LIMIT, Lost, Table
from comhar.tokens import digest, same, secret
from comhar.writes import Delete, Item, Key, Put, Update, at_most

_ENDED_AT_ONCE = 50  # sessions, in the transaction of what ends them


def open_session(member_id: str, now: datetime) -> tuple[str, Put]:
    """What the person carries, `<member id>.<secret>`, and the item that knows its digest.

    Once ended it is still known for a while, so that what was being posted can be kept.
    """
    held = secret()
    until = now + SESSION
    item = {
        "pk": f"MEMBER#{member_id}",
        "sk": f"SESSION#{digest(held)}",
        "expires_at": stamp(until),
        "expires": int((until + retention.kept("session")).timestamp()),
    }
    return f"{member_id}.{held}", Put(item)


def session_key(value: str) -> Key | None:
    member_id, dot, held = value.partition(".")
    plain = dot and member_id.isascii() and held.isascii() and 0 < len(value) <= 200
    return (f"MEMBER#{member_id}", f"SESSION#{digest(held)}") if plain else None


def sign_out(
    table: Table, member_id: str, write: Callable[[list[Delete]], None], but: Key | None = None
) -> None:
    """Ends every session of a member, wherever it is open, `but` that one: within what `write` writes;
    the few that may be left, right after."""
    found = table.query(f"MEMBER#{member_id}", "SESSION#").items
    keys = [(item["pk"], item["sk"]) for item in found]
    ends = [Delete(key) for key in keys if key != but]
    write(ends[:_ENDED_AT_ONCE])
    for some in batched(ends[_ENDED_AT_ONCE:], TRANSACTION_LIMIT, strict=False):
        table.transact(*some)


def entered_key(member_id: str) -> Key:
    """Where it stands that the office signed this person up, until they sign in themselves."""
    return f"MEMBER#{member_id}", "ENTERED"


def await_code(request: str, purpose: str, now: datetime) -> Put:
    """The place of a code to come, for any address alike: who asks learns nothing by typing one.

    `request` is the digest; the mailer fills the place where the address is somebody's.
    """
    pk, sk = links.code_key(request)
    until = now + timedelta(minutes=SIGN_IN_MINUTES)
    held = {"purpose": purpose, "tries": 0, "expires_at": stamp(until)}
    forgotten = until + retention.kept("link")
    return Put({"pk": pk, "sk": sk, **held, "expires": int(forgotten.timestamp())})


def typed(table: Table, form: Code, purpose: str, asked_by: str, now: datetime, again: str) -> Item:
    """The item of the code that was typed where it was asked for, one try counted; five tries.

    Raises CodeSpent with `again` when the request is unknown, used, out of date or out of tries, and
    Invalid when the code is wrong, or there is none because the address is nobody's.
    """
    request = digest(form.request or asked_by)
    key = links.code_key(request)
    try:
        item = links.live(table.get(key), purpose, now, again)
        table.transact(count_try(key))  # first, or many at once were one try
    except (links.LinkSpent, Lost) as spent:
        raise CodeSpent(next=again) from spent
    if not same(digest(form.code.replace(" ", ""), request), item.get("code", "")):
        raise Invalid(FieldError("code", "This is not the code in the newest letter."))
    return item


def count_try(code: Key) -> Update:
    """Counts one try, right or wrong; refused after the fifth."""
    return Update(code, add={"tries": 1}, when={"tries": at_most(CODE_TRIES - 1)})
