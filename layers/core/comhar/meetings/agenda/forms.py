"""Request bodies of agendas: an item, its file, a decision, the arrangement."""

import base64
import binascii
from typing import Annotated

from pydantic import AfterValidator, Field, StringConstraints

from comhar.fields import Form, Line, Note, Revision
from comhar.meetings.agenda.model import MOST_MINUTES, ConversationKind

_KEY = r"[A-Za-z0-9_-]{1,60}"
Name = Annotated[str, StringConstraints(pattern=rf"^{_KEY}$")]
Web = Annotated[
    str,
    StringConstraints(strip_whitespace=True, max_length=500, pattern=r"^https://[^\s<>\"]+$"),
]


class Propose(Form):
    """`why` stands beneath the title on the agenda, `kind` is a conversation kind's key."""

    title: Line
    why: Note | None = None
    kind: ConversationKind | None = None
    minutes: Annotated[int, Field(ge=1, le=240)] | None = None
    link: Web | None = None


def _whole(text: str) -> str:
    try:
        base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise ValueError("The file did not arrive whole. Choose it again.") from error
    return text


class PaperFile(Form):
    """A file, as a browser's form or a program sends it."""

    filename: Line
    base64: Annotated[str, StringConstraints(max_length=1_500_000), AfterValidator(_whole)]


class AddPaper(Form):
    file: PaperFile

    @property
    def content(self) -> bytes:
        return base64.b64decode(self.file.base64)


class EditItem(Propose):
    """`revision` is that of the item as it was shown."""

    revision: Revision


class DeclineItem(Form):
    """`reason` is what the member is told."""

    reason: Line


class Arrange(Form):
    """`minutes` by the key of a line, 0 for none. `accept` is the id of a proposed item, which gets the
    `minutes` of that id. `move` is a line's key and a direction (`welcome:down`), `out` the key of a line
    to leave out, `back` of one to bring back. A member's item that is left out is undecided again.

    What is not named stays as it is. A page sends itself `whole`: then a blank topic is taken away, and
    a line whose minutes are blank gets its usual ones; with `check` it leads to the page before sending.
    `revision` is that of the agenda as it was shown.
    """

    revision: Revision
    whole: bool = False
    topic: Line | None = None
    minutes: dict[Name, Annotated[int, Field(ge=0, le=MOST_MINUTES)]] | None = None
    move: Annotated[str, StringConstraints(pattern=rf"^{_KEY}:(up|down)$")] | None = None
    out: Name | None = None
    back: Name | None = None
    accept: Name | None = None
    check: bool = False
