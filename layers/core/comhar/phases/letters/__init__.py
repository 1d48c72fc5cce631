"""The letters of phases: a community rests, or is closed."""

from datetime import datetime

from comhar.aws.conditions import Item, Key
from comhar.communities import repository as communities_repository
from comhar.dates.dublin_time import local_date
from comhar.formatting import get_title
from comhar.letters.model import Draft, Dropped, Letter, LetterId, Purpose
from comhar.membership import repository as membership_repository
from comhar.settings import Settings


def draft_rest_or_end(
    letter: Letter, items: list[Item | None], now: datetime, settings: Settings
) -> Draft | Dropped:
    """To every active member of the community, while it is so."""
    item, member = items
    region, today = letter.id.subject, local_date(now)
    community = communities_repository.from_item(item, region, today)
    if not member or member["status"] != "active" or member.get("region") != region:
        return Dropped("not a member")
    rest = community.rest_on(today)
    closes = letter.id.purpose == "community_closed"
    if not (community.closed_on if closes else rest):
        return Dropped("changed since")
    context = {
        "name": membership_repository.display_name(member),
        "region": region,
        "until": rest.until if rest else None,
        "closes": closes,
        "page": f"{settings.public_url}/communities/{region}",
    }
    what = "the community is closed" if closes else "the community takes a rest"
    return Draft(
        member["email"], f"{get_title(region)}: {what}", "phases/letters/community_news", context
    )


def _keys(letter: LetterId) -> list[Key]:
    return [communities_repository.key(letter.subject), membership_repository.key(letter.person)]


_PURPOSE = Purpose(_keys, draft_rest_or_end)
PURPOSES = {"community_rests": _PURPOSE, "community_closed": _PURPOSE}
