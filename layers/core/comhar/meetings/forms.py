"""Owns what is sent to the doors of meetings."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from comhar.fields import Email, Form, Line, Note, Wall, Web
from comhar.meetings.model import Choice, Kind, Mode


def _regional(kind: Kind) -> Kind:
    if kind == "national":
        raise ValueError("The national event belongs to no region: choose another kind.")
    return kind


Minutes = Annotated[int, Field(ge=15, le=600)]


class Schedule(Form):
    """The facilitator is the one of a first meeting, who can also be named later."""

    kind: Annotated[Kind, AfterValidator(_regional)]
    starts_at: Wall
    minutes: Minutes = 120
    mode: Mode
    venue: Line | None = None
    link: Web | None = None
    topic: Line | None = None
    facilitator_name: Line | None = None
    facilitator_email: Email | None = None


class NationalEvent(Form):
    """A meeting of all regions."""

    kind: Literal["national"] = "national"
    starts_at: Wall
    minutes: Minutes = 240
    mode: Mode
    venue: Line | None = None
    link: Web | None = None
    topic: Line | None = None


class Place(Form):
    """How and where a meeting is held from now on: what is left out, there is not. Without `minutes` it
    lasts as long as before."""

    mode: Mode
    venue: Line | None = None
    link: Web | None = None
    minutes: Minutes | None = None


class Lead(Form):
    """Who takes the turn to lead a meeting, by id; left out, nobody but the co-chairs."""

    lead: Line | None = None


class Facilitator(Form):
    """Who hosts a first meeting from outside; left out, nobody does."""

    facilitator_name: Line | None = None
    facilitator_email: Email | None = None


class Reschedule(Form):
    starts_at: Wall


class Cancel(Form):
    reason: Line


class Answer(Form):
    """`arrange` is what the organisers should arrange; left out, what was asked before stays."""

    answer: Choice
    arrange: Note | None = None


class AnswerFor(Form):
    """What a member said to a co-chair."""

    answer: Choice


class Needs(Form):
    """What the organisers should arrange; left out, what was asked before is taken back."""

    arrange: Note | None = None
