"""The letters of the inbox: what a person who wrote to the office hears at once."""

from datetime import datetime

from comhar.aws.conditions import Item, Key
from comhar.communities.model import apply_wording
from comhar.communities.repository import text_key
from comhar.letters.model import Draft, Dropped, Letter, LetterId, Purpose
from comhar.membership import email_addresses
from comhar.settings import Settings


def _help(letter: LetterId) -> list[Key]:
    """Where to find help, if the office has words of its own for it."""
    return [text_key("help")]


def acknowledged(
    letter: Letter, items: list[Item | None], now: datetime, settings: Settings
) -> Draft | Dropped:
    """That a person will read it, when, and where to find help until then."""
    email = letter.facts["email"]
    address = email_addresses.read_address_status(items[1:], email, now, settings)
    if address.unreachable:
        return Dropped("bounced")
    context = {"helps": apply_wording("help", (items[0] or {}).get("words"))["entries"]}
    template, subject = "inbox/letters/acknowledged", "Thank you for your message"
    return Draft(email, subject, template, context, stranger=not address.known)


PURPOSES = {
    "acknowledged": Purpose(
        _help, acknowledged, by_facts=email_addresses.address_status_keys, reach="asked"
    )
}
