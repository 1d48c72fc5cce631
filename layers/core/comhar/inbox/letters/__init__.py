"""The letters of the inbox: what a person who wrote to the office hears at once."""

from datetime import datetime

from comhar import irish_texts
from comhar.aws.conditions import Item, Key
from comhar.aws.dynamodb import Table
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
    status, irish = irish_texts.split("acknowledged", items[1:], letter.facts)
    address = email_addresses.read_address_status(status, email, now, settings)
    if address.unreachable:
        return Dropped("bounced")
    helps = apply_wording("help", (items[0] or {}).get("words"))["entries"]
    context = {"helps": helps}
    template, subject = "inbox/letters/acknowledged", "Thank you for your message"
    return Draft(email, subject, template, context, stranger=not address.known, irish=irish)


def _address_and_irish(letter: Letter, table: Table) -> list[Key]:
    return [
        *email_addresses.address_status_keys(letter, table),
        *irish_texts.keys(letter.facts),
    ]


PURPOSES = {
    "acknowledged": Purpose(_help, acknowledged, by_facts=_address_and_irish, reach="asked")
}
