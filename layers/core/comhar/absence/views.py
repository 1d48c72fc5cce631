"""The response that says until when somebody is away."""

from datetime import date

from comhar.fields import View
from comhar.membership.model import Member, find_day_back


class Away(View):
    """`until` is the day back; null for who is here."""

    until: str | None = None


def away(member: Member, today: date) -> Away:
    return Away(until=find_day_back(member.away, today))
