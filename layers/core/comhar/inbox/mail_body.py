"""Reads a mail's body: its words, its files, and a calendar's reply."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.message import Message
from typing import Any

from comhar.fields import normalise_email
from comhar.inbox import html_text
from comhar.inbox.mail_headers import clean
from comhar.inbox.model import Coming, Reply

_DEEPEST = 20  # parts within parts; what lies deeper is a file
_MOST = 200  # parts that are looked at
_LONGEST = 300_000  # characters of a mail that are read as words, of all its parts together
_UID = 200  # characters, far more than ours have
_ANSWERS: dict[str, Coming] = {"ACCEPTED": "yes", "DECLINED": "no", "TENTATIVE": "maybe"}


@dataclass(frozen=True)
class File:
    name: str
    kind: str
    body: bytes


@dataclass(frozen=True)
class Contents:
    """The words as plain text, and every other part as a file.

    `cut` says that there is more to be read.
    """

    words: str
    files: tuple[File, ...]
    cut: bool = False


@dataclass
class _Found:
    """What has been found so far, and how many characters may still be read as words."""

    files: list[File] = field(default_factory=list)
    left: int = _LONGEST
    cut: bool = False


def contents(message: Message) -> Contents:
    """What a mail says, and what was sent along. Never raises, whatever was sent."""
    found = _Found()
    words = _tidy(_words(message, found, 0))
    return Contents(words, tuple(found.files), found.cut)


def _words(part: Message, found: _Found, depth: int) -> str:
    """The words of a part and of those within; what is not words is a file of `found`."""
    kind, inline = _kind(part)
    if kind.startswith("multipart/") and depth < _DEEPEST and (inside := _inside(part)):
        within: list[str] = []
        for each in inside:
            is_repeat, cut = any(within) and kind == "multipart/alternative", found.cut
            words = _words(each, found, depth + 1) if len(found.files) < _MOST else ""
            if is_repeat:  # the same words twice, the plain ones first
                found.cut = cut
            elif words.strip():
                within.append(words)
        return "\n\n".join(within)
    if inline and kind in ("text/plain", "text/html"):
        return _read(_text(part), kind, found)
    found.files.append(File(_name(part, len(found.files) + 1), kind, _body(part)))
    return ""


def _read(text: str, kind: str, found: _Found) -> str:
    """As much of the text as may still be read."""
    read = text[: found.left]
    found.left -= len(read)
    found.cut = found.cut or len(read) < len(text)
    return html_text.words(read) if kind == "text/html" else read


def _inside(part: Message) -> list[Message]:
    """The parts of a part that is made of parts."""
    payload: Any = part.get_payload() if part.is_multipart() else []
    return list(payload)


def _kind(part: Message) -> tuple[str, bool]:
    """The part's type, and whether it is to be shown; a head that cannot be read makes it a file."""
    try:
        return part.get_content_type(), part.get_content_disposition() != "attachment"
    except Exception:  # the library's parser meets odd headers with errors of every kind
        return "application/octet-stream", False


def _body(part: Message) -> bytes:
    try:
        if inside := _inside(part):
            return b"\n".join(each.as_bytes() for each in inside)
        body: Any = part.get_payload(decode=True)
        return body or b""
    except Exception:  # as above
        return b""


def _name(part: Message, number: int) -> str:
    try:
        named = clean(part.get_filename() or "")
    except Exception:  # as above
        named = ""
    named = re.split(r"[/\\]", " ".join(named.split()))[-1].strip(". ")[:120]
    if named:
        return named
    endings = {"text/calendar": ".ics", "message/rfc822": ".eml"}
    return f"attachment-{number}{endings.get(_kind(part)[0], '')}"


def _text(part: Message) -> str:
    """A part's text in the charset it names, or in the one it is really written in."""
    body = _body(part)
    try:
        named = part.get_content_charset() or "utf-8"
    except Exception:  # as above
        named = "utf-8"
    for charset in (named, "utf-8"):
        try:
            return body.decode("cp1252" if charset == "iso-8859-1" else charset)
        except (LookupError, ValueError):
            continue
    return body.decode("cp1252", "replace")


def _tidy(text: str) -> str:
    lines = [line.rstrip() for line in clean(text).replace("\xa0", " ").splitlines()]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def calendar_reply(message: Message) -> Reply | None:
    """The answer of a METHOD:REPLY among the parts, or None.

    None also where no such part can be read.
    """
    for part in _calendars(message):
        try:
            found = _reply(part)
        except Exception:  # no calendar, whatever it calls itself
            found = None
        if found:
            return found
    return None


def _calendars(part: Message, depth: int = 0) -> Iterator[bytes]:
    if depth < _DEEPEST and (inside := _inside(part)):
        for each in inside[:_MOST]:
            yield from _calendars(each, depth + 1)
    elif _kind(part)[0] in ("text/calendar", "application/ics"):
        yield _body(part)[:100_000]


def _reply(file: bytes) -> Reply | None:
    if b"REPLY" not in file.upper():
        return None
    from icalendar import Calendar  # 141 ms: only for a reply

    found: Any = Calendar.from_ical(file)
    if str(found.get("method", "")).upper() != "REPLY":
        return None
    for event in found.walk("VEVENT"):
        named = event.get("attendee")
        attendee = named[0] if isinstance(named, list) else named
        answer = _ANSWERS.get(str(attendee.params.get("PARTSTAT", "")).upper())
        if answer:
            who = normalise_email(re.sub("(?i)^mailto:", "", str(attendee)))
            comment = clean(str(event.get("comment") or "")).strip()
            return Reply(
                str(event["uid"])[:_UID], int(event.get("sequence", 0)), who, answer, comment
            )
    return None
