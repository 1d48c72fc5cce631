"""Owns the items by which a person signs in: sessions, and the places where codes wait to be typed."""

from datetime import datetime, timedelta

from comhar import links, retention
from comhar.calendar import stamp
from comhar.membership.model import CODE_TRIES, SESSION, SIGN_IN_MINUTES
from comhar.table import Table
from comhar.tokens import digest, secret
from comhar.writes import Delete, Key, Put, Update, at_most


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


def sessions(table: Table, member_id: str) -> list[Delete]:
    """What ends every session of a member, wherever it is open."""
    found = table.query(f"MEMBER#{member_id}", "SESSION#").items
    return [Delete((item["pk"], item["sk"])) for item in found]


def await_code(request: str, purpose: str, now: datetime) -> Put:
    """The place of a code to come, for any address alike: who asks learns nothing by typing one.

    `request` is the digest; the mailer fills the place where the address is somebody's.
    """
    pk, sk = links.code_key(request)
    until = now + timedelta(minutes=SIGN_IN_MINUTES)
    held = {"purpose": purpose, "tries": 0, "expires_at": stamp(until)}
    forgotten = until + retention.kept("link")
    return Put({"pk": pk, "sk": sk, **held, "expires": int(forgotten.timestamp())})


def count_try(code: Key) -> Update:
    """Counts one try, right or wrong; refused after the fifth."""
    return Update(code, add={"tries": 1}, when={"tries": at_most(CODE_TRIES - 1)})
