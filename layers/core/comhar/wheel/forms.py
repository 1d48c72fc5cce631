"""Request bodies: a picture of the success wheel, and its removal."""

from typing import Annotated

from pydantic import Field, StringConstraints

from comhar.fields import Form, Note, Revision

Facet = Annotated[str, StringConstraints(max_length=40)]
Rating = Annotated[int, Field(ge=1, le=5)]


class Wheel(Form):
    """The numbers that the group agreed on; a facet left out has none.

    `revision` is that of the picture which it was changed from, 0 for a first one.
    """

    ratings: Annotated[dict[Facet, Rating], Field(max_length=20)] = {}
    note: Note | None = None
    revision: Revision


class RemoveWheel(Form):
    revision: Revision
