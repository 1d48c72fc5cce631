"""Reads a mail's body: its words, its files, and its calendars."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.message import Message
from typing import Any, Literal

from comhar.inbox import html_text, mail_charsets, mail_headers, signed_data
from comhar.inbox.mail_headers import clean

_DEEPEST = 20  # parts within parts; what lies deeper is a file
_MOST = 200  # parts that are looked at
_LONGEST = 300_000  # characters of a mail that are read as words, of all its parts together
_SIGNED = ("application/pkcs7-mime", "application/x-pkcs7-mime")
_PGP = re.compile(r"^-----BEGIN PGP MESSAGE-----", re.MULTILINE)
_NEW = 3  # a page says more than its plain words where one of so many of its words is new

# What its words cannot be read of: encrypted, or in Outlook's own format (TNEF).
Sealed = Literal["encrypted", "outlook"]


@dataclass(frozen=True)
class File:
    name: str
    kind: str
    body: bytes


@dataclass(frozen=True)
class Contents:
    """The words as plain text, and every other part as a file.

    `cut` says that there is more to be read; `sealed` that there is what cannot be read.
    """

    words: str
    files: tuple[File, ...]
    cut: bool = False
    sealed: Sealed | None = None


@dataclass(frozen=True)
class CalendarPart:
    """A calendar file, with the charset and the method that its head names."""

    body: bytes
    charset: str
    method: str


@dataclass
class _Found:
    """What has been found so far, and how many characters may still be read as words."""

    files: list[File] = field(default_factory=list)
    left: int = _LONGEST
    cut: bool = False
    sealed: Sealed | None = None


def contents(message: Message) -> Contents:
    """What a mail says, and what was sent along. Never raises, whatever was sent."""
    found = _Found()
    words = _tidy(_words(message, found, 0))
    sealed: Sealed | None = "encrypted" if _PGP.search(words) else found.sealed
    return Contents(words, tuple(found.files), found.cut, sealed)


def _words(part: Message, found: _Found, depth: int) -> str:
    """The words of a part and of those within; what is not words is a file of `found`."""
    kind, inline = _kind(part)
    if depth < _DEEPEST and (inside := _inside(part, kind)):
        within: list[str] = []
        for each in inside:
            cut = found.cut
            words = _words(each, found, depth + 1) if len(found.files) < _MOST else ""
            if kind == "multipart/alternative" and any(within):  # mostly the same words twice
                if _says_more(words, within[-1]):
                    within = [words]
                else:
                    found.cut = cut
            elif words.strip():
                within.append(words)
        return "\n\n".join(within)
    if inline and kind in ("text/plain", "text/html"):
        return _read(_text(part, kind), kind, found)
    found.sealed = found.sealed or _sealed(part, kind)
    found.files.append(File(_name(part, len(found.files) + 1), kind, _body(part)))
    return ""


def _says_more(page: str, plain: str) -> bool:
    """True unless the plain words say most of what the page does."""
    short = Counter(re.findall(r"\w+", plain.lower()))
    words = Counter(re.findall(r"\w+", page.lower()))
    return (words - short).total() * _NEW > words.total()


def _sealed(part: Message, kind: str) -> Sealed | None:
    name = _name(part, 0).lower()
    if kind == "application/ms-tnef" or name == "winmail.dat":
        return "outlook"
    if name.endswith(".p7c"):  # certificates alone
        return None
    encrypted = ("application/pgp-encrypted", "application/x-microsoft-rpmsg-message")
    return "encrypted" if kind in (*_SIGNED, *encrypted) or name.endswith(".p7m") else None


def _read(text: str, kind: str, found: _Found) -> str:
    """As much of the text as may still be read."""
    read = text[: found.left]
    found.left -= len(read)
    found.cut = found.cut or len(read) < len(text)
    return html_text.words(read) if kind == "text/html" else read


def _inside(part: Message, kind: str) -> list[Message]:
    """The parts that a part is made of, or the mail that somebody signed."""
    if kind.startswith("multipart/"):
        return _parts(part)
    if kind in _SIGNED or _name(part, 0).lower().endswith(".p7m"):
        signed = signed_data.content(_body(part))
        return [mail_headers.parsed(signed)] if signed else []
    return []


def _parts(part: Message) -> list[Message]:
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
        if inside := _parts(part):
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


def _text(part: Message, kind: str) -> str:
    """A part's text in the charset it names, or in the one it is really written in."""
    body = _body(part)
    return mail_charsets.decode(
        body,
        *filter(
            None, [_charset(part), mail_charsets.named_in_page(body) if kind == "text/html" else ""]
        ),
    )


def _charset(part: Message) -> str:
    try:
        return part.get_content_charset() or ""
    except Exception:  # as above
        return ""


def _tidy(text: str) -> str:
    lines = [line.rstrip() for line in clean(text).replace("\xa0", " ").splitlines()]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def calendars(part: Message, depth: int = 0) -> Iterator[CalendarPart]:
    """The calendar files among the parts, whatever else they are called."""
    kind, _ = _kind(part)
    if depth < _DEEPEST and (inside := _inside(part, kind)):
        for each in inside[:_MOST]:
            yield from calendars(each, depth + 1)
    elif kind in ("text/calendar", "application/ics") or _name(part, 0).lower().endswith(".ics"):
        yield CalendarPart(_body(part)[:100_000], _charset(part), _method(part))


def _method(part: Message) -> str:
    try:
        return str(part.get_param("method") or "")
    except Exception:  # as above
        return ""
