"""Members: their status, memberships and terms as co-chair, and who may do what."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from comhar.dates.dublin_time import local_date
from comhar.errors import Conflict, FieldError, Gone, Invalid, NotYours, changed_by_other
from comhar.formatting import format_day
from comhar.letters.model import Reach
from comhar.person_names import short_name, sort_key

SESSION = timedelta(hours=24)
UNUSED = timedelta(hours=12)  # after that, what is sensitive asks for the link again
SIGN_IN_MINUTES = 30
SIGN_UP_LINK_HOURS = 7 * 24
GRACE = timedelta(days=28)  # co-chairs go on for so long when nobody was chosen

# `inactive` was ended by the office, `left` by the member; `erasing` may still be undone. A row of the
# register may also say `moved` (to another region) or `erased`: history, without a person.
Status = Literal["active", "pending", "declined", "left", "inactive", "erasing", "office"]
Language = Literal["en", "ga"]
Shown = Literal["workplace", "ask_about"]
PAST_STATUSES = ("moved", "erased")  # register rows that are history only
EDITABLE = (  # what members say of themselves, and may change
    *("name", "preferred_name", "role", "role_other", "workplace"),
    *("language", "ask_about", "shows"),
)


class AlreadyMember(Conflict):
    title = "There is already a member with this email address."
    next = "Sign in with this address instead."


class MemberBeingErased(Conflict):
    kind = "being-erased"
    title = "This address belongs to a member whose record is about to be deleted."
    next = (
        "If you changed your mind, use the link in the email about it. Once it is deleted, you can join"
        " as a new member."
    )


class CodeSpent(Gone):  # raised with what to do instead
    title = "This code no longer works."


class MemberNotActive(Conflict):
    kind = "not-active"
    title = "This cannot be done for this person at the moment."


class MemberNotPending(Conflict):
    kind = "not-waiting"
    title = "This person’s request is not waiting for approval."


class MemberConfirmed(Conflict):
    kind = "confirmed-already"
    title = "Somebody has confirmed this member already."


class MemberChanged(Conflict):
    kind = "changed-meanwhile"
    title = changed_by_other("this member’s record")


class ChairsOnly(NotYours):
    title = "Only the co-chairs of this community and the National Office can do this."


class OfficeOnly(NotYours):
    title = "Only the National Office can do this."


@dataclass(frozen=True)
class ErasedPerson:
    """A person whose erasure is final, and the pseudonym that takes their place.

    `regions` are all in which they ever were or led, and that of the national meetings.
    """

    id: str
    names: tuple[str, ...]
    regions: tuple[str, ...]
    pseudonym: str

    def is_named(self, text: str) -> bool:
        """Whether a text is just this person's name, as somebody typed it."""
        return " ".join(text.split()).casefold() in self.names

    def replace_in(self, ids: Iterable[str]) -> list[str]:
        """The same ids, with the random name in place of the person's."""
        return [self.pseudonym if member_id == self.id else member_id for member_id in ids]


class Member(BaseModel):
    """One person who signs in: a member, or a person of the National Office.

    `office` says whether the address is one of the National Office's. `chair_until` says of each region of
    `chair_of` when the term there runs out (ISO day). `shows` is what confirmed colleagues may see beside
    name and role. `paused` means no optional mail.

    `alias` is the random name by which the audit calls the person; who has none is called by their id.
    `reason` is why the office declined or ended the membership. `periods` are those of being active: `from`,
    `until` (or None) and `region`. `name_asked` is a change of name that waits for the office: `name`,
    `preferred_name` (or None) and `at`, since when. `listed` says that they are in the directory. `away` are
    those of being away: `from`, and `until`, the day back (ISO days, Dublin); past ones stay, because a rate
    of a past day leaves out who was away then. `do_not_write` means no scheduled emails at all.
    `findable` means that people in the same role in other regions find them, and they those.
    """

    model_config = ConfigDict(frozen=True)

    id: str
    name: str
    email: str
    preferred_name: str | None = None
    region: str | None = None
    role: str | None = None
    role_other: str | None = None
    workplace: str | None = None
    language: Language = "en"
    ask_about: str | None = None
    shows: tuple[Shown, ...] = ()
    paused: bool = False
    status: Status = "active"
    reason: str | None = None
    confirmed: bool = False
    chair_of: tuple[str, ...] = ()
    chair_until: dict[str, str] = {}
    office: bool = False
    alias: str | None = None
    joined_on: str | None = None
    periods: tuple[dict[str, Any], ...] = ()
    moved_from: tuple[
        str, ...
    ] = ()  # also where no period is left, as of a move put right that day
    revision: int = 0
    name_asked: dict[str, Any] | None = None
    listed: bool = False
    away: tuple[dict[str, Any], ...] = ()
    do_not_write: bool = False
    findable: bool = False

    @property
    def active(self) -> bool:
        return self.status == "active"

    @property
    def regions(self) -> set[str]:
        """Every region that they are or were in."""
        active_in = (period.get("region") for period in self.periods)
        return set(filter(None, (self.region, *active_in, *self.moved_from)))

    @property
    def audit_id(self) -> str:
        """What the audit calls the person."""
        return self.alias or self.id

    @property
    def display_name(self) -> str:
        """What colleagues and letters call the person."""
        return self.preferred_name or self.name

    @property
    def short_name(self) -> str:
        """For who may not be that person, such as whoever opens a link: `Una K.`."""
        return short_name(self.display_name, self.name)

    def as_of(self, day: date) -> "Member":
        """The member with only the regions that they lead on that day (Dublin)."""
        led = tuple(
            region
            for region in self.chair_of
            if is_leading_until(self.chair_until.get(region), day)
        )
        return self if led == self.chair_of else self.model_copy(update={"chair_of": led})

    def find_absence(self, day: date) -> str | None:
        """Why nobody names the member to act on that day, for who would; None if they may."""
        if back := find_day_back(self.away, day):
            return f"{self.display_name} is away until {format_day(back)}. Choose somebody else."
        if self.do_not_write:
            return f"{self.display_name} cannot be asked at the moment. Choose somebody else."
        return None

    def require_present(self, field: str, day: date) -> None:
        """Checks that the member may be named to act on that day (Dublin).

        Raises:
            Invalid: they are away on it, or not to be written to.
        """
        if why := self.find_absence(day):
            raise Invalid(FieldError(field, why))

    def may_chair(self, region: str) -> bool:
        return self.office or (self.active and region in self.chair_of)


