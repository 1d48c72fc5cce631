"""The letters of the inbox: what a person who wrote to the office hears at once."""

from datetime import datetime
from typing import Any

from comhar import data
from comhar.letters.model import Draft, Letter, Purpose
from comhar.settings import Settings


def acknowledged(letter: Letter, items: list[Any], now: datetime, settings: Settings) -> Draft:
    """That a person will read it, when, and where to find help until then."""
    helps = data.load("help")["entries"]
    context = {"helps": helps, "help_title": data.load("help")["title"]}
    template = "inbox/letters/acknowledged"
    return Draft(letter.facts["email"], "Thank you for your message", template, context)


PURPOSES = {"acknowledged": Purpose(lambda letter: [], acknowledged)}
