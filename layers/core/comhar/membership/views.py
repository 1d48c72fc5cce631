"""Responses of signing in and out: the form, what was sent, the session."""

from comhar.fields import View
from comhar.membership.model import SIGN_IN_MINUTES


class SignInForm(View):
    next: str | None = None


class SignInLink(View):
    email: str


class Sent(View):
    """The same for every address, so that nobody learns who is a member."""

    sent: bool = True


class SignInSent(Sent):
    """The letter is good for so many `minutes`; `request` is for the browser that asked."""

    minutes: int = SIGN_IN_MINUTES
    request: str | None = None


class Session(View):
    """Who signed in; `known` marks the browser in which they did."""

    session: str
    known: str
    next: str


class SignedOut(View):
    session: None = None
