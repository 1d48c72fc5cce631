"""The letters about final figures, and about reasons chosen for figures."""

from datetime import datetime
from typing import Any

from comhar.aws.conditions import Item, Key
from comhar.communities import repository as communities_repository
from comhar.formatting import format_period
from comhar.letters.model import Draft, Dropped, Letter, LetterId, Purpose
from comhar.meetings.letter_context import is_chair
from comhar.membership import repository as membership_repository
from comhar.reports import repository
from comhar.settings import Settings


def draft_final(
    letter: Letter, items: list[Item | None], now: datetime, settings: Settings
) -> Draft | Dropped:
    """To the office: a quarter's final figures are published."""
    email = letter.facts["email"]
    if items[0] is None:
        return Dropped("gone")
    if email not in settings.office_emails:
        return Dropped("left")
    report = repository.from_item(items[0])
    context = {
        "quarter": report.quarter,
        "version": report.version,
        "changed": len(report.changes),
        "anew": report.version > repository.FIRST_FINAL,
        "page": f"{settings.public_url}/reports/kpi/{report.quarter}",
    }
    months = format_period(report.quarter)
    subject = f"Final figures for {months}: {report.quarter}, version {report.version}"
    return Draft(email, subject, "reports/letters/kpi_final", context)


def draft_published(
    letter: Letter, items: list[Item | None], now: datetime, settings: Settings
) -> Draft | Dropped:
    """To a co-chair: their region's figures are published, or published anew."""
    version, *of_chair = items
    quarter, _, region = letter.id.subject.partition(".")
    member = _find_chair(letter, of_chair, region, now)
    if version is None or member is None:
        return Dropped("gone, or not a co-chair")
    report = repository.from_item(version)
    context = _chair_context(quarter, region, member, settings) | {
        "changed": sum(change.region == region for change in report.changes),
        "anew": report.version > repository.FIRST_FINAL,
    }
    published = "Corrected figures" if context["anew"] else "Figures published"
    subject = f"{published} for your community: {format_period(quarter)}"
    return Draft(member["email"], subject, "reports/letters/kpi_published", context)


def draft_reasons(
    letter: Letter, items: list[Item | None], now: datetime, settings: Settings
) -> Draft | Dropped:
    """To a co-chair: the office chose reasons for their region's figures."""
    quarter, _, region = letter.id.subject.partition(".")
    member = _find_chair(letter, items, region, now)
    if member is None:
        return Dropped("not a co-chair")
    context = _chair_context(quarter, region, member, settings)
    subject = f"Check the reasons beside your figures for {format_period(quarter)}"
    return Draft(member["email"], subject, "reports/letters/kpi_reasons", context)


def _find_chair(
    letter: Letter, items: list[Item | None], region: str, now: datetime
) -> Item | None:
    """The member to whom the letter is, while they are a co-chair of the region."""
    community, member = items
    leads = is_chair(community, region, letter.id.person, now)
    return member if member and member["status"] == "active" and leads else None


def _chair_context(quarter: str, region: str, member: Item, settings: Settings) -> dict[str, Any]:
    return {
        "name": membership_repository.display_name(member),
        "quarter": quarter,
        "region": region,
        "page": f"{settings.public_url}/reports/regions/{region}/{quarter}",
    }


def _version_key(letter: LetterId) -> Key:
    return repository.key(letter.subject.partition(".")[0], int(letter.version))


def _version(letter: LetterId) -> list[Key]:
    return [_version_key(letter)]


def _community_and_person(letter: LetterId) -> list[Key]:
    region = letter.subject.partition(".")[2]
    return [communities_repository.key(region), membership_repository.key(letter.person)]


def _version_and_chair(letter: LetterId) -> list[Key]:
    return [_version_key(letter), *_community_and_person(letter)]


PURPOSES = {
    "kpi_final": Purpose(_version, draft_final),
    "kpi_published": Purpose(_version_and_chair, draft_published),
    "kpi_reasons": Purpose(_community_and_person, draft_reasons),
}
