"""Use cases of the National Office for all regions at once."""

from datetime import datetime, timedelta

from comhar import regions
from comhar.all_regions import views
from comhar.aws.batch import Batch
from comhar.aws.conditions import Item
from comhar.communities import repository as communities_repository
from comhar.context import Context
from comhar.dates.dublin_time import local_date, to_wall
from comhar.meetings import repository as meetings_repository
from comhar.meetings import rows as meeting_rows
from comhar.meetings.views import summary
from comhar.membership import member_counts
from comhar.regions import NATIONAL

_LAST_WITHIN = timedelta(days=366)  # the last meeting of a community is looked for
PAST_DAYS = 90  # of past meetings


def list_communities(ctx: Context) -> views.Communities:
    """Each region's co-chairs, members, next and last meeting.

    One batch, and a query a region.
    """
    codes, batch = regions.codes(), Batch(ctx.table)
    heads = batch.add(*(communities_repository.key(code) for code in codes))
    counts = {code: batch.add(*member_counts.count_keys(code)) for code in codes}
    batch.read()
    return views.Communities(
        communities=[
            _community_line(code, item, batch.get(counts[code]), ctx)
            for code, item in zip(codes, batch.get(heads), strict=True)
        ]
    )


def _community_line(
    region: str, item: Item | None, shards: list[Item | None], ctx: Context
) -> views.CommunityLine:
    community = communities_repository.from_item(item, region, local_date(ctx.now))
    since = to_wall(ctx.now) - _LAST_WITHIN
    rows = meetings_repository.list_rows_from(ctx.table, region, since)
    coming, took_place = meeting_rows.find_next(rows, ctx.now), meeting_rows.find_last(rows)
    return views.CommunityLine(
        region=region,
        chairs=[chair["name"] for chair in community.chairs],
        members=member_counts.sum_members(ctx.table, region, shards)["active"],
        next=summary(coming) if coming else None,
        last=summary(took_place) if took_place else None,
        closed_on=community.closed_on.isoformat() if community.closed_on else None,
    )


def list_meetings(ctx: Context) -> views.Meetings:
    """The meetings of all regions from 90 days ago on, and the national events.

    A query a region, and one of national events.
    """
    since = to_wall(ctx.now) - timedelta(days=PAST_DAYS)
    lines = [
        _meeting_line(region, row, ctx.now)
        for region in (*regions.codes(), NATIONAL)
        for row in meetings_repository.list_rows_from(ctx.table, region, since)
    ]
    lines.sort(key=lambda line: (line.starts_at, line.region))
    return views.Meetings(
        coming=[line for line in lines if not line.is_over],
        past=[line for line in reversed(lines) if line.is_over],
        days=PAST_DAYS,
    )


def _meeting_line(region: str, row: Item, now: datetime) -> views.MeetingLine:
    is_over = row["state"] == "held" or meeting_rows.get_end(row) <= now
    return views.MeetingLine(**summary(row).model_dump(), region=region, is_over=is_over)
