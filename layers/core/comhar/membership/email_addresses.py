"""What is kept under an email address, by the digest of its mailbox: invitations, and letters to it."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from comhar import retention
from comhar.aws.conditions import Item, Key, Put
from comhar.aws.dynamodb import Table
from comhar.dates.dublin_time import stamp
from comhar.letters import repository as letters
from comhar.letters.model import Letter, LetterId
from comhar.mailboxes import address_digest
from comhar.tokens import digest, new_id


def claim_key(address: str) -> Key:
    """Where it stands whose address this is; `address` is the digest, here and below."""
    return f"ADDRESS#{address}", "ADDRESS"


def invitation_key(address: str) -> Key:
    return "INVITATIONS", address


def former_key(member_id: str, email: str) -> Key:
    """Where it is noted that an address was the member's, or that they asked for it (`asked`)."""
    return f"MEMBER#{member_id}", f"ADDRESS#{address_digest(email)}"


def link_letter(purpose: str, email: str, facts: Item, now: datetime, version: str = "") -> Put:
    """A letter to an address that may be nobody's; a random version, or asking twice is once."""
    person = address_digest(email)
    letter = LetterId(purpose, person[:16], version or new_id(now), person)
    kept = retention.kept("stranger_letter")
    return letters.put(Letter(letter, {"email": email, **facts}), now, kept)


def invitation(email: str, by: str, now: datetime, **about: Any) -> Put:
    """That the office invited this address, and with what it filled in the form; replaces an older."""
    pk, sk = invitation_key(address_digest(email))
    until = now + retention.kept("invitation")
    held = {"email": email, "by": by, "at": stamp(now), **about}
    return Put({"pk": pk, "sk": sk, **held, "expires": int(until.timestamp())})


def invitation_keys(email: str) -> tuple[Key, Key]:
    """Where an invitation of the address may stand: one from before addresses were keyed under the plain
    digest, until the clock has moved it."""
    return invitation_key(address_digest(email)), invitation_key(digest(email))


def invitations(table: Table, emails: Iterable[str]) -> dict[str, Item]:
    """The invitations of those of the addresses that have one."""
    wanted = {email: invitation_keys(email) for email in emails}
    keys = list(dict.fromkeys(key for each in wanted.values() for key in each))
    items = dict(zip(keys, table.batch_get(keys), strict=True))
    found = {
        email: next(filter(None, (items[key] for key in each)), None)
        for email, each in wanted.items()
    }
    return {email: note for email, note in found.items() if note}


def open_invitation(note: Item | None, now: datetime) -> bool:
    """Whether the invitation stands: neither taken back nor run out (the table forgets late)."""
    return note is not None and bool(note["expires"] > now.timestamp())
