"""Rules of being away: until when, and for whom it can be set."""

from datetime import date

from comhar.away_periods import AwayPeriods, end_period, start_period
from comhar.communities.model import add_months
from comhar.errors import FieldError, Invalid
from comhar.membership.model import Member, MemberNotActive

MOST_MONTHS = 12


def set_away(member: Member, until: date | None, today: date) -> AwayPeriods:
    """The member's periods when they are away from today until that day, or back (None).

    Raises:
        MemberNotActive: they are no member now.
        Invalid: the day is not in the next 12 months.
    """
    if member.status not in ("active", "pending"):
        raise MemberNotActive
    if until is None:
        return end_period(member.away, today)
    if until <= today:
        raise Invalid(FieldError("until", "Enter a day after today."))
    if until > add_months(today, MOST_MONTHS):
        raise Invalid(FieldError("until", f"Enter a day in the next {MOST_MONTHS} months."))
    return start_period(member.away, today, until)
