"""Owns what is sent to the doors of meetings."""

from typing import Annotated

from pydantic import AfterValidator, Field

from comhar.fields import Form, Line, Note, Wall, Web
from comhar.meetings.model import Choice, Kind, Mode


def _regional(kind: Kind) -> Kind:
    if kind == "national":
        raise ValueError("The national event belongs to no region: choose another kind.")
    return kind


class Schedule(Form):
    kind: Annotated[Kind, AfterValidator(_regional)]
    starts_at: Wall
    minutes: Annotated[int, Field(ge=15, le=600)] = 120
    mode: Mode
    venue: Line | None = None
    link: Web | None = None
    topic: Line | None = None


class Reschedule(Form):
    starts_at: Wall


class Cancel(Form):
    reason: Line


class Answer(Form):
    """`arrange` is what the organisers should arrange; left out, what was asked before stays."""

    answer: Choice
    arrange: Note | None = None


class Needs(Form):
    """What the organisers should arrange; left out, what was asked before is taken back."""

    arrange: Note | None = None
