"""Sessions, and the marks of browsers in which somebody has signed in."""

from collections.abc import Callable
from datetime import datetime

from comhar import retention
from comhar.aws.conditions import Delete, Key, Put
from comhar.aws.dynamodb import Table
from comhar.dates.dublin_time import stamp
from comhar.membership.model import SESSION
from comhar.tokens import digest, is_same_digest, keyed_digest, new_secret

_FIRST_TRANSACTION = 50  # sessions ended in the same transaction


def new_session(member_id: str, now: datetime) -> tuple[str, Put]:
    """The session's value, `<member id>.<secret>`, and the write of its item.

    The item has only the digest. An ended session is still known for a while, so that a form that was being
    sent can be saved.
    """
    token = new_secret()
    until = now + SESSION
    item = {
        "pk": f"MEMBER#{member_id}",
        "sk": f"SESSION#{digest(token)}",
        "expires_at": stamp(until),
        "expires": int((until + retention.period("session")).timestamp()),
    }
    return f"{member_id}.{token}", Put(item)


def end_sessions(
    table: Table,
    member_id: str,
    write: Callable[[list[Delete]], None],
    except_key: Key | None = None,
) -> None:
    """Ends every session of a member, wherever it is open, but that of `except_key`.

    The first 50 go into the transaction of `write`, the rest right after.
    """
    items = table.query(f"MEMBER#{member_id}", "SESSION#").items
    keys = [(item["pk"], item["sk"]) for item in items]
    ends = [Delete(key) for key in keys if key != except_key]
    write(ends[:_FIRST_TRANSACTION])
    table.write_all(ends[_FIRST_TRANSACTION:])


def entered_by_office_key(member_id: str) -> Key:
    """The mark that the office signed this person up, until they sign in themselves."""
    return f"MEMBER#{member_id}", "ENTERED"


def new_browser_mark(address: str) -> str:
    """A mark for a browser in which the holder of an address signed in.

    `<random>.<proof>`: nothing can be read from it. By it the browser's own requests for links are counted
    apart from those of strangers. `address` is the digest.
    """
    mark = new_secret()
    return f"{mark}.{keyed_digest('known', mark, address)}"


def find_browser_mark(value: str, address: str) -> str | None:
    """The mark's random part, if it proves that the address signed in there."""
    mark, _, proof = value.partition(".")
    return mark if mark and is_same_digest(proof, keyed_digest("known", mark, address)) else None
