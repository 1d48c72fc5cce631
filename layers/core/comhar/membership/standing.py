"""How an address stands when a letter goes to it: whose it is, whether we know it, whether mail arrives."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from comhar import retention
from comhar.aws.conditions import Delete, Item, Key, Update, absent_or_at_most, at_most
from comhar.aws.dynamodb import Table
from comhar.dates.dublin_time import stamp, unstamp
from comhar.letters.model import Letter
from comhar.mailboxes import claim_digests
from comhar.membership import claims, email_addresses
from comhar.settings import Settings

_TRIED_AGAIN = timedelta(days=1)


@dataclass(frozen=True)
class Standing:
    """An address with the claim on it and the office's open invitation, where there are any.

    `known` says that it is a member's, the office's, or invited; `unreachable` that the last letter to it
    came back for good: one we know is tried again once a day.
    """

    claim: Item | None
    invitation: Item | None
    known: bool
    unreachable: bool


def keys(letter: Letter, table: Table) -> list[Key]:
    """What tells how the letter's address stands."""
    email = letter.facts["email"]
    found = [bounce_key(email), *email_addresses.invitation_keys(email), *claims.keys(email, table)]
    return found


def read(items: Sequence[Item | None], email: str, now: datetime, settings: Settings) -> Standing:
    """The address as it stands, by the items at `keys`."""
    bounce, *invited = items[:3]
    note, claim = claims.first(invited), claims.first(items[3:])
    invitation = note if email_addresses.open_invitation(note, now) else None
    known = bool(claim or invitation) or email in settings.office_emails
    unreachable = False
    if bounce is not None and bounce["expires"] > now.timestamp():
        unreachable = not known or unstamp(bounce["at"]) + _TRIED_AGAIN > now
    return Standing(claim, invitation, known, unreachable)


def bounce_key(email: str) -> Key:
    """Where it stands that the last letter to the address came back for good.

    By the address as typed: that `una+x@hse.ie` does not arrive says nothing of `una@hse.ie`.
    """
    return f"ADDRESS#{claim_digests(email)[0]}", "BOUNCED"


def bounced_write(email: str, at: datetime) -> Update:
    """Notes that a letter came back for good; refused where one did later."""
    until = int((at + retention.kept("bounced")).timestamp())
    later = {"at": absent_or_at_most(stamp(at))}
    return Update(bounce_key(email), set={"at": stamp(at), "expires": until}, when=later)


def reached_write(email: str, at: datetime) -> Delete:
    """A letter arrived; refused where none had come back, or one did later."""
    return Delete(bounce_key(email), when={"at": at_most(stamp(at))})
