"""Planned meetings of all regions in one list, by when they start.

One query finds what a date clashes with. A meeting has its row from when it is scheduled until it is
closed or cancelled.
"""

from datetime import date, datetime, timedelta

from pydantic import BaseModel, ConfigDict

from comhar import regions
from comhar.aws.conditions import Check, ConditionFailed, Delete, Item, Key, Put, Write
from comhar.aws.dynamodb import Table, load
from comhar.context import Context
from comhar.due_work import migrations
from comhar.meetings.model import Meeting
from comhar.regions import NATIONAL

STEP = "planned_meetings"  # the migration that lists those scheduled by an earlier version
_PLANNED = "PLANNED"


class PlannedMeeting(BaseModel):
    """A scheduled meeting; `starts_at` is naive Dublin wall time."""

    model_config = ConfigDict(frozen=True)

    id: str
    region: str
    starts_at: datetime
    minutes: int


def list_planned_meetings(table: Table, first: date, last: date) -> list[PlannedMeeting]:
    """The scheduled meetings of all regions from one day to another.

    Days are Dublin's; one query.
    """
    after, until = f"{first}", f"{last + timedelta(days=1)}"
    if migrations.is_done(table, STEP):
        rows = table.query(_PLANNED, after=after, until=until).items
        return [load(PlannedMeeting, row, id=_id(row)) for row in rows]
    return [
        load(PlannedMeeting, row, id=_id(row), region=region)
        for region in (*regions.codes(), NATIONAL)
        for row in table.query(
            f"REGION#{region}", after=f"MEETING#{after}", until=f"MEETING#{until}"
        ).items
        if row["state"] == "scheduled"
    ]


def _id(row: Item) -> str:
    return str(row["sk"].rpartition("#")[2])


def row_key(meeting: PlannedMeeting) -> Key:
    """Where its region lists it."""
    starts_at = meeting.starts_at.isoformat(timespec="minutes")
    return f"REGION#{meeting.region}", f"MEETING#{starts_at}#{meeting.id}"


def change_writes(before: Meeting | None, after: Meeting) -> list[Write]:
    """Lists a meeting as it is after a change; to be written with the meeting."""
    old, new = (_from_meeting(meeting) for meeting in (before, after))
    writes: list[Write] = []
    if old and (new is None or new["sk"] != old["sk"]):
        writes.append(Delete((_PLANNED, old["sk"])))
    if new and new != old:
        writes.append(Put(new))
    return writes


def list_meeting(row: Item, claim: Check, ctx: Context[None]) -> None:
    """Lists the meeting of a row in its region, if it is scheduled.

    Whoever changed it meanwhile did so.

    Raises:
        ConditionFailed: another worker has the work.
    """
    if row["state"] != "scheduled":
        return
    unchanged = Check((row["pk"], row["sk"]), {name: row[name] for name in ("state", "minutes")})
    region = row["pk"].partition("#")[2]
    planned = Put(_to_item(region, row["id"], row["starts_at"], row["minutes"]))
    try:
        ctx.table.transact([claim, unchanged, planned])
    except ConditionFailed as failure:
        if 0 in failure.failed:
            raise


def _from_meeting(meeting: Meeting | None) -> Item | None:
    if meeting is None or meeting.state != "scheduled":
        return None
    starts_at = meeting.starts_at.isoformat(timespec="minutes")
    return _to_item(meeting.region, meeting.id, starts_at, meeting.minutes)


def _to_item(region: str, meeting_id: str, starts_at: str, minutes: int) -> Item:
    known = {"region": region, "starts_at": starts_at, "minutes": minutes}
    return {"pk": _PLANNED, "sk": f"{starts_at}#{meeting_id}", **known}
