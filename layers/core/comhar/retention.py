"""How long each kind of thing is kept, by data/retention.json and `RETENTION`."""

import os
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from comhar import data

_LONGEST = 36_500  # days; beyond a hundred years it is a slip of the finger


def list_kinds(env: Mapping[str, str] = os.environ) -> list[dict[str, Any]]:
    """Every kind of thing that is stored, with `days` as they hold here.

    `RETENTION` overrides days by key: `declined=90 letter=180`.

    Raises:
        ValueError: there is no such key, no setting may change it, or it is no number of days.
    """
    days_by_key = dict(part.partition("=")[::2] for part in env.get("RETENTION", "").split())
    known = {each["key"]: each for each in data.load("retention")}
    for key, days in days_by_key.items():
        if known.get(key, {}).get("days") is None or known[key].get("fixed"):
            raise ValueError(f"RETENTION: {key} is not a kind whose days can be set")
        if not (days.isascii() and days.isdecimal() and 0 < int(days) <= _LONGEST):
            raise ValueError(f"RETENTION: {key} needs a number of days")
    if decided := env.get("LOG_DAYS"):  # by the template's own parameter
        days_by_key["log"] = decided
    return [
        {**each, "days": int(days_by_key.get(key, each["days"] or 0)) or None}
        for key, each in known.items()
    ]


_DAYS: dict[str, int] = {  # read at once: a function with a wrong setting does not start
    each["key"]: each["days"] for each in list_kinds() if each["days"]
}


def period(kind: str) -> timedelta:
    """For how long this kind is kept. Raises KeyError."""
    return timedelta(days=_DAYS[kind])


def format_days(days: int) -> str:
    """A number of days as people say it: whole years, half a year, else days."""
    years, rest = divmod(days, 365)
    if days >= 730 and rest <= years // 4 + 1:  # one day a leap year
        return f"{years} years"
    named = {1: "1 day", 182: "6 months", 183: "6 months", 365: "12 months", 366: "12 months"}
    return named.get(days, f"{days} days")
