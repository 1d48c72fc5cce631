"""Communities: who leads or starts one, and what its next meeting starts from."""

from calendar import monthrange
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from pydantic import BaseModel, ConfigDict

from comhar import data
from comhar.dates.working_days import issue_instant
from comhar.errors import Conflict, FieldError, Invalid, NotYours
from comhar.membership.chair_terms import Term, Terms, leading_terms
from comhar.membership.model import Member

_CHECK_MONTHS = 6  # DOMAIN.md: a place of help is checked again after six months


class ChairsChanged(Conflict):
    kind = "chairs-changed-meanwhile"
    title = "The co-chairs of this community were changed a moment ago."


class CommunityHasChairs(Conflict):
    kind = "led-already"
    title = "This community has co-chairs already."


class CommunityHasStarter(Conflict):
    kind = "starter-found"
    title = "Another member has offered to bring people together here."
    next = "Open the page again: it says who."


class CommunityClosed(Conflict):
    title = "This community is closed."
    next = "The National Office can open it again."


class OwnCommunityOnly(NotYours):
    title = "Only an active member of this community can do this."


class NotTheStarter(NotYours):
    title = "Only the person who offered it and the National Office can take this back."


class Rest(BaseModel):
    """A time in which the community rests, in Dublin days.

    It goes on on the last of them.
    """

    model_config = ConfigDict(frozen=True)

    first: date
    until: date


class Community(BaseModel):
    """A region's community: who leads it, and what its next meeting starts from.

    `chairs` holds id and name of those who lead; `terms` keeps every term that ever was. `starter` is the
    id of the member who brings people together where nobody leads yet (guide, "How to set up": the person
    who got in touch). `phases` are those it was in, each with `since` and perhaps `why`, the newest last.
    """

    model_config = ConfigDict(frozen=True)

    region: str
    chairs: tuple[dict[str, str], ...] = ()
    terms: Terms = ()
    next_topic: str | None = None
    next_lead: str | None = None
    starter: str | None = None
    phases: tuple[dict[str, str], ...] = ()
    rests: tuple[Rest, ...] = ()
    closed_on: date | None = None  # in Dublin
    revision: int = 0

    def as_of(self, day: date) -> "Community":
        """The community on that day (Dublin): whose grace is over leads no more."""
        leads = {term.member for term in leading_terms(self.terms, day)}
        chairs = tuple(chair for chair in self.chairs if chair["id"] in leads)
        terms = tuple(term.end(day) if term.ends_on <= day else term for term in self.terms)
        return self.model_copy(update={"chairs": chairs, "terms": terms})

    def rest_on(self, day: date) -> Rest | None:
        """The rest that the community takes on that day (Dublin)."""
        return next((rest for rest in self.rests if rest.first <= day < rest.until), None)

    def require_open(self) -> None:
        """Checks that the community is not closed.

        Raises:
            CommunityClosed: it is.
        """
        if self.closed_on:
            raise CommunityClosed

    @property
    def round(self) -> int:
        """A number that rises whenever co-chairs are chosen: how many terms there were."""
        return len(self.terms)

    def term_on(self, day: date) -> Term | None:
        """The term of those who lead on that day; None where nobody does."""
        return max(leading_terms(self.terms, day), key=lambda term: term.until, default=None)


class Turns(BaseModel):
    """Whose turn it is to lead a meeting: by member's id, days as Dublin's ISO days.

    `led` is when each last led one, `offered` since when somebody would like to.
    """

    model_config = ConfigDict(frozen=True)

    led: dict[str, str] = {}
    offered: dict[str, str] = {}

    def sort(self, ids: Iterable[str]) -> list[str]:
        """Who offered first, then who never led, then who led longest ago."""
        return sorted(
            ids,
            key=lambda member_id: (
                self.offered.get(member_id, "~"),
                self.led.get(member_id, ""),
            ),
        )


