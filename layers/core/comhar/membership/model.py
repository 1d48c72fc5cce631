"""Owns what a member is, who may do what, and the forms by which people come in."""

import re
import unicodedata
from collections import Counter
from datetime import date, datetime, timedelta
from email.utils import parseaddr
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, computed_field

from comhar import data
from comhar.calendar import local_date
from comhar.errors import Conflict, FieldError, Invalid
from comhar.fields import Email, Form, Line, View, address

SESSION = timedelta(hours=24)
SIGN_IN_MINUTES = 15
SIGN_UP_LINK_HOURS = 14 * 24
CODE_TRIES = 5

Status = Literal["active", "pending", "declined", "left", "office"]


class AlreadyMember(Conflict):
    title = "There is already a member with this email address."
    next = "Sign in with this address instead."


class NotWaiting(Conflict):
    title = "This person is not waiting to be admitted."


class ChangedMeanwhile(Conflict):
    title = "Somebody else changed this member’s record a moment ago."


class Member(BaseModel):
    """One person who signs in. `office` says whether the address is one of the national office's."""

    model_config = ConfigDict(frozen=True)

    id: str
    name: str
    email: str
    region: str | None = None
    role: str | None = None
    status: Status = "active"
    confirmed: bool = False
    chair_of: tuple[str, ...] = ()
    office: bool = False
    joined_on: str | None = None
    periods: tuple[dict[str, Any], ...] = ()
    revision: int = 0

    @property
    def active(self) -> bool:
        return self.status == "active"

    def chairs(self, region: str) -> bool:
        return self.office or (self.active and region in self.chair_of)

    def belongs_to(self, region: str) -> bool:
        return self.office or (self.active and self.region == region)


def activated(member: Member, today: date) -> Member:
    """The member as active from `today` (Dublin) on, with a new period in the region."""
    period = {"from": today.isoformat(), "until": None}
    joined = member.joined_on or today.isoformat()
    return member.model_copy(
        update={"status": "active", "joined_on": joined, "periods": (*member.periods, period)}
    )


def admitted(member: Member, now: datetime) -> Member:
    """Raises NotWaiting when the person is not pending."""
    if member.status != "pending":
        raise NotWaiting
    return activated(member, local_date(now))


def declined(member: Member) -> Member:
    if member.status != "pending":
        raise NotWaiting
    return member.model_copy(update={"status": "declined"})


def by_name(member: Member) -> str:
    """What to sort people by: Áine stands among the As, where she is looked for."""
    spelt = unicodedata.normalize("NFKD", member.name.casefold())
    return "".join(letter for letter in spelt if not unicodedata.combining(letter))


def told_apart(members: list[Member]) -> list[tuple[Member, str]]:
    """Members in order, each with what to call them in a list: with the address where two have the
    same name. For co-chairs and the office, who know addresses."""
    names = Counter(each.name for each in members)
    return [
        (each, f"{each.name} ({each.email})" if names[each.name] > 1 else each.name)
        for each in sorted(members, key=by_name)
    ]


def region_named(code: str) -> str:
    """The code itself when it is a region's. Raises Invalid for the form's field."""
    if code not in {each["code"] for each in data.load("regions")}:
        raise Invalid(FieldError("region", "Choose one of the six health regions."))
    return code


def role_named(key: str) -> str:
    if key not in {each["key"] for each in data.load("roles")}:
        raise Invalid(FieldError("role", "Choose one of the roles."))
    return key


class Join(Form):
    email: Email


class SignUp(Form):
    name: Line
    region: Line
    role: Line


class SignIn(Form):
    email: Email
    next: Annotated[str, StringConstraints(max_length=500)] = "/me"


class Code(Form):
    code: Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"^\d{3} ?\d{3}$")]
    request: Line | None = None


class Invite(Form):
    """Addresses as people paste them: a list, or one text with an entry a line."""

    emails: (
        Annotated[list[Annotated[str, Field(max_length=500)]], Field(max_length=2000)]
        | Annotated[str, Field(max_length=200_000)]
    )


class Decline(Form):
    reason: Line | None = None


def entries(pasted: list[str] | str) -> list[str]:
    """The entries of a pasted list, one each, blank ones left out."""
    lines = pasted if isinstance(pasted, list) else pasted.replace(";", "\n").splitlines()
    return [line.strip().rstrip(",") for line in lines if line.strip(" ,")]


def read_entry(text: str) -> str:
    """The address in `name@example.com` or `Name <name@example.com>`. Raises ValueError."""
    return address(parseaddr(text)[1] or text)


def local_path(path: str) -> str:
    """Where to go after signing in: a path of ours, else the member's own page."""
    return path if re.fullmatch(r"/(?![/\\])[^\x00-\x20\x7f\\]*", path) else "/me"


class Empty(View):
    """A page that says the same to everyone."""


class SignedOut(View):
    session: None = None


class Sent(View):
    """The same for every address, so that nobody learns who is a member."""

    sent: bool = True


class SignInSent(Sent):
    """The letter is good for so many `minutes`; `request` is for the browser that asked."""

    minutes: int = SIGN_IN_MINUTES
    request: str | None = None


class Welcome(View):
    id: str
    status: Status
    session: str
    name: str
    region: str
    role: str


class Session(View):
    session: str
    next: str


class Invited(View):
    sent: int
    already: int
    invalid: list[str]

    @computed_field  # type: ignore[prop-decorator]
    @property
    def unread(self) -> int:
        return len(self.invalid)
