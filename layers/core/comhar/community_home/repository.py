"""What a community's page reads: rows of its year, then by key what they lead to."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from comhar.aws.batch import Batch
from comhar.aws.conditions import Item
from comhar.aws.dynamodb import Table
from comhar.communities import pulse
from comhar.communities import repository as communities_repository
from comhar.communities.model import Community
from comhar.context import Context
from comhar.dates.dublin_time import local_date, to_instant, to_wall
from comhar.due_work import migrations
from comhar.meetings import replies, reply_counts
from comhar.meetings import repository as meetings_repository
from comhar.meetings import rows as meeting_rows
from comhar.meetings.day import action_repository
from comhar.meetings.model import Choice, Meeting
from comhar.membership import member_counts
from comhar.membership import repository as membership_repository
from comhar.membership.model import Member
from comhar.reflections import keys as reflection_keys
from comhar.results import repository as results_repository
from comhar.surveys.repository import OPEN_SURVEY
from comhar.terms_of_reference import model as terms_model
from comhar.terms_of_reference import repository as terms_repository
from comhar.vision import model as vision_model
from comhar.vision import repository as vision_repository

YEAR = timedelta(days=366)  # of which meetings are read
_REFLECTIONS = 3
_ENTRIES = 5  # of “You said, we did”, the first ones


@dataclass(frozen=True)
class Rows:
    """A region's rows, as one query finds them.

    Those of meetings have the instant of their `start`.
    """

    meetings: Sequence[Item] = ()
    surveys: Sequence[Item] = ()  # open ones
    actions: Sequence[Item] = ()  # open ones
    pulse: Item = field(default_factory=dict)


@dataclass(frozen=True)
class Reading:
    """What was read of a community for one reader, before any rule.

    `people` are active members by id; `next` and `last` the meetings to come and closed last; `terms` and
    `vision` the summaries of these.
    """

    community: Community
    active: int
    askable: int  # of those active, who can be asked to act
    confirmed: int
    terms: dict[str, Any]
    vision: dict[str, Any]
    text_item: Item | None = None  # of the terms
    vision_item: Item | None = None
    people: dict[str, Member] = field(default_factory=dict)
    next: Meeting | None = None
    last: Meeting | None = None
    answer: Choice | None = None  # one's own to the next meeting
    coming: int = 0
    reflections: Sequence[Item] = ()  # shared last, sealed
    entries: Sequence[Item] = ()  # what was done about the survey closed last


def list_rows(table: Table, region: str, now: datetime) -> Rows:
    """The rows of a region that its page shows; one query.

    Until open actions of an earlier version are copied, one query and a read more.
    """
    since = meetings_repository.format_local(to_wall(now) - YEAR)
    until = f"{action_repository.PURSUED}~"
    rows = table.query(f"REGION#{region}", after=f"MEETING#{since}", until=until).items
    meetings = [
        {**row, "start": to_instant(datetime.fromisoformat(row["starts_at"]))}
        for row in _beginning(rows, "MEETING#")
    ]
    actions = _beginning(rows, action_repository.PURSUED)
    if not migrations.is_done(table, action_repository.PURSUED_STEP):
        actions = meetings_repository.list_open_actions(table, region)
    beats = (row for row in rows if row["sk"] == pulse.PULSE)
    return Rows(meetings, _beginning(rows, OPEN_SURVEY), actions, next(beats, {}))


def get_pulse(table: Table, region: str) -> Item:
    return table.get(pulse.key(region)) or {}


def _beginning(rows: Iterable[Item], begins: str) -> list[Item]:
    return [row for row in rows if row["sk"].startswith(begins)]


def read(
    region: str, listed: Sequence[str], rows: Rows, ctx: Context, *, with_text: bool = False
) -> Reading:
    """The community and the people of these ids, and what its rows lead to; one batch.

    With people also who leads it, `with_text` also the text of its terms.
    """
    table, user = ctx.table, ctx.user
    upcoming = meeting_rows.find_next(rows.meetings, ctx.now)
    closed = meeting_rows.find_last(rows.meetings)
    shared = pulse.list_shared(rows.pulse, _REFLECTIONS) if reads_reflections(region, ctx) else []
    survey = rows.pulse.get("survey")
    ids = dict.fromkeys([*listed, *(rows.pulse.get("leads", ()) if listed else ())])
    batch = Batch(table)
    heads = batch.add(
        communities_repository.key(region),
        terms_repository.key(region),
        vision_repository.key(region),
    )
    texts = batch.add(*([terms_repository.text_key(region)] if with_text else ()))
    shards = batch.add(*member_counts.count_keys(region))
    people = batch.add(*(membership_repository.row_key(region, person) for person in ids))
    coming = batch.add(*(meetings_repository.key(row["id"]) for row in (upcoming, closed) if row))
    counts = batch.add(*(reply_counts.count_keys(upcoming["id"]) if upcoming else ()))
    answers = batch.add(
        *(replies.keys(table, "ANSWER", upcoming["id"], [user.id]) if upcoming else ())
    )
    reflections = batch.add(*(reflection_keys.shared_key(region, each) for each in shared))
    entries = batch.add(*(results_repository.entry_keys(survey["id"], _ENTRIES) if survey else ()))
    batch.read()
    item, terms, vision = batch.get(heads)
    today, counted = local_date(ctx.now), batch.get(shards)
    meetings = [meetings_repository.from_item(each) for each in batch.get(coming) if each]
    following = next((each for each in meetings if upcoming and each.id == upcoming["id"]), None)
    answer = replies.find_answer(following, batch.get(answers)) if following else None
    sums = reply_counts.sum_answers(following, batch.get(counts)) if following else {}
    return Reading(
        community=communities_repository.from_item(item, region, today),
        active=member_counts.sum_members(table, region, counted)["active"],
        askable=member_counts.sum_askable(table, region, counted, today),
        confirmed=member_counts.sum_confirmed(table, region, counted),
        terms=terms_model.summary(terms, today),
        vision=vision_model.summary(
            vision, member_counts.sum_confirmed(table, region, counted, today)
        ),
        text_item=next(iter(batch.get(texts)), None),
        vision_item=vision,
        people=_active_members(batch.get(people), ctx),
        next=following,
        last=next((each for each in meetings if closed and each.id == closed["id"]), None),
        answer=answer["answer"] if answer else None,
        coming=sums.get("yes", 0),
        reflections=[each for each in batch.get(reflections) if each],
        entries=[each for each in batch.get(entries) if each],
    )


def add_unnoted_leads(reading: Reading, rows: Rows, ctx: Context) -> Reading:
    """The same with who leads, where the pulse does not note it.

    One read then: an earlier version noted nothing there.
    """
    if "leads" in rows.pulse:
        return reading
    community = reading.community
    leads = [*(chair["id"] for chair in community.chairs), community.starter]
    missing = [person for person in leads if person and person not in reading.people]
    keys = [membership_repository.row_key(community.region, person) for person in missing]
    found = _active_members(ctx.table.batch_get(keys), ctx) if keys else {}
    return replace(reading, people={**reading.people, **found})


def reads_reflections(region: str, ctx: Context) -> bool:
    """Whether the reader is shown what others share.

    They are a confirmed member, on a device in use.
    """
    user = ctx.user
    return user.active and user.confirmed and user.region == region and not ctx.stale


def _active_members(rows: Iterable[Item | None], ctx: Context) -> dict[str, Member]:
    """By id those of the rows who are active in the region now."""
    return {
        row["id"]: membership_repository.from_item(row, ctx.settings)
        for row in rows
        if row and row["status"] == "active"
    }
