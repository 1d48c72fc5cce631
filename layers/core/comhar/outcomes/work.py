"""Owns what the clock does for what comes of meetings: ask whether one happened."""

from datetime import datetime

from comhar.communities import records as communities
from comhar.letters import records as letters
from comhar.letters.model import Letter, LetterId
from comhar.meetings.model import Meeting, Rules
from comhar.table import Table
from comhar.writes import Write


def ask(
    meeting: Meeting, step: str, now: datetime, table: Table, rules: Rules
) -> tuple[Meeting, list[Write]]:
    """Asks the co-chairs "Did it happen?" two working days after its day, and again after five."""
    version = f"{meeting.sequence}.{step.removeprefix('ask.')}"
    chairs = communities.by_region(table, meeting.region).chairs
    ids = (LetterId("did_it_happen", meeting.id, version, each["id"]) for each in chairs)
    return meeting, [letters.put(Letter(each), now) for each in ids]
