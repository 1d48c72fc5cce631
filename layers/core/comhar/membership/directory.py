"""Stored items of the directory: people by name.

Each row of the register but those that are history only has a compact copy here, by region, status and
name; it is also what is searched. The mark `listed` on member and register row says that they are listed
here, and counted (`member_counts`).
"""

from collections import Counter
from collections.abc import Collection
from datetime import date
from operator import itemgetter

from comhar.aws.conditions import (
    Check,
    Condition,
    ConditionFailed,
    Delete,
    Item,
    Put,
    Rule,
    Update,
    Write,
    absent,
    contains,
    present,
)
from comhar.aws.dynamodb import Page, Table
from comhar.context import Context
from comhar.due_work import migrations
from comhar.formatting import format_short_day, get_title
from comhar.membership import confirmations, member_counts, role_peers
from comhar.membership.member_counts import ABSENCE, STEP
from comhar.membership.model import PAST_STATUSES, find_day_back
from comhar.person_names import fold_words, sort_key, spell_surname

PEOPLE = "PEOPLE"
_COPIED = ("id", "status", "role", "confirmed", "workplace", "joined_on")
# Of who is offered to choose from.
_CHOICE = ("id", "name", "confirmed", "role", "workplace", "joined_on", *ABSENCE)
_ON_A_DAY = ("id", "name", "preferred_name", "status", "workplace", "joined_on", "periods")
_TRIES = 5  # to list a member whom others change
_SORT_LENGTH = 64  # characters of a name in a key, which has room for 1,024 bytes


def to_item(row: Item) -> Item:
    """The directory's copy of a register row, with the name that colleagues know."""
    name = row.get("preferred_name") or row["name"]
    copy = {field: row[field] for field in _COPIED if row.get(field) is not None}
    copy |= {field: row[field] for field in ABSENCE if row.get(field)}
    texts = filter(None, (row["name"], row.get("preferred_name"), row["email"]))
    return {
        "pk": PEOPLE,
        "sk": _sort_key(row["region"], row["status"], name, row["id"]),
        **copy,
        "name": name,
        "search": "|".join(map(_search_text, texts)),
    }


def _search_text(text: str) -> str:
    """Its words, then again with those that belong together as one: `una o brien una obrien`."""
    apart, joined = spell_surname(text)
    parted = fold_words(" ".join(apart))
    whole = " ".join(fold_words(word).replace(" ", "") for word in joined)
    return parted if parted == whole else f"{parted} {whole}"


def _sort_key(region: str, status: str, name: str, member_id: str) -> str:
    return f"{region}#{status}#{sort_key(name)[:_SORT_LENGTH]}#{member_id}"


def change_writes(before: Item | None, after: Item | None) -> list[Write]:
    """Lists a member as the register row after a change says.

    None is a row of who is not listed. To be written with the rows, on condition that they are as read.
    """
    old, new = (to_item(row) if row else None for row in (before, after))
    writes: list[Write] = []
    if old and (new is None or old["sk"] != new["sk"]):
        writes.append(Delete((PEOPLE, old["sk"])))
    if new and new != old:
        writes.append(Put(new))
    writes += confirmations.change_writes(before, after)
    writes += role_peers.change_writes(before, after)
    return [*writes, *member_counts.change_writes(before, after)]


def list_active(
    table: Table, region: str, after_member_id: str | None = None, limit: int = 50
) -> Page:
    """A page of a region's active people by name, after that member; two reads.

    Each has `id`, `name`, `role` and `confirmed`. The page's `next` is the id of its last member. After
    somebody who was erased meanwhile the list begins anew.
    """
    after = table.get((f"MEMBER#{after_member_id}", "MEMBER")) if after_member_id else None
    return list_active_after(table, region, after, limit)


def list_active_after(table: Table, region: str, after: Item | None, limit: int) -> Page:
    """The same after a member's item; one read."""
    cursor = None
    if after:
        name = after.get("preferred_name") or after["name"]
        cursor = _sort_key(region, "active", name, after["id"])
    begins = f"{region}#active#"
    if migrations.is_done(table, STEP):
        page = table.query(PEOPLE, begins, after=cursor, limit=limit)
    else:
        page = _page_of_register(table, region, cursor or begins, limit)
    return Page(page.items, page.items[-1]["id"] if page.next else None)


def _page_of_register(table: Table, region: str, cursor: str, limit: int) -> Page:
    """Until all are listed: the page as it would lie in the directory."""
    items = _active_of_register(table, region)
    ahead = sorted((item for item in items if item["sk"] > cursor), key=itemgetter("sk"))
    return Page(ahead[:limit], ahead[limit - 1]["sk"] if len(ahead) > limit else None)


def _active_of_register(table: Table, region: str) -> list[Item]:
    rows = table.query("REGISTER", f"{region}#").items
    return [to_item(row) for row in rows if row["status"] == "active"]


def list_all_active(table: Table, region: str) -> list[Item]:
    """All active people of a region by name, to choose from; one query.

    Each has `id`, `name`, `role` and what `disambiguate_names` and a choice of confirmed members need.
    """
    if migrations.is_done(table, STEP):
        people = table.query(PEOPLE, f"{region}#active#", attributes=_CHOICE).items
    else:
        people = _active_of_register(table, region)
    return sorted(people, key=lambda person: sort_key(person["name"]))


def find_active(table: Table, region: str, text: str) -> list[Item]:
    """Those of `list_all_active` whose name or role has the text.

    Case, accents and signs aside.
    """
    folded = fold_words(text)
    return [
        person
        for person in list_all_active(table, region)
        if folded
        and folded in f"{_search_text(person['name'])}|{fold_words(get_title(person.get('role')))}"
    ]


