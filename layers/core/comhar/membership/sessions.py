"""Items by which a person signs in: sessions, and the browsers in which somebody did."""

from collections.abc import Callable
from datetime import datetime

from comhar import retention
from comhar.aws.conditions import Delete, Key, Put
from comhar.aws.dynamodb import Table
from comhar.dates.dublin_time import stamp
from comhar.membership.model import SESSION
from comhar.tokens import digest, is_same_digest, keyed_digest, new_secret

_FIRST_TRANSACTION = 50  # sessions, in the transaction of what ends them


def new_session(member_id: str, now: datetime) -> tuple[str, Put]:
    """What the person carries, `<member id>.<secret>`, and the item that knows its digest.

    Once ended it is still known for a while, so that what was being posted can be kept.
    """
    token = new_secret()
    until = now + SESSION
    item = {
        "pk": f"MEMBER#{member_id}",
        "sk": f"SESSION#{digest(token)}",
        "expires_at": stamp(until),
        "expires": int((until + retention.retention_period("session")).timestamp()),
    }
    return f"{member_id}.{token}", Put(item)


def end_sessions(
    table: Table, member_id: str, write: Callable[[list[Delete]], None], but: Key | None = None
) -> None:
    """Ends every session of a member, wherever it is open, `but` that one: within what `write` writes;
    the few that may be left, right after."""
    found = table.query(f"MEMBER#{member_id}", "SESSION#").items
    keys = [(item["pk"], item["sk"]) for item in found]
    ends = [Delete(key) for key in keys if key != but]
    write(ends[:_FIRST_TRANSACTION])
    table.write_all(ends[_FIRST_TRANSACTION:])


def entered_by_office_key(member_id: str) -> Key:
    """Where it stands that the office signed this person up, until they sign in themselves."""
    return f"MEMBER#{member_id}", "ENTERED"


def new_browser_mark(address: str) -> str:
    """What a browser keeps in which the holder of an address (its digest) signed in: `<random>.<proof>`.

    Nothing can be read from it. By it the browser's own asks are counted apart from those of strangers.
    """
    mark = new_secret()
    return f"{mark}.{keyed_digest('known', mark, address)}"


def find_browser_mark(value: str, address: str) -> str | None:
    """The mark of a browser in which the holder of the address signed in, from what it keeps."""
    mark, _, proof = value.partition(".")
    return mark if mark and is_same_digest(proof, keyed_digest("known", mark, address)) else None
