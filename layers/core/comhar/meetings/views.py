"""Responses: the programme, invitations and answers, forms to change a meeting."""

from datetime import date
from typing import Annotated, Any, get_args

from comhar import data
from comhar.aws.conditions import Item
from comhar.aws.dynamodb import load
from comhar.dates.dublin_time import stamp
from comhar.fields import View, json_name
from comhar.meetings import repository
from comhar.meetings.model import AccessNeeds, Choice, Kind, Meeting, Mode, State, stamp_or_none
from comhar.meetings.timeline import Rules, agenda_due_at, is_late, needs_deleted_at
from comhar.membership.model import Member, find_day_back

CHOICES: tuple[Choice, ...] = get_args(Choice)


class Scheduled(View):
    id: str
    region: str
    kind: Kind
    mode: Mode
    starts_at: str
    minutes: int
    state: State
    agenda_due_at: str
    short_notice: bool  # made after its agenda should have gone out


class Answered(View):
    """`next` is the page to which a form leads."""

    meeting: str
    answer: Choice
    next: str = ""


class Invitation(View):
    """What the page behind an emailed answer link shows, without signing in. `answer` is what the link
    named: nothing is said until the form is sent; `said` is what was answered before.

    `whose` answer it is stands here in short, as who `other` is that is signed in instead, if somebody
    is; they answer for themselves at `meeting`, where it concerns them.
    """

    whose: str
    other: str | None = None
    meeting: str | None = None
    earlier_answer: Annotated[Choice | None, json_name("said")] = None
    region: str
    kind: Kind
    starts_at: str
    minutes: int
    mode: Mode
    venue: str | None
    needs_until: str
    access_needs: list[dict[str, str]]  # to choose from, each with key and title
    agenda_issued_at: str | None
    answer: Choice | None = None


class SchedulePage(View):
    """What the form starts from: what the last meeting chose, and what there is to choose from."""

    region: str
    next_topic: str | None
    kinds: list[dict[str, Any]]
    modes: list[dict[str, Any]]
    agenda_days: int


class Needs(View):
    """What the person who asks now has asked for."""

    meeting: str
    needs: list[str] = []  # keys of the list
    arrange: str | None


class Attending(View):
    """A member, what they answered, and what they asked to have arranged.

    `recorded` by a co-chair, to whom they said it.
    """

    id: str
    name: str
    answer: Choice | None = None
    recorded: bool = False
    needs: list[str] = []  # titles of the list
    arrange: str | None = None  # in their own words
    away_until: str | None = None


class AttendingPage(View):
    """Who has answered what, for who leads. `cursor` is this page's, `is_part` says that there are others."""

    meeting: str
    region: str
    kind: Kind
    starts_at: str
    minutes: int
    state: State
    over: bool
    people: list[Attending]
    cursor: str | None = None
    next: str | None = None
    is_part: bool = False


class RecordedAnswer(View):
    """`cursor` is of the page to go on with; the first has an empty one."""

    meeting: str
    member: str
    answer: Choice
    cursor: str = ""


class ChangePage(View):
    """What the forms start from that move a meeting, place it elsewhere or cancel it."""

    id: str
    region: str
    kind: Kind
    mode: Mode
    starts_at: str
    minutes: int
    venue: str | None
    link: str | None
    topic: str | None
    state: State
    over: bool
    agenda_issued_at: str | None


class MayLead(View):
    """A member who can be named to lead a meeting; `led` is the day they last did."""

    id: str
    name: str
    led: str | None = None
    offered: bool = False


class LeadPage(View):
    """What the form starts from that names who takes the turn to lead a meeting."""

    id: str
    region: str
    kind: Kind
    starts_at: str
    minutes: int
    lead: str | None
    people: list[MayLead]


class LedBy(View):
    meeting: str
    lead: str | None


class FacilitatorPage(View):
    """What the form starts from that names who hosts a first meeting."""

    id: str
    region: str
    kind: Kind
    starts_at: str
    minutes: int
    state: State
    facilitator_name: str | None
    facilitator_email: str | None
    needs_until: str  # when name and address are deleted
    asked_on: str | None = None  # a Dublin day
    agreed: list[str] = []  # of "hosting", "training"


class Hosted(View):
    meeting: str
    facilitator_name: str | None


class HostAgreed(View):
    meeting: str
    agreed: list[str]


def list_agreed(meeting: Meeting) -> list[str]:
    """What the facilitator has agreed to, as the office noted."""
    noted = {"hosting": meeting.facilitator_agreed, "training": meeting.training_agreed}
    return [name for name, agreed in noted.items() if agreed]


class Summary(View):
    """A meeting in a list."""

    id: str
    kind: Kind
    mode: Mode
    starts_at: str
    minutes: int
    state: State
    topic: str | None = None
    agenda_issued_at: str | None = None
    survey_until: str | None = None


class Programme(View):
    region: str
    this_year: int
    coming: list[Summary]
    past: list[Summary]
    may_lead: bool


def scheduled_meeting(meeting: Meeting, rules: Rules) -> Scheduled:
    due = agenda_due_at(meeting, rules)
    return Scheduled(
        **meeting.model_dump(include={"id", "region", "kind", "mode", "minutes", "state"}),
        starts_at=repository.format_local(meeting.starts_at),
        agenda_due_at=stamp(due),
        short_notice=is_late(meeting, due, rules),
    )


def member_answer(
    row: Item, mark: str | None, answer: Item | None, needs: AccessNeeds | None, today: date
) -> Attending:
    """A member of a list with their answer and access needs.

    A mark tells namesakes apart.
    """
    return Attending(
        id=row["id"],
        name=f"{row['name']} ({mark})" if mark else row["name"],
        answer=answer["answer"] if answer else None,
        recorded=bool(answer and answer.get("recorded")),
        needs=needs.titles if needs else [],
        arrange=needs.words if needs else None,
        away_until=find_day_back(row.get("away"), today),
    )


def invitation(
    meeting: Meeting, member: Member, answer: str | None, chosen: str, user: Member | None
) -> Invitation:
    """The page of an emailed link to `member`.

    `chosen` is the answer that the link named, if any; `answer` is what they gave so far; `user` is
    who is signed in.
    """
    other = user if user and user.id != member.id else None
    concerned = bool(other and other.active and meeting.is_for(other.region))
    return Invitation(
        whose=member.short_name,
        other=other.short_name if other else None,
        meeting=meeting.id if concerned else None,
        earlier_answer=next((choice for choice in CHOICES if choice == answer), None),
        **meeting.model_dump(include={"kind", "region", "minutes", "mode", "venue"}),
        starts_at=repository.format_local(meeting.starts_at),
        needs_until=needs_until(meeting),
        access_needs=data.load("access_needs"),
        agenda_issued_at=stamp_or_none(meeting.agenda_issued_at) if meeting.agenda_issued else None,
        answer=next((choice for choice in CHOICES if choice == chosen), None),
    )


def name_lead(meeting: Meeting, lead: Member | None) -> str | None:
    """The name of the member whose turn it is to lead; None where it is nobody's."""
    return lead.display_name if lead and meeting.is_turn_of(lead) else None


def needs_until(meeting: Meeting) -> str:
    return stamp(needs_deleted_at(meeting))


def summary(row: Item) -> Summary:
    return load(Summary, row)
