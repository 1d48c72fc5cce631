"""Request bodies: the two co-chairs of a community, and who is proposed."""

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from comhar.fields import Form, Line, Revision


def _require_two(value: Any) -> Any:
    if isinstance(value, list) and len(value) != 2:
        raise ValueError("Choose two members.")
    return value


class Chairs(Form):
    """Two members, for 6 or 12 months (guide, "Leadership of the Group"; default 12).

    `round` is that of the page from which they were chosen: who comes after another's choice is refused.
    """

    members: Annotated[list[Line], Field(min_length=2, max_length=2), BeforeValidator(_require_two)]
    term_months: Literal[6, 12, "6", "12"] = 12
    round: Revision | None = None


class Proposal(Form):
    """The id of who is proposed, oneself or another."""

    member: Line


class Offer(Form):
    """Whether one would like to take a turn to lead a meeting."""

    offered: bool
