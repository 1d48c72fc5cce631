"""Rules of holds: how long one may last, and when it ends."""

from datetime import date, datetime, timedelta

from comhar.dates.working_days import issue_instant
from comhar.errors import Conflict, FieldError, Invalid

LONGEST_YEARS = 3


class NoHold(Conflict):
    kind = "no-hold"
    title = "There is no hold on these records."


def require_last_day(until: date, today: date) -> None:
    """Raises Invalid where a hold cannot last until that day (Dublin)."""
    if until <= today:
        raise Invalid(FieldError("until", "Enter a day after today."))
    if until > date(today.year + LONGEST_YEARS, today.month, min(today.day, 28)):
        sentence = f"Enter a day in the next {LONGEST_YEARS} years. You can change it later."
        raise Invalid(FieldError("until", sentence))


def ends_at(until: date) -> datetime:
    """When a hold ends, UTC: 09:00 Dublin on the day after its last one."""
    return issue_instant(until + timedelta(days=1))
