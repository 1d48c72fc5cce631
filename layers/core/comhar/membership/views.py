"""Owns what the doors of membership answer with: each page is a template over one of these."""

from datetime import datetime, timedelta
from typing import Any

from comhar import data
from comhar.aws.conditions import Item
from comhar.dates.dublin_time import local_date, stamp
from comhar.fields import View
from comhar.membership import model
from comhar.membership.model import Language, Member, Shown, Status


class JoinPage(View):
    office_email: str


class SignUpStart(View):
    """`until` is when the link runs out, and the draft with it; `next` the page to begin or go on at."""

    email: str
    until: str
    begun: bool
    next: str
    legal_basis: str


class Answers(View):
    name: str | None = None
    preferred_name: str | None = None
    region: str | None = None
    role: str | None = None
    role_other: str | None = None
    workplace: str | None = None
    language: Language = "en"
    ask_about: str | None = None
    shows: list[Shown] = []


class SignUpStep(View):
    """One page of the form, the `number`th `of` so many; regions and roles where they are asked."""

    step: str
    number: int
    of: int
    back: str
    answers: Answers
    regions: list[dict[str, Any]] = []
    roles: list[dict[str, Any]] = []


class SignUpSaved(View):
    next: str


class SignUpCheck(View):
    """All answers; `pages` says on which page each field is asked, below the path `at`. `led` is
    whether the region's community has co-chairs yet."""

    at: str
    email: str
    answers: Answers
    pages: dict[str, str]
    missing: list[str]
    led: bool


def regions(led: set[str]) -> list[dict[str, Any]]:
    """To choose from; each says whether its community has begun."""
    return [{**each, "led": each["code"] in led} for each in model.regions()]


class SignInForm(View):
    next: str | None = None


class SignInLink(View):
    email: str


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
    open_surveys: list[Waiting] = []
    to_close: list[Waiting] = []
    polls: list[PollWaiting] = []
    drafts: list[Draft] = []
    actions: list[Task] = []
    regions: list[str] = []  # for the office: those it may look into


def home(me: Member, rows: list[Item], own: list[Item], polls: list[Item], now: datetime) -> Home:
    """`own` are the member's open actions and drafts, as stored; `rows` are the meetings of the last weeks
    and to come, of the region and of all, in order; `polls` are those that are open in the region."""
    shown = [
        (row, Waiting(**{k: row[k] for k in Waiting.model_fields if k in row})) for row in rows
    ]
    open_still = [(row, each) for row, each in shown if row["state"] == "scheduled"]
    coming = [each for row, each in open_still if _end(row) > now]
    past = [each for row, each in open_still if _end(row) <= now and me.chairs(row["region"])]
    asked = [each for _, each in shown if each.survey_until and each.survey_until > stamp(now)]
    return Home(
        **me.model_dump(include=set(Home.model_fields)),
        next_meetings=coming[:3],
        open_surveys=asked,
        to_close=past,
        polls=[PollWaiting(**{k: each[k] for k in PollWaiting.model_fields}) for each in polls],
        drafts=[_draft(each) for each in _of(own, "DRAFT") if _lasts(each, now)],
        actions=sorted((_task(each, now) for each in _of(own, "ACTION")), key=lambda one: one.by),
        regions=[each["code"] for each in data.load("regions")] if me.office else [],
    )


def _end(row: Item) -> datetime:
    """When a meeting ends: until then it stands among those to come, so that whoever is there finds it."""
    start: datetime = row["start"]
    return start + timedelta(minutes=row["minutes"])


def _of(own: list[Item], kind: str) -> list[Item]:
    return [each for each in own if each["sk"].startswith(f"{kind}#")]


def _lasts(draft: Item, now: datetime) -> bool:
    return str(draft.get("expires_at", "~")) > stamp(now)


def _task(item: Item, now: datetime) -> Task:
    held = {name: item[name] for name in ("id", "region", "what", "by")}
    return Task(**held, overdue=item["by"] < local_date(now).isoformat())


def _draft(item: Item) -> Draft:
    path = item["sk"].partition("#")[2]
    if path == "reflection":
        return Draft(path="/reflections/new", what="reflection", saved_at=item.get("saved_at"))
    return Draft(path=f"{path}?done=kept", what="form")
