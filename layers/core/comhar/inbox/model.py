"""What a mail is, of which kind, and what a machine may answer to it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal, Self

from comhar.errors import Conflict, NotFound
from comhar.settings import Settings
from comhar.tokens import digest

A_DAY = timedelta(days=1)  # one address is answered at most once within it

Kind = Literal[
    "public",
    "trusted",
    "member",
    "calendar",
    "unproven",
    "spam",
    "virus",
    "automatic",
    "bounce",
    "list",
    "own",
]
Machine = Literal["automatic", "bounce", "list"]
State = Literal["open", "done"]
Coming = Literal["yes", "no", "maybe"]

PEOPLE = ("public", "trusted", "member", "unproven", "spam")  # a person may have written these
ANNOUNCED = (
    "public",
    "trusted",
    "member",
    "unproven",
    "calendar",
)  # of these the office hears at once
DOUBTFUL = ("unproven", "spam", "virus")  # nobody knows who wrote these
ANSWERS: Mapping[Kind, str] = {
    "public": "acknowledged",
    "member": "acknowledged",
    "trusted": "join",
}
INVITED = ("public", "trusted")  # who may be sent a sign-up link, at the office's word


class NotToBeInvited(Conflict):
    title = "No sign-up link can be sent in answer to this email."
    next = "If you know who wrote it, invite them by their address on the page “Invitations”."


class AlreadyInvited(Conflict):
    title = "A sign-up link was sent in answer to this email already."
    next = "If it has expired, send a new one on the page “Invitations”."


class NotToBePassedOn(Conflict):
    title = "This email cannot be passed on from here."
    next = "If it answers a message, forward it yourself, without the writer’s address."


class NotKept(NotFound):
    title = "The text of this email is not there."
    next = "It may have been deleted, or kept back because a virus was found in it."


class TooBig(Conflict):
    title = "This file is too large to be opened here."
    next = "Ask the person who wrote to send it in another way."


@dataclass(frozen=True)
class Verdicts:
    """SES's verdicts on a mail that it took in.

    Each is PASS, FAIL, GRAY, PROCESSING_FAILED, or "" for nothing.
    """

    spf: str = ""
    dkim: str = ""
    dmarc: str = ""
    spam: str = ""
    virus: str = ""

    @classmethod
    def of(cls, receipt: Mapping[str, Any]) -> Self:
        names = ("spf", "dkim", "dmarc", "spam", "virus")
        return cls(**{name: receipt.get(f"{name}Verdict", {}).get("status", "") for name in names})

    @property
    def proven(self) -> bool:
        """True if the sending server is the sender's, and nothing speaks against it."""
        results = (self.spf, self.dkim, self.dmarc)
        return "PASS" in results and "FAIL" not in results


@dataclass(frozen=True)
class Reply:
    """A calendar program's reply to an invitation (RFC 5546).

    `attendee` is an address, "" where none is named, and `comment` what the person wrote beside it. `answer`
    is None where it is none of ours, as where they asked somebody else to go (`delegated_to`, addresses).
    `starts_at` and `ends_at`, instants, are those of the meeting as the person answered it; of a proposal
    (COUNTER) the time proposed. `sent_by` is who answered for the attendee.
    """

    uid: str
    sequence: int
    attendee: str
    answer: Coming | None
    name: str = ""
    comment: str = ""
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    is_proposal: bool = False
    delegated_to: tuple[str, ...] = ()
    delegated_from: tuple[str, ...] = ()
    sent_by: str = ""

    @property
    def is_wish(self) -> bool:
        """True if it is no answer: it proposes another time, or that somebody else goes."""
        return self.is_proposal or (self.answer is None and bool(self.delegated_to))


@dataclass(frozen=True)
class Mail:
    """One mail: what decides how it is handled.

    `sender` is "" where there is no one to answer.

    `message` is the id SES gave it, and the name of its file; `path` the address it would have been
    returned to; `has_own_words` whether a person wrote words of their own beside calendar replies;
    `is_irish` whether what they wrote seems to be in Irish.
    """

    message: str
    at: datetime
    sender: str
    name: str
    subject: str
    path: str
    verdicts: Verdicts
    machine: Machine | None = None
    replies: tuple[Reply, ...] = ()
    has_own_words: bool = False
    is_irish: bool = False

    @property
    def id(self) -> str:
        return mail_id(self.message, self.at)

    @property
    def aligned(self) -> bool:
        """True if the very address in From is proven.

        By DMARC, or by SPF for the same domain, or one below it. That the server of any other domain is
        proven says nothing.
        """
        own, path = self.sender.rpartition("@")[2], self.path.rpartition("@")[2]
        by_spf = self.verdicts.spf == "PASS" and f".{path}".endswith(f".{own}")
        is_proven = self.verdicts.proven and (self.verdicts.dmarc == "PASS" or by_spf)
        return bool(self.sender) and is_proven

    def is_by_attendee(self, reply: Reply) -> bool:
        """True if the reply is of the very address that is proven to have sent it."""
        return self.aligned and self.sender == reply.attendee


def is_unread(item: Mapping[str, Any]) -> bool:
    """Whether an open mail from a person waits that nobody of the office has opened."""
    return item["kind"] in ANNOUNCED and item["state"] == "open" and "read_at" not in item


def mail_id(message: str, at: datetime) -> str:
    """The same however often SES tells of a message; sorts by `at` (aware)."""
    return f"{at:%Y%m%d%H%M%S}{at.microsecond // 1000:03d}-{digest(message)[:16]}"


def kind(mail: Mail, known: bool, settings: Settings) -> Kind:
    """The kind of a mail.

    `known` says whether its sender is a member or of the office.

    A machine's mail is told before a forged one: neither is answered (RFC 3834).
    """
    if mail.verdicts.virus == "FAIL":
        return "virus"
    if mail.aligned and mail.sender == settings.mail_from.lower():
        return "own"
    if mail.replies and mail.verdicts.proven:
        return "calendar"
    if mail.machine:
        return mail.machine
    if mail.verdicts.spam == "FAIL":
        return "spam"
    if not mail.aligned:
        return "unproven"
    if known:
        return "member"
    return "trusted" if settings.is_trusted(mail.sender) else "public"
