"""Owns the items of members: the person, the address claim, the register row and the sessions."""

from datetime import datetime, timedelta
from typing import Any

from comhar import links
from comhar.calendar import stamp
from comhar.letters import records as letters
from comhar.letters.model import Letter, LetterId
from comhar.membership.model import CODE_TRIES, SESSION, SIGN_IN_MINUTES, Member
from comhar.settings import Settings
from comhar.table import Table
from comhar.tokens import digest, new_id, secret
from comhar.writes import UNLESS_EXISTS, Delete, Item, Key, Put, Update, Write, at_most

_HELD = ("id", "name", "email", "region", "role", "status", "confirmed", "joined_on", "revision")
STRANGER_KEPT = timedelta(days=30)  # a letter to an address that may be nobody's
REMEMBERED = timedelta(days=30)  # an ended session is still known, to keep what was being posted


def key(member_id: str) -> Key:
    return f"MEMBER#{member_id}", "MEMBER"


def address_key(email: str) -> Key:
    return f"ADDRESS#{digest(email)}", "ADDRESS"


def row_key(region: str, member_id: str) -> Key:
    return "REGISTER", f"{region}#{member_id}"


def office_id(email: str) -> str:
    """The id of a person of the national office follows from the address: no one registers there."""
    return f"office-{digest(email)[:26]}"


def to_item(member: Member) -> Item:
    pk, sk = key(member.id)
    item = {"pk": pk, "sk": sk, **{name: getattr(member, name) for name in _HELD}}
    return item | {"chair_of": list(member.chair_of), "periods": list(member.periods)}


def to_row(member: Member) -> Item:
    """The register's copy, written with the member in one transaction."""
    pk, sk = row_key(str(member.region), member.id)
    return {**to_item(member), "pk": pk, "sk": sk}


def from_item(item: Item, settings: Settings) -> Member:
    return Member(
        **{name: item[name] for name in _HELD if item.get(name) is not None},
        chair_of=tuple(item.get("chair_of", ())),
        periods=tuple(item.get("periods", ())),
        office=item["email"] in settings.office_emails,
    )


def born(member: Member) -> list[Write]:
    """A new member, the claim on the address and the register row; refused if either exists."""
    pk, sk = address_key(member.email)
    return [
        Put({"pk": pk, "sk": sk, "member": member.id}, when=UNLESS_EXISTS),
        Put(to_item(member), when=UNLESS_EXISTS),
        Put(to_row(member)),
    ]


def changed(before: Member, **changes: Any) -> list[Write]:
    """The member and the register row as changed; refused when somebody changed it meanwhile."""
    after = before.model_copy(update={**changes, "revision": before.revision + 1})
    when = {"revision": before.revision}
    return [Put(to_item(after), when=when), Put(to_row(after))]


def office_person(email: str) -> Update:
    """Makes or keeps the record by which a person of the office signs in."""
    held = {"id": office_id(email), "name": email.partition("@")[0], "email": email}
    return Update(
        key(office_id(email)), set={**held, "status": "office", "confirmed": True, "revision": 0}
    )


def open_session(member_id: str, now: datetime) -> tuple[str, Put]:
    """What the person carries, `<member id>.<secret>`, and the item that knows its digest."""
    held = secret()
    until = now + SESSION
    item = {
        "pk": f"MEMBER#{member_id}",
        "sk": f"SESSION#{digest(held)}",
        "expires_at": stamp(until),
        "expires": int((until + REMEMBERED).timestamp()),
    }
    return f"{member_id}.{held}", Put(item)


def session_key(value: str) -> Key | None:
    member_id, dot, held = value.partition(".")
    plain = dot and member_id.isascii() and held.isascii() and 0 < len(value) <= 200
    return (f"MEMBER#{member_id}", f"SESSION#{digest(held)}") if plain else None


def close_session(session: Key) -> Delete:
    return Delete(session)


def await_code(request: str, now: datetime) -> Put:
    """The place of a code to come, for any address alike: who asks learns nothing by typing one.

    `request` is the digest; the mailer fills the place where the address is somebody's.
    """
    pk, sk = links.code_key(request)
    until = now + timedelta(minutes=SIGN_IN_MINUTES)
    held = {"purpose": "sign_in", "tries": 0, "expires_at": stamp(until)}
    return Put({"pk": pk, "sk": sk, **held, "expires": int((until + links.KEPT).timestamp())})


