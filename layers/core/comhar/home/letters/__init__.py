"""The digest: what newly waits for a co-chair, or for the office."""

from datetime import datetime

from comhar import data, waiting_rows
from comhar.aws.conditions import Item, Key
from comhar.communities import repository as communities_repository
from comhar.dates.dublin_time import local_date
from comhar.formatting import format_count
from comhar.home import tasks
from comhar.letters.model import Draft, Dropped, Letter, LetterId, Purpose
from comhar.membership import repository as membership_repository
from comhar.settings import Settings


def draft_digest(
    letter: Letter, items: list[Item | None], now: datetime, settings: Settings
) -> Draft | Dropped:
    """The new things by kind, without a name; to who still leads, or is of the office."""
    item, member = items
    place, email = letter.id.subject, letter.facts.get("email")
    name = None
    if place == waiting_rows.OFFICE:
        if email not in settings.office_emails:
            return Dropped("not the office")
    else:
        community = communities_repository.from_item(item, place, local_date(now))
        ids = [chair["id"] for chair in community.chairs]
        if member is None or member["status"] != "active" or letter.id.person not in ids:
            return Dropped("not a co-chair")
        email, name = member["email"], membership_repository.display_name(member)
    new = letter.facts["new"]
    lines = [
        tasks.title(kind, "many" if new[kind] > 1 else "single", n=new[kind])
        for kind in data.load("waiting")
        if kind in new
    ]
    total = sum(new.values())
    context = {
        "name": name,
        "region": None if place == waiting_rows.OFFICE else place,
        "lines": lines,
        "more": int(letter.facts["count"]) - total,
        "page": f"{settings.public_url}/me/waiting",
    }
    subject = f"{format_count(total, 'new thing')} to do in Comhar"
    return Draft(str(email), subject, "home/letters/digest", context)


def _keys(letter: LetterId) -> list[Key]:
    return [communities_repository.key(letter.subject), membership_repository.key(letter.person)]


PURPOSES = {"digest": Purpose(_keys, draft_digest)}