def add_months(day: date, months: int) -> date:
    """The same day so many months on, or that month's last day where there is none."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def review_on(since: date, until: date) -> date | None:
    """The day of the look back after six months; None for a term of six months."""
    day = add_months(since, 6)
    return day if day < until else None


def list_reminders(until: date, since: date | None = None) -> list[tuple[str, datetime]]:
    """When co-chairs are reminded of their term, by step, at 09:00 Dublin.

    After six months of twelve; then, as the office is too, 4 weeks before its end and on that day.
    """
    review = review_on(since, until) if since else None
    days = [("before", until - timedelta(weeks=4)), ("ended", until)]
    return [(step, issue_instant(day)) for step, day in [("review", review), *days] if day]


def next_reminder_at(until: date, now: datetime, since: date | None = None) -> datetime | None:
    """The next moment to remind of the term, or None."""
    return min((at for _, at in list_reminders(until, since) if at > now), default=None)


def due_reminder(until: date, now: datetime, since: date | None = None) -> str:
    """The step to remind of now; a late run takes only the last one."""
    return [step for step, at in list_reminders(until, since) if at <= now][-1]


def appoint_chairs(
    community: Community, chairs: list[Member], months: int, today: date
) -> tuple[Community, tuple[str, ...]]:
    """The community led by these two from `today` (Dublin) on, and who steps down.

    The latter by id.

    Raises:
        Invalid: they are not two active members of this region.
    """
    valid = all(member.active and member.region == community.region for member in chairs)
    if len({member.id for member in chairs}) != 2 or not valid:
        raise Invalid(FieldError("members", "Choose two active members of this community."))
    chosen = {member.id for member in chairs}
    ended = tuple(term.end(today) for term in community.terms)
    until = add_months(today, months)
    begun = tuple(
        Term.model_validate({"member": member.id, "from": today, "until": until})
        for member in chairs
    )
    leaving = tuple(chair["id"] for chair in community.chairs if chair["id"] not in chosen)
    changes = {
        "chairs": tuple({"id": member.id, "name": member.display_name} for member in chairs),
        "terms": ended + begun,
        "starter": None,
        "revision": community.revision + 1,
    }
    return community.model_copy(update=changes), leaving


def end_chair(community: Community, member_id: str, today: date) -> Community:
    """The community without this member as co-chair, from `today` (Dublin) on.

    The same object where they are none.
    """
    if member_id not in {chair["id"] for chair in community.chairs}:
        return community
    terms = tuple(term.end(today) if term.member == member_id else term for term in community.terms)
    chairs = tuple(chair for chair in community.chairs if chair["id"] != member_id)
    changes = {"chairs": chairs, "terms": terms, "revision": community.revision + 1}
    return community.model_copy(update=changes)


def remove_member(community: Community, member_id: str, today: date) -> Community:
    """The community once this member has left it, on `today` (Dublin).

    They are no co-chair, next lead or starter any more, and their term ends. The same object where the
    member had no part in any of it.
    """
    terms = tuple(term.end(today) if term.member == member_id else term for term in community.terms)
    chairs = tuple(chair for chair in community.chairs if chair["id"] != member_id)
    lead = None if community.next_lead == member_id else community.next_lead
    starter = None if community.starter == member_id else community.starter
    changes = {"chairs": chairs, "terms": terms, "next_lead": lead, "starter": starter}
    if all(getattr(community, name) == value for name, value in changes.items()):
        return community
    return community.model_copy(update={**changes, "revision": community.revision + 1})


def rename_chair(community: Community, member_id: str, name: str) -> Community:
    """The community with this co-chair's new name.

    The same object where nothing changes.
    """
    chairs = tuple(
        {**chair, "name": name} if chair["id"] == member_id else chair for chair in community.chairs
    )
    if chairs == community.chairs:
        return community
    return community.model_copy(update={"chairs": chairs, "revision": community.revision + 1})


def set_starter(community: Community, user: Member) -> Community:
    """The community with this member as its local starter; the first one wins.

    The same object where they are the starter already.

    Raises:
        OwnCommunityOnly: they are not an active member of it.
        CommunityClosed: it is closed.
        CommunityHasChairs: it has co-chairs.
        CommunityHasStarter: another member was first.
    """
    if not (user.active and user.region == community.region):
        raise OwnCommunityOnly
    community.require_open()
    if community.chairs:
        raise CommunityHasChairs
    if community.starter == user.id:
        return community
    if community.starter:
        raise CommunityHasStarter
    return community.model_copy(update={"starter": user.id, "revision": community.revision + 1})


def clear_starter(community: Community, user: Member) -> Community:
    """The community without its starter; the same object where there is none.

    Raises:
        NotTheStarter: the user is neither the starter nor the office.
    """
    if not (user.office or user.id == community.starter):
        raise NotTheStarter
    if community.starter is None:
        return community
    return community.model_copy(update={"starter": None, "revision": community.revision + 1})


def apply_wording(name: str, own: Any) -> Any:
    """A text in its data file's shape, with the office's words where it has some.

    `name` is `roles`, `irish`, `help` or one of data/texts.json; `own` are the office's words.
    """
    if name in data.load("texts"):
        return own or data.load("texts")[name]["text"]
    if name == "irish":
        return [
            {**email, "text": (own or {}).get(email["key"], "")}
            for email in data.load("irish_emails")
        ]
    if name == "help":
        return data.load("help") | {"entries": own or _default_help_entries()}
    words = own or {}
    return [
        {**role, "description": words.get(role["key"], role["description"])}
        for role in data.load("roles")
    ]


def list_unchecked(entries: Sequence[Mapping[str, Any]], today: date) -> list[int]:
    """The places of help that the office is asked to check now, by number from 0.

    Those never checked, and those checked six months ago or longer.
    """
    return [number for number, entry in enumerate(entries) if _is_check_due(entry, today)]


def _is_check_due(entry: Mapping[str, Any], today: date) -> bool:
    checked_on = entry.get("checked_on")
    return not checked_on or add_months(date.fromisoformat(checked_on), _CHECK_MONTHS) <= today


def _default_help_entries() -> list[dict[str, str]]:
    """The entries that came with the service, without the mark of the page's foot."""
    return [
        {key: value for key, value in entry.items() if key != "footer"}
        for entry in data.load("help")["entries"]
    ]
