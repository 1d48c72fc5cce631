"""Owns what forgets reflections, unopened: their versions, what was added to them, all of a member's."""

from collections.abc import Iterator
from itertools import batched

from comhar.aws.conditions import UNLESS_EXISTS, Condition, Delete, Item, Put, Write, absent
from comhar.aws.dynamodb import TRANSACTION_LIMIT, Table
from comhar.reflections.keys import addition_key, own_addition_key, shared_key
from comhar.tokens import secret


def unchanged(row: Item) -> Condition:
    """That nobody has added to a shared reflection since its row was read; those shared before anybody
    could have no revision."""
    return {"revision": row.get("revision", absent)}


def additions_gone(reflection_id: str, table: Table) -> list[Delete]:
    """What forgets every addition to a reflection, unopened; at most 80 writes."""
    items = table.query(f"REFLECTION#{reflection_id}", "ADDITION#").items
    return [
        Delete(at)
        for each in items
        for at in (
            addition_key(reflection_id, each["id"]),
            own_addition_key(each["by"], reflection_id, each["id"]),
        )
    ]


def versions_gone(table: Table, member_id: str, reflection_id: str = "") -> list[Delete]:
    """What forgets the earlier versions of one reflection, or of all of a member's, unopened."""
    prefix = f"VERSION#{reflection_id}#" if reflection_id else "VERSION#"
    items = table.query(f"MEMBER#{member_id}", prefix).items
    return [Delete((each["pk"], each["sk"])) for each in items]


def forgotten(table: Table, member_id: str) -> Iterator[list[Write]]:
    """What forgets a member's reflections and additions, one after another, unopened. Where one was
    shared, that there was one still counts, as with those that are only counted: no row says whose."""
    for each in table.query(f"MEMBER#{member_id}", "REFLECTION#").items:
        writes: list[Write] = [Delete((each["pk"], each["sk"]))]
        shared = shared_key(each["region"], each["id"])
        if found := table.get(shared) if each["visibility"] == "community" else None:
            counts = {name: found[name] for name in ("quarter", "first_of_quarter")}
            row = {"pk": shared[0], "sk": f"COUNTED#{found['quarter']}#{secret()}", **counts}
            writes += [Delete(shared), Put(row, when=UNLESS_EXISTS)]
            writes += additions_gone(each["id"], table)
        yield writes
    yield from map(list, batched(versions_gone(table, member_id), TRANSACTION_LIMIT, strict=False))
    for pointer in table.query(f"MEMBER#{member_id}", "ADDITION#").items:
        _, reflection_id, addition_id = pointer["sk"].split("#")
        own = (pointer["pk"], pointer["sk"])
        yield [Delete(addition_key(reflection_id, addition_id)), Delete(own)]
