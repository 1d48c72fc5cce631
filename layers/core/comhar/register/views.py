"""Owns what the doors of the register answer with: each page is a template over one of these."""

from typing import Any

from comhar.fields import View
from comhar.membership.model import Member, Status


class Person(View):
    """What the register shows of a member."""

    id: str
    name: str
    email: str
    region: str | None
    role: str | None
    status: Status
    confirmed: bool
    chair_of: tuple[str, ...] = ()
    joined_on: str | None = None


def person(member: Member) -> Person:
    return Person(**member.model_dump(include=set(Person.model_fields)))


class Register(View):
    members: list[Person]
    next: str | None = None
    region: str | None = None
    status: str | None = None
    regions: list[dict[str, Any]] = []
