"""The letters of terms: sign, changed, corrected, approved, ending."""

from datetime import datetime
from typing import Any

from comhar.aws.conditions import Item, Key
from comhar.communities import repository as communities_repository
from comhar.dates.dublin_time import local_date
from comhar.formatting import get_title
from comhar.letters.model import Draft, Dropped, Letter, LetterId, Purpose
from comhar.membership import repository as membership_repository
from comhar.settings import Settings
from comhar.terms_of_reference import model, repository, sections

_SUBJECTS = {
    "terms_sign": "terms of reference to sign",
    "terms_changed": "terms of reference changed",
    "terms_corrected": "terms of reference corrected",
    "terms_approved": "terms of reference approved",
    "terms_ending": "terms of reference to approve again",
}


def draft_notice(
    letter: Letter, items: list[Item | None], now: datetime, settings: Settings
) -> Draft | Dropped:
    """To who signs or signed, or to every member once the terms are approved."""
    item, community, member = items
    region, purpose, today = letter.id.subject, letter.id.purpose, local_date(now)
    office = letter.facts.get("email")
    if office is not None and office not in settings.office_emails:
        return Dropped("left")
    if office is None and (member is None or member["status"] != "active"):
        return Dropped("left")
    head = repository.head_from_item(item, region)
    chairs = [
        each["id"] for each in communities_repository.from_item(community, region, today).chairs
    ]
    if not _still_holds(letter, head, chairs, person=model.OFFICE if office else letter.id.person):
        return Dropped("over")
    titles = {each["key"]: each["title"] for each in sections.outline()}
    context: dict[str, Any] = {
        "purpose": purpose,
        "name": membership_repository.display_name(member) if member and not office else None,
        "region": region,
        "sections": [titles[each] for each in letter.facts.get("sections", ())],
        "was": letter.facts.get("was"),
        "until": head.approval.until if head.approval else None,
        "page": f"{settings.public_url}/communities/{region}/terms",
    }
    to = office or str((member or {}).get("email"))
    subject = f"{get_title(region)}: {_SUBJECTS[purpose]}"
    return Draft(to, subject, "terms_of_reference/letters/terms_notice", context)


def _still_holds(letter: Letter, head: model.Head, chairs: list[str], person: str) -> bool:
    version = letter.id.version
    match letter.id.purpose:
        case "terms_sign":
            same = version.partition(".")[0] == str(head.revision)
            return same and person in head.list_missing(chairs)
        case "terms_approved":
            return version == str(head.version) and head.status == "approved"
        case "terms_ending":
            return head.approval is not None and version == head.approval.until.isoformat()
    return True


def _keys(letter: LetterId) -> list[Key]:
    region = letter.subject
    person = membership_repository.key(letter.person)
    return [repository.key(region), communities_repository.key(region), person]


PURPOSES = {purpose: Purpose(_keys, draft_notice) for purpose in _SUBJECTS}
