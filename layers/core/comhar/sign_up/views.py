"""Responses of joining: a link, the form's pages, the check, the welcome."""

from typing import Any

from comhar.fields import View
from comhar.membership import member_fields
from comhar.membership.model import Language, Shown, Status


class JoinPage(View):
    office_email: str


class SignUpStart(View):
    """`until` is when the link runs out, and the draft with it; `next` the page to begin or go on at."""

    email: str
    until: str
    begun: bool
    next: str
    legal_basis: str


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


class SignUpStep(View):
    """One page of the form, the `number`th `of` so many; regions and roles where they are asked."""

    step: str
    number: int
    of: int
    back: str
    answers: Answers
    regions: list[dict[str, Any]] = []
    roles: list[dict[str, Any]] = []


class SignUpSaved(View):
    next: str


class SignUpCheck(View):
    """All answers; `pages` says on which page each field is asked, below the path `at`. `led` is
    whether the region's community has co-chairs yet."""

    at: str
    email: str
    answers: Answers
    pages: dict[str, str]
    missing: list[str]
    led: bool


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
