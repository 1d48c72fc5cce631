"""Responses: what waits for who is signed in, their next meeting, open surveys."""

from datetime import datetime, timedelta

from comhar.aws.conditions import Item
from comhar.aws.dynamodb import load
from comhar.dates.dublin_time import local_date, stamp
from comhar.fields import View
from comhar.home import tasks
from comhar.home.repository import Reading
from comhar.meetings import rows as meeting_rows
from comhar.meetings.model import Choice
from comhar.meetings.timeline import agenda_due_at
from comhar.membership.model import Member, Status, find_day_back
from comhar.surveys.views import OpenSurvey, open_surveys

JOIN_BEFORE = timedelta(minutes=15)  # from then on the link to a meeting online stands on the page


class WaitingItem(View):
    """One thing that waits: its kind, words, since when, and where it is done."""

    kind: str
    title: str
    since: str
    href: str


class WaitingList(View):
    """All that waits for a person, oldest first; surveys stand apart, for nobody knows who answered."""

    count: int
    items: list[WaitingItem]
    surveys: list[OpenSurvey]


class MeetingRow(View):
    """A meeting to come after the next one."""

    id: str
    kind: str
    mode: str
    starts_at: str
    minutes: int
    topic: str | None = None
    agenda_issued_at: str | None = None
    answer: Choice | None = None


class NextMeeting(MeetingRow):
    """The next meeting: what one answered, who comes, and where.

    `members` is how many are asked, of a national meeting None. `link` is there from 15 minutes before.
    `propose_until` is the last day (Dublin) for items of the agenda, None once it is out. The counts below
    stand for who leads the meeting.
    """

    region: str
    venue: str | None = None
    link: str | None = None
    is_online: bool = False
    has_begun: bool = False
    may_answer: bool = False
    coming: int = 0
    members: int | None = None
    agenda_due_at: str | None = None
    propose_until: str | None = None
    may_prepare: bool = False
    not_replied: int | None = None
    undecided: int | None = None


class Task(View):
    """An action that one has taken on; `by` is a Dublin day."""

    id: str
    region: str
    what: str
    by: str
    overdue: bool


class Home(View):
    """The signed-in person, their next meeting and what waits for them."""

    id: str
    name: str
    email: str
    region: str | None
    role: str | None
    office: bool
    chair_of: tuple[str, ...]
    confirmed: bool
    status: Status
    joined_on: str | None
    next_meeting: NextMeeting | None = None
    later_meetings: list[MeetingRow] = []
    is_without_date: bool = False  # their community has no meeting to come
    closed_on: str | None = None  # the day on which their community was closed
    count: int = 0
    waiting: list[WaitingItem] = []
    surveys: list[OpenSurvey] = []
    actions: list[Task] = []
    away_until: str | None = None  # the day back, a Dublin day
    term_until: str | None = None  # of who is co-chair, a Dublin day


def home(reading: Reading, things: list[tasks.Thing], user: Member, now: datetime) -> Home:
    """The page of who is signed in; `things` are what waits for them, grouped."""
    coming = [
        row
        for row in reading.meetings
        if row["state"] == "scheduled" and meeting_rows.get_end(row) > now
    ]
    dated = any(row["region"] == user.region and row["start"] > now for row in coming)
    rows = [load(MeetingRow, row, answer=tasks.own_answer(reading, row)) for row in coming]
    following = _next_meeting(reading, user, now)
    own = [item for item in reading.own if item["sk"].startswith("ACTION#")]
    closed_on = reading.community.closed_on if reading.community else None
    return Home(
        **user.model_dump(include=set(Home.model_fields)),
        next_meeting=following,
        later_meetings=rows[1 if following else 0 :][:2],
        is_without_date=bool(user.active and user.region and not (dated or closed_on)),
        closed_on=closed_on.isoformat() if closed_on else None,
        count=sum(thing.count for thing in things),
        waiting=[_item(thing) for thing in things],
        surveys=open_surveys(reading.meetings, reading.surveys, now),
        actions=sorted((_task(item, now) for item in own), key=lambda task: task.by),
        away_until=find_day_back(user.away, local_date(now)),
        term_until=user.chair_until.get(user.region or "")
        if user.region in user.chair_of
        else None,
    )


def waiting_list(reading: Reading, things: list[tasks.Thing], now: datetime) -> WaitingList:
    return WaitingList(
        count=sum(thing.count for thing in things),
        items=[_item(thing) for thing in things],
        surveys=open_surveys(reading.meetings, reading.surveys, now),
    )


def _item(thing: tasks.Thing) -> WaitingItem:
    return WaitingItem(**thing.model_dump(exclude={"since", "count"}), since=stamp(thing.since))


def _next_meeting(reading: Reading, user: Member, now: datetime) -> NextMeeting | None:
    meeting, rules = reading.next, reading.rules
    if meeting is None or rules is None:
        return None
    row = next(row for row in reading.meetings if row["id"] == meeting.id)
    is_regional, begun = meeting.region == user.region, meeting.start <= now
    leads = is_regional and meeting.region in user.chair_of
    due = agenda_due_at(meeting, rules)
    last_day = local_date(due) - timedelta(days=1)
    proposing = not (meeting.agenda_issued or begun) and last_day >= local_date(now)
    view = load(
        NextMeeting,
        row,
        answer=tasks.own_answer(reading, row),
        venue=meeting.venue,
        link=meeting.link if meeting.start - JOIN_BEFORE <= now else None,
        is_online=meeting.mode != "in_person",
        has_begun=begun,
        may_answer=not begun,
        coming=reading.coming,
        members=reading.members if is_regional else None,
        agenda_due_at=None if meeting.agenda_issued else stamp(due),
        propose_until=last_day.isoformat() if proposing else None,
        may_prepare=leads or meeting.is_turn_of(user),
    )
    if not leads:
        return view
    not_replied = max(0, reading.askable - reading.answered)
    undecided = sum(each["meeting"] == meeting.id for each in reading.proposals)
    return view.model_copy(update={"not_replied": not_replied, "undecided": undecided})


def _task(item: Item, now: datetime) -> Task:
    return load(Task, item, overdue=item["by"] < local_date(now).isoformat())
