"""A person's data with meetings: exported, and removed when they are erased."""

from collections.abc import Iterable, Iterator

from comhar.aws.conditions import Delete, Item, Update, Write
from comhar.aws.dynamodb import Table
from comhar.formatting import Instant
from comhar.meetings.repository import access_needs_from_item, answer_key, needs_key
from comhar.membership.model import ErasedPerson


def erase_writes(items: Iterable[Item], person: ErasedPerson) -> Iterator[list[Write]]:
    """Removes a person from a meeting's items: attendance, lead, answer, access needs."""
    for item in items:
        key = (item["pk"], item["sk"])
        if item["sk"] in (f"ANSWER#{person.id}", f"NEEDS#{person.id}"):
            yield [Delete(key)]
        elif item["sk"] == "MEETING":
            names = [name for name in ("lead", "next_lead") if item.get(name) == person.id]
            attended = item.get("attended", ())
            if names or person.id in attended:
                changes = {"attended": person.replace_in(attended)}
                as_read = {"revision": item["revision"]}
                yield [
                    Update(key, set=changes, remove=names, add={"revision": 1}, condition=as_read)
                ]


def erase_attendance_writes(table: Table, region: str, person: ErasedPerson) -> list[Write]:
    """Replaces a person in a region's attendance figures by their random name.

    One query, a write a meeting.
    """
    return [
        Update(
            (row["pk"], row["sk"]),
            set={"attended": person.replace_in(row["attended"])},
            condition={"attended": row["attended"]},
        )
        for row in table.query(f"REGION#{region}", "MEETING#").items
        if person.id in row.get("attended", ())
    ]


def export(table: Table, row: Item, member_id: str) -> dict[str, list[Item]]:
    """A member's attendance, answer and access needs at one meeting.

    `row` is the meeting's; one read.
    """
    keys = [answer_key(row["id"], member_id), needs_key(row["id"], member_id)]
    answer, needs = table.batch_get(keys)
    answers: list[Item] = []
    if answer or needs:
        at = Instant(answer["at"]) if answer else None
        access = access_needs_from_item(needs) if needs else None
        words = [*access.titles, *filter(None, [access.words])] if access else []
        arrange = ", ".join(words) if access else None
        answers = [{"answer": (answer or {}).get("answer"), "at": at, "to_arrange": arrange}]
    return {"answers": answers, "attended": [{}] if member_id in row.get("attended", ()) else []}
