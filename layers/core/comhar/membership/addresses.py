"""Owns what is kept under an email address, by its digest: the claim, letters counted, invitations."""

from datetime import datetime, timedelta
from typing import Any

from comhar import retention
from comhar.calendar import stamp, unstamp
from comhar.errors import TooMany
from comhar.letters import records as letters
from comhar.letters.model import Letter, LetterId
from comhar.table import Lost, Table
from comhar.tokens import digest, new_id
from comhar.writes import UNLESS_EXISTS, Delete, Item, Key, Put, Update, Write, present

AN_HOUR = timedelta(hours=1)
LETTERS_AN_HOUR = 5  # with links, to one address; using one of them begins the count anew
_TRIES = 10  # at counting, against others who ask for the same address


class EnoughLetters(TooMany):
    title = "This address has been sent five letters with links within an hour."
    next = "The newest letter still works. Wait a little before sending another."


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


def letters_key(address: str, stranger: bool = False) -> Key:
    """Where letters to the address are counted: those that a stranger may have asked for apart, so that
    nobody can keep others from theirs."""
    return f"ADDRESS#{address}", "LETTERS" if stranger else "LETTERS#own"


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


def send_counted(
    table: Table, letter: Put, email: str, now: datetime, *more: Write, stranger: bool = False
) -> None:
    """Writes a letter with a link, and `more`, unless five went to the address within the hour. `stranger`
    says that neither the address's own member, signed in, nor the office asked for it.

    Raises EnoughLetters, telling when the next may go; the same for any address.
    """
    count(table, letters_key(digest(email), stranger), now, letter, *more)


def count(
    table: Table, key: Key, now: datetime, *more: Write, beyond: type[TooMany] = EnoughLetters
) -> None:
    """Writes `more`, counted at the key; raises `beyond` for the sixth time within an hour."""
    for _ in range(_TRIES):
        item = table.get(key)
        counted = one_more(key, item, now)
        if counted is None:
            waits = unstamp(_recent(item, now)[0]) + AN_HOUR - now
            raise beyond(retry_after=int(waits.total_seconds()) + 1)
        try:
            table.transact(counted, *more)
            return
        except Lost as lost:
            if lost.failed != [0]:
                raise
    raise beyond(retry_after=60)


def one_more(key: Key, item: Item | None, now: datetime) -> Put | None:
    """Counts one more at the key, where `item` stands; None for the sixth within an hour. Refused when
    somebody else counted meanwhile."""
    recent = _recent(item, now)
    if len(recent) >= LETTERS_AN_HOUR:
        return None
    counted = {"pk": key[0], "sk": key[1], "at": [*recent, stamp(now)]}
    until = {"expires": int((now + AN_HOUR).timestamp())}
    return Put(counted | until, when={"at": item["at"]} if item else UNLESS_EXISTS)


def _recent(item: Item | None, now: datetime) -> list[str]:
    return [at for at in (item or {}).get("at", []) if at > stamp(now - AN_HOUR)]


def count_anew(address: str, stranger: bool = False) -> Delete:
    """A letter's link was used: whoever asked for it reads that mailbox."""
    return Delete(letters_key(address, stranger))
