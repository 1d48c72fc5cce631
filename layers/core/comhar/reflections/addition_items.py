"""The stored items of additions to shared reflections, sealed."""

from comhar.aws.conditions import (
    Condition,
    Delete,
    Item,
    OnConflict,
    Update,
    Write,
    absent,
    present,
)
from comhar.aws.dynamodb import Table
from comhar.reflections.keys import addition_key, own_addition_key, shared_key


def unchanged(row: Item) -> Condition:
    """That nobody has added to a shared reflection since its row was read.

    Those shared before anybody could have no revision.
    """
    return {"revision": row.get("revision", absent)}


def list_items(table: Table, reflection_id: str) -> list[Item]:
    """All additions to a reflection, sealed, oldest first; one query."""
    return table.query(f"REFLECTION#{reflection_id}", "ADDITION#").items


def one_less_writes(table: Table, reflection_id: str, conflict: OnConflict = None) -> list[Write]:
    """Takes one off the number of additions in a shared reflection's row; one read.

    Rows stored before they had it get it when somebody adds.
    """
    key = shared_key(reflection_id.partition("-")[0], reflection_id)
    row = table.get(key)
    if row is None or "additions" not in row:
        return []
    return [Update(key, add={"additions": -1}, condition={"additions": present}, conflict=conflict)]


def delete_writes(table: Table, reflection_id: str) -> list[Write]:
    """Deletes every addition to a reflection, unopened; at most 80 writes."""
    return [
        Delete(key)
        for item in list_items(table, reflection_id)
        for key in (
            addition_key(reflection_id, item["id"]),
            own_addition_key(item["by"], reflection_id, item["id"]),
        )
    ]
