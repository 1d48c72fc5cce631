"""Meetings that a region has recorded, without the day itself."""

from datetime import datetime

from comhar import wiring
from comhar.aws.dynamodb import Table
from comhar.dates.dublin_time import to_instant
from comhar.meetings import repository as meetings_repository
from comhar.meetings.model import Meeting


def record_meeting(starts_at: str, region: str = "SW", table: Table | None = None) -> None:
    """Lists a quarterly meeting of the region as one that took place, at that Dublin wall time."""
    at = datetime.fromisoformat(starts_at)
    meeting = Meeting(
        id=f"{region}-0{at:%Y%m%d}",
        region=region,
        kind="quarterly",
        mode="online",
        starts_at=at,
        minutes=120,
        state="held",
        made_at=to_instant(at),
    )
    (table or wiring.table()).transact([meetings_repository.row_write(meeting)])
