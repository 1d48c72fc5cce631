"""Use case of the handover page: all that is open in a community."""

from datetime import datetime, timedelta

from comhar import data
from comhar.aws.conditions import Item
from comhar.communities import repository as communities_repository
from comhar.context import Context
from comhar.dates.dublin_time import local_date, stamp, to_wall
from comhar.leadership import views
from comhar.meetings import repository as meetings_repository
from comhar.meetings import rows as meeting_rows
from comhar.meetings.agenda import repository as agenda_repository
from comhar.membership import member_counts
from comhar.membership import repository as membership_repository
from comhar.polls import repository as polls_repository
from comhar.surveys import repository as surveys_repository

MOST_MEETINGS = 4
MOST_ACTIONS = 20
_SINCE = timedelta(days=21)  # surveys of the meetings since then may be open
_READERS = "readers_"


def get_handover(region: str, ctx: Context) -> views.Handover:
    """All that is open, for the co-chairs and the office; one batch and three reads."""
    now, today = ctx.now, local_date(ctx.now)
    kinds = data.load("surveys")
    counts_keys = member_counts.count_keys(region)
    keys = [
        communities_repository.key(region),
        *(surveys_repository.runs_key(kind, region) for kind in kinds),
        *counts_keys,
    ]
    item, *others = ctx.table.batch_get(keys)
    runs, shards = others[: len(kinds)], others[len(kinds) :]
    community = communities_repository.from_item(item, region, today)
    meetings, polls = _list_meetings_and_polls(region, ctx)
    coming = [row for row in meetings if row["state"] == "scheduled"][:MOST_MEETINGS]
    actions = meetings_repository.list_open_actions(ctx.table, region)
    next_lead, undecided = None, []
    if coming:
        items = agenda_repository.list_stored_items(ctx.table, coming[0]["id"])
        undecided = [each.title for each in items if each.state == "proposed"]
    elif community.next_lead:
        lead = ctx.table.get(membership_repository.key(community.next_lead))
        next_lead = membership_repository.display_name(lead) if lead else None
    surveys = [kinds[kind]["title"] for kind, run in zip(kinds, runs, strict=True) if _runs(run)]
    feedback = [row for row in meetings if (row.get("survey_until") or "") > stamp(now)]
    term = community.term_on(today)
    return views.Handover(
        region=region,
        chairs=[chair["name"] for chair in community.chairs],
        term_ends=term.until.isoformat() if term else None,
        next_topic=community.next_topic,
        next_lead=next_lead,
        meetings=[_meeting(row, now) for row in coming],
        undecided=undecided,
        actions=[{"what": each.get("what"), "by": each["by"]} for each in actions[:MOST_ACTIONS]],
        action_count=len(actions),
        polls=[{"id": row["id"], "closes_at": row["closes_at"]} for row in polls],
        surveys=surveys + [kinds["meeting_feedback"]["title"] for _ in feedback],
        unconfirmed=_count_unconfirmed(region, shards, ctx),
    )


def _list_meetings_and_polls(region: str, ctx: Context) -> tuple[list[Item], list[Item]]:
    """The meetings of the last weeks and to come, in order, and open polls; one query."""
    after = f"MEETING#{meetings_repository.format_local(to_wall(ctx.now) - _SINCE)}"
    rows = ctx.table.query(f"REGION#{region}", after=after, until="POLL#~").items
    meetings = [row for row in rows if row["sk"].startswith("MEETING#")]
    polls = [row for row in rows if row["sk"].startswith("POLL#")]
    return meetings, [row for row in polls if polls_repository.is_running(row, ctx.now)]


def _meeting(row: Item, now: datetime) -> Item:
    """A meeting to come: whether it is over and not closed, and where its agenda stands."""
    agenda = "issued" if row.get("agenda_issued_at") else "open"
    state = "to_close" if meeting_rows.get_end(row) <= now else agenda
    return {name: row[name] for name in ("id", "kind", "starts_at")} | {"stands": state}


def _runs(run: Item | None) -> bool:
    return "running" in (run or {})


def _count_unconfirmed(region: str, shards: list[Item | None], ctx: Context) -> int:
    """How many active members nobody has confirmed yet."""
    active = member_counts.sum_members(ctx.table, region, shards)["active"]
    readers = sum(
        int(count)
        for shard in shards
        for name, count in (shard or {}).items()
        if name.startswith(_READERS)
    )
    return max(0, active - readers)
