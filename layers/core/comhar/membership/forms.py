"""Owns what is sent to the doors of membership, and the short answers."""

import re
from typing import Annotated

from pydantic import StringConstraints

from comhar.fields import Email, Form, Line, View
from comhar.membership.model import SIGN_IN_MINUTES, Status


class Join(Form):
    email: Email


class SignUp(Form):
    name: Line
    region: Line
    role: Line


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
    id: str
    status: Status
    session: str
    name: str
    region: str
    role: str


class Session(View):
    session: str
    next: str