def count_try(code: Key) -> Update:
    """Counts one try, right or wrong; refused after the fifth."""
    return Update(code, add={"tries": 1}, when={"tries": at_most(CODE_TRIES - 1)})


def welcome(member: Member, now: datetime) -> Put:
    return letters.put(Letter(LetterId("welcome", member.id, member.status, member.id)), now)


def to_address(purpose: str, email: str, facts: Item, now: datetime) -> Put:
    """A letter to an address that may be nobody's; a random version, or asking twice is once."""
    person = digest(email)
    letter = LetterId(purpose, person[:16], new_id(now), person)
    return letters.put(Letter(letter, {"email": email, **facts}), now, STRANGER_KEPT)


def catch_up(member: Member, now: datetime) -> Put:
    """Work that gives a newly active member what the region was told before they came."""
    item = {
        "pk": f"CATCHUP#{member.id}",
        "sk": "CATCHUP",
        "member": member.id,
        "region": member.region,
        "due": "work",
        "due_at": stamp(now),
    }
    return Put(item)


def audit(who: str, what: str, whom: str, now: datetime, **facts: Any) -> Put:
    """One line of the audit: pseudonymous ids only; it can be added to, never changed."""
    item = {"pk": f"SUBJECT#{whom}", "sk": new_id(now), "at": stamp(now), "who": who, "what": what}
    return Put(item | facts, when=UNLESS_EXISTS, table="audit")


class Members:
    """The access patterns of members."""

    def __init__(self, table: Table, settings: Settings):
        self.table = table
        self.settings = settings

    def by_session(self, value: str, now: datetime) -> Member | None:
        """Who holds this session, if it is in date; one batch of two lookups."""
        found = self._session(value)
        return found[0] if found and found[1]["expires_at"] > stamp(now) else None

    def by_ended_session(self, value: str, now: datetime) -> Member | None:
        """Who held this session until it ran out."""
        found = self._session(value)
        return found[0] if found and found[1]["expires_at"] <= stamp(now) else None

    def _session(self, value: str) -> tuple[Member, Item] | None:
        session = session_key(value)
        if session is None:
            return None
        held, item = self.table.batch_get([session, (session[0], "MEMBER")])
        return (from_item(item, self.settings), held) if held and item else None

    def by_id(self, member_id: str) -> Member | None:
        item = self.table.get(key(member_id))
        return from_item(item, self.settings) if item else None

    def by_ids(self, ids: list[str]) -> list[Member | None]:
        items = self.table.batch_get([key(each) for each in ids])
        return [from_item(item, self.settings) if item else None for item in items]

    def claimed(self, emails: list[str]) -> set[str]:
        """Those of the addresses that are a member's."""
        found: set[str] = set()
        for start in range(0, len(emails), 100):
            some = emails[start : start + 100]
            items = self.table.batch_get([address_key(email) for email in some])
            found |= {email for email, item in zip(some, items, strict=True) if item}
        return found

    def of_region(self, region: str, status: str | None = None) -> list[Member]:
        """The register of a region, by time of joining; one query."""
        page = self.table.query("REGISTER", f"{region}#")
        rows = (from_item(row, self.settings) for row in page.items)
        return [row for row in rows if not status or row.status == status]

    def page(
        self, region: str | None, status: str | None, cursor: str | None, size: int
    ) -> tuple[list[Member], str | None]:
        """So many of the register, of one region or of all, after `cursor`; and the next cursor."""
        begins = f"{region}#" if region else ""
        until = f"{begins}~"
        rows = self.table.query("REGISTER", begins, after=cursor, until=until).items
        wanted = [row for row in rows if not status or row["status"] == status]
        found = [from_item(row, self.settings) for row in wanted[:size]]
        return found, wanted[size - 1]["sk"] if len(wanted) > size else None

    def drafts(self, member_id: str) -> list[Item]:
        return self.table.query(f"MEMBER#{member_id}", "DRAFT#").items
