"""Responses: members, their records, forms to change them, looks, names, export."""

from datetime import date
from typing import Any

from comhar import data, retention
from comhar.absence import views as absence_views
from comhar.absence.views import Away
from comhar.fields import View, json_name
from comhar.membership import member_fields
from comhar.membership.model import Language, Member, Status
from comhar.profile.views import AskedName


class Refused(View):
    """Whom something could not be done for, and why."""

    id: str
    why: str


class SeveralDone(View):
    """Whom it was done for, and whom not; `region` is that of the page to go on from."""

    done: list[str]
    refused: list[Refused]
    next: str


class Unconfirmed(View):
    """Somebody whom nobody has confirmed; `joined_on` is a Dublin day. `not_known` to a co-chair."""

    id: str
    name: str
    role: str | None = None
    workplace: str | None = None
    joined_on: str | None = None
    not_known: bool = False


class ConfirmPage(View):
    """The active members of a region whom nobody has confirmed, by name; nobody is ticked beforehand.

    Where it is about a `meeting`, those who were there; `others` is how many wait besides. To co-chairs,
    those whom one of them does not know are `with_office`.
    """

    region: str
    people: list[Unconfirmed]
    others: int = 0
    with_office: list[Unconfirmed] = []
    meeting: str | None = None
    meeting_on: date | None = None


class Referred(View):
    """Whom the office is asked about, because a co-chair does not know them."""

    id: str


class Person(View):
    """What the register shows of a member; the address is for the office."""

    id: str
    name: str
    preferred_name: str | None = None
    email: str | None = None
    region: str | None
    role: str | None
    role_other: str | None = None
    status: Status
    confirmed: bool
    chair_of: tuple[str, ...] = ()
    joined_on: str | None = None


def person(member: Member) -> Person:
    return Person(**member.model_dump(include=set(Person.model_fields)))


def person_for(reader: Member, member: Member) -> Person:
    """What this reader sees of a member in the register.

    A co-chair is told neither the address nor another name than colleagues know.
    """
    if reader.office:
        return person(member)
    hidden = {"name": member.display_name, "preferred_name": None, "email": None}
    return person(member).model_copy(update=hidden)


class Register(View):
    """One page of the list of `total` people, with what it was asked by."""

    members: list[Person]
    total: int = 0
    next: str | None = None
    name: str | None = None
    region: str | None = None
    role: str | None = None
    status: str | None = None
    confirmed: str | None = None
    regions: list[dict[str, Any]] = []
    roles: list[dict[str, Any]] = []


class Done(View):
    """One line of a history: `what` is the audit's code, `who` a name, `count` of how many people.
    `office` says that it was a person of the National Office."""

    at: str
    who: str
    office: bool = False
    what: str
    fields: tuple[str, ...] = ()
    region: str | None = None
    to: str | None = None
    count: int | None = None


class Record(View):
    """One member; None or empty is what is not held, or not for the reader: see `co_chairs_view`. Whoever
    asked to be deleted can undo it for `undo_time`. Where something is to be decided, `namesake` says
    that another member has the same name, `office_name` that it is the office's, and `not_known` that a
    co-chair does not know them."""

    id: str
    name: str
    preferred_name: str | None = None
    email: str | None = None
    region: str | None = None
    role: str | None = None
    role_other: str | None = None
    workplace: str | None = None
    ask_about: str | None = None
    language: Language | None = None
    shows: tuple[str, ...] = ()
    status: Status
    reason: str | None = None
    confirmed: bool
    paused: bool | None = None
    away_until: str | None = None
    do_not_write: bool = False
    chair_of: tuple[str, ...] = ()
    joined_on: str | None = None
    periods: tuple[dict[str, Any], ...] = ()
    revision: int | None = None
    undo_time: str | None = None
    namesake: bool = False
    office_name: bool = False
    not_known: bool = False
    name_asked: AskedName | None = None
    history: list[Done] = []
    next: str | None = None


def record(member: Member, history: list[Done], next: str | None) -> Record:
    """All that is stored of a member, for the office."""
    about = member.model_dump(include=set(Record.model_fields))
    time = undo_time() if member.status == "erasing" else None
    return Record(**about, history=history, next=next, undo_time=time)


def undo_time() -> str:
    """For how long whoever asked to be deleted can undo it, in words."""
    return retention.format_days(retention.period("erasing").days)


def co_chairs_view(member: Member) -> Record:
    """What a co-chair sees of a member: never the address.

    Of what is optional only what the member chose to show.
    """
    visible = {"id", "region", "role", "role_other", "status", "confirmed", "chair_of", "joined_on"}
    about = member.model_dump(include=visible | set(member.shows))
    return Record(name=member.display_name, **about)


class NameToCheck(View):
    """A change of name that waits for the office."""

    id: str
    region: str | None
    status: Status
    name: str
    preferred_name: str | None = None
    requested: AskedName = json_name("asked")


class NamesToCheck(View):
    names: list[NameToCheck]


class Reads(View):
    """Who has looked at a member's record."""

    id: str
    name: str
    history: list[Done]
    next: str | None = None


class Looks(View):
    """Who looked at what `of` names, downloaded or changed it."""

    of: str
    history: list[Done]
    next: str | None = None


class EditForm(View):
    """The form, filled with what is held; `revision` says which state of it that is."""

    id: str
    revision: int
    name: str
    preferred_name: str | None
    email: str
    role: str | None
    role_other: str | None
    workplace: str | None
    language: Language
    ask_about: str | None
    shows: tuple[str, ...]
    roles: list[dict[str, Any]]


def edit_form(member: Member) -> EditForm:
    about = member.model_dump(include=set(EditForm.model_fields))
    return EditForm(**about, roles=data.load("roles"))


class EnterForm(View):
    regions: list[dict[str, Any]]
    roles: list[dict[str, Any]]


def enter_form() -> EnterForm:
    return EnterForm(regions=member_fields.region_choices(), roles=data.load("roles"))


class MoveForm(View):
    id: str
    name: str
    region: str | None
    chair_of: tuple[str, ...]
    regions: list[dict[str, Any]]


def move_form(member: Member) -> MoveForm:
    others = [
        region for region in member_fields.region_choices() if region["code"] != member.region
    ]
    about = member.model_dump(include={"id", "name", "region", "chair_of"})
    return MoveForm(**about, regions=others)


class EndForm(View):
    id: str
    name: str
    status: Status
    region: str | None
    chair_of: tuple[str, ...]


def end_form(member: Member) -> EndForm:
    return EndForm(**member.model_dump(include=set(EndForm.model_fields)))


class NotMeLink(View):
    """What the link in the letter to somebody whom the office entered is about, and `whose` it is."""

    whose: str
    region: str | None


class NotMe(View):
    ended: bool = True


class ExportForm(View):
    email: str
    minutes: int
    region: str | None = None
    status: str | None = None
    regions: list[dict[str, Any]]


class CodeSent(View):
    """`request` is for the browser or the program that asked: with it the code can be typed."""

    minutes: int
    request: str


class MemberAway(Away):
    """Until when a member is away, for the office."""

    id: str
    name: str
    region: str | None


def member_away(member: Member, today: date) -> MemberAway:
    about = member.model_dump(include={"id", "name", "region"})
    return MemberAway(until=absence_views.away(member, today).until, **about)


class Emails(View):
    """Whether the scheduled emails to a person stop, and what else is to be done for them."""

    id: str
    name: str
    region: str | None
    status: Status
    chair_of: tuple[str, ...] = ()
    do_not_write: bool


def emails(member: Member) -> Emails:
    return Emails(**member.model_dump(include=set(Emails.model_fields)))
