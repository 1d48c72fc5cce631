"""Rules of being away: until when, and for whom it can be set."""

from datetime import date

from comhar.communities.model import add_months
from comhar.errors import FieldError, Invalid
from comhar.membership.model import Member, MemberNotActive

MOST_MONTHS = 12
MOST_PERIODS = 50  # stored; older ones are dropped


def set_away(member: Member, until: date | None, today: date) -> Member:
    """The member as away from today until that day, or back (None).

    Raises:
        MemberNotActive: they are no member now.
        Invalid: the day is not in the next 12 months.
    """
    if member.status not in ("active", "pending"):
        raise MemberNotActive
    if until is None:
        return _end_period(member, today)
    if until <= today:
        raise Invalid(FieldError("until", "Enter a day after today."))
    if until > add_months(today, MOST_MONTHS):
        raise Invalid(FieldError("until", f"Enter a day in the next {MOST_MONTHS} months."))
    return _start_period(member, today, until)


def _start_period(member: Member, today: date, until: date) -> Member:
    """With a period that runs from today, or since it began, to the day `until`."""
    running = [period for period in member.away if period["until"] > today.isoformat()]
    since = running[0]["from"] if running else today.isoformat()
    past = tuple(period for period in member.away if period not in running)
    away = (*past, {"from": since, "until": until.isoformat()})[-MOST_PERIODS:]
    return member.model_copy(update={"away": away})


def _end_period(member: Member, today: date) -> Member:
    """With the period that runs ended: today is the day back."""
    day = today.isoformat()
    ended = ({**period, "until": min(period["until"], day)} for period in member.away)
    away = tuple(period for period in ended if period["from"] < period["until"])
    return member.model_copy(update={"away": away})
