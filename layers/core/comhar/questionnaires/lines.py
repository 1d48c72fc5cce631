"""A line of a questionnaire: a heading or a question, and what its kind allows."""

from collections.abc import Sequence
from typing import Literal, get_args

from pydantic import BaseModel, ConfigDict

from comhar.errors import FieldError, Invalid
from comhar.surveys.model import Definition, Option
from comhar.tokens import digest

MOST_OPTIONS = 20
CHOICE_KINDS = ("single", "many")  # the kinds that offer answers of one's own

LineKind = Literal["heading", "rating", "yes_no", "single", "many", "short", "long"]
LINE_KINDS = get_args(LineKind)


class Line(BaseModel):
    """A heading or a question.

    `out` lines are taken out and can be brought back. A key is never used twice: results are compared by
    it.
    """

    model_config = ConfigDict(frozen=True)

    key: str
    kind: LineKind
    text: str
    help: str | None = None
    required: bool = False
    options: tuple[Option, ...] = ()
    low: str | None = None
    high: str | None = None
    out: bool = False


def lines_from_definition(definition: Definition) -> tuple[Line, ...]:
    """Headings and questions, in the order in which they are asked."""
    headings = {heading.key: heading for heading in definition.sections}
    question_keys = {question.key for question in definition.questions}
    lines: list[Line] = []
    section: str | None = None
    for question in definition.questions:
        if question.section != section and question.section in headings:
            section = str(question.section)
            heading = headings[section]
            key = f"h-{section}" if section in question_keys else section
            lines.append(Line(key=key, kind="heading", text=heading.title, help=heading.intro))
        lines.append(Line(**question.model_dump(exclude={"section"})))
    return tuple(lines)


def is_own(key: str) -> bool:
    """Whether the line was written here, and did not come with the service."""
    return key[:1] == "q" and key[1:].isdecimal()


def meaning_of(line: Line) -> tuple[str | None, ...]:
    """What makes a built-in question the same question.

    A rating whose ends are swapped asks the opposite.
    """
    return line.kind, line.text, line.low, line.high


def make_options(texts: Sequence[str], before: Sequence[Option] = ()) -> tuple[Option, ...]:
    """The answers to choose from.

    A new one gets a value made of its text; one whose text was among `before` keeps its value, because
    results are compared by it.
    """
    known = {option.text: option.value for option in before}
    return tuple(
        Option(value=known.get(text) or f"o{digest(text)[:10]}", text=text) for text in texts
    )


def validate_line(line: Line) -> Line:
    """The line itself, if it is complete and has nothing that its kind does not allow.

    Raises:
        Invalid: something is missing, or does not belong to the kind.
    """
    texts = [option.text for option in line.options]
    wrong: list[FieldError] = []
    if line.kind in CHOICE_KINDS and not 2 <= len(texts) <= MOST_OPTIONS:
        wrong.append(
            FieldError(
                "options", f"Give 2 to {MOST_OPTIONS} answers to choose from, one on each line."
            )
        )
    elif line.kind in CHOICE_KINDS and len({text.casefold() for text in texts}) != len(texts):
        wrong.append(FieldError("options", "Give each answer once."))
    elif line.kind not in CHOICE_KINDS and texts:
        wrong.append(FieldError("options", "Only a choice has answers to choose from."))
    for name in ("low", "high"):
        if getattr(line, name) and line.kind != "rating":
            wrong.append(FieldError(name, "Only a rating has words for its ends."))
    if line.required and line.kind == "heading":
        wrong.append(FieldError("required", "A heading is not answered."))
    if wrong:
        raise Invalid(*wrong)
    return line


def size_in_bytes(lines: Sequence[Line]) -> int:
    """About as many bytes as the lines take when stored."""
    return sum(len(line.model_dump_json().encode()) for line in lines)
