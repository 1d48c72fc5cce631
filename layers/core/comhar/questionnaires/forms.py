"""Request bodies: a questionnaire's wording, its lines, and starting a survey."""

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, StringConstraints

from comhar.fields import Form, Note, Revision, required_with
from comhar.fields import Line as Text
from comhar.questionnaires.lines import LineKind

_KEY = r"^[A-Za-z0-9_-]{1,60}$"
Key = Annotated[str, StringConstraints(pattern=_KEY)]
Day = Annotated[date, Field(strict=False)]


Title = Annotated[Text | None, required_with("Enter a title."), Field(validate_default=True)]
Kind = Annotated[
    LineKind | None,
    required_with("Choose what kind of question it is."),
    Field(validate_default=True),
]
Words = Annotated[
    Text | None, required_with("Write the question, or the heading."), Field(validate_default=True)
]


def _split_lines(value: Any) -> Any:
    """A field of the page holds one answer on each line."""
    if not isinstance(value, str):
        return value
    return [line for line in value.split("\n") if line.strip()]


class NewQuestionnaire(Form):
    """`start_from` is the key of a built-in survey, or the id of a questionnaire whose questions are
    copied; without it, there is none yet."""

    title: Title = None
    start_from: Key | None = None


class QuestionnaireWording(Form):
    """`revision` is that of the questionnaire as it was shown, here and in every other form."""

    revision: Revision
    title: Title = None
    intro: Note | None = None
    thanks: Note | None = None


class QuestionForm(Form):
    """A heading or a question. `options` are the answers to choose from, as a list or one on each line;
    `low` and `high` say what 1 and 5 of a rating mean."""

    revision: Revision
    kind: Kind = None
    text: Words = None
    help: Text | None = None
    required: bool = False
    options: Annotated[
        list[Text], BeforeValidator(_split_lines), Field(max_length=50, default_factory=list)
    ]
    low: Text | None = None
    high: Text | None = None


class ArrangeQuestions(Form):
    """One of: `move`, a line's key and a direction (`q3:down`); `out`, the key of a line to take out;
    `back`, of one to bring back; `as_asked`, to go back to what was asked last."""

    revision: Revision
    move: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,60}:(up|down)$")] | None = (
        None
    )
    out: Key | None = None
    back: Key | None = None
    as_asked: Literal[True, "true"] | None = None


class QuestionnaireRevision(Form):
    revision: Revision


class StartSurvey(Form):
    """Opens at 09:00 on `opens_on`, or at once where that is today; closes at 5pm on `closes_on`
    (Dublin). `revision` is that of a questionnaire of our own; a built-in survey has none."""

    opens_on: Day
    closes_on: Day
    revision: Revision | None = None


class StartSurveys(StartSurvey):
    regions: Annotated[list[Key], Field(min_length=1, max_length=20)]
