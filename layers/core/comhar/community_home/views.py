"""Responses: a community as a member may see it, and its people."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from comhar.aws.conditions import Item
from comhar.community_home.checklist import Checklist
from comhar.community_home.repository import Reading, Rows, reads_reflections
from comhar.context import Context
from comhar.dates.dublin_time import local_date, stamp
from comhar.fields import View, json_name
from comhar.meetings.model import Choice, Meeting
from comhar.meetings.repository import format_local
from comhar.membership.model import Member, last_day_of_grace

_MOST_ACTIONS = 5
_MOST_OUTCOMES = 2


class Colleague(View):
    """What members see of each other; the id is for co-chairs and the office.

    `role_other` names a role that is not of the list. `workplace` and `ask_about` are there only where
    the member shows them.
    """

    id: str | None = None
    name: str
    role: str | None
    role_other: str | None = None
    workplace: str | None = None
    ask_about: str | None = None
    chair: bool
    confirmed: bool | None = None


class Purpose(View):
    """What the community is for, in its own words: of its `vision` or of its `terms`."""

    text: str
    source: Literal["vision", "terms"]


class NextMeeting(View):
    """The next meeting: when, where, and what one answered; `members` is how many are asked."""

    id: str
    kind: str
    mode: str
    starts_at: str
    minutes: int
    venue: str | None = None
    topic: str | None = None
    has_begun: bool = False
    may_answer: bool = False
    answer: Choice | None = None
    coming: int = 0
    members: int = 0


class WorkAction(View):
    """An open action; `who` is for confirmed members and for who took it on. `by` is a Dublin day."""

    id: str
    what: str
    by: str
    who: str
    is_own: Annotated[bool, json_name("mine")]


class Work(View):
    """What the community works on: its topic, and the first open actions, one's own first.

    `open_count` is how many are open.
    """

    topic: str | None = None
    actions: list[WorkAction] = []
    open_count: int = 0


class LastMeeting(View):
    """The meeting that was closed last; `open_actions` are those of its actions that are not done."""

    id: str
    kind: str
    starts_at: str
    topic: str | None = None
    attended: int
    open_actions: int
    next_topic: str | None = None


class SharedReflection(View):
    """A reflection that was shared; what it says is opened on its own page."""

    id: str
    written_at: str
    name: str
    is_group: Annotated[bool, json_name("group")]
    is_own: Annotated[bool, json_name("mine")]


class OpenSurvey(View):
    """A survey that is open: the same for everybody, whoever answered."""

    title: str
    until: str
    day: str | None = None  # of the meeting which it is of, as wall time


class Outcome(View):
    """What was said in a survey, and what is done about it."""

    you_said: Annotated[str, json_name("said")]
    did: str | None = None


class ClosedSurvey(View):
    """The survey that closed last, and the first things that were done about it."""

    id: str
    title: str
    closed_on: str
    outcomes: list[Outcome] = []


class Board(View):
    """What the community does.

    `reflections` are None for who is not shown them, `closed_survey` for who does not read results.
    """

    purpose: Purpose | None = None
    next_meeting: NextMeeting | None = None
    work: Work
    last_meeting: LastMeeting | None = None
    reflections: list[SharedReflection] | None = None
    surveys: list[OpenSurvey] = []
    closed_survey: ClosedSurvey | None = None


class People(View):
    """Members of a community: a page of all, or the first of `found_count` that were looked for by `name`."""

    region: str
    count: int
    members: list[Colleague]
    next: str | None = None
    hidden: bool
    sign_in_again: bool = False
    name: str | None = None
    found_count: int | None = None


class Overview(View):
    """`hidden` says that names open once the reader is confirmed, `sign_in_again` once they signed in again;
    counts are for everyone. `members` is a
    page of `count`, the co-chairs first; `next` is its cursor.

    `term_ends` is the day on which the co-chairs' term ends, or ended where `grace_until`, the last day on
    which they go on, is there. `led_before` says that there were co-chairs at some time.

    `start` are the steps of starting the community while some are to do; else, or a year after its first
    co-chairs, they are at /start. `terms_until` is the last day of approved terms. `vision_agreed` of
    `confirmed` members agreed to the vision, if there is one. `board` is what the community does, on the
    first page.
    """

    region: str
    chairs: list[str]
    chair_count: int
    count: int
    members: list[Colleague]
    next: str | None = None
    may_chair: bool
    hidden: bool
    sign_in_again: bool = False
    next_topic: str | None = None
    led_before: bool = False
    term_ends: str | None = None
    grace_until: str | None = None
    started: bool = False
    starter: str | None = None
    may_start: bool = False
    may_release: bool = False
    start: Checklist | None = None
    terms_status: str | None = None
    terms_until: str | None = None
    vision_agreed: int | None = None
    confirmed: int | None = None
    phase: str | None = None
    resting_until: str | None = None
    closed_on: str | None = None
    board: Board | None = None


def overview(
    reading: Reading,
    rows: Rows | None,
    members: list[Member],
    next: str | None,
    starter: str | None,
    steps: Checklist | None,
    ctx: Context,
) -> Overview:
    """The community as this member may see it, with these of its people.

    Names once they are confirmed, ids for co-chairs. `starter` is the name of who brings people together.
    `rows` are None where only people are shown.
    """
    community, terms, vision = reading.community, reading.terms, reading.vision
    user, today = ctx.user, local_date(ctx.now)
    may_chair, open_ = user.may_chair(community.region), user.confirmed or user.office
    chair_ids = {co_chair["id"] for co_chair in community.chairs}
    term = community.term_on(today)
    grace = term and term.is_in_grace_on(today)
    rest = community.rest_on(today)
    is_open = community.closed_on is None
    unled = is_open and not community.chairs and not community.starter
    return Overview(
        region=community.region,
        chairs=[co_chair["name"] for co_chair in community.chairs] if open_ else [],
        chair_count=len(community.chairs),
        count=reading.active,
        members=[_colleague(member, chair_ids, may_chair) for member in members],
        next=next,
        may_chair=may_chair,
        hidden=not open_,
        sign_in_again=open_ and ctx.stale,
        next_topic=community.next_topic,
        led_before=bool(community.terms),
        term_ends=term.until.isoformat() if term else None,
        grace_until=last_day_of_grace(term.until).isoformat() if term and grace else None,
        started=community.starter is not None,
        starter=starter,
        may_start=unled and user.active and user.region == community.region,
        may_release=community.starter is not None and (user.office or user.id == community.starter),
        start=steps if steps and is_open and steps.done_count < steps.step_count else None,
        terms_status=_terms_status(terms),
        terms_until=terms["until"],
        vision_agreed=vision["count"] if vision["begun"] else None,
        confirmed=vision["members"],
        phase=community.phases[-1]["phase"] if community.phases else None,
        resting_until=rest.until.isoformat() if rest else None,
        closed_on=community.closed_on.isoformat() if community.closed_on else None,
        board=_board(reading, rows, ctx) if rows else None,
    )


def people(
    reading: Reading,
    members: list[Member],
    next: str | None,
    ctx: Context,
    name: str | None = None,
    found_count: int | None = None,
) -> People:
    """These members as this member may see them."""
    community, user = reading.community, ctx.user
    may_chair, open_ = user.may_chair(community.region), user.confirmed or user.office
    chair_ids = {co_chair["id"] for co_chair in community.chairs}
    return People(
        region=community.region,
        count=reading.active,
        members=[_colleague(member, chair_ids, may_chair) for member in members],
        next=next,
        hidden=not open_,
        sign_in_again=open_ and ctx.stale,
        name=name,
        found_count=found_count,
    )


def _board(reading: Reading, rows: Rows, ctx: Context) -> Board:
    community, user = reading.community, ctx.user
    topic = reading.next.topic if reading.next else community.next_topic
    reads_results = user.confirmed or user.office
    return Board(
        purpose=_purpose(reading),
        next_meeting=_next_meeting(reading, ctx) if reading.next else None,
        work=_work(rows, topic, ctx),
        last_meeting=_last_meeting(reading.last, rows) if reading.last else None,
        reflections=[_reflection(item, ctx) for item in reading.reflections]
        if reads_reflections(community.region, ctx)
        else None,
        surveys=_open_surveys(rows, ctx),
        closed_survey=_closed_survey(reading, rows) if reads_results else None,
    )


def _purpose(reading: Reading) -> Purpose | None:
    """The vision's purpose, else the aim of terms that the members have written."""
    if text := ((reading.vision_item or {}).get("fields") or {}).get("purpose"):
        return Purpose(text=text, source="vision")
    aim = ((reading.text_item or {}).get("sections") or {}).get("aim")
    return Purpose(text=aim, source="terms") if aim else None


