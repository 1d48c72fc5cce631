"""Owns what a community is: its two co-chairs and their terms, and what the next meeting starts from."""

from calendar import monthrange
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from comhar.errors import Conflict, FieldError, Invalid
from comhar.fields import Form, Line, View
from comhar.membership.model import Member


class ChairsChangedMeanwhile(Conflict):
    title = "The co-chairs of this community were changed a moment ago."


class Community(BaseModel):
    """`chairs` holds id and name of the co-chairs in term; `terms` keeps every term that ever was."""

    model_config = ConfigDict(frozen=True)

    region: str
    chairs: tuple[dict[str, str], ...] = ()
    terms: tuple[dict[str, Any], ...] = ()
    next_topic: str | None = None
    next_lead: str | None = None
    revision: int = 0


class Chairs(Form):
    """Two members, for 6 or 12 months (guide, "Leadership of the Group"; default 12)."""

    members: Annotated[list[Line], Field(min_length=2, max_length=2)]
    term_months: Literal[6, 12, "6", "12"] = 12


def months_later(day: date, months: int) -> date:
    """The same day of the month so many months on, or the month's last day where there is none."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def chaired(
    community: Community, chairs: list[Member], months: int, today: date
) -> tuple[Community, tuple[str, ...]]:
    """The community led by these two from `today` (Dublin) on, and the ids of those who step down.

    Raises Invalid when they are not two active members of this region.
    """
    right = all(each.active and each.region == community.region for each in chairs)
    if len({each.id for each in chairs}) != 2 or not right:
        raise Invalid(FieldError("members", "Choose two active members of this community."))
    chosen = {each.id for each in chairs}
    said = today.isoformat()
    ended = tuple(
        {**term, "ended_on": term.get("ended_on") or (said if term["until"] > said else None)}
        for term in community.terms
    )
    until = months_later(today, months).isoformat()
    begun = tuple({"member": each.id, "from": said, "until": until} for each in chairs)
    gone = tuple(each["id"] for each in community.chairs if each["id"] not in chosen)
    after = {
        "chairs": tuple({"id": each.id, "name": each.name} for each in chairs),
        "terms": ended + begun,
        "revision": community.revision + 1,
    }
    return community.model_copy(update=after), gone


def without(community: Community, member_id: str, today: date) -> Community:
    """The community once this member has left it, on `today` (Dublin): no co-chair and no next lead
    any more, the term ended. The same object where the member had no part in leading it."""
    said = today.isoformat()
    terms = tuple(
        {**term, "ended_on": said}
        if term["member"] == member_id and not term.get("ended_on") and term["until"] > said
        else term
        for term in community.terms
    )
    chairs = tuple(each for each in community.chairs if each["id"] != member_id)
    lead = None if community.next_lead == member_id else community.next_lead
    left = {"chairs": chairs, "terms": terms, "next_lead": lead}
    if all(getattr(community, name) == value for name, value in left.items()):
        return community
    return community.model_copy(update={**left, "revision": community.revision + 1})


def renamed(community: Community, member_id: str, name: str) -> Community:
    """The community with this co-chair under another name; the same object where nothing changes."""
    chairs = tuple(
        {**each, "name": name} if each["id"] == member_id else each for each in community.chairs
    )
    if chairs == community.chairs:
        return community
    return community.model_copy(update={"chairs": chairs, "revision": community.revision + 1})


class Colleague(View):
    """What members see of each other; the id is for co-chairs and the office."""

    id: str | None = None
    name: str
    role: str | None
    chair: bool
    confirmed: bool | None = None


class Overview(View):
    region: str
    chairs: list[str]
    count: int
    members: list[Colleague]
    may_chair: bool
    hidden: bool  # the names open once the reader is confirmed
    next_topic: str | None = None
    term_ends: str | None = None


class Led(View):
    region: str
    chairs: list[str]
    until: str


class ChairsPage(View):
    region: str
    members: list[dict[str, str]]


class Help(View):
    title: str
    intro: str
    entries: list[dict[str, Any]]


class About(View):
    office_email: str
