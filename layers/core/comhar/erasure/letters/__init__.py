"""The letters of erasure: the link that confirms it, and the link that undoes it."""

from datetime import datetime, timedelta

from comhar.address_digests import address_digest
from comhar.aws.conditions import Item
from comhar.dates.dublin_time import unstamp
from comhar.erasure.model import LINK_HOURS
from comhar.letters.model import Draft, Dropped, Letter, Link, Purpose
from comhar.letters.repository import read_recipient
from comhar.membership import repository as membership_repository
from comhar.settings import Settings


def draft_erase(
    letter: Letter, items: list[Item | None], now: datetime, settings: Settings
) -> Draft | Dropped:
    """A link to confirm it, good for a day while the address is the member's."""
    member = items[0]
    if member is None or member["status"] in ("erasing", "office"):
        return Dropped("changed")
    person = letter.id.person
    facts = {"address": address_digest(member["email"])}
    link = Link("erase", "/erase/{token}", person, person, LINK_HOURS, facts)
    context = {"name": membership_repository.display_name(member), "hours": LINK_HOURS}
    subject = "Please confirm what you asked for"
    return Draft(member["email"], subject, "erasure/letters/erase", context, link)


def draft_erasing(
    letter: Letter, items: list[Item | None], now: datetime, settings: Settings
) -> Draft | Dropped:
    """When it is final, and a link to undo it until then."""
    member, final_at = items[0], unstamp(letter.facts["final_at"])
    if member is None or member["status"] != "erasing" or final_at <= now:
        return Dropped("changed")
    person, hours = letter.id.person, (final_at - now) / timedelta(hours=1)
    link = Link("keep", "/keep/{token}", person, person, hours)
    context = {
        "name": membership_repository.display_name(member),
        "final_at": final_at,
        "on_hold_until": letter.facts.get("on_hold_until"),
    }
    subject = "You can still undo what you asked for"
    return Draft(member["email"], subject, "erasure/letters/erasing", context, link)


def draft_erasure_waits(
    letter: Letter, items: list[Item | None], now: datetime, settings: Settings
) -> Draft | Dropped:
    """That the office has to keep the records for now, and until when."""
    member = items[0]
    if member is None or member["status"] != "erasing":
        return Dropped("changed")
    context = {"name": membership_repository.display_name(member), **letter.facts}
    subject, template = "About what you asked for", "erasure/letters/erasure_waits"
    return Draft(member["email"], subject, template, context)


PURPOSES = {
    "erase": Purpose(read_recipient, draft_erase, reach="asked"),
    "erasure_waits": Purpose(read_recipient, draft_erasure_waits, reach="asked"),
    "erasing": Purpose(read_recipient, draft_erasing, reach="asked"),
}
