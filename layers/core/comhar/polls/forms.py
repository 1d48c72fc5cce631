"""Request bodies of polls: open one, answer its dates, pick one, end it."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from comhar.fields import Form, Line, Wall, Web
from comhar.meetings.model import Mode
from comhar.polls.model import FEWEST, MOST, Vote

PollKind = Literal["first", "quarterly", "additional", "reflective"]
Minutes = Annotated[int, Field(ge=15, le=600)]
Day = Annotated[date, Field(strict=False)]


class OpenPoll(Form):
    """Closes at 17:00 Dublin on `closes_on`: in a week, where that is left out."""

    kind: PollKind
    mode: Mode
    options: Annotated[list[Wall], Field(min_length=FEWEST, max_length=MOST)]
    minutes: Minutes = 120
    topic: Line | None = None
    closes_on: Day | None = None


class DateVotes(Form):
    """By the letter of each date; every one of them wants an answer."""

    votes: dict[str, Vote] = Field(default_factory=dict, max_length=MOST)


class PickDate(Form):
    """The date by its letter; what is left out of the rest is as the poll said."""

    option: Line
    kind: PollKind | None = None
    mode: Mode | None = None
    minutes: Minutes | None = None
    venue: Line | None = None
    link: Web | None = None
    topic: Line | None = None


class EndPoll(Form):
    reason: Line | None = None
