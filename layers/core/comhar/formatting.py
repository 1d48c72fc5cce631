"""How dates, times, counts and codes read on pages and in letters."""

import re
import textwrap
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from functools import cache

from comhar import data
from comhar.dates.dublin_time import DUBLIN

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


class Day(str):
    """A date, where a text is one because its field is, not by its look."""


class Instant(str):
    """An instant or a wall time, likewise."""


def to_wall_time(value: str | date) -> datetime:
    """Reads an ISO string, date or datetime as Dublin wall time.

    A value without a zone is wall time already; one with a zone is turned into Dublin's.
    """
    if isinstance(value, str):
        value = datetime.fromisoformat(value)
    if not isinstance(value, datetime):
        return datetime(value.year, value.month, value.day)
    return value.astimezone(DUBLIN).replace(tzinfo=None) if value.tzinfo else value


def format_day(value: str | date) -> str:
    """Thursday 18 February 2027."""
    at = to_wall_time(value)
    return f"{WEEKDAYS[at.weekday()]} {at.day} {MONTHS[at.month - 1]} {at.year}"


def format_short_day(value: str | date) -> str:
    """18 Feb 2027."""
    at = to_wall_time(value)
    return f"{at.day} {MONTHS[at.month - 1][:3]} {at.year}"


def format_hour(value: str | date) -> str:
    """2.05pm, midday, as people read the clock."""
    return format_clock(to_wall_time(value).time())


def format_clock(at: time) -> str:
    """The same, of a time of day."""
    if at.minute == 0 and at.hour % 12 == 0:
        return "midday" if at.hour else "midnight"
    minutes = f".{at.minute:02d}" if at.minute else ""
    return f"{at.hour % 12 or 12}{minutes}{'am' if at.hour < 12 else 'pm'}"


def format_moment(value: str | date) -> str:
    """Thursday 18 February 2027, 10am."""
    return f"{format_day(value)}, {format_hour(value)}"


def format_end_hour(value: str | date, minutes: int) -> str:
    """The hour at which something that starts then and lasts so many minutes ends."""
    return format_hour(to_wall_time(value) + timedelta(minutes=int(minutes)))


def format_duration(minutes: int) -> str:
    """2 hours 30 minutes, for 150."""
    hours, rest = divmod(minutes, 60)
    parts = [format_count(hours, "hour")] if hours or not rest else []
    return " ".join(parts + ([format_count(rest, "minute")] if rest else []))


def format_count(count: int, singular: str, plural: str = "") -> str:
    """1 member, 3 members; an irregular plural is given as the second word."""
    return f"{count} {singular if count == 1 else plural or singular + 's'}"


def format_period(code: str) -> str:
    """The months of a quarter: October to December 2027 for `2027-Q4`.

    January to September 2027 for `2027-Q3-ytd`, a year as it is.
    """
    year, _, rest = code.partition("-Q")
    if not rest:
        return year
    last = 3 * int(rest[0])
    first = 1 if rest.endswith("-ytd") else last - 2
    return f"{MONTHS[first - 1]} to {MONTHS[last - 1]} {year}"


@cache
def _names() -> dict[str, str]:
    meetings = data.load("meetings")
    names = {each["code"]: each["name"] for each in data.load("regions")}
    names[meetings["national"]["code"]] = meetings["national"]["name"]
    titled = (*data.load("roles"), *meetings["kinds"], *meetings["modes"])
    return names | {each["key"]: each["title"] for each in titled}


def get_title(code: str | None) -> str:
    """The title of a region, a role, a kind or mode of meeting; other codes as words."""
    return _names().get(code, code.replace("_", " ")) if code else ""


def format_audit_action(code: str) -> str:
    """What was done to a record, by the audit's code for it."""
    return str(data.load("audit_actions").get(code, code.replace("_", " ").capitalize()))


def wrap_text(text: str) -> str:
    """Wraps plain text at 72 characters, an address never broken (RFC 3676).

    A line that goes on hangs under its first word; never more than one blank line.
    """
    lines = []
    for line in text.strip().splitlines():
        marker = re.match(r"\s*(?:[*-]\s+|\d+\.\s+)?", line)
        hanging = " " * len(marker[0]) if marker else ""
        folded = textwrap.wrap(
            line, 72, subsequent_indent=hanging, break_long_words=False, break_on_hyphens=False
        )
        lines += folded or [""]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)) + "\n"


def list_first_help() -> list[dict[str, str]]:
    """Where help is found at once: the foot of every page and letter."""
    return [each for each in data.load("help")["entries"] if each.get("footer")]


FILTERS: dict[str, Callable[..., str]] = {
    "day": format_day,
    "short_day": format_short_day,
    "hour": format_hour,
    "moment": format_moment,
    "till": format_end_hour,
    "months": format_period,
    "many": format_count,
    "duration": format_duration,
    "named": get_title,
    "doing": format_audit_action,
    "wrapped": wrap_text,
}
