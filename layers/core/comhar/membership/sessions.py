"""Sessions, one a device, and marks of browsers in which somebody signed in."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from comhar import retention
from comhar.aws.conditions import ConditionFailed, Delete, Item, Key, Put, Update, present
from comhar.aws.dynamodb import Table
from comhar.dates.dublin_time import local_date, stamp, unstamp
from comhar.membership import repository
from comhar.membership.model import SESSION, Member
from comhar.settings import Settings
from comhar.tokens import digest, is_same_digest, keyed_digest, new_secret

STAY = timedelta(days=30)  # where the person chose it
UNUSED = timedelta(hours=12)  # after that, what is sensitive asks for the link again
_NOTE_EVERY = timedelta(hours=1)  # a write an hour, not one a request
_FIRST_TRANSACTION = 50  # sessions ended in the same transaction


@dataclass(frozen=True)
class Session:
    """One device on which somebody is signed in, `until` then at most.

    `device` says what kind it is ("Chrome on Windows"), or nothing. `stays` is what the person chose.
    `unused` says that there were 12 hours without use at some time: only signing in again changes that.
    """

    key: Key
    since: datetime
    used_at: datetime  # to the hour
    until: datetime
    device: str = ""
    stays: bool = False
    unused: bool = False

    @property
    def id(self) -> str:
        return self.key[1].removeprefix("SESSION#")

    def is_of(self, member_id: str) -> bool:
        return self.key[0] == f"MEMBER#{member_id}"

    def is_stale_at(self, now: datetime) -> bool:
        """True once nobody used it for 12 hours."""
        return self.unused or now - self.used_at > UNUSED

    def until_for(self, member: Member) -> datetime:
        """When it ends; the office never stays signed in for more than a day."""
        return min(self.until, self.since + SESSION) if member.office else self.until


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


def from_item(item: Item) -> Session:
    """The session; one from before these were noted began a day before it ends."""
    until = unstamp(item["expires_at"])
    since = unstamp(item["since"]) if item.get("since") else until - SESSION
    return Session(
        key=(item["pk"], item["sk"]),
        since=since,
        used_at=unstamp(item["used_at"]) if item.get("used_at") else since,
        until=until,
        device=item.get("device") or "",
        stays=bool(item.get("stays")),
        unused=bool(item.get("unused")),
    )


def session_key(value: str) -> Key | None:
    member_id, dot, token = value.partition(".")
    plain = dot and member_id.isascii() and token.isascii() and 0 < len(value) <= 200
    return (f"MEMBER#{member_id}", f"SESSION#{digest(token)}") if plain else None


def find_by_session(
    table: Table, settings: Settings, value: str, now: datetime
) -> tuple[Member, Session] | None:
    """The member of a session that is in date; one batch of two lookups."""
    match = _find(table, settings, value)
    if match is None or match[0].status == "erasing" or match[1].until_for(match[0]) <= now:
        return None
    return match[0].as_of(local_date(now)), match[1]


def find_by_ended_session(
    table: Table, settings: Settings, value: str, now: datetime
) -> Member | None:
    """The member of a session that has run out, or was not used for 12 hours."""
    match = _find(table, settings, value)
    if match is None:
        return None
    member, session = match
    ended = session.until_for(member) <= now or session.is_stale_at(now)
    return member.as_of(local_date(now)) if ended else None


def _find(table: Table, settings: Settings, value: str) -> tuple[Member, Session] | None:
    key = session_key(value)
    if key is None:
        return None
    item, member_item = table.batch_get([key, (key[0], "MEMBER")])
    if not (item and member_item):
        return None
    return repository.from_item(member_item, settings), from_item(item)


def list_sessions(table: Table, member: Member, now: datetime) -> list[Session]:
    """The sessions of a member that are in date, the one used last first; one query."""
    items = table.query(f"MEMBER#{member.id}", "SESSION#").items
    found = [session for session in map(from_item, items) if session.until_for(member) > now]
    return sorted(found, key=lambda session: (session.used_at, session.id), reverse=True)


def note_use(table: Table, session: Session, now: datetime) -> None:
    """Notes that a session is in use, once an hour; nothing where it ended meanwhile."""
    if now - session.used_at < _NOTE_EVERY:
        return
    used = {"used_at": stamp(now)} | ({"unused": True} if session.is_stale_at(now) else {})
    with suppress(ConditionFailed):
        table.transact([Update(session.key, set=used, condition={"pk": present})])


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
