"""Request bodies of phases: enter one, and rest until a day."""

from datetime import date
from typing import Annotated

from pydantic import Field

from comhar.fields import Form, Line
from comhar.phases.model import Phase


class EnterPhase(Form):
    """`why` is seen by the members."""

    phase: Phase
    why: Line | None = None


class StartRest(Form):
    """`until` is the day, in Dublin, on which the community goes on."""

    until: Annotated[date, Field(strict=False)]
