"""Owns what each kind of question takes for an answer, and what is kept of it."""

from typing import Annotated, Any

from pydantic import Field, TypeAdapter, ValidationError

from comhar.errors import FieldError, Invalid
from comhar.fields import Form, Line, Paragraph
from comhar.surveys.model import Definition, Question

Answers = dict[str, Any]


class AnswerSheet(Form):
    """Answers by question: 1 to 5, `yes` or `no`, an option, a list of options, or text."""

    answers: Annotated[Answers, Field(max_length=200)] = Field(default_factory=dict)


_WORDS: dict[str, TypeAdapter[str]] = {
    "short": TypeAdapter(Line),
    "long": TypeAdapter(Paragraph),
}
_TOO_LONG = {"short": 200, "long": 10_000}  # the maxima of `fields`, for the message


def checked(definition: Definition, answers: Answers) -> Answers:
    """The answers as they are kept: ratings as numbers, what was left blank left out.

    Raises Invalid, naming each field as `answers.<question>`.
    """
    asked = {question.key: question for question in definition.questions}
    kept: Answers = {}
    wrong = {
        key: "There is no such question in this survey." for key in answers if key not in asked
    }
    for key, question in asked.items():
        given = answers.get(key)
        if _blank(given):
            if question.required:
                wrong[key] = f"Answer this question: {question.text}"
            continue
        try:
            kept[key] = _answer(question, given)
        except ValueError as why:
            wrong[key] = str(why)
    if wrong:
        raise Invalid(*(FieldError(f"answers.{key[:100]}", why) for key, why in wrong.items()))
    if not kept:
        raise Invalid(FieldError("answers", "Answer at least one question."))
    return kept


def _blank(given: Any) -> bool:
    return given is None or given == [] or (isinstance(given, str) and not given.strip())


def _answer(question: Question, given: Any) -> Any:
    """One answer in the form that is kept. Raises ValueError in plain words."""
    if question.in_words:
        return _text(question.kind, given)
    values = [option.value for option in question.choices]
    if question.kind == "many":
        chosen = given if isinstance(given, list) else [given]
        if any(value not in values for value in chosen):
            raise ValueError("Choose from the answers offered.")
        return [value for value in values if value in chosen]
    if question.kind == "rating":
        if isinstance(given, bool) or str(given) not in values:
            raise ValueError("Choose a number from 1 to 5.")
        return int(given)
    if question.kind == "yes_no" and isinstance(given, bool):
        return "yes" if given else "no"
    if given not in values:
        raise ValueError("Choose one of the answers offered.")
    return given


def _text(kind: str, given: Any) -> str:
    try:
        return _WORDS[kind].validate_python(given)
    except ValidationError as error:
        first = error.errors()[0]
    if first["type"] == "string_too_long":
        raise ValueError(f"Use {_TOO_LONG[kind]:,} characters or fewer.")
    if first["type"] == "value_error":
        raise ValueError(first["msg"].removeprefix("Value error, "))
    raise ValueError("Answer in words.")
