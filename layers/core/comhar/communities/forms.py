"""Request bodies: wording a text of the office, and a closure day."""

import re
from datetime import date
from typing import Annotated

from pydantic import AfterValidator, Field, StringConstraints

from comhar.fields import Form, Line, Paragraph, Revision, required_with

_LEADS_TO = re.compile(r"(tel:\+?[0-9 ]+|sms:\+?[0-9 ]+|mailto:[^\s@]+@[^\s@]+|https://\S+)")


def _address(text: str) -> str:
    if not _LEADS_TO.fullmatch(text):
        raise ValueError(
            "Begin with tel: or sms: and a number, mailto: and an address, or https://."
        )
    return text


class HelpEntry(Form):
    """One place where help is found: `reach` are the words of the link, `href` where it leads.

    `checked_on` is the day (Dublin) on which the office last made sure of it.
    """

    name: Annotated[Line | None, required_with("Enter what the place is called.")] = Field(
        None, validate_default=True
    )
    detail: Annotated[Line | None, required_with("Enter what help people find there.")] = Field(
        None, validate_default=True
    )
    reach: Annotated[Line | None, required_with("Enter how it is reached, like “Call 112”.")] = (
        Field(None, validate_default=True)
    )
    href: Annotated[
        Line | None,
        required_with("Enter where the link leads, like tel:112."),
        AfterValidator(_address),
    ] = Field(None, validate_default=True)
    hours: Line | None = None
    checked_on: Annotated[date, Field(strict=False)] | None = None


IrishText = Annotated[Paragraph, StringConstraints(max_length=1000)]  # all of them fit in a body


class Wording(Form):
    """The text in the office's words, made from what stood there at `revision`; what is left out goes
    back to the words that came with the service."""

    revision: Revision
    roles: dict[str, Paragraph] | None = None
    paragraph: Paragraph | None = None
    irish: dict[str, IrishText] | None = None
    entries: Annotated[list[HelpEntry], Field(max_length=20)] | None = None


class Closure(Form):
    """A day on which the office is closed, and why."""

    day: Annotated[date, Field(strict=False)]
    note: Line | None = None
