"""What the home page reads: of region, member, and what waits for the office."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from comhar import regions, waiting_rows
from comhar.aws.batch import Batch
from comhar.aws.conditions import Item
from comhar.aws.dynamodb import Table
from comhar.communities import repository as communities_repository
from comhar.communities.model import Community
from comhar.context import Context
from comhar.dates.dublin_time import local_date, to_instant, to_wall
from comhar.meetings import replies, reply_counts
from comhar.meetings import repository as meetings_repository
from comhar.meetings import rows as meeting_rows
from comhar.meetings.agenda.repository import PROPOSED
from comhar.meetings.model import Meeting
from comhar.meetings.timeline import Rules
from comhar.membership import confirmations, directory, member_counts
from comhar.membership import repository as membership_repository
from comhar.polls import repository as polls_repository
from comhar.polls import votes
from comhar.surveys.repository import OPEN_SURVEY
from comhar.terms_of_reference import repository as terms_repository
from comhar.terms_of_reference.model import Head
from comhar.tokens import keyed_digest
from comhar.vision import repository as vision_repository

_SINCE = timedelta(days=21)  # surveys of the meetings since then may be open
_MOST = 12  # meetings, the next ones
MOST_FOR_OFFICE = 300  # things that wait
# Kinds of which the office has an email of their own.
_WITH_OWN_EMAIL = ("term_ends", "publish_report", "sign_terms")


@dataclass(frozen=True)
class Reading:
    """What was read for one person, before any rule.

    Rows of meetings have the instant of their `start`.
    """

    meetings: Sequence[Item] = ()
    polls: Sequence[Item] = ()
    surveys: Sequence[Item] = ()
    proposals: Sequence[Item] = ()
    own: Sequence[Item] = ()  # open actions, and drafts
    for_office: Sequence[Item] = ()
    next: Meeting | None = None
    coming: int = 0  # to the next meeting, by their answers
    answered: int = 0
    members: int = 0  # active in the region
    askable: int = 0  # of those, who are neither away nor not to be written to
    unconfirmed: int = 0  # who lie with the co-chairs
    not_known: Collection[str] = ()  # of the unconfirmed, those whom the office is asked about
    unconfirmed_people: Sequence[Item] | None = None  # where they are asked for
    answers: dict[str, Item] = field(default_factory=dict)  # one's own, by meeting
    voted: frozenset[str] = frozenset()  # the polls one has answered
    community: Community | None = None
    terms: Head | None = None
    vision_asked: Item | None = None  # the revision to which members were asked to agree, and when
    vision_agreed: int | None = None  # the revision to which one has agreed
    rules: Rules | None = None


def read(ctx: Context) -> Reading:
    """All that the person's page shows; three reads.

    Of an officer without a region two. An officer who is a member too takes four.
    """
    user = ctx.user
    for_office: list[Item] = []
    own = membership_repository.list_actions_and_drafts(ctx.table, user.id)
    if user.office:
        after = f"{meetings_repository.NATIONALS}{_earliest(ctx.now)}"
        rows = waiting_rows.list_rows(ctx.table, after, MOST_FOR_OFFICE).items
        for_office = [row for row in rows if waiting_rows.is_waiting(row)]
        if not (user.active and user.region):
            events = [row for row in rows if not waiting_rows.is_waiting(row)]
            return Reading(own=own, meetings=_in_order(events), for_office=for_office)
    if not (user.active and user.region):
        return Reading(own=own)
    return _read_member(user.region, own, ctx, for_office)


def _earliest(now: datetime) -> str:
    return meetings_repository.format_local(to_wall(now) - _SINCE)


def _read_member(
    region: str, own: Sequence[Item], ctx: Context, for_office: Sequence[Item]
) -> Reading:
    after = f"MEETING#{_earliest(ctx.now)}"
    rows = ctx.table.query(f"REGION#{region}", after=after, until=f"{PROPOSED}~").items
    meetings = _in_order(_of(rows, "MEETING#", meetings_repository.NATIONALS))
    not_known = confirmations.member_ids(_of(rows, confirmations.NOT_KNOWN))
    polls = [
        row for row in reversed(_of(rows, "POLL#")) if polls_repository.is_running(row, ctx.now)
    ]
    coming = [row for row in meetings if row["state"] == "scheduled" and row["start"] > ctx.now]
    batch = Batch(ctx.table)
    heads = batch.add(
        communities_repository.key(region),
        terms_repository.key(region),
        vision_repository.asked_key(region),
        vision_repository.agreement_key(region, ctx.user.id),
        communities_repository.CLOSURES,
    )
    people = batch.add(*member_counts.count_keys(region))
    voted = batch.add(*(votes.key(row["id"], ctx.user.id) for row in polls))
    answers = batch.add(
        *(
            place
            for row in coming
            for place in replies.keys(ctx.table, "ANSWER", row["id"], [ctx.user.id])
        )
    )
    upcoming = meeting_rows.find_next(meetings, ctx.now)
    counts = batch.add(*(reply_counts.count_keys(upcoming["id"]) if upcoming else ()))
    whole = batch.add(*([meetings_repository.key(upcoming["id"])] if upcoming else ()))
    batch.read()
    community, terms, request, agreed, closures = batch.get(heads)
    shards = batch.get(people)
    members = member_counts.sum_members(ctx.table, region, shards)["active"]
    stored = next(iter(batch.get(whole)), None)
    meeting = meetings_repository.from_item(stored) if stored else None
    replied = reply_counts.sum_answers(meeting, batch.get(counts)) if meeting else {}
    return Reading(
        meetings=meetings,
        polls=polls,
        surveys=_of(rows, OPEN_SURVEY),
        proposals=_of(rows, PROPOSED),
        own=own,
        for_office=for_office,
        next=meeting,
        coming=replied.get("yes", 0),
        answered=sum(replied.values()),
        members=members,
        askable=member_counts.sum_askable(ctx.table, region, shards, local_date(ctx.now)),
        unconfirmed=members
        - member_counts.sum_confirmed(ctx.table, region, shards)
        - len(not_known),
        not_known=not_known,
        answers=_newest_by_meeting(batch.get(answers)),
        voted=frozenset(item["pk"].partition("#")[2] for item in batch.get(voted) if item),
        community=communities_repository.from_item(community, region, local_date(ctx.now)),
        terms=terms_repository.head_from_item(terms, region),
        vision_asked=request,
        vision_agreed=agreed["revision"] if agreed else None,
        rules=meetings_repository.rules_from_item(closures, ctx.settings),
    )


def _of(rows: Sequence[Item], *begins: str) -> list[Item]:
    return [row for row in rows if row["sk"].startswith(begins)]


def _in_order(rows: Sequence[Item]) -> list[Item]:
    """Rows of meetings by their start, each with its region; the first dozen."""
    with_start = [
        {
            **row,
            "region": row["id"].partition("-")[0],
            "start": to_instant(datetime.fromisoformat(row["starts_at"])),
        }
        for row in rows
    ]
    return sorted(with_start, key=lambda row: (row["start"], row["id"]))[:_MOST]


def _newest_by_meeting(items: Sequence[Item | None]) -> dict[str, Item]:
    """One's own answers by meeting; the newer one where an earlier version stored another."""
    by_meeting: dict[str, list[Item]] = {}
    for item in items:
        if item:
            by_meeting.setdefault(item["pk"].partition("#")[2], []).append(item)
    found = {meeting: replies.newest(stored) for meeting, stored in by_meeting.items()}
    return {meeting: item for meeting, item in found.items() if item}


def list_waiting_things(table: Table) -> dict[str, list[tuple[str, str]]]:
    """What waits for the office and the co-chairs of each region: kind and digest.

    Without what has an email of its own. A query of the office, and three of each region.
    """
    rows = waiting_rows.list_rows(table, waiting_rows.WAITS, MOST_FOR_OFFICE).items
    things = {
        waiting_rows.OFFICE: [
            (row["kind"], _mark(row["sk"]))
            for row in rows
            if row["kind"] not in _WITH_OWN_EMAIL and not row.get("announced")
        ]
    }
    for region in regions.codes():
        not_known = confirmations.list_not_known(table, region)
        unconfirmed = directory.list_unconfirmed(table, region)
        people = [person for person in unconfirmed if person["id"] not in not_known]
        proposed = table.query(f"REGION#{region}", PROPOSED).items
        things[region] = [("confirm_member", _mark(person["id"])) for person in people]
        things[region] += [("decide_item", _mark(row["sk"])) for row in proposed]
    return things


def _mark(thing: str) -> str:
    """By what a thing is known again the next day, which names nobody."""
    return keyed_digest(thing)[:16]
