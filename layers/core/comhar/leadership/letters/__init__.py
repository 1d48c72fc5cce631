"""The letters of leadership: a term of co-chairs ends, or has ended."""

from datetime import date, datetime

from comhar.aws.conditions import Item, Key
from comhar.communities import repository as communities_repository
from comhar.dates.dublin_time import local_date
from comhar.formatting import get_title
from comhar.letters.model import Draft, Dropped, Letter, LetterId, Purpose
from comhar.membership import repository as membership_repository
from comhar.membership.model import last_day_of_grace, leading_terms
from comhar.settings import Settings


def draft_term_ends(
    letter: Letter, items: list[Item | None], now: datetime, settings: Settings
) -> Draft | Dropped:
    """To the office and to co-chairs who still lead by the term that ends."""
    item, member = items
    region, today = letter.id.subject, local_date(now)
    day, _, step = letter.id.version.partition(".")
    until = date.fromisoformat(day)
    if item is None or (step == "before" and today >= until):
        return Dropped("past")
    terms = communities_repository.from_item(item, region, today).terms
    led = [term.member for term in leading_terms(terms, today) if term.until == until]
    office = letter.facts.get("email")
    if not led or (office is None and letter.id.person not in led):
        return Dropped("replaced or over")
    if office is not None and office not in settings.office_emails:
        return Dropped("left")
    context = {
        "name": membership_repository.display_name(member) if member else None,
        "region": region,
        "ended": step == "ended",
        "until": until,
        "last_day": last_day_of_grace(until),
        "page": f"{settings.public_url}/communities/{region}/chairs",
    }
    subject = f"{get_title(region)}: choose co-chairs by {until.day} {until:%B %Y}"
    if step == "ended":
        subject = f"{get_title(region)}: choose co-chairs, term ended {until.day} {until:%B %Y}"
    to = office or str((member or {}).get("email"))
    return Draft(to, subject, "leadership/letters/term_ends", context)


def _community_and_person_keys(letter: LetterId) -> list[Key]:
    return [communities_repository.key(letter.subject), membership_repository.key(letter.person)]


PURPOSES = {"term_ends": Purpose(_community_and_person_keys, draft_term_ends)}
