"""The letter of a vision: whether one agrees to its objectives."""

from datetime import datetime
from typing import Any

from comhar.aws.conditions import Item, Key
from comhar.formatting import get_title
from comhar.letters.model import Draft, Dropped, Letter, LetterId, Purpose
from comhar.membership import repository as membership_repository
from comhar.settings import Settings
from comhar.vision import repository


def draft_ask(
    letter: Letter, items: list[Item | None], now: datetime, settings: Settings
) -> Draft | Dropped:
    """To every confirmed member who has not agreed to the objectives as they are."""
    head, agreement, member = items
    region = letter.id.subject
    if member is None or member["status"] != "active" or member.get("region") != region:
        return Dropped("left")
    vision = repository.from_item(head, region)
    agreed = bool(agreement) and vision.is_agreed_by((agreement or {})["revision"])
    is_asked = member.get("confirmed") and str(vision.text_revision) == letter.id.version
    if agreed or not is_asked:
        return Dropped("over")
    context: dict[str, Any] = {
        "name": membership_repository.display_name(member),
        "region": region,
        "page": f"{settings.public_url}/communities/{region}/vision",
    }
    subject = f"{get_title(region)}: a vision to agree on"
    return Draft(str(member["email"]), subject, "vision/letters/vision_ask", context)


def _keys(letter: LetterId) -> list[Key]:
    region = letter.subject
    person = membership_repository.key(letter.person)
    return [repository.key(region), repository.agreement_key(region, letter.person), person]


PURPOSES = {"vision_ask": Purpose(_keys, draft_ask)}
