"""A survey's answers over time: up to eight runs in a community, the newest last."""

from datetime import datetime
from typing import Literal

from comhar.context import Context
from comhar.fields import View
from comhar.results import model, service
from comhar.results.questions import common_answer, disclose_in_run, find_same_question
from comhar.surveys import repository as surveys_repository
from comhar.surveys.disclosure import State
from comhar.surveys.model import Question, Survey

FOLLOWED_KINDS = ("rating", "yes_no")


class Run(View):
    """One run; `about` is the local start of the meeting it was about, if there was one."""

    id: str
    about: str | None
    closes_at: datetime


class Point(View):
    """What a question came to in one run: `value` is the mean of a rating from 1 to 5, or the share of
    yes in percent, where it is shown; else `state` says why not, as of a question's results.

    `answer` is what nearly all answered, where they did. `text` is how it was asked then, if otherwise
    than in the newest run.
    """

    state: State | Literal["not_asked"]
    answered: int | None = None
    value: float | None = None
    answer: str | None = None
    text: str | None = None


class Course(View):
    """A question over time: a point for each run, in their order."""

    key: str
    text: str
    kind: str
    points: tuple[Point, ...]


class OverTime(View):
    id: str
    region: str
    title: str
    runs: tuple[Run, ...]
    questions: tuple[Course, ...]


def get_trends(region: str, survey_id: str, ctx: Context) -> OverTime:
    """The ratings and the yes/no questions of a survey over its runs; two reads.

    Raises:
        NotFound: the community has no such survey.
        MemberNotConfirmed: the member is not confirmed.
    """
    model.require_may_see(ctx.user, region)
    survey = service.get_record(region, survey_id, ctx.table).survey
    runs = [*reversed(surveys_repository.list_surveys(ctx.table, survey.earlier)), survey]
    closed = runs if survey.state == "closed" else []
    followed = [
        question for question in survey.definition.questions if question.kind in FOLLOWED_KINDS
    ]
    return OverTime(
        id=survey.id,
        region=region,
        title=survey.definition.title,
        runs=tuple(Run(**run.model_dump(include=set(Run.model_fields))) for run in closed),
        questions=tuple(make_course(question, closed) for question in followed if closed),
    )


def make_course(question: Question, runs: list[Survey]) -> Course:
    """The results of a rating or a yes/no question in each run, in their order."""
    points = tuple(_point(question, run) for run in runs)
    return Course(key=question.key, text=question.text, kind=question.kind, points=points)


def _point(question: Question, run: Survey) -> Point:
    then = find_same_question(question, run)
    if then is None:
        return Point(state="not_asked")
    worded = None if then.text == question.text else then.text
    disclosure = disclose_in_run(then, run)
    shares = dict(zip((option.value for option in then.choices), disclosure.cells, strict=False))
    value = disclosure.mean if then.kind == "rating" else shares["yes"].share if shares else None
    return Point(
        state="shown" if value is not None else disclosure.state,
        answered=disclosure.answered,
        value=value,
        answer=common_answer(then, disclosure),
        text=worded,
    )
