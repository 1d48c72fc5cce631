"""Items of letters, mailings and the tags by which receipts find a letter."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from comhar import email_links, retention
from comhar.address_digests import is_address_digest
from comhar.aws.conditions import (
    UNLESS_EXISTS,
    Condition,
    Delete,
    Item,
    Key,
    Put,
    Update,
    Write,
    absent,
    present,
)
from comhar.aws.dynamodb import Table
from comhar.dates.dublin_time import stamp, unstamp
from comhar.due_work import leases
from comhar.letters.model import SETTLED, WAIT_FOR_SEND_EVENT, Letter, LetterId, Mailing
from comhar.tokens import digest

_UNSETTLED = ("due", "due_at", "facts")


def key(letter: LetterId) -> Key:
    return f"LETTER#{letter.purpose}#{letter.subject}#{letter.version}", letter.person


def tag(letter: LetterId) -> str:
    """The SES tag: hex, because tags allow only `A-Za-z0-9_-`."""
    return digest(str(letter))


def identify(pk: str, sk: str) -> LetterId:
    _, purpose, subject, version = pk.split("#")
    return LetterId(purpose, subject, version, sk)


def recipient_key(letter: LetterId) -> Key:
    """The key of the member to whom the letter is.

    No item has it where the letter is to an address alone.
    """
    return f"MEMBER#{letter.person}", "MEMBER"


def read_recipient(letter: LetterId) -> list[Key]:
    """What a letter reads that says something of its recipient alone."""
    return [recipient_key(letter)]


def pointer_key(letter: LetterId) -> Key:
    """The key of the note, under a member or address, of a letter to them."""
    holder = "ADDRESS" if is_address_digest(letter.person) else "MEMBER"
    return f"{holder}#{letter.person}", key(letter)[0]


def note_write(letter: LetterId, expires: int, minted: Sequence[Write] = ()) -> Update:
    """Notes a letter and its links, so that an erasure finds both.

    It is kept as long as any of them; `expires` is when the letter goes, in seconds.
    """
    made = [each.item for each in minted if isinstance(each, Put) and each.item["sk"] == "TOKEN"]
    until = max([expires, *(each["expires"] for each in made)])
    tokens = {"tokens": {each["pk"] for each in made}} if made else {}
    return Update(pointer_key(letter), set={"expires": until}, add=tokens)


def insert_write(letter: Letter, now: datetime, lifetime: timedelta | None = None) -> Put:
    """Stores a letter that is due at once.

    Refused where it was written before. It is stored for `lifetime`.
    """
    pk, sk = key(letter.id)
    item = {
        "pk": pk,
        "sk": sk,
        "state": "queued",
        "facts": dict(letter.facts),
        "attempts": 0,
        "written_at": stamp(now),
        "expires": int((now + (lifetime or retention.period("letter"))).timestamp()),
        "due": "letter",
        "due_at": stamp(now),
    }
    return Put(item, condition=UNLESS_EXISTS)


def from_item(item: Item) -> Letter:
    claimed = item.get("claimed_at")
    return Letter(
        identify(item["pk"], item["sk"]),
        item.get("facts", {}),
        item["state"],
        item["attempts"],
        unstamp(claimed) if claimed else None,
    )


def claim_writes(item: Item, now: datetime, counted: bool = False) -> list[Put | Update]:
    """Takes a letter for one attempt, and writes the tag that its receipts carry.

    `counted` says that it is counted in the budget, once for all its attempts.
    """
    letter = from_item(item)
    pk, sk = tag_key(tag(letter.id))
    pointer = {
        "pk": pk,
        "sk": sk,
        "letter": list(key(letter.id)),
        "expires": item["expires"],  # no longer than the letter itself
    }
    taken = Update(
        key(letter.id),
        set={
            "state": "sending",
            "claimed_at": stamp(now),
            **({"counted": True} if counted else {}),
            **leases.lease_attributes(now),
        },
        add={"attempts": 1},
        condition={"state": letter.state, **leases.still_leased(item)},
    )
    return [taken, Put(pointer)]


def settle_write(letter: LetterId, state: str, condition: Condition, **facts: Any) -> Update:
    """Ends a letter: `sent`, `dropped` or `failed`.

    Nothing is due any more, and its facts are removed.
    """
    assert state in SETTLED
    return Update(
        key(letter), set={"state": state, **facts}, remove=_UNSETTLED, condition=condition
    )


def release_write(letter: LetterId, at: datetime, condition: Condition) -> Update:
    """Gives a letter back that SES definitely did not take, due again at that instant."""
    return Update(key(letter), set={"state": "queued", "due_at": stamp(at)}, condition=condition)


def wait_write(letter: LetterId, state: str, at: datetime, item: Item) -> Update:
    """Puts off a letter that nobody claimed, and counts the attempt."""
    put_off = {"state": state, "due_at": stamp(at)}
    return Update(
        key(letter), set=put_off, add={"attempts": 1}, condition=leases.still_leased(item)
    )


def postpone_write(letter: LetterId, at: datetime, item: Item) -> Update:
    """Lets a letter wait that nobody claimed, until the budget has room; no attempt."""
    until = {"due_at": stamp(at), "waits_until": stamp(at)}
    return Update(key(letter), set=until, condition=leases.still_leased(item))


def await_send_event_write(letter: Letter, condition: Condition, now: datetime) -> Update:
    until = (letter.claimed_at or now) + WAIT_FOR_SEND_EVENT
    return Update(
        key(letter.id), set={"state": "uncertain", "due_at": stamp(until)}, condition=condition
    )


def tag_key(value: str) -> Key:
    """Where it stands whose tag this is."""
    return f"TAG#{value}", "TAG"


def from_tag_item(item: Item) -> LetterId:
    """The letter that a tag's item points to."""
    return identify(*item["letter"])


