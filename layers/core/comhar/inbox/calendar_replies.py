"""Reads the replies of calendar programs (RFC 5546).

They are answers, other times proposed, and who goes instead.
"""

import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any
from urllib.parse import unquote

from comhar.dates.dublin_time import to_instant
from comhar.fields import normalise_email
from comhar.inbox import mail_charsets
from comhar.inbox.mail_body import CalendarPart
from comhar.inbox.mail_headers import clean
from comhar.inbox.model import Coming, Reply

_MOST = 5  # replies of a mail, and addresses of a parameter, that are read
_ATTENDEES = 500  # of one reply
_UID, _LONGEST = 200, 2_000  # characters of a UID, far more than ours have, and of a comment
_ANSWERS: dict[str, Coming] = {"ACCEPTED": "yes", "DECLINED": "no", "TENTATIVE": "maybe"}
_METHODS = ("REPLY", "COUNTER")
_FOLD = re.compile(rb"\r?\n[ \t]")
_BREAK = re.compile(r"\r\n|\r|\n")


def read(parts: Iterable[CalendarPart], sender: str) -> tuple[Reply, ...]:
    """What the calendar files of a mail from `sender` answer, each reply once.

    Never raises.
    """
    replies: dict[Reply, None] = {}
    for part in parts:
        for file in _files(part):
            with suppress(Exception):  # no calendar, whatever it calls itself
                replies |= dict.fromkeys(_replies(file, part.method, sender))
    return tuple(replies)[:_MOST]


def _files(part: CalendarPart) -> Iterator[str]:
    """The calendars of a part, one after another, without what stands between and after them.

    Lines are unfolded before they are decoded: programs fold by bytes, also within a letter.
    """
    text = mail_charsets.decode(_FOLD.sub(b"", part.body), part.charset)
    lines: list[str] = []
    for line in _BREAK.split(text):
        word = line.strip().upper()
        if word == "BEGIN:VCALENDAR":
            lines = []
        lines.append(line)
        if word == "END:VCALENDAR":
            yield "\r\n".join(lines)
            lines = []


def _replies(file: str, method: str, sender: str) -> list[Reply]:
    if not any(each in file.upper() for each in _METHODS) and not method:
        return []
    from icalendar import Calendar  # 141 ms: only for a reply

    calendar: Any = Calendar.from_ical(file)
    method = str(calendar.get("method") or method).upper()
    if method not in _METHODS:
        return []
    return [_reply(event, method, sender) for event in calendar.walk("VEVENT") if "uid" in event]


def _reply(event: Any, method: str, sender: str) -> Reply:
    attendee = _find_attendee(_each(event.get("attendee"))[:_ATTENDEES], sender)
    params = attendee.params if attendee is not None else {}
    starts_at, ends_at = _times(event)
    note = unescape(str(params.get("X-RESPONSE-COMMENT", "")))  # Google's, in HTML's entities
    comments = dict.fromkeys(_line(each) for each in (*_each(event.get("comment")), note))
    return Reply(
        uid=str(event["uid"])[:_UID],
        sequence=_number(event.get("sequence")),
        attendee=_address(attendee, params),
        name=" ".join(_line(params.get("CN", "")).split())[:200],
        answer=_ANSWERS.get(str(params.get("PARTSTAT", "")).upper()),
        comment="\n".join(filter(None, comments))[:_LONGEST],
        starts_at=starts_at,
        ends_at=ends_at,
        is_proposal=method == "COUNTER",
        delegated_to=_addresses(params.get("DELEGATED-TO")),
        delegated_from=_addresses(params.get("DELEGATED-FROM")),
        sent_by="".join(_addresses(params.get("SENT-BY"))[:1]),
    )


def _find_attendee(attendees: list[Any], sender: str) -> Any:
    """Who answers: the sender, where the reply names others too, such as who delegated to them."""
    named = [each for each in attendees if _address(each, each.params) == sender]
    acting = [each for each in attendees if sender in _addresses(each.params.get("SENT-BY"))]
    return next(iter((*named, *acting, *attendees)), None)


def _each(value: Any) -> list[Any]:
    """The values of a property or parameter that may stand there once, more often, or not."""
    return value if isinstance(value, list) else [] if value is None else [value]


def _address(attendee: Any, params: Any) -> str:
    """The address of a `mailto:`, or of the parameter EMAIL (RFC 7986); "" for none."""
    return "".join(_addresses([attendee, params.get("EMAIL")])[:1])


def _addresses(values: Any) -> tuple[str, ...]:
    found = []
    for value in _each(values)[:_MOST]:
        plain = unquote(re.sub(r"(?i)^\s*mailto:", "", str(value)).partition("?")[0])
        with suppress(ValueError):
            found.append(normalise_email(plain.strip(" <>")))
    return tuple(found)


def _line(text: Any) -> str:
    return clean(str(text)).strip()


def _number(value: Any) -> int:
    """A SEQUENCE; some programs leave out one of 0."""
    with suppress(ValueError, TypeError):
        return int(value)
    return 0


def _times(event: Any) -> tuple[datetime | None, datetime | None]:
    """When it begins and ends, as instants; None where that is not said, or a day is all."""
    begun, end, length = (
        getattr(event.get(name), "dt", None) for name in ("dtstart", "dtend", "duration")
    )
    if not isinstance(begun, datetime):
        return None, None
    starts_at = _instant(begun)
    if isinstance(end, datetime):
        return starts_at, _instant(end)
    return starts_at, starts_at + length if isinstance(length, timedelta) else None


def _instant(at: datetime) -> datetime:
    """A time without a zone is meant as the organiser's, in Dublin."""
    return at.astimezone(UTC) if at.tzinfo else to_instant(at)
