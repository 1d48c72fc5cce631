"""Owns what is kept under an email address, by its digest: the claim, invitations."""

from datetime import datetime
from typing import Any

from comhar import retention
from comhar.calendar import stamp
from comhar.letters import records as letters
from comhar.letters.model import Letter, LetterId
from comhar.tokens import digest, new_id
from comhar.writes import Item, Key, Put, Update, present


def claim_key(address: str) -> Key:
    """Where it stands whose address this is; `address` is the digest."""
    return f"ADDRESS#{address}", "ADDRESS"


def mark_erasing(address: str, erasing: bool) -> Update:
    """Notes on the claim that the member is being erased, or no longer is: a letter that is asked for
    reads the claim alone. Refused where there is none."""
    claim, held = claim_key(address), {"member": present}
    if erasing:
        return Update(claim, set={"erasing": True}, when=held)
    return Update(claim, remove=["erasing"], when=held)


def invitation_key(address: str) -> Key:
    return "INVITATIONS", address


def link_letter(purpose: str, email: str, facts: Item, now: datetime, version: str = "") -> Put:
    """A letter to an address that may be nobody's; a random version, or asking twice is once."""
    person = digest(email)
    letter = LetterId(purpose, person[:16], version or new_id(now), person)
    kept = retention.kept("stranger_letter")
    return letters.put(Letter(letter, {"email": email, **facts}), now, kept)


def invitation(email: str, by: str, now: datetime, **about: Any) -> Put:
    """That the office invited this address, and with what it filled in the form; replaces an older."""
    pk, sk = invitation_key(digest(email))
    until = now + retention.kept("invitation")
    held = {"email": email, "by": by, "at": stamp(now), **about}
    return Put({"pk": pk, "sk": sk, **held, "expires": int(until.timestamp())})


def open_invitation(note: Item | None, now: datetime) -> bool:
    """Whether the invitation stands: neither taken back nor run out (the table forgets late)."""
    return note is not None and bool(note["expires"] > now.timestamp())
