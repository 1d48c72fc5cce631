"""Request bodies: addresses to invite, and a list of people, pasted or as a file."""

import base64
import binascii
from typing import Annotated

from pydantic import AfterValidator, Field, StringConstraints

from comhar.fields import Form

_LONGEST = 200_000  # characters of a pasted list


class Invite(Form):
    """Addresses as people paste them: a list, or one text with an entry a line."""

    emails: (
        Annotated[list[Annotated[str, Field(max_length=500)]], Field(max_length=2000)]
        | Annotated[str, Field(max_length=_LONGEST)]
    )


def _base64(text: str) -> str:
    try:
        base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise ValueError("The file did not arrive whole. Choose it again.") from error
    return text


class Upload(Form):
    """A file, as a browser's form or a program sends it."""

    filename: Annotated[str, StringConstraints(max_length=255)]
    base64: Annotated[str, StringConstraints(max_length=1_500_000), AfterValidator(_base64)]


class PeopleList(Form):
    """A list of people to invite, pasted, as a file, or both."""

    text: Annotated[str, StringConstraints(max_length=_LONGEST)] | None = None
    file: Upload | None = None

    @property
    def content(self) -> bytes | None:
        """The bytes of the file, if there is one."""
        return None if self.file is None else base64.b64decode(self.file.base64)
