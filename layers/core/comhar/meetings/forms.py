"""Request bodies of meetings: schedule, move, cancel, answer, lead, facilitator."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from comhar import data
from comhar.fields import Email, Form, Line, Note, Wall, Web
from comhar.meetings.model import Choice, Kind, Mode


def _regional(kind: Kind) -> Kind:
    if kind == "national":
        raise ValueError("The national event belongs to no region: choose another kind.")
    return kind


def _access_need(key: str) -> str:
    if key not in {need["key"] for need in data.load("access_needs")}:
        raise ValueError("Choose from the list.")
    return key


Minutes = Annotated[int, Field(ge=15, le=600)]
AccessNeeds = Annotated[list[Annotated[Line, AfterValidator(_access_need)]], Field(max_length=20)]


class Schedule(Form):
    """The facilitator is the one of a first meeting; the office alone names them, then or later."""

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


class FacilitatorAgreed(Form):
    """What the facilitator has agreed to: to host it, and to give training in reflective practice."""

    agreed: list[Literal["hosting", "training"]] = []


class Reschedule(Form):
    starts_at: Wall


class Cancel(Form):
    reason: Line


class Answer(Form):
    """`needs` and `arrange`, in one's own words, are what the organisers should arrange; where both are
    left out, what was asked before stays. `home` says that it was sent from one's own page, or from that of
    the community."""

    answer: Choice
    needs: AccessNeeds | None = None
    arrange: Note | None = None
    home: Literal["yes", "community"] | None = None


class AnswerFor(Form):
    """What a member said to a co-chair; `cursor` is of the page of the list where it was entered."""

    answer: Choice
    cursor: Annotated[str, Field(pattern=r"^[\w-]{1,64}$")] | None = None


class Needs(Form):
    """What the organisers should arrange, from the list and in one's own words; where both are left out,
    what was asked before is taken back."""

    needs: AccessNeeds | None = None
    arrange: Note | None = None
