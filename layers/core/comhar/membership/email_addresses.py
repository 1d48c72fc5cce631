"""What is stored under an email address: invitations, bounces, emails to it.

By the digest of its mailbox. Which member an address belongs to, its claim says (`claims`).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from comhar import retention
from comhar.address_digests import address_digest, claim_digests
from comhar.aws.conditions import Delete, Item, Key, Put, Update, absent_or_at_most, at_most
from comhar.aws.dynamodb import Table
from comhar.dates.dublin_time import stamp, unstamp
from comhar.letters import repository as letters_repository
from comhar.letters.model import Letter, LetterId
from comhar.membership import claims
from comhar.settings import Settings
from comhar.tokens import digest, new_id

_RETRY_AFTER = timedelta(days=1)


def invitation_key(address: str) -> Key:
    return "INVITATIONS", address


def former_address_key(member_id: str, email: str) -> Key:
    """Marks an address as formerly the member's, or as one they asked for (`asked`)."""
    return f"MEMBER#{member_id}", f"ADDRESS#{address_digest(email)}"


def link_letter_write(
    purpose: str, email: str, facts: Item, now: datetime, version: str = ""
) -> Put:
    """A letter to an address that may be nobody's.

    The version is random unless given: asking twice with the same one is asking once.
    """
    person = address_digest(email)
    letter = LetterId(purpose, person[:16], version or new_id(now), person)
    lifetime = retention.period("stranger_letter")
    return letters_repository.insert_write(Letter(letter, {"email": email, **facts}), now, lifetime)


def invitation_write(email: str, by: str, now: datetime, **about: Any) -> Put:
    """Records that the office invited an address; replaces an older invitation.

    `about` is what the office knew, to fill the form with.
    """
    pk, sk = invitation_key(address_digest(email))
    until = now + retention.period("invitation")
    note = {"email": email, "by": by, "at": stamp(now), **about}
    return Put({"pk": pk, "sk": sk, **note, "expires": int(until.timestamp())})


def invitation_keys(email: str) -> tuple[Key, Key]:
    """The keys under which an invitation of the address may lie.

    One from before addresses were keyed lies under the plain digest, until the clock has moved it.
    """
    return invitation_key(address_digest(email)), invitation_key(digest(email))


def find_invitations(table: Table, emails: Iterable[str]) -> dict[str, Item]:
    """The invitations of those of the addresses that have one."""
    keys_of = {email: invitation_keys(email) for email in emails}
    keys = list(dict.fromkeys(key for candidates in keys_of.values() for key in candidates))
    items = dict(zip(keys, table.batch_get(keys), strict=True))
    invitations = {
        email: next(filter(None, (items[key] for key in candidates)), None)
        for email, candidates in keys_of.items()
    }
    return {email: note for email, note in invitations.items() if note}


def is_open_invitation(note: Item | None, now: datetime) -> bool:
    """True if the invitation was neither taken back nor has run out.

    Checked here, because the table forgets late.
    """
    return note is not None and bool(note["expires"] > now.timestamp())


@dataclass(frozen=True)
class AddressStatus:
    """What is known of an address: its claim, its open invitation, its last bounce.

    `known` says that it is a member's, the office's, or invited; `unreachable` that the last letter to it
    came back for good: a known address is tried again once a day.
    """

    claim: Item | None
    invitation: Item | None
    known: bool
    unreachable: bool


def address_status_keys(letter: Letter, table: Table) -> list[Key]:
    """The keys of what `read_address_status` reads."""
    email = letter.facts["email"]
    return [bounce_key(email), *invitation_keys(email), *claims.keys(email, table)]


def read_address_status(
    items: Sequence[Item | None], email: str, now: datetime, settings: Settings
) -> AddressStatus:
    """The status of the address, from the items at `address_status_keys`."""
    bounce, *invited = items[:3]
    note, claim = claims.first_claim(invited), claims.first_claim(items[3:])
    invitation = note if is_open_invitation(note, now) else None
    known = bool(claim or invitation) or email in settings.office_emails
    unreachable = False
    if bounce is not None and bounce["expires"] > now.timestamp():
        unreachable = not known or unstamp(bounce["at"]) + _RETRY_AFTER > now
    return AddressStatus(claim, invitation, known, unreachable)


def bounce_key(email: str) -> Key:
    """The mark that the last letter to the address came back for good.

    By the address as typed: that `una+x@hse.ie` does not arrive says nothing of `una@hse.ie`.
    """
    return f"ADDRESS#{claim_digests(email)[0]}", "BOUNCED"


def record_bounce_write(email: str, at: datetime) -> Update:
    """Records that a letter came back for good; refused where one did later."""
    until = int((at + retention.period("bounced")).timestamp())
    later = {"at": absent_or_at_most(stamp(at))}
    return Update(bounce_key(email), set={"at": stamp(at), "expires": until}, condition=later)


def clear_bounce_write(email: str, at: datetime) -> Delete:
    """A letter arrived; refused where none had come back, or one did later."""
    return Delete(bounce_key(email), condition={"at": at_most(stamp(at))})
