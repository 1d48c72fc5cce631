"""Requests for a link by email, and how often one mailbox gets such an email.

None is sent while the last one still lies in that mailbox, unused. Recorded for any address alike, a
member's or nobody's, so that who asks learns nothing.
"""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from comhar.address_digests import claim_digests, mailbox_of, unkeyed_digests
from comhar.aws.conditions import Delete, Item, Key, Put, Update, Write, absent
from comhar.aws.dynamodb import Table
from comhar.dates.dublin_time import stamp, unstamp
from comhar.membership.claims import claim_key
from comhar.membership.model import SIGN_IN_MINUTES, SIGN_UP_LINK_HOURS

SOON = timedelta(minutes=10)


class LinkRequestConflict(Exception):
    """Somebody else asked for a link to the address at the same moment."""


@dataclass(frozen=True)
class Pace:
    """How long to wait after the first, second … letter, while its link is unused.

    The last gap is also that of all later ones; after `life`, that of the link, all begins anew.
    """

    gaps: tuple[timedelta, ...]
    life: timedelta


SIGN_IN = Pace((SOON,), timedelta(minutes=SIGN_IN_MINUTES))
JOIN = Pace((SOON, timedelta(hours=1), timedelta(hours=24)), timedelta(hours=SIGN_UP_LINK_HOURS))
# For a browser in which the member has signed in:
KNOWN_BROWSER = Pace((timedelta(0),) * 4 + (SOON,), SIGN_IN.life)
DAY_LONG = Pace((SOON,), timedelta(days=1))


@dataclass(frozen=True)
class LinkRequest:
    """A request for a link to an address; each `name` is counted apart.

    `address` is the digest; `item` is what stands under it, as it was read.
    """

    address: str
    name: str
    pace: Pace
    item: Item | None

    @property
    def _last(self) -> Any:
        return (self.item or {}).get(self.name)

    def newest_note(self, now: datetime) -> Item | None:
        """The note of the newest letter, while its link works and was not used."""
        note: Item | None = self._last
        return note if note and unstamp(note["at"]) + self.pace.life > now else None

    def is_early(self, now: datetime) -> bool:
        """True while the newest letter, whose link is unused, came only a moment ago."""
        note = self.newest_note(now)
        if note is None:
            return False
        gaps = self.pace.gaps
        return unstamp(note["at"]) + gaps[min(note["times"], len(gaps)) - 1] > now

    def note_write(self, now: datetime, **more: str) -> Update:
        """Records that a letter is written; refused where another was since this was read."""
        last = self.newest_note(now)
        note = {"at": stamp(now), "times": last["times"] + 1 if last else 1, **more}
        condition = {self.name: self._last or absent}
        changes = {self.name: note, "expires": self._until(now)}
        return Update(
            key(self.address), set=changes, condition=condition, conflict=LinkRequestConflict
        )

    def unchanged_write(self, now: datetime) -> Update:
        """Takes the time that a note takes, and changes nothing."""
        return Update(key(self.address), set={"expires": self._until(now)})

    def _until(self, now: datetime) -> int:
        """When what is noted under the address can be forgotten, in seconds."""
        return max(int((now + self.pace.life).timestamp()), (self.item or {}).get("expires", 0))


def counter_name(kind: str, email: str, existing_claims: Iterable[Item | None]) -> str:
    """The name under which requests for an address are counted.

    `existing_claims` are the claims on it and its mailbox. Tags of a mailbox, of which anybody may invent
    more, are counted together, and apart from the mailbox itself: a letter to one may not arrive. A tag by
    which a member signs in counts for itself.
    """
    if mailbox_of(email) == email:
        return kind
    typed = {claim_key(address) for address in (claim_digests(email)[0], unkeyed_digests(email)[0])}
    is_members = any((item["pk"], item["sk"]) in typed for item in existing_claims if item)
    return f"{kind} {claim_digests(email)[0]}" if is_members else f"{kind} tagged"


def wait_facts(until: datetime | None) -> dict[str, str]:
    """Facts for a letter of a client that asks too much: strangers get it later."""
    return {"waits_until": stamp(until)} if until else {}


def key(address: str) -> Key:
    """The key of the requests for links to an address; `address` is the digest."""
    return f"ADDRESS#{address}", "ASKED"


def write_unless_early(
    table: Table, link_request: LinkRequest, letter: Put, now: datetime, *rest: Write, **more: str
) -> None:
    """Writes `rest`, and the letter unless it is too early for another one.

    `more` is noted with the letter. One transaction, either way; two where somebody else asked at the same
    moment.

    Raises:
        ConditionFailed: one of `rest` is refused; or what that write names as `conflict`.
    """
    if not link_request.is_early(now):
        with suppress(LinkRequestConflict):
            table.transact([link_request.note_write(now, **more), letter, *rest])
            return
    table.transact([link_request.unchanged_write(now), *rest])


def reset_writes(address: str) -> list[Write]:
    """Forgets the requests and the bounce of an address whose link was used.

    Whoever used it reads that mailbox, so emails arrive, and they may ask again.
    """
    return [Delete(key(address)), Delete((key(address)[0], "BOUNCED"))]
