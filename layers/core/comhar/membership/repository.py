"""Stored items of members: the person, the register row, waiting work, the audit."""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from comhar import retention
from comhar.aws.conditions import (
    UNLESS_EXISTS,
    Condition,
    ConditionFailed,
    Delete,
    Item,
    Key,
    Put,
    Update,
    Write,
    absent,
    present,
)
from comhar.aws.dynamodb import Table, load
from comhar.dates.dublin_time import local_date, stamp, unstamp
from comhar.letters import repository as letters_repository
from comhar.letters.model import Letter, LetterId, Place
from comhar.membership import claims, directory, follow_up_work
from comhar.membership.model import PAST_STATUSES, SESSION, Member, Session
from comhar.regions import NATIONAL
from comhar.settings import Settings
from comhar.tokens import digest, new_id

_STORED = (
    *("id", "name", "email", "preferred_name", "region", "role", "role_other", "workplace"),
    *("language", "ask_about", "paused", "status", "reason", "confirmed", "joined_on", "revision"),
    "alias",
    "name_asked",
)
_LISTS = ("chair_of", "shows", "periods", "moved_from")
_NOTE_USE_EVERY = timedelta(hours=1)  # a write an hour, not one a request
REGISTER = "REGISTER"  # the audit's subject for the list of members
_PAGE_SIZE = 1_000  # register rows: most of the MB that one call may read


def key(member_id: str) -> Key:
    return f"MEMBER#{member_id}", "MEMBER"


def row_key(region: str, member_id: str) -> Key:
    return "REGISTER", f"{region}#{member_id}"


def office_id(email: str) -> str:
    """The id of a person of the National Office, which follows from the address.

    Nobody signs up there.
    """
    return f"office-{digest(email)[:26]}"


def display_name(item: Item) -> str:
    """What letters call the person of a stored item."""
    return item.get("preferred_name") or item["name"]


def to_item(member: Member) -> Item:
    pk, sk = key(member.id)
    item = {"pk": pk, "sk": sk, **{name: getattr(member, name) for name in _STORED}}
    item |= {name: list(getattr(member, name)) for name in _LISTS}
    item["listed"] = member.listed or None
    item |= {"away": list(member.away) or None, "do_not_write": member.do_not_write or None}
    item["findable"] = member.findable or None
    return item | {
        "chair_until": {
            region: until
            for region, until in member.chair_until.items()
            if region in member.chair_of
        }
    }


def to_row(member: Member) -> Item:
    """The register's copy, written with the member in one transaction."""
    pk, sk = row_key(str(member.region), member.id)
    return {**to_item(member), "pk": pk, "sk": sk}


def to_moved_row(member: Member) -> Item:
    """The row that stays in a region which the member has left: what its figures need."""
    pk, sk = row_key(str(member.region), member.id)
    item = {"pk": pk, "sk": sk, "id": member.id, "role": member.role, "region": member.region}
    days = {"periods": list(member.periods), "away": list(member.away) or None}
    return item | {"status": "moved", **days}


def from_item(item: Item, settings: Settings) -> Member:
    return load(Member, item, office=item["email"] in settings.office_emails)


def insert_member_writes(member: Member) -> list[Write]:
    """A new member, the claims on the address, the alias, and the lists' rows.

    Refused if the member or a claim exists.
    """
    member = member.model_copy(update={"listed": True})
    return [
        *claims.insert_writes(member.email, member.id),
        Put(to_item(member), condition=UNLESS_EXISTS),
        Put(to_row(member)),
        *directory.change_writes(None, to_row(member)),
        *([alias_write(member.alias, member.id)] if member.alias else []),
    ]


def alias_key(alias: str) -> Key:
    return f"ALIAS#{alias}", "ALIAS"


def alias_write(alias: str, member_id: str) -> Put:
    """Whose alias it is, while they are here."""
    pk, sk = alias_key(alias)
    return Put({"pk": pk, "sk": sk, "member": member_id}, condition=UNLESS_EXISTS)


