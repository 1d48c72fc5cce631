"""Owns what is sent to the doors of meetings."""

from datetime import datetime
from typing import Annotated

from pydantic import AfterValidator, Field, StringConstraints

from comhar.fields import Form, Line, Note
from comhar.meetings.model import Choice, Kind, Mode


def _wall(at: datetime) -> datetime:
    """Meeting times are Dublin wall time to the minute, written without a zone."""
    if at.tzinfo is not None:
        raise ValueError("Write the local time without a zone, like 2027-02-18T10:00.")
    if not 2000 < at.year < 2100:
        raise ValueError("Enter a real date and time.")
    return at.replace(second=0, microsecond=0)


def _regional(kind: Kind) -> Kind:
    if kind == "national":
        raise ValueError("The national event belongs to no region: choose another kind.")
    return kind


Wall = Annotated[datetime, Field(strict=False), AfterValidator(_wall)]
Web = Annotated[
    str,
    StringConstraints(strip_whitespace=True, max_length=500, pattern=r"^https?://[^\s<>\"]+$"),
]


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
