"""The letter that asks whether a survey that recurs goes on."""

from datetime import datetime

from comhar.aws.conditions import Item, Key
from comhar.communities import repository as communities_repository
from comhar.dates.dublin_time import local_date
from comhar.formatting import get_title
from comhar.letters.model import Draft, Dropped, Letter, LetterId, Purpose
from comhar.membership import repository as membership_repository
from comhar.recurring_surveys import repository
from comhar.settings import Settings
from comhar.surveys.model import RESPONSE_THRESHOLD, get_built_in


def _plan_and_person(letter: LetterId) -> list[Key]:
    region, kind = letter.subject, letter.version.partition(".")[0]
    plan, community = repository.key(region, kind), communities_repository.key(region)
    return [plan, community, membership_repository.key(letter.person)]


def draft_go_on(
    letter: Letter, items: list[Item | None], now: datetime, settings: Settings
) -> Draft | Dropped:
    """Asks the office and the co-chairs whether a survey that recurs goes on."""
    plan, stored, member = items
    region, office = letter.id.subject, letter.facts.get("email")
    if plan is None or repository.from_item(plan).paused != "asked":
        return Dropped("decided")
    community = communities_repository.from_item(stored, region, local_date(now))
    leads = letter.id.person in [chair["id"] for chair in community.chairs]
    if not (office in settings.office_emails if office else leads and member):
        return Dropped("left")
    context = {
        "name": membership_repository.display_name(member) if member else None,
        "region": region,
        "title": get_built_in(plan["kind"]).title,
        "shown_from": RESPONSE_THRESHOLD,
        "page": f"{settings.public_url}/communities/{region}/evaluations",
    }
    subject = f"{get_title(region)}: should this survey go on?"
    to = office or str((member or {}).get("email"))
    return Draft(to, subject, "recurring_surveys/letters/survey_go_on", context)


PURPOSES = {"survey_go_on": Purpose(_plan_and_person, draft_go_on, in_hours=True)}