def _next_meeting(reading: Reading, ctx: Context) -> NextMeeting | None:
    meeting = reading.next
    if meeting is None:
        return None
    user, begun = ctx.user, meeting.start <= ctx.now
    return NextMeeting(
        **meeting.model_dump(include={"id", "kind", "mode", "minutes", "venue", "topic"}),
        starts_at=format_local(meeting.starts_at),
        has_begun=begun,
        may_answer=user.active and user.region == meeting.region and not begun,
        answer=reading.answer,
        coming=reading.coming,
        members=reading.askable,
    )


def _work(rows: Rows, topic: str | None, ctx: Context) -> Work:
    user = ctx.user
    in_order = sorted(rows.actions, key=lambda row: (row.get("member") != user.id, row["by"]))
    named = (user.confirmed or user.office) and not ctx.stale
    actions = [
        WorkAction(
            id=row["id"],
            what=row.get("what") or "",
            by=row["by"],
            who=row.get("who") or "" if named or row.get("member") == user.id else "",
            is_own=row.get("member") == user.id,
        )
        for row in in_order[:_MOST_ACTIONS]
    ]
    return Work(topic=topic, actions=actions, open_count=len(in_order))


def _last_meeting(meeting: Meeting, rows: Rows) -> LastMeeting:
    return LastMeeting(
        **meeting.model_dump(include={"id", "kind", "topic", "next_topic"}),
        starts_at=format_local(meeting.starts_at),
        attended=meeting.present,
        open_actions=sum(row.get("meeting") == meeting.id for row in rows.actions),
    )


