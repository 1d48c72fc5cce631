"""Personal data in reflections: what is exported, and what an erasure removes."""

from collections.abc import Iterator
from itertools import batched

from comhar.aws.conditions import Delete, Item, Write, absent
from comhar.aws.dynamodb import TRANSACTION_LIMIT, Table
from comhar.aws.encryption import Seal
from comhar.communities import pulse
from comhar.dates.dublin_time import stamp
from comhar.formatting import Instant, get_title
from comhar.reflections import addition_items, keys, kpi_rows, repository
from comhar.reflections.additions import Additions
from comhar.reflections.draft_repository import Drafts
from comhar.reflections.model import Reflection
from comhar.reflections.repository import Reflections


def erase_writes(table: Table, member_id: str) -> Iterator[list[Write]]:
    """Deletes a member's reflections and additions, unopened, a transaction each.

    The rows that count them stay: nothing is left then that leads to them.

    Raises:
        ConditionFailed: figures on a shared copy were moved to a row of their own meanwhile.
    """
    for item in table.query(f"MEMBER#{member_id}", "REFLECTION#").items:
        writes: list[Write] = [Delete((item["pk"], item["sk"]))]
        shared = keys.shared_key(item["region"], item["id"])
        if row := table.get(shared) if item["visibility"] == "community" else None:
            writes.append(Delete(shared, condition={"quarter": row.get("quarter", absent)}))
            writes.append(pulse.unshare_write(item["region"], item["id"]))
            if "quarter" in row:  # stored by an earlier version
                count = shared[0], kpi_rows.new_row(row["quarter"])
                writes.append(kpi_rows.insert_write(count, row["first_of_quarter"]))
            writes += addition_items.delete_writes(table, item["id"])
        yield writes
    versions = repository.delete_versions_writes(table, member_id)
    yield from map(list, batched(versions, TRANSACTION_LIMIT, strict=False))
    for pointer in table.query(f"MEMBER#{member_id}", "ADDITION#").items:
        _, reflection_id, addition_id = pointer["sk"].split("#")
        own = (pointer["pk"], pointer["sk"])
        fewer = addition_items.one_less_writes(table, reflection_id)
        yield [Delete(keys.addition_key(reflection_id, addition_id)), Delete(own), *fewer]


def export(table: Table, seal: Seal, member_id: str, items: list[Item]) -> dict[str, list[Item]]:
    """A member's reflections with their earlier versions, additions and draft, opened.

    `items` are those that lie with the member.
    """
    additions = [
        {"at": Instant(each["at"]), "text": each["text"], "reflection": each["reflection"]}
        for each in Additions(table, seal).iterate_own(member_id)
    ]
    reflections = Reflections(table, seal).iterate_own(member_id)
    drafts: list[Item] = []
    if any(each["sk"] == "DRAFT#reflection" for each in items):
        draft = Drafts(table, seal).read(member_id)
        at = Instant(draft.saved_at or "")
        drafts = [{"page": "/reflections/new", "at": at, "words": draft.words}]
    rows = [_row(each) for each in reflections]
    return {"reflections": rows, "additions": additions, "drafts": drafts}


def _row(reflection: Reflection) -> Item:
    return {
        "written_at": Instant(stamp(reflection.written_at)),
        "region": get_title(reflection.region),
        "who_may_read": reflection.visibility,
        "meeting": reflection.meeting,
        "kind": reflection.kind,
        "version": reflection.version,
        **reflection.words.model_dump(),
    }
