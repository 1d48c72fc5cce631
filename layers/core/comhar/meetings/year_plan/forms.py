"""Request bodies: the dates of a year's meetings, a row for each quarter."""

from typing import Literal

from comhar.fields import Form, Line, Wall, Web
from comhar.meetings.forms import Minutes
from comhar.meetings.model import Mode


class QuarterRow(Form):
    """What is planned for one quarter; a row without a date is left as it is."""

    kind: Literal["first", "quarterly", "reflective"] = "quarterly"
    starts_at: Wall | None = None
    lead: Line | None = None


class LayOut(Form):
    """The meetings of a year that are still missing, and what they have in common."""

    q1: QuarterRow | None = None
    q2: QuarterRow | None = None
    q3: QuarterRow | None = None
    q4: QuarterRow | None = None
    mode: Mode
    minutes: Minutes = 120
    venue: Line | None = None
    link: Web | None = None
