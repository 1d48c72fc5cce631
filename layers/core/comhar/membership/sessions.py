"""Sessions, begun and ended, and marks of browsers in which somebody signed in."""

from collections.abc import Callable
from datetime import datetime, timedelta

from comhar import retention
from comhar.aws.conditions import Delete, Key, Put
from comhar.aws.dynamodb import Table
from comhar.dates.dublin_time import stamp
from comhar.membership import repository
from comhar.membership.model import SESSION, Member, Session
from comhar.tokens import digest, is_same_digest, keyed_digest, new_secret

STAY = timedelta(days=30)  # where the person chose it
_FIRST_TRANSACTION = 50  # sessions ended in the same transaction


def new_session(
    member_id: str, now: datetime, device: str = "", stays_until: datetime | None = None
) -> tuple[str, Put]:
    """The session's value, `<member id>.<secret>`, and the write of its item.

    The item has only the digest. An ended session is still known for a while, so that a form that was being
    sent can be saved.
    """
    token = new_secret()
    until = stays_until or now + SESSION
    item = {
        "pk": f"MEMBER#{member_id}",
        "sk": f"SESSION#{digest(token)}",
        "since": stamp(now),
        "used_at": stamp(now),
        "expires_at": stamp(until),
        "device": device or None,
        "stays": stays_until is not None or None,
        "expires": int((until + retention.period("session")).timestamp()),
    }
    return f"{member_id}.{token}", Put(item)


def list_sessions(table: Table, member: Member, now: datetime) -> list[Session]:
    """The sessions of a member that are in date, the one used last first; one query."""
    items = table.query(f"MEMBER#{member.id}", "SESSION#").items
    found = [
        session
        for session in map(repository.session_from_item, items)
        if session.until_for(member) > now
    ]
    return sorted(found, key=lambda session: (session.used_at, session.id), reverse=True)


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
