"""The letters of the register: to members about their record, and to the office."""

from datetime import datetime
from typing import Any

from comhar.address_digests import address_digest
from comhar.aws.conditions import Item, Key
from comhar.letters.model import Draft, Dropped, Letter, LetterId, Link, Purpose
from comhar.letters.repository import read_recipient
from comhar.membership import follow_up_work
from comhar.membership import repository as membership_repository
from comhar.membership.model import SIGN_IN_MINUTES
from comhar.settings import Settings

NOT_ME_DAYS = 14
_SHARED_FIELDS = {"workplace": "place of work", "ask_about": "what they can ask you about"}
Items = list[Item | None]


def _person_keys(letter: LetterId) -> list[Key]:
    """The person, and the work that deletes them in time."""
    return [
        membership_repository.key(letter.person),
        follow_up_work.deletion_key(letter.person),
    ]


def draft_declined(
    letter: Letter, items: Items, now: datetime, settings: Settings
) -> Draft | Dropped:
    """Dropped once the person was admitted after all."""
    return _draft_while(items, "declined", "Your request to join", "declined")


def draft_ended(letter: Letter, items: Items, now: datetime, settings: Settings) -> Draft | Dropped:
    """Dropped once the membership was taken up again."""
    return _draft_while(items, "inactive", "Your membership of Comhar", "ended")


def _draft_while(items: Items, status: str, subject: str, template: str) -> Draft | Dropped:
    member, forgetting = items
    if member is None or forgetting is None or member["status"] != status:
        return Dropped("changed")
    context = {
        "name": membership_repository.display_name(member),
        "reason": member.get("reason"),
        "until": forgetting["due_at"],
    }
    return Draft(member["email"], subject, f"register/letters/{template}", context)


def draft_moved(letter: Letter, items: Items, now: datetime, settings: Settings) -> Draft | Dropped:
    """Dropped once the person was moved on, or is a member no more."""
    member = items[0]
    if member is None or member["status"] not in ("active", "pending"):
        return Dropped("changed")
    if member["region"] != letter.facts["region"]:
        return Dropped("moved on")
    context = {
        "name": membership_repository.display_name(member),
        "region": member["region"],
        "led": letter.facts["led"],
    }
    return Draft(member["email"], "Your new community", "register/letters/moved", context)


def draft_signed_up(
    letter: Letter, items: Items, now: datetime, settings: Settings
) -> Draft | Dropped:
    """What was entered, and a link for who knows nothing of it."""
    member = items[0]
    if member is None or member["status"] != "active":
        return Dropped("changed")
    person, hours = letter.id.person, NOT_ME_DAYS * 24
    entered = {"address": address_digest(member["email"]), "revision": member["revision"]}
    link = Link("not_me", "/not-me/{token}", person, person, hours, entered)
    shows = [words for name, words in _SHARED_FIELDS.items() if name in member.get("shows", [])]
    context = {
        "days": NOT_ME_DAYS,
        "known": membership_repository.display_name(member),
        "member": _entered(member),
        "shows": ", ".join(shows),
    }
    return Draft(
        member["email"], "You are signed up to Comhar", "register/letters/signed_up", context, link
    )


def _entered(member: Item) -> dict[str, Any]:
    names = ("name", "preferred_name", "region", "role", "role_other", "workplace", "ask_about")
    return {name: member.get(name) for name in names}


def draft_confirmed(
    letter: Letter, items: Items, now: datetime, settings: Settings
) -> Draft | Dropped:
    """What a member can see and do from now on."""
    member = items[0]
    if member is None or member["status"] != "active" or not member.get("confirmed"):
        return Dropped("changed")
    context = {"name": membership_repository.display_name(member), "region": member["region"]}
    subject = "You can now see your community"
    return Draft(member["email"], subject, "register/letters/confirmed", context)


def draft_sent_link(
    letter: Letter, items: Items, now: datetime, settings: Settings
) -> Draft | Dropped:
    """A sign-in link that the office was asked for, on the phone say."""
    member = items[0]
    if member is None or member["status"] not in ("active", "pending"):
        return Dropped("changed")
    facts = {"address": address_digest(member["email"]), "next": "/me"}
    person, hours = letter.id.person, SIGN_IN_MINUTES / 60
    link = Link("sign_in", "/sign-in/{token}", person, person, hours, facts)
    context = {"name": membership_repository.display_name(member), "minutes": SIGN_IN_MINUTES}
    subject = "Your link to sign in to Comhar"
    return Draft(member["email"], subject, "register/letters/sent_link", context, link)


def draft_name_checked(
    letter: Letter, items: Items, now: datetime, settings: Settings
) -> Draft | Dropped:
    """What the office decided of a change of name, with the name as it is now."""
    member = items[0]
    if member is None or member["status"] not in ("active", "pending", "left"):
        return Dropped("changed")
    context = {
        "name": membership_repository.display_name(member),
        "full": member["name"],
        **letter.facts,
    }
    return Draft(member["email"], "Your change of name", "register/letters/name_checked", context)


def draft_export_code(
    letter: Letter, items: Items, now: datetime, settings: Settings
) -> Draft | Dropped:
    """The code by which a person of the office downloads the list of members."""
    person = items[0]
    if person is None or person["email"] not in settings.office_emails:
        return Dropped("not the office")
    person_id, hours = letter.id.person, SIGN_IN_MINUTES / 60
    request = letter.facts["request"]
    link = Link("export", "/members/export", person_id, person_id, hours, {}, code_for=request)
    context = {"minutes": SIGN_IN_MINUTES}
    return Draft(
        person["email"], "Your code for Comhar", "register/letters/export_code", context, link
    )


PURPOSES = {
    "declined": Purpose(_person_keys, draft_declined, reach="away"),
    "ended": Purpose(_person_keys, draft_ended, reach="away"),
    "moved": Purpose(read_recipient, draft_moved),
    "confirmed": Purpose(read_recipient, draft_confirmed, in_hours=True),
    "signed_up": Purpose(read_recipient, draft_signed_up, reach="away"),
    "sent_link": Purpose(read_recipient, draft_sent_link, reach="asked"),
    "name_checked": Purpose(read_recipient, draft_name_checked),
    "export_code": Purpose(read_recipient, draft_export_code, reach="asked"),
}
