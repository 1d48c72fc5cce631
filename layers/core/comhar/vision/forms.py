"""Request bodies: the vision's text, as somebody wrote it, and an agreement."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, StringConstraints

from comhar.errors import FieldError, Invalid
from comhar.fields import Form, Line, Note, Paragraph, Revision
from comhar.meetings.day.model import DueDay
from comhar.vision.model import ANSWERS, PLACES, Horizon, list_fields

MOST_ACTIONS = 15  # in a save: each takes six writes of the hundred in a transaction


def _split_lines(value: Any) -> Any:
    """A page's form has the goals in a box, one a line."""
    return (
        [line for line in value.splitlines() if line.strip()] if isinstance(value, str) else value
    )


Answer = Annotated[Paragraph, StringConstraints(max_length=2_000)]
Place = Literal["1", "2", "3", "4", "5"]
Part = Literal["about", "1", "2", "3", "4", "5", "new"]
Name = Literal["purpose", "goals", "title", "why", "how", "who", "resources", "done_when"]


class ObjectiveAction(Form):
    """What will be done for an objective, and by when; `who` is a member's id, or a name."""

    what: Line
    who: Line | None = None
    horizon: Horizon


class Objective(Form):
    """An objective; `id` names its place, else it is that in the list.

    `actions` are added to those that it has.
    """

    id: Place | None = None
    title: Line
    why: Answer | None = None
    how: Answer | None = None
    who: Answer | None = None
    resources: Answer | None = None
    done_when: Answer | None = None
    actions: Annotated[list[ObjectiveAction], Field(max_length=MOST_ACTIONS)] = []

    def to_fields(self, place: str) -> dict[str, str]:
        """What is answered, by field."""
        answers = {name: getattr(self, name) for name in ANSWERS}
        return {f"objectives.{place}.{name}": text for name, text in answers.items() if text}


class Vision(Form):
    """The whole text, made from that at `revision`; what is left out is taken away.

    With a `part` it is only purpose and goals (`about`), the objective of that place, or a `new` one; the
    rest stays. Of a field of it with `yes` in `theirs`, the form's own text is let go.
    """

    purpose: Answer | None = None
    goals: Annotated[list[Note], Field(max_length=10), BeforeValidator(_split_lines)] = []
    objectives: Annotated[list[Objective], Field(max_length=5)] = []
    revision: Revision
    part: Part | None = None
    theirs: dict[Name, Literal["yes", "no"]] = {}

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
            fields |= objective.to_fields(place)
        return fields

    def list_actions(self) -> list[tuple[int, str, ObjectiveAction]]:
        """The actions, each with its objective's number in the list and place.

        Raises:
            Invalid: there are too many for one save, or the form is of a part.
        """
        actions = [
            (n, objective.id or PLACES[n], action)
            for n, objective in enumerate(self.objectives)
            for action in objective.actions
        ]
        if actions and self.part is not None:
            raise Invalid(FieldError("part", "Save the whole vision to add actions with it."))
        if len(actions) > MOST_ACTIONS:
            raise Invalid(
                FieldError("objectives", f"Add {MOST_ACTIONS} actions or fewer at a time.")
            )
        return actions

    def complete(self, base: Mapping[str, str]) -> dict[str, str]:
        """The whole text: what is not of the form's part, or let go, is as in `base`."""
        written = self.to_fields()
        if self.part is None:
            return written
        fields = dict(base)
        for name in list_fields(self.part):
            if self.theirs.get(name.rpartition(".")[2]) == "yes":  # type: ignore[call-overload]
                continue
            fields.pop(name, None)
            if name in written:
                fields[name] = written[name]
        return fields


class NewAction(Form):
    """What will be done for an objective, by its place; by whom (a member's id) and by when."""

    objective: Place
    what: Line
    who: Line
    by: DueDay


class Agreement(Form):
    """Agrees to the text at `revision`, where the form names one."""

    revision: Revision | None = None