def receipt_write(letter: LetterId, event: str, at: str) -> Update:
    """Sets an event's first moment.

    Any receipt proves that the letter left: nothing is due then.
    """
    return Update(
        key(letter),
        set={f"events_{event}": at, "state": "sent"},
        remove=_UNSETTLED,
        condition={"pk": present, f"events_{event}": absent},
    )


def events(item: Item) -> dict[str, str]:
    """Event type → moment, of what the provider has told so far."""
    return {name[7:]: at for name, at in item.items() if name.startswith("events_")}


def insert_mailing_write(mail: Mailing, now: datetime) -> Put:
    """One mailing to work, due at once; refused where it was written before."""
    item = {
        "pk": f"MAILING#{mail.purpose}#{mail.subject}#{mail.version}",
        "sk": "MAILING",
        "region": mail.region,
        "people": list(mail.people),
        "facts": dict(mail.facts),
        "cursor": "",
        "written": 0,
        "written_at": stamp(now),
        "expires": int((now + retention.period("letter")).timestamp()),
        "due": "work",
        "due_at": stamp(now),
    }
    return Put(item, condition=UNLESS_EXISTS)


def mailing_from_item(item: Item) -> Mailing:
    _, purpose, subject, version = item["pk"].split("#")
    people = tuple(item.get("people", ()))
    return Mailing(purpose, subject, version, item.get("region"), people, item["facts"])


def advance_write(item: Item, cursor: str, written: int, now: datetime) -> Update:
    """Moves a mailing's cursor and renews the lease.

    Refused when another worker holds it.
    """
    return Update(
        (item["pk"], item["sk"]),
        set={"cursor": cursor, **leases.lease_attributes(now)},
        add={"written": written},
        condition={"cursor": item["cursor"], **leases.still_leased(item)},
    )


def finish_write(item: Item) -> Update:
    """Ends a mailing that is fully written.

    Whom it named, and whose turn it was last, their letters say.
    """
    due = ["due", "due_at", "people", "cursor"]
    return Update((item["pk"], item["sk"]), remove=due, condition=leases.still_leased(item))


def erase_writes(table: Table, pk: str) -> Iterator[list[Write]]:
    """Deletes all letters of this partition's member or address.

    Each goes with what names it.

    And the letters that told others that one came back.
    """
    for pointer in table.query(pk, "LETTER#").items:
        letter = identify(pointer["sk"], pk.partition("#")[2])
        for notice in _bounce_notices(letter, table):
            yield _delete_writes(notice)
        yield [*_delete_links_writes(pointer, table), *_delete_writes(letter)]


def _bounce_notices(letter: LetterId, table: Table) -> list[LetterId]:
    """The letters to organisers that this one did not arrive."""
    item = table.get(key(letter))
    if not item or not events(item).keys() & {"Bounce", "Reject"}:
        return []
    pk = f"LETTER#bounced#{letter.subject}#{letter.purpose}.{letter.version}.{letter.person}"
    return [identify(each["pk"], each["sk"]) for each in table.query(pk).items]


def _delete_writes(letter: LetterId) -> list[Write]:
    """The letter and its tag, and last the pointer by which it was found."""
    return [Delete(key(letter)), Delete(tag_key(tag(letter))), Delete(pointer_key(letter))]


def _delete_links_writes(pointer: Item, table: Table) -> list[Write]:
    """The links that were in the letter, at each attempt, and the places of codes beside them."""
    keys: list[Key] = [(pk, "TOKEN") for pk in sorted(pointer.get("tokens", ()))]
    items = table.batch_get(keys)
    codes = [
        email_links.code_key(each["code_for"]) for each in items if each and each.get("code_for")
    ]
    return [Delete(key) for key in dict.fromkeys([*keys, *codes])]