def unchanged_condition(before: Member) -> Condition:
    """Nobody changed the member meanwhile, nor has a migration marked them."""
    marks = {"alias": before.alias or absent, "listed": before.listed or absent}
    return {"revision": before.revision, **marks}


def change_writes(before: Member, now: datetime, **changes: Any) -> list[Write]:
    """The member with these changes; see `update_writes`."""
    return update_writes(before, before.model_copy(update=changes), now)


def update_writes(before: Member, after: Member, now: datetime) -> list[Write]:
    """The member and the lists' rows after a change; refused after another's change.

    In another region the register row is a new one, and the old region keeps what its figures need. Who is
    active otherwise than before has their replies counted anew. A person of the office stands in no list.
    At most 11 writes.
    """
    moved = after.region != before.region
    # The migration lists who is not listed yet, but might have passed the place of a new row.
    changes: dict[str, Any] = {"revision": before.revision + 1, "listed": before.listed or moved}
    if moved and before.region:
        changes["moved_from"] = tuple(sorted({*before.moved_from, before.region}))
    after = after.model_copy(update=changes)
    writes: list[Write] = [Put(to_item(after), condition=unchanged_condition(before))]
    if before.status == "office":
        return writes
    writes.append(Put(to_row(after)))
    if after.listed:
        listed_row = to_row(before) if before.listed else None
        writes += directory.change_writes(listed_row, to_row(after))
    if moved:
        writes.append(_old_region_write(before, after))
    if (after.active, after.region) != (before.active, before.region):
        writes.append(follow_up_work.recount_write(after, now))
    return writes


def confirm_writes(member: Member, by: Member, now: datetime) -> list[Write]:
    """The member as confirmed, with the audit's line; nothing for who is already.

    The caller has checked that `by` may confirm.
    """
    if member.confirmed:
        return []
    return [*change_writes(member, now, confirmed=True), audit_write(by, "confirm", member, now)]


def _old_region_write(before: Member, after: Member) -> Write:
    """The row of the region left: history, or deleted where they were never active."""
    if any(period.get("region") == before.region for period in after.periods):
        return Put(to_moved_row(before.model_copy(update={"periods": after.periods})))
    return Delete(row_key(str(before.region), before.id))


def office_person_write(email: str) -> Update:
    """The record by which a person of the office signs in; keeps a name of their own."""
    person = {"id": office_id(email), "email": email, "status": "office", "confirmed": True}
    name = email.partition("@")[0].replace(".", " ").replace("_", " ").title()
    return Update(key(office_id(email)), set=person, default={"name": name, "revision": 0})


def welcome_letter_write(member: Member, now: datetime) -> Put:
    """The letter to who has just become a member, or waits to become one."""
    version = f"{member.status}.{member.revision}"
    return letters_repository.insert_write(
        Letter(LetterId("welcome", member.id, version, member.id)), now
    )


def audit_write(
    user: Member | str, action: str, about: Member | str, now: datetime, **facts: Any
) -> Put:
    """One line of the audit, which can be added to, never changed.

    Members stand in it by their alias, which leads to nobody once they are erased.
    """
    by, subject = (
        person if isinstance(person, str) else person.audit_id for person in (user, about)
    )
    item = {
        "pk": f"SUBJECT#{subject}",
        "sk": new_id(now),
        "at": stamp(now),
        "who": by,
        "what": action,
    }
    until = int((now + retention.period("audit")).timestamp())
    return Put(item | facts | {"expires": until}, condition=UNLESS_EXISTS, table="audit")


def register_look_writes(user: Member, now: datetime, **facts: Any) -> list[Put]:
    """The audit's line of a look at the list of members, by the office alone."""
    return [audit_write(user, "read_register", REGISTER, now, **facts)] if user.office else []


