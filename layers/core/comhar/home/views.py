"""Responses: what waits for who is signed in: drafts, tasks, polls, meetings."""

from datetime import datetime, timedelta

from comhar import regions
from comhar.aws.conditions import Item
from comhar.aws.dynamodb import load
from comhar.dates.dublin_time import local_date, stamp
from comhar.fields import View
from comhar.membership.model import Member, Status


class Waiting(View):
    """A meeting on the home page: one to come, or one whose survey is open."""

    id: str
    kind: str
    mode: str
    starts_at: str
    minutes: int
    topic: str | None = None
    agenda_issued_at: str | None = None
    survey_until: str | None = None


class Draft(View):
    path: str
    what: str
    saved_at: str | None = None


class Task(View):
    """An action that one has taken on; `by` is a Dublin day."""

    id: str
    region: str
    what: str
    by: str
    overdue: bool


class PollWaiting(View):
    """A poll that is open in one's region."""

    id: str
    kind: str
    closes_at: str


class Home(View):
    """The signed-in person, and what waits for them."""

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
    next_meetings: list[Waiting] = []
    is_without_date: bool = False  # their community has no meeting to come
    open_surveys: list[Waiting] = []
    to_close: list[Waiting] = []
    polls: list[PollWaiting] = []
    drafts: list[Draft] = []
    actions: list[Task] = []
    regions: list[str] = []  # for the office: those it may look into


def home(
    user: Member, meetings: list[Item], own: list[Item], polls: list[Item], now: datetime
) -> Home:
    """The page of who is signed in, from what is stored.

    `meetings` are those of the last weeks and to come, of the region and of all, in order; `own` are the
    member's open actions and drafts; `polls` are those that are open in the region.
    """
    rows = [(row, load(Waiting, row)) for row in meetings]
    scheduled = [(row, view) for row, view in rows if row["state"] == "scheduled"]
    coming = [view for row, view in scheduled if _end(row) > now]
    dated = any(row["region"] == user.region and row["start"] > now for row, _ in scheduled)
    past = [view for row, view in scheduled if _end(row) <= now and user.may_chair(row["region"])]
    return Home(
        **user.model_dump(include=set(Home.model_fields)),
        next_meetings=coming[:3],
        is_without_date=bool(user.active and user.region and not dated),
        open_surveys=[v for _, v in rows if v.survey_until and v.survey_until > stamp(now)],
        to_close=past,
        polls=[load(PollWaiting, item) for item in polls],
        drafts=[_draft(item) for item in _of(own, "DRAFT") if _lasts(item, now)],
        actions=sorted((_task(item, now) for item in _of(own, "ACTION")), key=lambda task: task.by),
        regions=list(regions.codes()) if user.office else [],
    )


def _end(row: Item) -> datetime:
    """When a meeting ends: until then it stands among those to come, to be found."""
    start: datetime = row["start"]
    return start + timedelta(minutes=row["minutes"])


def _of(own: list[Item], kind: str) -> list[Item]:
    return [item for item in own if item["sk"].startswith(f"{kind}#")]


def _lasts(draft: Item, now: datetime) -> bool:
    return str(draft.get("expires_at", "~")) > stamp(now)


def _task(item: Item, now: datetime) -> Task:
    return load(Task, item, overdue=item["by"] < local_date(now).isoformat())


def _draft(item: Item) -> Draft:
    path = item["sk"].partition("#")[2]
    if path == "reflection":
        return Draft(path="/reflections/new", what="reflection", saved_at=item.get("saved_at"))
    return Draft(path=f"{path}?done=kept", what="form")
