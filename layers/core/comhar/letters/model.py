"""Types of letters, mailings and purposes; when to try again after a failure."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal, NamedTuple

from comhar.settings import Settings

WAIT_FOR_SEND_EVENT = timedelta(minutes=60)  # an unknown outcome is not tried again before
SETTLED = ("sent", "dropped", "failed")


@dataclass(frozen=True)
class LetterId:
    """Identifies a letter by purpose, subject, version and person.

    Writing the same letter twice is writing it once.
    """

    purpose: str
    subject: str
    version: str
    person: str

    def __str__(self) -> str:
        return "#".join((self.purpose, self.subject, self.version, self.person))


@dataclass(frozen=True)
class Letter:
    """Facts to tell one person; never a body, never a token."""

    id: LetterId
    facts: Mapping[str, Any] = field(default_factory=dict)
    state: str = "queued"
    attempts: int = 0
    claimed_at: datetime | None = None


@dataclass(frozen=True)
class Mailing:
    """One change that tells many: the members of a region, or the `people` named."""

    purpose: str
    subject: str
    version: str
    region: str | None = None
    people: tuple[str, ...] = ()
    facts: Mapping[str, Any] = field(default_factory=dict)

    def letter_id(self, person: str) -> LetterId:
        return LetterId(self.purpose, self.subject, self.version, person)


class Place(NamedTuple):
    """A place in an audience.

    It is where the cursor stands after it, and who is there, if they are active.
    """

    cursor: str
    person: str | None


@dataclass(frozen=True)
class Link:
    """A link to mint when the letter is posted.

    `path` holds `{token}`. It lives for `hours`.
    """

    purpose: str
    path: str
    subject: str
    person: str
    hours: float
    facts: Mapping[str, Any] = field(default_factory=dict)
    code_for: str | None = None  # digest of the browser's sign-in request that may type a code


@dataclass(frozen=True)
class Draft:
    """A letter ready to be rendered.

    It is rendered from `<template>.txt.j2` and `.html.j2` over `context`.

    `pause` is the address by which whoever reads an optional letter ends letters of its kind. `stranger`
    says that we do not know the address: anybody may have typed it, so the budget decides when it goes.
    `sender` is in whose name it goes out, from our address; `thread` is what an answer by mail refers to.
    `irish` are the words in Irish before the others, line by line, each with its language.
    """

    to: str
    subject: str
    template: str
    context: Mapping[str, Any] = field(default_factory=dict)
    link: Link | None = None
    calendar: Callable[[], bytes] | None = None
    method: str = "REQUEST"
    lang: str = "en-IE"
    pause: str | None = None
    stranger: bool = False
    sender: str = "Comhar"
    thread: str | None = None
    irish: Sequence[Mapping[str, str]] = ()


@dataclass(frozen=True)
class Dropped:
    """Why a letter no longer holds; one word that may be shown and logged."""

    why: str


Reads = Callable[[LetterId], list[tuple[str, str]]]


def read_nothing(letter: LetterId) -> list[tuple[str, str]]:
    return []


# Who gets a letter: members who are not away (`present`); those who are, too, because it is about security
# or deletion (`away`); and whoever has just asked for it, even where the office said not to write (`asked`).
Reach = Literal["present", "away", "asked"]


@dataclass(frozen=True)
class Purpose:
    """What one kind of letter reads when it is sent, and how it is composed.

    `reads` names the items of `core` and `ballots` those of the ballots table that the letter
    depends on, `by_facts` (handed the table) those of `core` that only its facts tell; `compose` is
    handed them in the order reads, by facts, ballots, None where there is none. `optional` letters are
    those that a member can pause. `reach` says whether they go to who is away, or not to be written to.
    `in_hours` are those that bring news at once, and wait in the evening for the morning of a working day
    (`working_days.at_once`).
    """

    reads: Reads
    compose: Callable[[Letter, list[Any], datetime, Settings], Draft | Dropped]
    ballots: Reads = read_nothing
    by_facts: Callable[[Letter, Any], list[tuple[str, str]]] | None = None
    optional: bool = False
    reach: Reach = "present"
    in_hours: bool = False


def backoff(attempts: int) -> timedelta:
    """The wait after the provider definitely refused a letter.

    30 s, doubling to 15 min.
    """
    return min(timedelta(seconds=30 * 2 ** min(attempts, 10)), timedelta(minutes=15))


def delivery(state: str, events: Mapping[str, str]) -> str:
    """How a letter's delivery stands, from the set of its receipts.

    Their order never matters.

    "delivered" is never final: a bounce or a complaint outweighs it whenever it comes.
    """
    for event, named in (
        ("Complaint", "complained"),
        ("Bounce", "bounced"),
        ("Reject", "failed"),
        ("Rendering Failure", "failed"),
        ("Delivery", "delivered"),
        ("Send", "sent"),
    ):
        if event in events:
            return named
    return state
