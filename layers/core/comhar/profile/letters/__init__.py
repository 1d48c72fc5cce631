"""The letters of a member's own page, decided at the moment of sending."""

from datetime import datetime

from comhar import retention
from comhar.aws.conditions import Item
from comhar.letters.model import Draft, Dropped, Letter, Link, Purpose, read_nothing
from comhar.letters.repository import read_recipient
from comhar.membership import claims, email_addresses
from comhar.membership import repository as membership_repository
from comhar.profile.model import NEW_ADDRESS_HOURS
from comhar.settings import Settings


def _is_taken(letter: Letter, claim: Item | None) -> bool:
    """True if the address is somebody's; another tag of one's own mailbox is not."""
    is_own = claim is not None and claim["member"] == letter.facts["member"]
    typed = claims.keys(letter.facts["email"])[:2]
    return claim is not None and (not is_own or (claim["pk"], claim["sk"]) in typed)


def draft_new_address(
    letter: Letter, items: list[Item | None], now: datetime, settings: Settings
) -> Draft | Dropped:
    """A link that proves the address; no link where it is somebody's already."""
    facts = letter.facts
    address = email_addresses.read_address_status(items, facts["email"], now, settings)
    if address.unreachable:
        return Dropped("bounced")
    taken = _is_taken(letter, address.claim) or facts["email"] in settings.office_emails
    proved = {"email": facts["email"], "was": facts["was"]}
    forgotten = retention.format_days(retention.period("stranger_letter").days)
    member = facts["member"]
    link = Link("new_address", "/me/address/{token}", member, member, NEW_ADDRESS_HOURS, proved)
    return Draft(
        facts["email"],
        "Your new email address",
        "profile/letters/new_address",
        {"taken": taken, "hours": NEW_ADDRESS_HOURS, "forgotten": forgotten},
        None if taken else link,
        stranger=not address.known,
    )


def draft_address_changed(
    letter: Letter, items: list[Item | None], now: datetime, settings: Settings
) -> Draft | Dropped:
    """The news to the old address, which is nobody's any more."""
    context = {"at": letter.facts["at"]}
    subject = "Your email address was changed"
    return Draft(letter.facts["email"], subject, "profile/letters/address_changed", context)


def draft_left(
    letter: Letter, items: list[Item | None], now: datetime, settings: Settings
) -> Draft | Dropped:
    member = items[0]
    if member is None or member["status"] != "left":
        return Dropped("changed")
    waited = not member.get("joined_on")
    context = {
        "name": membership_repository.display_name(member),
        "region": member["region"],
        "forgotten": letter.facts["forgotten"],
        "waited": waited,
    }
    subject = "Your request is taken back" if waited else "You have left"
    return Draft(member["email"], subject, "profile/letters/left", context)


PURPOSES = {
    "new_address": Purpose(
        read_nothing, draft_new_address, by_facts=email_addresses.address_status_keys, reach="asked"
    ),
    "address_changed": Purpose(read_nothing, draft_address_changed, reach="away"),
    "left": Purpose(read_recipient, draft_left, reach="asked"),
}
