"""A person's data with meetings: exported, and removed when they are erased."""

from collections import Counter
from collections.abc import Iterable, Iterator

from comhar.aws.conditions import Delete, Item, Update, Write, present
from comhar.aws.dynamodb import Table
from comhar.formatting import Instant
from comhar.meetings import replies, reply_counts
from comhar.membership.model import ErasedPerson


def erase_writes(items: Iterable[Item], person: ErasedPerson) -> Iterator[list[Write]]:
    """Removes a person from a meeting's items: attendance, lead."""
    for item in items:
        key = (item["pk"], item["sk"])
        if item["sk"] == "MEETING":
            names = [name for name in ("lead", "next_lead") if item.get(name) == person.id]
            attended = item.get("attended", ())
            if names or person.id in attended:
                changes = {"attended": person.replace_in(attended)}
                as_read = {"revision": item["revision"]}
                yield [
                    Update(key, set=changes, remove=names, add={"revision": 1}, condition=as_read)
                ]


def erase_reply_writes(
    table: Table, meeting_id: str, earlier: Iterable[Item], member_id: str
) -> list[Write]:
    """Deletes a member's replies and takes them off the counts; one read.

    `earlier` are the items beside the meeting, read before. Refused where a reply changed since.
    """
    own = {f"{kind}#{member_id}" for kind in replies.KINDS}
    deletions: list[Write] = [
        Delete((item["pk"], item["sk"]), condition={"pk": present})
        for item in earlier
        if item["sk"] in own
    ]
    stored = table.batch_get([replies.key(kind, meeting_id, member_id) for kind in replies.KINDS])
    changes: Counter[str] = Counter()
    for reply in filter(None, stored):
        changes.subtract(reply_counts.contribution(reply))
        deletions.append(Delete((reply["pk"], reply["sk"]), condition=replies.as_read(reply)))
    return [*deletions, reply_counts.change_write(meeting_id, member_id, changes)]


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
    keys = [
        *replies.keys(table, "ANSWER", row["id"], [member_id]),
        *replies.keys(table, "NEEDS", row["id"], [member_id]),
    ]
    items = table.batch_get(keys)
    answer, needs = replies.find("ANSWER", items), replies.find("NEEDS", items)
    answers: list[Item] = []
    if answer or needs:
        at = Instant(answer["at"]) if answer else None
        access = replies.access_needs_from_item(needs) if needs else None
        words = [*access.titles, *filter(None, [access.words])] if access else []
        arrange = ", ".join(words) if access else None
        answers = [{"answer": (answer or {}).get("answer"), "at": at, "to_arrange": arrange}]
    return {"answers": answers, "attended": [{}] if member_id in row.get("attended", ()) else []}