def list_unconfirmed(table: Table, region: str) -> list[Item]:
    """The active members of a region whom nobody has confirmed, by name; one query.

    Each has `id`, `name`, `role`, `workplace` and `joined_on`.
    """
    if migrations.is_done(table, STEP):
        where: Condition = {"confirmed": False}
        people = table.query(PEOPLE, f"{region}#active#", attributes=_CHOICE, where=where).items
    else:
        people = [row for row in _active_of_register(table, region) if not row.get("confirmed")]
    return sorted(people, key=lambda person: sort_key(person["name"]))


def list_active_on(table: Table, region: str, day: date, others: Collection[str]) -> list[Item]:
    """Who was active in a region on a day (Dublin), and `others` of its register.

    By name. Each has `id`, `name`, `status` (`moved` for who is in another region now) and what
    `disambiguate_names` needs; who was erased is left out. One query, and a read for each hundred who moved.
    """
    rows = table.query("REGISTER", f"{region}#", attributes=_ON_A_DAY).items
    rows = [
        row
        for row in rows
        if row["status"] != "erased" and (row["id"] in others or _was_active_on(row, region, day))
    ]
    moved = [row["id"] for row in rows if row["status"] == "moved"]
    items = table.batch_get([(f"MEMBER#{member_id}", "MEMBER") for member_id in moved])
    people = [row for row in rows if row["status"] != "moved"]
    people += [{**item, "status": "moved"} for item in items if item]
    named = [{**row, "name": row.get("preferred_name") or row["name"]} for row in people]
    return sorted(named, key=lambda person: sort_key(person["name"]))


def _was_active_on(row: Item, region: str, day: date) -> bool:
    """Whether a period in the region holds the day; it ends before its `until`."""
    at = day.isoformat()
    return any(
        period["from"] <= at and (period["until"] is None or at < period["until"])
        for period in row.get("periods", ())
        if period.get("region", region) == region
    )


def disambiguate_names(people: list[Item]) -> dict[str, str]:
    """By id of each of these people, in their order, a name that is unique among them.

    Where two have the same name, the place of work or else the day of joining is added.
    """
    counts = Counter(person["name"] for person in people)
    return {
        person["id"]: _tell_apart(person) if counts[person["name"]] > 1 else person["name"]
        for person in people
    }


def name_to_ask(people: list[Item], today: date) -> dict[str, str]:
    """The same names of whom one can ask to act.

    Who is away has the day back beside the name. Left out is who may not be written to.
    """
    people = [person for person in people if not person.get("do_not_write")]
    return note_absence(disambiguate_names(people), people, today)


def note_absence(names: dict[str, str], people: list[Item], today: date) -> dict[str, str]:
    """The names by id, with the day back beside that of who is away."""
    back = {person["id"]: find_day_back(person.get("away"), today) for person in people}
    return {
        member_id: f"{name}, away until {format_short_day(until)}"
        if (until := back.get(member_id))
        else name
        for member_id, name in names.items()
    }


def _tell_apart(person: Item) -> str:
    return f"{person['name']} ({person.get('workplace') or person.get('joined_on')})"


def search(
    table: Table,
    text: str | None = None,
    region: str | None = None,
    status: str | None = None,
    role: str | None = None,
    confirmed: bool | None = None,
) -> list[tuple[str, str]]:
    """Region and id of the people who fit, by region and time of joining.

    `text` is part of a name or of an address; case, accents and signs aside. A call for each MB of the people
    of the region, or of all.
    """
    fields: Condition = {"role": role, "confirmed": confirmed, "status": None if region else status}
    where = {name: value for name, value in fields.items() if value is not None}
    if text is not None:
        folded = fold_words(text)
        if not folded:
            return []
        where["search"] = contains(folded)
    begins = f"{region}#{status}#" if region and status else f"{region}#" if region else ""
    if migrations.is_done(table, STEP):
        items = table.query(PEOPLE, begins, attributes=("id",), where=where).items
    else:
        rows = table.query("REGISTER", f"{region}#" if region else "").items
        listed = (to_item(row) for row in rows if row["status"] not in PAST_STATUSES)
        items = [item for item in listed if item["sk"].startswith(begins) and _fits(item, where)]
    return sorted((item["sk"].partition("#")[0], item["id"]) for item in items)


def _fits(item: Item, where: Condition) -> bool:
    """Until all are listed: what DynamoDB decides afterwards."""
    return all(
        rule.values[0] in item[name] if isinstance(rule, Rule) else item.get(name) == rule
        for name, rule in where.items()
    )


def list_member(row: Item, claim: Check, ctx: Context[None]) -> None:
    """Lists the member of a register row that an earlier version stored.

    What is history only is passed over.

    Raises:
        ConditionFailed: another worker has the work.
    """
    key = row["pk"], row["sk"]
    current: Item | None = row
    for _ in range(_TRIES):
        if not current or current.get("listed") or current["status"] in PAST_STATUSES:
            return
        unchanged = {"revision": current.get("revision", absent), "listed": absent}
        member = (f"MEMBER#{current['id']}", "MEMBER")
        writes = [
            claim,
            Update(key, set={"listed": True}, condition=unchanged),
            Update(member, set={"listed": True}, condition={"pk": present, "listed": absent}),
            *change_writes(None, current),
        ]
        try:
            return ctx.table.transact(writes)
        except ConditionFailed as failure:
            if 0 in failure.failed:
                raise
        current = ctx.table.get(key)
    raise RuntimeError("a row of the register changes again and again, or has no member")
