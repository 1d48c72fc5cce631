"""Reads a mail's headers: its sender, its subject, and whether a machine wrote it."""

import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from email import message_from_bytes
from email.headerregistry import HeaderRegistry
from email.message import Message
from email.parser import BytesHeaderParser
from email.policy import compat32, default
from email.utils import parseaddr
from typing import Any

from comhar.fields import normalise_email
from comhar.inbox.model import Machine

_READ = HeaderRegistry()
_LONGEST = 2000  # characters of a header: the library's parser takes the square of their time
_MOST = 2000  # lines that may part a mail: each part costs more than a line
_TOO_LONG = (
    20_000  # bytes of a header that says how to read a part, or as slow a lot of shorter ones
)
_ON_PARTS = re.compile(rb"^(?:content-[a-z-]+|mime-version):[^\n]*(?:\n[ \t][^\n]*)*", re.I | re.M)
# What cannot be shown, and marks that turn the direction of writing: they can make ".exe" look like ".pdf".
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_AUTOMATIC = re.compile(
    r"(automatic reply|auto[- ]?(reply|response)|out of (the )?office|freagra uathoibríoch)\b",
    re.IGNORECASE,
)
_AUTOMATIC_HEADERS = ("x-auto-response-suppress", "x-autoreply", "x-autorespond")
_LIST_HEADERS = ("list-id", "list-unsubscribe", "list-post")
_NOBODY = re.compile(r"(no-?reply|do-?not-?reply)\b")
_DAEMON = re.compile(r"(mailer-daemon|postmaster)@")


def parsed(raw: bytes) -> Message:
    """The parsed mail, or only its head if the parser fails.

    Never raises.
    """
    if not _twisted(raw):
        for policy in (default, compat32):
            with suppress(Exception):  # the parser's own faults, and parts within parts without end
                return message_from_bytes(raw, policy=policy)
    return _head(raw)


def _twisted(raw: bytes) -> bool:
    """Whether reading its parts would take too long."""
    squares = sum(len(each[0]) ** 2 for each in _ON_PARTS.finditer(raw))
    return raw.count(b"\n--") > _MOST or squares > _TOO_LONG**2


def _head(raw: bytes) -> Message:
    """A mail whose parts are not told apart, with no header longer than is read of it."""
    read = BytesHeaderParser(policy=compat32).parsebytes(raw)
    short: Message = Message(policy=compat32)
    for name, value in read.raw_items():
        short.set_raw(name, str(value)[:_LONGEST])
    short.set_payload(read.get_payload())
    return short


def from_receipt(headers: Iterable[Mapping[str, str]]) -> bytes:
    """The head of a mail whose file is not there, as SES tells it."""
    lines = (f"{each['name']}: {' '.join(each['value'].split())}" for each in headers)
    return ("\r\n".join(lines) + "\r\n\r\n").encode("utf-8", "replace")


def raw_header(message: Message, name: str) -> str:
    """The first header of that name on one line, as it was sent.

    "" where there is none.
    """
    for key, value in message.raw_items():
        if key.lower() == name:
            text = str(value).encode("utf-8", "surrogateescape").decode("utf-8", "replace")
            return " ".join(text.split())[:_LONGEST]
    return ""


def header(message: Message, name: str) -> str:
    """The header in words: encoded ones (RFC 2047) are decoded."""
    text = raw_header(message, name)
    with suppress(Exception):  # the library's parser meets odd headers with errors of every kind
        text = str(_READ(name, text))
    return clean(text)


def clean(text: str) -> str:
    """The text without what cannot be shown or stored."""
    return _CONTROL.sub("", text.encode("utf-8", "replace").decode())


def sender(message: Message) -> tuple[str, str]:
    """Address and name of the sender.

    "" for an address that is none, or one of several, or of a group, or where two headers name a
    sender.
    """
    text = raw_header(message, "from")
    name, spec = "", ""
    with suppress(Exception):  # as above
        head: Any = _READ("from", text)
        [group] = head.groups
        [found] = group.addresses
        name = clean(found.display_name or "")
        spec = normalise_email(found.addr_spec) if group.display_name is None else ""
    once = sum(key.lower() == "from" for key, _ in message.raw_items()) == 1
    whole = len(text) < _LONGEST  # of a longer one, others may have been cut off
    return (spec if once and whole else ""), name or ("" if spec else clean(text))


def return_path(message: Message, source: str | None) -> str:
    """The address that the mail would be returned to, "" for none (`<>`).

    It is as SES says (`source`), for whoever writes a mail can write that header too.
    """
    text = raw_header(message, "return-path") if source is None else source
    return parseaddr(text)[1].lower()


def machine(message: Message, author: str, path: str) -> Machine | None:
    """Whether a machine wrote this (RFC 3834, 3464, 2369), and which."""
    named = {name.lower() for name in message}
    kind = raw_header(message, "content-type").lower()
    if _DAEMON.match(author) or (
        kind.startswith("multipart/report") and "disposition-notification" not in kind
    ):
        return "bounce"
    if _replies_by_itself(message, named) or kind.startswith("multipart/report"):
        return "automatic"
    if not path:
        return "bounce"
    bulk = raw_header(message, "precedence").lower() in ("bulk", "junk", "list")
    if bulk or any(name in named for name in _LIST_HEADERS):
        return "list"
    return "automatic" if _NOBODY.match(author) else None


def _replies_by_itself(message: Message, named: set[str]) -> bool:
    submitted = raw_header(message, "auto-submitted").partition(";")[0].strip().lower()
    return (
        submitted not in ("", "no")
        or raw_header(message, "precedence").lower() == "auto_reply"
        or any(name in named for name in _AUTOMATIC_HEADERS)
        or bool(_AUTOMATIC.match(header(message, "subject")))
    )


def references(message: Message) -> str:
    """The ids of the mails that this one answers, as they were sent."""
    return f"{raw_header(message, 'references')} {raw_header(message, 'in-reply-to')}"


def sent_by_a_program(message: Message) -> bool:
    """True if the words beside a calendar reply are the calendar's own.

    Google's are.
    """
    submitted = raw_header(message, "auto-submitted").lower()
    return submitted.startswith("auto-") or "calendar" in raw_header(message, "sender").lower()


def facts(message: Message, source: str | None) -> dict[str, Any]:
    """What a `Mail` holds of its head."""
    author, name = sender(message)
    path = return_path(message, source)
    return {
        "sender": author,
        "name": name[:200],
        "subject": header(message, "subject")[:300],
        "path": path,
        "machine": machine(message, author, path),
    }
