"""Owns what is sent to invite people, how a pasted list is read, and the short answers."""

import re
from typing import Annotated

from pydantic import Field, computed_field

from comhar.fields import Form, View, address


class Invite(Form):
    """Addresses as people paste them: a list, or one text with an entry a line."""

    emails: (
        Annotated[list[Annotated[str, Field(max_length=500)]], Field(max_length=2000)]
        | Annotated[str, Field(max_length=200_000)]
    )


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


class Invited(View):
    sent: int
    already: int
    invalid: list[str]

    @computed_field  # type: ignore[prop-decorator]
    @property
    def unread(self) -> int:
        return len(self.invalid)