def list_audience(table: Table, region: str, cursor: str, size: int) -> list[Place]:
    """A page of a region's register after the cursor, for a mailing; one query.

    Of all regions for the national one. The letters know nothing of members.
    """
    prefix = "" if region == NATIONAL else f"{region}#"
    page = table.query("REGISTER", prefix, after=prefix + cursor, until=f"{prefix}~", limit=size)
    return [
        Place(row["sk"].removeprefix(prefix), row["id"] if row["status"] == "active" else None)
        for row in page.items
    ]


def session_from_item(item: Item) -> Session:
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
    match = _find_session(table, settings, value)
    if match is None or match[0].status == "erasing" or match[1].until_for(match[0]) <= now:
        return None
    return match[0].as_of(local_date(now)), match[1]


def find_by_ended_session(
    table: Table, settings: Settings, value: str, now: datetime
) -> Member | None:
    """The member of a session that has run out, or was not used for 12 hours."""
    match = _find_session(table, settings, value)
    if match is None:
        return None
    member, session = match
    ended = session.until_for(member) <= now or session.is_stale_at(now)
    return member.as_of(local_date(now)) if ended else None


def _find_session(table: Table, settings: Settings, value: str) -> tuple[Member, Session] | None:
    key = session_key(value)
    if key is None:
        return None
    item, member_item = table.batch_get([key, (key[0], "MEMBER")])
    if not (item and member_item):
        return None
    return from_item(member_item, settings), session_from_item(item)


def note_use(table: Table, session: Session, now: datetime) -> None:
    """Notes that a session is in use, once an hour; nothing where it ended meanwhile."""
    if now - session.used_at < _NOTE_USE_EVERY:
        return
    used = {"used_at": stamp(now)} | ({"unused": True} if session.is_stale_at(now) else {})
    with suppress(ConditionFailed):
        table.transact([Update(session.key, set=used, condition={"pk": present})])


def find_member(table: Table, settings: Settings, member_id: str) -> Member | None:
    item = table.get(key(member_id))
    return from_item(item, settings) if item else None


def find_members(table: Table, settings: Settings, ids: list[str]) -> list[Member | None]:
    items = table.batch_get([key(member_id) for member_id in ids])
    return [from_item(item, settings) if item else None for item in items]


def find_by_address(table: Table, settings: Settings, email: str) -> Member | None:
    claim = claims.find_claim(table, email)
    return find_member(table, settings, claim["member"]) if claim else None


def find_active_members(
    table: Table, settings: Settings, region: str, ids: Iterable[str]
) -> dict[str, Member]:
    """By id those who are active members of the region now; a read for each hundred."""
    members = find_members(table, settings, list(ids))
    return {
        member.id: member
        for member in members
        if member and member.active and member.region == region
    }


def list_members(table: Table, settings: Settings, region: str) -> list[Member]:
    """The register of a region, by time of joining; one query."""
    rows = table.query("REGISTER", f"{region}#").items
    return [from_item(row, settings) for row in rows if row["status"] not in PAST_STATUSES]


def list_rows(
    table: Table, region: str | None, after: str | None, page_size: int = _PAGE_SIZE
) -> Iterator[Item]:
    """The register's rows of one region or of all, after that sort key.

    Read page by page as they are used.
    """
    begins = f"{region}#" if region else ""
    cursor = after
    while True:
        page = table.query("REGISTER", begins, after=cursor, until=f"{begins}~", limit=page_size)
        yield from (row for row in page.items if row["status"] not in PAST_STATUSES)
        if page.next is None:
            return
        cursor = page.next


def list_actions_and_drafts(table: Table, member_id: str) -> list[Item]:
    """A member's open actions and begun drafts: ACTION# and DRAFT# items; one query."""
    items = table.query(f"MEMBER#{member_id}", "ACTION#", until="DRAFT#~").items
    return [item for item in items if item["sk"].startswith(("ACTION#", "DRAFT#"))]
