"""Responses: questionnaires, the builder, its lines, previews, starting a survey."""

from collections.abc import Iterable
from datetime import date, datetime

from comhar import data
from comhar.aws.conditions import Item
from comhar.dates.dublin_time import unstamp
from comhar.fields import View
from comhar.questionnaires import model
from comhar.questionnaires.lines import Line
from comhar.questionnaires.model import Questionnaire
from comhar.surveys.model import (
    RESPONSE_THRESHOLD,
    SETTLING_TIME,
    AudienceSize,
    Definition,
    Question,
    Section,
)
from comhar.surveys.views import TalkInstead


class BuiltIn(View):
    """A survey that came with the service; `questions` counts them."""

    key: str
    title: str
    questions: int


class QuestionnaireListed(View):
    """`version` counts how often other questions were asked; 0: never yet."""

    id: str
    title: str
    questions: int
    version: int
    changed: bool
    changed_at: datetime


class Questionnaires(View):
    """`own` are the region's, `shared` the National Office's, to copy."""

    region: str
    own: list[QuestionnaireListed]
    shared: list[QuestionnaireListed]
    built_in: list[BuiltIn]


class QuestionnaireMade(View):
    questionnaire: str


class QuestionLine(View):
    key: str
    kind: str
    text: str
    help: str | None
    required: bool
    options: tuple[str, ...]
    low: str | None
    high: str | None


class Builder(View):
    """The questions in the making; `out` are lines taken out that can be brought back. `at` is the line
    that was just changed."""

    questionnaire: str
    region: str
    title: str
    intro: str | None
    thanks: str | None
    lines: list[QuestionLine]
    out: list[QuestionLine]
    room: bool
    version: int
    changed: bool
    revision: int
    at: str = "lines"


class QuestionPage(View):
    """The form for a line; `line` is None for a new one, whose `kind` may be chosen already."""

    questionnaire: str
    title: str
    kind: str | None
    line: QuestionLine | None
    revision: int


class QuestionnairePreview(View):
    """The questions as who is asked will see them. `version` is that of what was asked, else they are
    as they stand now."""

    questionnaire: str
    region: str | None
    version: int | None
    title: str
    intro: str
    sections: tuple[Section, ...]
    questions: tuple[Question, ...]


class WhereAsked(View):
    """A community that can be asked: how many of its members are active, how many of them would be asked on
    the day offered, and whether it is asked this already. `few`: so few that nothing could be shown."""

    region: str
    members: int
    invited: int
    running: bool
    few: bool


class StartSurveyPage(View):
    """The form to start a survey; `region` is None where it may go to several communities.

    `settled_days` is for how long who is asked has been in the community when it opens. Where they are few,
    `talk` offers to talk about the questions instead.
    """

    questionnaire: str
    region: str | None
    title: str
    questions: int
    communities: list[WhereAsked]
    settled_days: int = SETTLING_TIME.days
    shown_from: int
    opens_on: date
    closes_on: date
    revision: int | None
    talk: TalkInstead | None = None


class SurveyBegun(View):
    """One survey in one community."""

    region: str
    survey: str


class SurveyStarted(View):
    questionnaire: str
    opens_at: datetime
    closes_at: datetime
    surveys: list[SurveyBegun]


class QuestionsDeleted(View):
    """`next` is where the list is."""

    deleted: bool = True
    next: str


def listed_questionnaire(item: Item) -> QuestionnaireListed:
    names = ("id", "title", "questions", "version", "changed")
    return QuestionnaireListed(
        **{name: item[name] for name in names}, changed_at=unstamp(item["changed_at"])
    )


def built_in_surveys() -> list[BuiltIn]:
    return [
        BuiltIn(key=key, title=survey["title"], questions=len(survey["questions"]))
        for key, survey in data.load("surveys").items()
    ]


def question_line(line: Line) -> QuestionLine:
    fields = line.model_dump(exclude={"out", "options"})
    return QuestionLine(**fields, options=tuple(option.text for option in line.options))


def _lines(lines: Iterable[Line]) -> list[QuestionLine]:
    return [question_line(line) for line in lines]


def builder(questionnaire: Questionnaire, at: str | None = None) -> Builder:
    named = {name: getattr(questionnaire, name) for name in ("region", "title", "intro", "thanks")}
    return Builder(
        questionnaire=questionnaire.id,
        **named,
        lines=_lines(questionnaire.visible_lines),
        out=_lines(line for line in questionnaire.lines if line.out),
        room=len(questionnaire.visible_lines) < model.MOST_LINES,
        version=questionnaire.version,
        changed=questionnaire.is_changed,
        revision=questionnaire.revision,
        at=f"line-{at}" if at else "lines",
    )


def preview(
    id: str, region: str | None, definition: Definition, version: int | None = None
) -> QuestionnairePreview:
    names = ("title", "intro", "sections", "questions")
    fields = {name: getattr(definition, name) for name in names}
    return QuestionnairePreview(questionnaire=id, region=region, version=version, **fields)


def where_asked(region: str, size: AudienceSize, running: bool) -> WhereAsked:
    few = 0 < size.invited < RESPONSE_THRESHOLD
    counts = {"members": size.members, "invited": size.invited}
    return WhereAsked(region=region, **counts, running=running, few=few)
