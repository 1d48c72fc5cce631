"""The letters of the inbox: what a person who wrote to the office hears at once."""

from datetime import datetime

from comhar.communities.model import worded
from comhar.communities.records import text_key
from comhar.letters.model import Draft, Letter, LetterId, Purpose
from comhar.settings import Settings
from comhar.writes import Item, Key


def _help(letter: LetterId) -> list[Key]:
    """Where to find help, if the office has words of its own for it."""
    return [text_key("help")]


def acknowledged(
    letter: Letter, items: list[Item | None], now: datetime, settings: Settings
) -> Draft:
    """That a person will read it, when, and where to find help until then."""
    helps = worded("help", (items[0] or {}).get("words"))["entries"]
    template = "inbox/letters/acknowledged"
    return Draft(letter.facts["email"], "Thank you for your message", template, {"helps": helps})


PURPOSES = {"acknowledged": Purpose(_help, acknowledged)}
