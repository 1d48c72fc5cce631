"""Responses of signing in and out: the form, what was sent, the session, devices."""

from collections.abc import Iterable

from comhar.dates.dublin_time import stamp
from comhar.fields import View
from comhar.membership.model import SIGN_IN_MINUTES, Member, Session


class SignInForm(View):
    """`again` is the address of who did not use this device for 12 hours, and has to sign in again."""

    next: str | None = None
    again: str | None = None


class SignInLink(View):
    """`may_stay` says that the device can stay signed in; `stays_until` that it does."""

    email: str
    may_stay: bool
    stays_until: str | None = None


class Sent(View):
    """The same for every address, so that nobody learns who is a member."""

    sent: bool = True


class SignInSent(Sent):
    """The letter is good for so many `minutes`; `request` is for the browser that asked."""

    minutes: int = SIGN_IN_MINUTES
    request: str | None = None


class SignedIn(View):
    """Who signed in, for so many seconds; `known` marks the browser in which they did."""

    session: str
    expires_in: int
    known: str
    next: str


class SignedOut(View):
    session: None = None


class Device(View):
    """Where one is signed in: since when, when it was last used (to the hour), until when at most.

    `device` is a kind of it, such as "Chrome on Windows"; `this` is the one that asks.
    """

    id: str
    device: str | None
    since: str
    used_at: str
    until: str
    stays: bool
    this: bool


class Devices(View):
    devices: list[Device]


class DeviceSignedOut(View):
    id: str


class OthersSignedOut(View):
    signed_out: bool = True


def devices(open_sessions: Iterable[Session], here: Session | None, member: Member) -> Devices:
    """The sessions as the member sees them; `here` is the one that asks."""
    return Devices(
        devices=[
            Device(
                id=session.id,
                device=session.device or None,
                since=stamp(session.since),
                used_at=stamp(session.used_at),
                until=stamp(session.until_for(member)),
                stays=session.stays and not member.office,
                this=here is not None and here.key == session.key,
            )
            for session in open_sessions
        ]
    )
