"""Owns what is sent to the doors of agendas."""

from typing import Annotated

from pydantic import Field

from comhar.fields import Form, Line


class Propose(Form):
    title: Line
    minutes: Annotated[int, Field(ge=1, le=240)] | None = None


class DeclineItem(Form):
    reason: Line | None = None
