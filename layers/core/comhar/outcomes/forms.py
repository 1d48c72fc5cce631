"""Owns what is sent to the doors of outcomes."""

from datetime import date
from typing import Annotated

from pydantic import Field

from comhar.fields import Form, Line


class Action(Form):
    """What will be done, by whom (a member's id, or a name) and by when."""

    what: Line
    who: Line
    by: date


class Close(Form):
    attended: Annotated[list[Line], Field(max_length=1000)]
    next_topic: Line | None = None
    next_lead: Line | None = None
    actions: Annotated[list[Action], Field(max_length=40)] = []
