"""One-time move of replies that lie beside their meeting, and count nowhere."""

from collections import Counter
from collections.abc import Sequence

from comhar import regions
from comhar.aws.conditions import (
    Check,
    Condition,
    ConditionFailed,
    Delete,
    Item,
    Put,
    Write,
    absent,
)
from comhar.aws.dynamodb import Table
from comhar.context import Context
from comhar.due_work import migrations
from comhar.meetings import replies, reply_counts, repository
from comhar.meetings.model import Meeting, MeetingChanged
from comhar.membership import repository as membership_repository

_PAGE_SIZE = 20  # replies of one transaction: three writes a reply, and 16 shards


def move_replies(row: Item, claim: Check, ctx: Context[None]) -> None:
    """Moves all replies to the meeting of a region's row; see `move_all`."""
    move_all(row["id"], claim, ctx.table)


def move_before_reschedule(meeting: Meeting, table: Table) -> None:
    """Moves all replies to a meeting whose row may come to lie behind the migration.

    No read once that is known to be done.

    Raises:
        MeetingChanged: somebody else changed the meeting.
    """
    if not migrations.is_done(table, replies.STEP):
        as_read = {"revision": meeting.revision}
        unchanged = Check(repository.key(meeting.id), as_read, conflict=MeetingChanged)
        move_all(meeting.id, unchanged, table)


def move_all(meeting_id: str, claim: Check, table: Table) -> None:
    """Moves all replies to a meeting, some at a time under the claim.

    Raises:
        ConditionFailed: another worker has the work, or others keep changing the same replies.
    """
    for kind in replies.KINDS:
        tries = 0
        while rows := _list_earlier(kind, meeting_id, table):
            try:
                table.transact([claim, *_move_writes(table, meeting_id, rows)])
            except ConditionFailed as failure:
                tries += 1
                if 0 in failure.failed or tries == replies.TRIES:
                    raise


def _list_earlier(kind: replies.Kind, meeting_id: str, table: Table) -> list[Item]:
    return table.query(f"MEETING#{meeting_id}", f"{kind}#", limit=_PAGE_SIZE).items


def _move_writes(table: Table, meeting_id: str, rows: Sequence[Item]) -> list[Write]:
    """Moves replies of one kind that an earlier version stored, and counts them.

    Refused where one of them, or its member, changed since it was read. At most three writes a row, and
    those of the shards. One read for each 50 rows.
    """
    ids = [row["sk"].partition("#")[2] for row in rows]
    stored = table.batch_get(
        [
            *((f"REPLIES#{meeting_id}", row["sk"]) for row in rows),
            *map(membership_repository.key, ids),
        ]
    )
    writes: list[Write] = []
    for row, member_id, before, member in zip(
        rows, ids, stored[: len(rows)], stored[len(rows) :], strict=True
    ):
        writes.append(Delete((row["pk"], row["sk"]), condition=replies.as_read(row)))
        if before and replies.newest([row, before]) is before:
            continue  # it was changed after this version came
        item = {name: value for name, value in row.items() if name != "name"}
        item["pk"] = f"REPLIES#{meeting_id}"
        if row["sk"].startswith("ANSWER#"):
            if _is_concerned(member, meeting_id):
                item["counted"] = True
            writes.append(_check_member(member_id, member))
        writes.append(Put(item, condition=replies.as_read(before)))
        changes = Counter(reply_counts.contribution(item))
        changes.subtract(reply_counts.contribution(before))
        writes.append(reply_counts.change_write(meeting_id, member_id, changes))
    return writes


def _is_concerned(member: Item | None, meeting_id: str) -> bool:
    region = meeting_id.partition("-")[0]
    concerned = member is not None and region in (member.get("region"), regions.NATIONAL)
    return member is not None and concerned and member["status"] == "active"


def _check_member(member_id: str, member: Item | None) -> Check:
    as_read: Condition = {"pk": absent}
    if member:
        as_read = {"status": member["status"], "region": member.get("region", absent)}
    return Check(membership_repository.key(member_id), as_read)


STEP = migrations.Step(
    replies.STEP,
    lambda: [f"REGION#{code}" for code in (*regions.codes(), regions.NATIONAL)],
    "MEETING#",
    move_replies,
)
