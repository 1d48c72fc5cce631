"""Responses: until when somebody is away, and whether emails to them stop."""

from datetime import date

from comhar.away_periods import find_day_back
from comhar.fields import View
from comhar.membership.model import Member, Status


class Away(View):
    """`until` is the day back; null for who is here."""

    until: str | None = None


def away(member: Member, today: date) -> Away:
    return Away(until=find_day_back(member.away, today))


class MemberAway(Away):
    """The same of another person, for the office."""

    id: str
    name: str
    region: str | None


def member_away(member: Member, today: date) -> MemberAway:
    about = member.model_dump(include={"id", "name", "region"})
    return MemberAway(until=find_day_back(member.away, today), **about)


class Emails(View):
    """Whether the scheduled emails to a person stop, and what else is to be done for them."""

    id: str
    name: str
    region: str | None
    status: Status
    chair_of: tuple[str, ...] = ()
    do_not_write: bool


def emails(member: Member) -> Emails:
    return Emails(**member.model_dump(include=set(Emails.model_fields)))
