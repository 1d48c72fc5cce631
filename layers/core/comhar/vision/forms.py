"""Request bodies: the vision's text, as somebody wrote it."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StringConstraints

from comhar.errors import FieldError, Invalid
from comhar.fields import Form, Line, Note, Revision, is_visible
from comhar.vision.model import ANSWERS, PLACES


def _visible(text: str) -> str:
    if not is_visible(text):
        raise ValueError("Enter something that can be seen.")
    return text


Answer = Annotated[
    str,
    StringConstraints(
        strip_whitespace=True,
        min_length=1,
        max_length=2_000,
        pattern=r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*$",
    ),
    AfterValidator(_visible),
]


class Objective(Form):
    """An objective; `id` names its place, else it is that in the list."""

    id: Literal["1", "2", "3", "4", "5"] | None = None
    title: Line
    why: Answer | None = None
    how: Answer | None = None
    who: Answer | None = None
    resources: Answer | None = None
    done_when: Answer | None = None


class Vision(Form):
    """The whole text, made from that at `revision`; what is left out is taken away."""

    purpose: Answer | None = None
    goals: Annotated[list[Note], Field(max_length=10)] = []
    objectives: Annotated[list[Objective], Field(max_length=5)] = []
    revision: Revision

    def to_fields(self) -> dict[str, str]:
        """The text by field, as `model.Vision` has it.

        Raises:
            Invalid: two objectives have the same place.
        """
        fields: dict[str, str] = {}
        if self.purpose:
            fields["purpose"] = self.purpose
        if self.goals:
            fields["goals"] = "\n".join(" ".join(goal.split()) for goal in self.goals)
        for n, objective in enumerate(self.objectives):
            place = objective.id or PLACES[n]
            if f"objectives.{place}.title" in fields:
                raise Invalid(FieldError(f"objectives.{n}.id", "Choose another place."))
            for name in ANSWERS:
                if text := getattr(objective, name):
                    fields[f"objectives.{place}.{name}"] = text
        return fields
