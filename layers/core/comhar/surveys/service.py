"""Use cases of answering a survey: see the questions behind a link, and answer.

Nothing is read of who asks, and nothing is written but the answers: what that rests on stands in
`surveys.jobs`.
"""

from typing import Annotated, Any

from pydantic import Field, TypeAdapter, ValidationError

from comhar.aws.conditions import conflict_as
from comhar.context import Context
from comhar.dates.quarters import Quarter
from comhar.errors import FieldError, Invalid
from comhar.fields import Form, Line, Paragraph
from comhar.surveys import ballots, repository, views
from comhar.surveys.model import Answers, BallotUsed, Definition, Question, Survey, SurveyClosed

_TEXT_TYPES: dict[str, TypeAdapter[str]] = {
    "short": TypeAdapter(Line),
    "long": TypeAdapter(Paragraph),
}
_MAXIMA = {"short": 200, "long": 10_000}  # of `fields`, for the message


class AnswerSheet(Form):
    """Answers by question: 1 to 5, `yes` or `no`, an option, a list of options, or text."""

    answers: Annotated[Answers, Field(max_length=200)] = Field(default_factory=dict)


def get_questionnaire(token: str, ctx: Context[None]) -> views.Questionnaire:
    """The questions of the survey that this link answers; one read, nothing written.

    Raises:
        SurveyClosed: its time is over.
        BallotUsed: the link is incomplete, unknown or already used.
    """
    return views.questionnaire(_find_ballot(token, ctx)[0])


def get_thanks(survey_id: str | None, ctx: Context[None]) -> views.Thanks:
    """The survey's words to who has answered; plain thanks where there is no survey."""
    ids = [survey_id] if survey_id and ballots.is_survey_id(survey_id) else []
    surveys = repository.list_surveys(
        ctx.table, ids
    )  # a batch, which is all that this function may read
    return _thanks_view(surveys[0]) if surveys else views.Thanks()


def _thanks_view(survey: Survey) -> views.Thanks:
    return views.Thanks(survey=survey.id, thanks=survey.definition.thanks)


def submit_answers(token: str, sheet: AnswerSheet, ctx: Context[None]) -> views.Thanks:
    """Stores one person's answers, for good; one read and one transaction.

    Raises:
        SurveyClosed: its time is over.
        BallotUsed: the link is incomplete, unknown or already used.
        Invalid: an answer is missing, or is none to its question.
    """
    survey, digest = _find_ballot(token, ctx)
    answers = parse_answers(survey.definition, sheet.answers)
    quarter = Quarter.at(ctx.now)
    with conflict_as(BallotUsed):
        ctx.table.transact(ballots.cast_writes(survey.id, digest, answers, quarter))
    return _thanks_view(survey)


def _find_ballot(token: str, ctx: Context[None]) -> tuple[Survey, str]:
    """The survey of a link and the digest of its unused ballot."""
    link = ballots.parse_link(token)
    if link is None:
        raise BallotUsed
    survey, unused = ballots.find_ballot(ctx.table, *link)
    if survey and survey.state != "waiting" and not survey.is_open(ctx.now):
        raise SurveyClosed
    if not (survey and unused):
        raise BallotUsed
    return survey, link[1]


def parse_answers(definition: Definition, answers: Answers) -> Answers:
    """The answers as they are stored: ratings as numbers, and no blank ones.

    Raises:
        Invalid: names each field as `answers.<question>`.
    """
    questions = {question.key: question for question in definition.questions}
    taken: Answers = {}
    wrong = {
        key: "There is no such question in this survey." for key in answers if key not in questions
    }
    for key, question in questions.items():
        answer = answers.get(key)
        if _is_blank(answer):
            if question.required:
                wrong[key] = f"Answer this question: {question.text}"
            continue
        try:
            taken[key] = _parse_answer(question, answer)
        except ValueError as why:
            wrong[key] = str(why)
    if wrong:
        raise Invalid(*(FieldError(f"answers.{key[:100]}", why) for key, why in wrong.items()))
    if not taken:
        raise Invalid(FieldError("answers", "Answer at least one question."))
    return taken


def _is_blank(answer: Any) -> bool:
    return answer is None or answer == [] or (isinstance(answer, str) and not answer.strip())


def _parse_answer(question: Question, answer: Any) -> Any:
    """One answer as it is stored; raises ValueError in plain words."""
    if question.is_text:
        return _parse_text(question.kind, answer)
    values = [option.value for option in question.choices]
    if question.kind == "many":
        chosen = answer if isinstance(answer, list) else [answer]
        if any(value not in values for value in chosen):
            raise ValueError("Choose from the answers offered.")
        return [value for value in values if value in chosen]
    if question.kind == "rating":
        if isinstance(answer, bool) or str(answer) not in values:
            raise ValueError("Choose a number from 1 to 5.")
        return int(answer)
    if question.kind == "yes_no" and isinstance(answer, bool):
        return "yes" if answer else "no"
    if answer not in values:
        raise ValueError("Choose one of the answers offered.")
    return answer


def _parse_text(kind: str, answer: Any) -> str:
    try:
        return _TEXT_TYPES[kind].validate_python(answer)
    except ValidationError as error:
        first = error.errors()[0]
    if first["type"] == "string_too_long":
        raise ValueError(f"Use {_MAXIMA[kind]:,} characters or fewer.")
    if first["type"] == "value_error":
        raise ValueError(first["msg"].removeprefix("Value error, "))
    raise ValueError("Answer in words.")
