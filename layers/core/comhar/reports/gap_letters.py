"""The letters about gaps: to co-chairs which there are, to the office how many."""

from datetime import datetime
from typing import Any

from comhar.aws.conditions import Item, Key
from comhar.communities import repository as communities_repository
from comhar.dates.quarters import Quarter
from comhar.formatting import format_period
from comhar.letters.model import Draft, Dropped, Letter, LetterId, Purpose
from comhar.meetings import repository as meetings_repository
from comhar.meetings.letter_context import is_chair
from comhar.membership import repository as membership_repository
from comhar.reports.gaps import Gap, describe_gap
from comhar.settings import Settings


def draft_gaps(
    letter: Letter, items: list[Item | None], now: datetime, settings: Settings
) -> Draft | Dropped:
    """The gaps of a quarter, to a co-chair; how many there are, to the office."""
    if "email" in letter.facts:
        return _draft_for_office(letter, settings)
    draft = _prepare(letter, items, now, settings)
    if isinstance(draft, Dropped):
        return draft
    subject = f"Figures for {format_period(draft['quarter'])}: what we do not have yet"
    return Draft(draft["email"], subject, "reports/letters/kpi_gaps", draft)


def draft_question(
    letter: Letter, items: list[Item | None], now: datetime, settings: Settings
) -> Draft | Dropped:
    """The office's question about one gap, to a co-chair."""
    draft = _prepare(letter, items, now, settings)
    if isinstance(draft, Dropped):
        return draft
    subject = f"A question about the figures for {format_period(draft['quarter'])}"
    return Draft(draft["email"], subject, "reports/letters/kpi_gap", draft)


def _prepare(
    letter: Letter, items: list[Item | None], now: datetime, settings: Settings
) -> dict[str, Any] | Dropped:
    """What a letter to a co-chair may use, with the gaps that are not filled since."""
    member, community, *meetings = items
    quarter, region = _quarter_and_region(letter.id)
    if member is None or member["status"] != "active":
        return Dropped("not a member")
    if not is_chair(community, region, letter.id.person, now):
        return Dropped("not a co-chair")
    closed = {item["id"] for item in meetings if item and item["state"] != "scheduled"}
    gaps = [gap for gap in _gaps(letter) if not _is_recorded(gap, closed)]
    if not gaps:
        return Dropped("filled")
    texts = [describe_gap(gap, region, quarter) for gap in gaps]
    return {
        "email": member["email"],
        "name": membership_repository.display_name(member),
        "region": region,
        "quarter": str(quarter),
        "last": quarter.last,
        "gaps": [{**text._asdict(), "href": settings.public_url + text.path} for text in texts],
        "page": f"{settings.public_url}/reports/regions/{region}",
    }


def _gaps(letter: Letter) -> list[Gap]:
    return [Gap.model_validate(gap) for gap in letter.facts["gaps"]]


def _is_recorded(gap: Gap, closed: set[str]) -> bool:
    return gap.kind == "meeting_unrecorded" and gap.meeting in closed


def _draft_for_office(letter: Letter, settings: Settings) -> Draft | Dropped:
    email = letter.facts["email"]
    if email not in settings.office_emails:
        return Dropped("left")
    quarter = Quarter.parse(letter.id.subject)
    context = {
        **{name: int(letter.facts[name]) for name in ("gaps", "regions", "unled")},
        "last": quarter.last,
        "page": f"{settings.public_url}/reports/kpi/{quarter}/readiness",
    }
    subject = f"Figures for {format_period(str(quarter))}: gaps to fill by {_day(quarter)}"
    return Draft(email, subject, "reports/letters/kpi_gaps_office", context)


def _day(quarter: Quarter) -> str:
    return f"{quarter.last.day} {quarter.last:%B}"


def _quarter_and_region(letter: LetterId) -> tuple[Quarter, str]:
    quarter, _, region = letter.subject.partition(".")
    return Quarter.parse(quarter), region


def _person_and_community(letter: LetterId) -> list[Key]:
    """Nothing of a letter to the office."""
    if "." not in letter.subject:
        return []
    _, region = _quarter_and_region(letter)
    return [membership_repository.key(letter.person), communities_repository.key(region)]


def _unrecorded_meetings(letter: Letter, table: Any) -> list[Key]:
    """The meetings that were not recorded when the letter was written."""
    if "email" in letter.facts:
        return []
    unrecorded = [gap for gap in _gaps(letter) if gap.kind == "meeting_unrecorded"]
    return [meetings_repository.key(gap.meeting) for gap in unrecorded if gap.meeting]


PURPOSES = {
    "kpi_gaps": Purpose(_person_and_community, draft_gaps, by_facts=_unrecorded_meetings),
    "kpi_gap": Purpose(_person_and_community, draft_question, by_facts=_unrecorded_meetings),
}
