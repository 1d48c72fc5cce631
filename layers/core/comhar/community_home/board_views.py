"""Responses: what a community does now, which its page shows first."""

from typing import Annotated, Literal

from comhar.aws.conditions import Item
from comhar.community_home.repository import Reading, Rows, reads_reflections
from comhar.context import Context
from comhar.fields import View, json_name
from comhar.meetings.model import Choice, Meeting
from comhar.meetings.repository import format_local
from comhar.surveys.views import OpenSurvey, open_surveys

_MOST_ACTIONS = 5
_MOST_OUTCOMES = 2


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


def board(reading: Reading, rows: Rows, ctx: Context) -> Board:
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
        surveys=open_surveys(rows.meetings, rows.surveys, ctx.now),
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


def _closed_survey(reading: Reading, rows: Rows) -> ClosedSurvey | None:
    survey = rows.pulse.get("survey")
    if survey is None:
        return None
    outcomes = [Outcome(you_said=each["said"], did=each.get("did")) for each in reading.entries]
    return ClosedSurvey(**survey, outcomes=outcomes[:_MOST_OUTCOMES])
