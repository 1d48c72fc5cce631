"""The letters of the register: what the office tells a member of their record."""

from datetime import datetime

from comhar.letters.model import Draft, Dropped, Letter, LetterId, Purpose
from comhar.membership import records
from comhar.settings import Settings
from comhar.writes import Item, Key


def _person(letter: LetterId) -> list[Key]:
    return [records.key(letter.person)]


def declined(
    letter: Letter, items: list[Item | None], now: datetime, settings: Settings
) -> Draft | Dropped:
    member = items[0]
    if member is None or member["status"] != "declined":
        return Dropped("changed")
    context = {"name": records.known_as(member), "reason": member.get("reason")}
    return Draft(member["email"], "Your request to join", "register/letters/declined", context)


PURPOSES = {
    "declined": Purpose(_person, declined),
}