@dataclass(frozen=True)
class Session:
    """One device on which somebody is signed in, `until` then at most.

    `device` says what kind it is ("Chrome on Windows"), or nothing. `stays` is what the person chose.
    `unused` says that there were 12 hours without use at some time: only signing in again changes that.
    """

    key: tuple[str, str]
    since: datetime
    used_at: datetime  # to the hour
    until: datetime
    device: str = ""
    stays: bool = False
    unused: bool = False

    @property
    def id(self) -> str:
        return self.key[1].removeprefix("SESSION#")

    def is_of(self, member_id: str) -> bool:
        return self.key[0] == f"MEMBER#{member_id}"

    def is_stale_at(self, now: datetime) -> bool:
        """True once nobody used it for 12 hours."""
        return self.unused or now - self.used_at > UNUSED

    def until_for(self, member: Member) -> datetime:
        """When it ends; the office never stays signed in for more than a day."""
        return min(self.until, self.since + SESSION) if member.office else self.until


def find_day_back(away: Iterable[Mapping[str, Any]] | None, day: date) -> str | None:
    """The day (ISO) on which somebody with these periods is back who is away on `day`."""
    at = day.isoformat()
    return next((each["until"] for each in away or () if each["from"] <= at < each["until"]), None)


def may_be_asked_to_act(row: Mapping[str, Any], day: date) -> bool:
    """True if the person of a stored row is here on that day, and may be written to."""
    return not row.get("do_not_write") and find_day_back(row.get("away"), day) is None


def find_why_withheld(row: Mapping[str, Any], reach: Reach, day: date) -> str | None:
    """Why a letter does not go to a member on that day; None if it does.

    That the office said not to write is the office's to know: others see only that it was not sent.
    """
    if reach != "asked" and row.get("do_not_write"):
        return "withheld"
    return "away" if reach == "present" and find_day_back(row.get("away"), day) else None


def last_day_of_grace(until: date) -> date:
    """The last day on which the co-chairs of a term that ran out go on."""
    return until + GRACE


def is_leading_until(until: str | None, day: date) -> bool:
    """True if a co-chair leads on `day`, by the end of the term on the member's row.

    `until` is an ISO day, or None where the clock has not noted it yet: they lead until it has.
    """
    return until is None or day <= last_day_of_grace(date.fromisoformat(until))


def activate_member(member: Member, today: date) -> Member:
    """The member as active from `today` (Dublin) on, in a new period in the region.

    A period that began and ended today is dropped; one that ended today in the same region goes on.
    """
    day = today.isoformat()
    period = {"from": day, "until": None, "region": member.region}
    past = [period for period in member.periods if not period["from"] == period["until"] == day]
    if past and past[-1]["until"] == day and past[-1].get("region") == member.region:
        period["from"] = past.pop()["from"]
    joined = member.joined_on or day
    changes = {"status": "active", "joined_on": joined, "periods": (*past, period)}
    return member.model_copy(update=changes)


def end_membership(
    member: Member, status: Status, today: date, reason: str | None = None
) -> Member:
    """The member without an open period from `today` (Dublin) on, and no co-chair."""
    day = today.isoformat()
    closed = tuple({**period, "until": period["until"] or day} for period in member.periods)
    changes = {"status": status, "periods": closed, "chair_of": (), "reason": reason}
    return member.model_copy(update=changes)


def admit_member(member: Member, now: datetime) -> Member:
    """Admits who waits, or was declined by mistake.

    Raises:
        MemberNotPending: they do not wait.
    """
    if member.status not in ("pending", "declined"):
        raise MemberNotPending
    return activate_member(member.model_copy(update={"reason": None}), local_date(now))


def decline_member(member: Member, reason: str | None) -> Member:
    """Declines who waits, with a reason.

    Raises:
        MemberNotPending: they do not wait.
    """
    if member.status != "pending":
        raise MemberNotPending
    return member.model_copy(update={"status": "declined", "reason": reason})


def sort_by_name(members: list[Member]) -> list[tuple[Member, str]]:
    """Members by the name that colleagues know, each with that name."""
    ordered = sorted(members, key=lambda member: sort_key(member.display_name))
    return [(member, member.display_name) for member in ordered]


def confirm_member(member: Member) -> Member:
    """The member as confirmed.

    Raises:
        MemberNotActive: they are no active member.
    """
    if not member.active:
        raise MemberNotActive
    return member.model_copy(update={"confirmed": True})
