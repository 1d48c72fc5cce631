"""The letters of the register: what the office tells a member of their record, and its own people."""

from datetime import datetime
from typing import Any

from comhar.aws.conditions import Item, Key
from comhar.letters.model import Draft, Dropped, Letter, LetterId, Link, Purpose
from comhar.letters.repository import read_recipient
from comhar.mailboxes import address_digest
from comhar.membership import repository as membership_repository
from comhar.membership.model import SIGN_IN_MINUTES
from comhar.settings import Settings

NOT_ME_DAYS = 14
_SHOWN = {"workplace": "place of work", "ask_about": "what they can ask you about"}
Found = list[Item | None]


def _standing(letter: LetterId) -> list[Key]:
    """The person, and the work that forgets them in time."""
    return [
        membership_repository.key(letter.person),
        membership_repository.forget_key(letter.person),
    ]


def declined(letter: Letter, items: Found, now: datetime, settings: Settings) -> Draft | Dropped:
    """Void once the person was admitted after all."""
    return _standing_letter(items, "declined", "Your request to join", "declined")


def ended(letter: Letter, items: Found, now: datetime, settings: Settings) -> Draft | Dropped:
    """Void once the membership was taken up again."""
    return _standing_letter(items, "inactive", "Your membership of Comhar", "ended")


def _standing_letter(items: Found, status: str, subject: str, template: str) -> Draft | Dropped:
    member, forgetting = items
    if member is None or forgetting is None or member["status"] != status:
        return Dropped("changed")
    context = {
        "name": membership_repository.known_as(member),
        "reason": member.get("reason"),
        "until": forgetting["due_at"],
    }
    return Draft(member["email"], subject, f"register/letters/{template}", context)


def moved(letter: Letter, items: Found, now: datetime, settings: Settings) -> Draft | Dropped:
    """Void once the person was moved on, or is a member no more."""
    member = items[0]
    if member is None or member["status"] not in ("active", "pending"):
        return Dropped("changed")
    if member["region"] != letter.facts["region"]:
        return Dropped("moved on")
    context = {
        "name": membership_repository.known_as(member),
        "region": member["region"],
        "led": letter.facts["led"],
    }
    return Draft(member["email"], "Your new community", "register/letters/moved", context)


def signed_up(letter: Letter, items: Found, now: datetime, settings: Settings) -> Draft | Dropped:
    """What was entered, and a link for who knows nothing of it."""
    member = items[0]
    if member is None or member["status"] != "active":
        return Dropped("changed")
    person, hours = letter.id.person, NOT_ME_DAYS * 24
    entered = {"address": address_digest(member["email"]), "revision": member["revision"]}
    link = Link("not_me", "/not-me/{token}", person, person, hours, entered)
    shows = [words for name, words in _SHOWN.items() if name in member.get("shows", [])]
    context = {
        "days": NOT_ME_DAYS,
        "known": membership_repository.known_as(member),
        "member": _entered(member),
        "shows": ", ".join(shows),
    }
    return Draft(
        member["email"], "You are signed up to Comhar", "register/letters/signed_up", context, link
    )


def _entered(member: Item) -> dict[str, Any]:
    names = ("name", "preferred_name", "region", "role", "role_other", "workplace", "ask_about")
    return {name: member.get(name) for name in names}


def sent_link(letter: Letter, items: Found, now: datetime, settings: Settings) -> Draft | Dropped:
    """A sign-in link that the office was asked for, on the phone say."""
    member = items[0]
    if member is None or member["status"] not in ("active", "pending"):
        return Dropped("changed")
    facts = {"address": address_digest(member["email"]), "next": "/me"}
    person, hours = letter.id.person, SIGN_IN_MINUTES / 60
    link = Link("sign_in", "/sign-in/{token}", person, person, hours, facts)
    context = {"name": membership_repository.known_as(member), "minutes": SIGN_IN_MINUTES}
    subject = "Your link to sign in to Comhar"
    return Draft(member["email"], subject, "register/letters/sent_link", context, link)


def name_checked(
    letter: Letter, items: Found, now: datetime, settings: Settings
) -> Draft | Dropped:
    """What the office decided of a change of name; the name is the one that the person has now."""
    member = items[0]
    if member is None or member["status"] not in ("active", "pending", "left"):
        return Dropped("changed")
    context = {
        "name": membership_repository.known_as(member),
        "full": member["name"],
        **letter.facts,
    }
    return Draft(member["email"], "Your change of name", "register/letters/name_checked", context)


def export_code(letter: Letter, items: Found, now: datetime, settings: Settings) -> Draft | Dropped:
    """The code by which a person of the office downloads the list of members."""
    person = items[0]
    if person is None or person["email"] not in settings.office_emails:
        return Dropped("not the office")
    who, hours = letter.id.person, SIGN_IN_MINUTES / 60
    wanted = letter.facts["request"]
    link = Link("export", "/members/export", who, who, hours, {}, code_for=wanted)
    context = {"minutes": SIGN_IN_MINUTES}
    return Draft(
        person["email"], "Your code for Comhar", "register/letters/export_code", context, link
    )


PURPOSES = {
    "declined": Purpose(_standing, declined),
    "ended": Purpose(_standing, ended),
    "moved": Purpose(read_recipient, moved),
    "signed_up": Purpose(read_recipient, signed_up),
    "sent_link": Purpose(read_recipient, sent_link),
    "name_checked": Purpose(read_recipient, name_checked),
    "export_code": Purpose(read_recipient, export_code),
}
