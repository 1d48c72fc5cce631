"""The letters of the inbox: to who wrote to the office, and to the office itself."""

from datetime import datetime

from comhar import irish_texts
from comhar.aws.conditions import Item, Key
from comhar.aws.dynamodb import Table
from comhar.communities.model import apply_wording
from comhar.communities.repository import CLOSURES, closed_days_from_item, text_key
from comhar.dates.working_days import next_opening
from comhar.formatting import format_clock
from comhar.letters.model import Draft, Dropped, Letter, LetterId, Purpose, read_nothing
from comhar.membership import email_addresses
from comhar.settings import Settings


def _help_and_closures(letter: LetterId) -> list[Key]:
    """Where to find help, in the office's own words, and when the office is closed."""
    return [text_key("help"), CLOSURES]


def acknowledged(
    letter: Letter, items: list[Item | None], now: datetime, settings: Settings
) -> Draft | Dropped:
    """That a person will read it, when, and where to find help until then."""
    email = letter.facts["email"]
    status, irish = irish_texts.split("acknowledged", items[2:], letter.facts)
    address = email_addresses.read_address_status(status, email, now, settings)
    if address.unreachable:
        return Dropped("bounced")
    helps = apply_wording("help", (items[0] or {}).get("words"))["entries"]
    opens, closes = settings.office_hours
    opening = next_opening(now, opens, closes, closed_days_from_item(items[1]))
    context = {
        "helps": helps,
        "hours": f"{format_clock(opens)} to {format_clock(closes)}",
        "opening": opening if opening > now else None,
    }
    template, subject = "inbox/letters/acknowledged", "Thank you for your message"
    return Draft(email, subject, template, context, stranger=not address.known, irish=irish)


def draft_mail_waiting(
    letter: Letter, items: list[Item | None], now: datetime, settings: Settings
) -> Draft | Dropped:
    """That mail is waiting, without a word of it or who wrote it."""
    email = letter.facts["email"]
    if email not in settings.office_emails:
        return Dropped("not the office")
    is_late = letter.facts["late"]
    subject = "A message is still waiting" if is_late else "A new message is waiting"
    context = {"late": is_late, "page": f"{settings.public_url}/inbox"}
    return Draft(email, subject, "inbox/letters/mail_waiting", context)


def _address_and_irish(letter: Letter, table: Table) -> list[Key]:
    return [
        *email_addresses.address_status_keys(letter, table),
        *irish_texts.keys(letter.facts),
    ]


PURPOSES = {
    "acknowledged": Purpose(
        _help_and_closures, acknowledged, by_facts=_address_and_irish, reach="asked"
    ),
    "mail_waiting": Purpose(read_nothing, draft_mail_waiting),
}
