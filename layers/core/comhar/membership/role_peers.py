"""Stored rows of who lets people in the same role in other regions find them.

A row changes with the member's in the directory, so that it is there only while they are active and
confirmed.
"""

from comhar.aws.conditions import Delete, Item, Key, Put, Write
from comhar.aws.dynamodb import Page, Table
from comhar.person_names import sort_key
from comhar.regions import NATIONAL

OTHER = "other"  # a role of one's own words: nobody else is in it
_SORT_LENGTH = 64  # characters of a name in a key
_COPIED = ("id", "region", "role", "ask_about", "away")


def change_writes(before: Item | None, after: Item | None) -> list[Write]:
    """How a member is found, as the register row after a change says."""
    old, new = (_to_item(row) if row and is_findable(row) else None for row in (before, after))
    writes: list[Write] = []
    if old and (new is None or _key(old) != _key(new)):
        writes.append(Delete(_key(old)))
    if new and new != old:
        writes.append(Put(new))
    return writes


def is_findable(row: Item) -> bool:
    """Whether the member of a stored row is found by others in the role."""
    is_here = row["status"] == "active" and row.get("confirmed") and not row.get("do_not_write")
    return bool(is_here and row.get("findable") and row.get("role") not in (None, OTHER))


def _to_item(row: Item) -> Item:
    name = row.get("preferred_name") or row["name"]
    place = f"{row['region']}#{sort_key(name)[:_SORT_LENGTH]}#{row['id']}"
    copy = {field: row[field] for field in _COPIED if row.get(field)}
    return {"pk": f"REGION#{NATIONAL}", "sk": f"PEER#{row['role']}#{place}", **copy, "name": name}


def _key(item: Item) -> Key:
    return item["pk"], item["sk"]


def list_page(table: Table, role: str, after: str | None, size: int) -> Page:
    """Who can be found in a role, by region and name; one query."""
    begins = f"PEER#{role}#"
    return table.query(f"REGION#{NATIONAL}", begins, after=after, limit=size)
