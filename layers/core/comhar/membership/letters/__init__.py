"""The letters of membership: what each says, decided at the moment of sending."""

from datetime import datetime
from typing import Any

from comhar import address_digests, irish_texts, retention
from comhar.aws.conditions import Item, Key
from comhar.aws.dynamodb import Table
from comhar.letters.model import Draft, Dropped, Letter, Link, Purpose, read_nothing
from comhar.letters.repository import read_recipient
from comhar.membership import email_addresses, repository
from comhar.membership.model import EDITABLE, SIGN_IN_MINUTES, SIGN_UP_LINK_HOURS
from comhar.settings import Settings

_FOR_THE_FORM = ("email", "invited", "region", *EDITABLE)


def draft_join(
    letter: Letter, items: list[Item | None], now: datetime, settings: Settings
) -> Draft | Dropped:
    """A sign-up link, with what the office knew of the person to fill the form with.

    A member gets a sign-in link instead. An open invitation counts also for a link that the person asked
    for. `mail` says that the person wrote to the office.
    """
    email = letter.facts["email"]
    status, irish = irish_texts.split("join", items, letter.facts)
    address = email_addresses.read_address_status(status, email, now, settings)
    if address.unreachable and not letter.facts.get("invited"):
        return Dropped("bounced")
    if address.claim or email in settings.office_emails:
        return _draft_sign_in(letter, address.claim, settings, known=True)
    origin = {name: bool(letter.facts.get(name)) for name in ("invited", "mail")}
    note = address.invitation
    if origin["invited"] and note is None:
        return Dropped("withdrawn")
    known = {**(note or {}), **letter.facts, "invited": note is not None}
    link = Link(
        "sign_up",
        "/sign-up/{token}",
        letter.id.subject,
        letter.id.person,
        SIGN_UP_LINK_HOURS,
        {name: known[name] for name in _FOR_THE_FORM if name in known},
    )
    kind = "invitation" if origin["invited"] else "inbound" if origin["mail"] else "stranger_letter"
    context = {**origin, "days": SIGN_UP_LINK_HOURS // 24, "forgotten": _retention_time(kind)}
    template, subject = "membership/letters/join", "Your link to join Comhar"
    return Draft(email, subject, template, context, link, stranger=not address.known, irish=irish)


def draft_sign_in(
    letter: Letter, items: list[Item | None], now: datetime, settings: Settings
) -> Draft | Dropped:
    """A sign-in link and code; for the invited, a sign-up link; for nobody, nothing."""
    email = letter.facts["email"]
    address = email_addresses.read_address_status(items, email, now, settings)
    if not address.known:
        return Dropped("nobody")
    if address.unreachable:
        return Dropped("bounced")
    if address.claim or email in settings.office_emails:
        return _draft_sign_in(letter, address.claim, settings, known=False)
    return draft_join(letter, items, now, settings)


def _retention_time(kind: str) -> str:
    """For how long this kind is kept, in words."""
    return retention.format_days(retention.period(kind).days)


def _draft_sign_in(letter: Letter, claim: Any, settings: Settings, known: bool) -> Draft:
    email = letter.facts["email"]
    if claim and claim.get("erasing"):
        return Draft(email, "Your request to Comhar", "membership/letters/being_erased", {})
    person = claim["member"] if claim else repository.office_id(email)
    facts = {"address": letter.id.person, "next": letter.facts.get("next", "/me")}
    if claim:
        facts |= _claim_facts(claim, email)
    else:  # no record may be there yet: it is made when the person signs in
        facts |= {"email": email, "office": True}
    link = Link(
        "sign_in",
        "/sign-in/{token}",
        person,
        person,
        SIGN_IN_MINUTES / 60,
        facts,
        code_for=letter.facts.get("request"),
    )
    context = {"minutes": SIGN_IN_MINUTES, "known": known, "code": None}
    return Draft(
        email, "Your link to sign in to Comhar", "membership/letters/sign_in", context, link
    )


def _claim_facts(claim: Item, email: str) -> Item:
    """The claim's address, unless the claim still lies under a plain digest."""
    address = claim["pk"].partition("#")[2]
    return {"claim": address} if address in address_digests.claim_digests(email) else {}


def draft_welcome(
    letter: Letter, items: list[Item | None], now: datetime, settings: Settings
) -> Draft | Dropped:
    member = items[0]
    if member is None or member["status"] != letter.id.version.partition(".")[0]:
        return Dropped("changed")
    context = {
        "name": repository.display_name(member),
        "region": member["region"],
        "status": member["status"],
    }
    return Draft(member["email"], "Welcome to Comhar", "membership/letters/welcome", context)


def _join_keys(letter: Letter, table: Table) -> list[Key]:
    """What is known of the address, and Irish words for who wrote to the office in Irish."""
    return [
        *email_addresses.address_status_keys(letter, table),
        *irish_texts.keys(letter.facts),
    ]


PURPOSES = {
    "join": Purpose(read_nothing, draft_join, by_facts=_join_keys, reach="asked"),
    "sign_in": Purpose(
        read_nothing, draft_sign_in, by_facts=email_addresses.address_status_keys, reach="asked"
    ),
    "welcome": Purpose(read_recipient, draft_welcome),
}
