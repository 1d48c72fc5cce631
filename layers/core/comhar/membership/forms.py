"""Owns what is sent to the doors of membership, how a pasted list is read, and the short answers."""

import re
from typing import Annotated

from pydantic import Field, StringConstraints, computed_field

from comhar.fields import Email, Form, Line, View, address
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


class Invite(Form):
    """Addresses as people paste them: a list, or one text with an entry a line."""

    emails: (
        Annotated[list[Annotated[str, Field(max_length=500)]], Field(max_length=2000)]
        | Annotated[str, Field(max_length=200_000)]
    )


class Decline(Form):
    reason: Line | None = None


def entries(pasted: list[str] | str) -> list[str]:
    """The entries of a list as they are, or those of a pasted text: one a line, or separated by
    commas or semicolons, where a comma within a name (`Ní Bhriain, Máire <m@x.ie>`) parts nothing."""
    if isinstance(pasted, list):
        return [entry.strip() for entry in pasted]
    found: list[str] = []
    for line in pasted.splitlines():
        open_ = ""
        for part in re.split("([,;])", line):
            open_ += part
            if "@" in part:
                found.append(open_)
                open_ = ""
        found.append(open_)
    return [entry for entry in (each.strip(" ,;\t") for each in found) if entry]


def read_entry(text: str) -> str:
    """The address in `name@example.com` or `Name <name@example.com>`. Raises ValueError."""
    within = re.search(r"<([^<>]*)>\s*$", text)
    return address(within[1] if within else text)


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


class Invited(View):
    sent: int
    already: int
    invalid: list[str]

    @computed_field  # type: ignore[prop-decorator]
    @property
    def unread(self) -> int:
        return len(self.invalid)
