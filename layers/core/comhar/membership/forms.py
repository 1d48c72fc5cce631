"""Owns what is sent to the doors of membership, and the short answers."""

import re
from typing import Annotated

from pydantic import StringConstraints

from comhar.fields import Email, Form, Line, View
from comhar.membership.model import (
    SIGN_IN_MINUTES,
    AskAbout,
    Language,
    RegionCode,
    RoleKey,
    Shows,
    Status,
)


class Join(Form):
    email: Email


class SignUp(Form):
    """The answers of one page of the form, or all at once; what is not sent is as the draft has it."""

    name: Line | None = None
    preferred_name: Line | None = None
    region: RegionCode | None = None
    role: RoleKey | None = None
    role_other: Line | None = None
    workplace: Line | None = None
    language: Language | None = None
    ask_about: AskAbout | None = None
    shows: Shows | None = None


class SignIn(Form):
    email: Email
    next: Annotated[str, StringConstraints(max_length=500)] = "/me"


class Code(Form):
    code: Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"^\d{3} ?\d{3}$")]
    request: Line | None = None


def local_path(path: str) -> str:
    """Where to go after signing in: a path of ours, else the member's own page."""
    return path if re.fullmatch(r"/(?![/\\])[^\x00-\x20\x7f\\]*", path) else "/me"


class SignedOut(View):
    session: None = None


class Sent(View):
    """The same for every address, so that nobody learns who is a member."""

    sent: bool = True


class SignInSent(Sent):
    """The letter is good for so many `minutes`; `request` is for the browser that asked."""

    minutes: int = SIGN_IN_MINUTES
    request: str | None = None


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


class Session(View):
    """Who signed in; `known` marks the browser in which they did."""

    session: str
    known: str
    next: str
