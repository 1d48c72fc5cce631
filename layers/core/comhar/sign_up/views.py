"""Responses of joining: a link, the form, the welcome."""

from typing import Any

from comhar.fields import View
from comhar.membership import member_fields
from comhar.membership.model import Language, Shown, Status


class JoinPage(View):
    office_email: str


class Answers(View):
    name: str | None = None
    preferred_name: str | None = None
    region: str | None = None
    role: str | None = None
    role_other: str | None = None
    workplace: str | None = None
    language: Language = "en"
    ask_about: str | None = None
    shows: list[Shown] = []


class SignUpPage(View):
    """The form; `answers` are those known before, and `until` is when the link runs out."""

    email: str
    until: str
    legal_basis: str
    answers: Answers
    regions: list[dict[str, Any]]
    roles: list[dict[str, Any]]


class Welcome(View):
    """Who is a member now, signed in; `known` marks the browser, `next` is the page to go on to."""

    id: str
    status: Status
    session: str
    known: str
    name: str
    region: str
    role: str
    next: str


def region_choices(led: set[str]) -> list[dict[str, Any]]:
    """The regions to choose from; each says whether its community has begun."""
    return [{**region, "led": region["code"] in led} for region in member_fields.region_choices()]