def _reflection(item: Item, ctx: Context) -> SharedReflection:
    author = item.get("author") or {}
    return SharedReflection(
        id=item["id"],
        written_at=item["written_at"],
        name=author.get("name") or "",
        is_group=bool(item.get("group")),
        is_own=author.get("id") == ctx.user.id,
    )


def _open_surveys(rows: Rows, ctx: Context) -> list[OpenSurvey]:
    """What is open, by when it closes."""
    at = stamp(ctx.now)
    surveys = [
        OpenSurvey(title="Meeting feedback", until=row["survey_until"], day=row["starts_at"])
        for row in rows.meetings
        if row.get("survey_until") and row["survey_until"] > at
    ]
    surveys += [
        OpenSurvey(title=row["title"], until=row["closes_at"])
        for row in rows.surveys
        if row["opens_at"] <= at < row["closes_at"]
    ]
    return sorted(surveys, key=lambda survey: survey.until)


def _closed_survey(reading: Reading, rows: Rows) -> ClosedSurvey | None:
    survey = rows.pulse.get("survey")
    if survey is None:
        return None
    outcomes = [Outcome(you_said=each["said"], did=each.get("did")) for each in reading.entries]
    return ClosedSurvey(**survey, outcomes=outcomes[:_MOST_OUTCOMES])


def _terms_status(terms: Mapping[str, Any]) -> str:
    """The status, or that nobody has begun, or that the approved period is over."""
    if not terms["begun"]:
        return "sample"
    over = terms["status"] == "approved" and not terms["approved"]
    return "ended" if over else str(terms["status"])


def _colleague(member: Member, leading: set[str], chair: bool) -> Colleague:
    return Colleague(
        id=member.id if chair else None,
        name=member.display_name,
        role=member.role,
        role_other=member.role_other if member.role == "other" else None,
        chair=member.id in leading,
        confirmed=member.confirmed if chair else None,
        **{name: getattr(member, name) for name in member.shows},
    )
