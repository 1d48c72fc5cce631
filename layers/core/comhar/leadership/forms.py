"""Request bodies: the two co-chairs of a community."""

from typing import Annotated, Literal

from pydantic import Field

from comhar.fields import Form, Line


class Chairs(Form):
    """Two members, for 6 or 12 months (guide, "Leadership of the Group"; default 12)."""

    members: Annotated[list[Line], Field(min_length=2, max_length=2)]
    term_months: Literal[6, 12, "6", "12"] = 12
