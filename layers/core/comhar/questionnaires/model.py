"""A questionnaire: its headings and questions, and how they may be changed."""

from collections.abc import Sequence
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict

from comhar.errors import Conflict, Gone, NotFound, NotYours, changed_by_other
from comhar.fields import json_name
from comhar.membership.model import Member
from comhar.questionnaires.lines import (
    Line,
    is_own,
    lines_from_definition,
    make_options,
    meaning_of,
    size_in_bytes,
    validate_line,
)
from comhar.regions import NATIONAL
from comhar.surveys.model import Definition, Question, Section
from comhar.tokens import digest

MOST_LINES = 100
MOST_OUT = 20  # lines taken out that are kept, the newest ones
MOST_BYTES = 60_000  # of all questions: each run keeps a copy, and DynamoDB takes 400 KB an item

STARTED_BY_HAND = ("cop_review", "annual_value", "needs")  # the other one is about a meeting

Direction = Literal["up", "down"]


class LineNotFound(NotFound):
    kind = "no-such-line"
    title = "There is no such question any more."
    next = "Open the questions again: somebody may have taken it out."


class QuestionsNotYours(NotYours):
    kind = "not-your-questions"
    title = "Only the co-chairs of this community and the National Office can see these questions."


class QuestionsChanged(Conflict):
    title = changed_by_other("these questions")
    next = "Open the questions again to see how they stand now."


class QuestionsMissing(Conflict):
    kind = "nothing-asked"
    title = "There is no question yet."
    next = "Add at least one question. Then the survey can be started."


class QuestionnaireTooLong(Conflict):
    kind = "too-long"
    title = "There is no room for more."
    next = (
        f"A survey holds up to {MOST_LINES} headings and questions. Shorten some, or take some out."
    )


class QuestionsOfOffice(Conflict):
    kind = "copy-first"
    title = "These questions are the National Office’s."
    next = "Copy them first: then they are your community’s own, and you can start the survey."


class QuestionnaireDeleted(Gone):
    kind = "deleted-already"
    title = "These questions are deleted already."
    next = "Go back to the list. Surveys that were started are not touched by it."


class QuestionsNeverAsked(Conflict):
    kind = "never-asked"
    title = "These questions were never asked, so there is nothing to go back to."


class Questionnaire(BaseModel):
    """The questions of a community, or of the office, as they are being written.

    `region` is whose they are, the national one for the office's. `version` counts how often other
    questions were asked so far, `asked_digest` is the fingerprint of the last version, and `lines_made`
    counts all lines that were ever made.
    """

    model_config = ConfigDict(frozen=True, validate_by_name=True)

    id: str
    region: str
    title: str
    intro: str | None = None
    thanks: str | None = None
    lines: tuple[Line, ...] = ()
    lines_made: Annotated[int, json_name("made")] = 0
    version: int = 0
    asked_digest: Annotated[str, json_name("asked")] = ""
    revision: int = 1

    @property
    def visible_lines(self) -> tuple[Line, ...]:
        return tuple(line for line in self.lines if not line.out)

    @property
    def has_questions(self) -> bool:
        """Whether there is a question, not headings alone."""
        return any(line.kind != "heading" for line in self.visible_lines)

    @property
    def is_changed(self) -> bool:
        """Whether it differs from the version that was asked last."""
        return not self.has_questions or fingerprint(to_definition(self)) != self.asked_digest


def new_questionnaire(
    id: str, region: str, title: str, definition: Definition | None
) -> Questionnaire:
    """A questionnaire that starts with the questions of `definition`, or with none."""
    if definition is None:
        return Questionnaire(id=id, region=region, title=title)
    lines = lines_from_definition(definition)
    return Questionnaire(
        id=id,
        region=region,
        title=title,
        intro=definition.intro or None,
        thanks=definition.thanks,
        lines=lines,
        lines_made=max([int(line.key[1:]) for line in lines if is_own(line.key)], default=0),
    )


def to_definition(questionnaire: Questionnaire) -> Definition:
    """The questions as they are asked.

    A heading without a question beneath it is left out.

    Raises:
        QuestionsMissing: there is no question.
    """
    sections: list[Section] = []
    questions: list[Question] = []
    heading: Line | None = None
    for line in questionnaire.visible_lines:
        if line.kind == "heading":
            heading = line
            continue
        if heading and (not sections or sections[-1].key != heading.key):
            sections.append(Section(key=heading.key, title=heading.text, intro=heading.help))
        fields = line.model_dump(exclude={"out"}) | {"section": heading.key if heading else None}
        questions.append(Question.model_validate(fields))
    if not questions:
        raise QuestionsMissing
    thanks = {"thanks": questionnaire.thanks} if questionnaire.thanks else {}
    return Definition(
        title=questionnaire.title,
        intro=questionnaire.intro or "",
        sections=tuple(sections),
        questions=tuple(questions),
        **thanks,
    )


def may_change(questionnaire: Questionnaire, user: Member) -> bool:
    return user.office or user.may_chair(questionnaire.region)


def may_read(questionnaire: Questionnaire, user: Member) -> bool:
    """Whether the user may read it; the office's are for every co-chair, to copy."""
    return may_change(questionnaire, user) or (
        questionnaire.region == NATIONAL and bool(user.chair_of)
    )


def get_line(questionnaire: Questionnaire, key: str) -> Line:
    """The line of this key, raising LineNotFound."""
    for line in questionnaire.lines:
        if line.key == key:
            return line
    raise LineNotFound


def add_line(questionnaire: Questionnaire, line: Line, options: Sequence[str]) -> Questionnaire:
    """The questionnaire with one line more, at the end.

    Raises:
        QuestionnaireTooLong: there is no room for more.
        Invalid: something is missing, or does not belong to the kind.
    """
    if len(questionnaire.visible_lines) >= MOST_LINES:
        raise QuestionnaireTooLong
    number = questionnaire.lines_made + 1
    line = validate_line(
        line.model_copy(update={"key": f"q{number}", "options": make_options(options)})
    )
    lines = _fit_lines((*questionnaire.lines, line))
    return _revise(questionnaire, lines=lines, lines_made=number)


def reword_line(
    questionnaire: Questionnaire, key: str, line: Line, options: Sequence[str]
) -> Questionnaire:
    """The questionnaire with one line reworded.

    An answer keeps its value while its text stays the same, and no other is ever given that value. A
    built-in question that asks something else now becomes a new question, under a new key: figures of all
    communities are built on the old one.

    Raises:
        LineNotFound: there is no such line.
        QuestionnaireTooLong: there is no room for more.
        Invalid: something is missing, or does not belong to the kind.
    """
    before = get_line(questionnaire, key)
    number = questionnaire.lines_made
    values = make_options(options, before.options)
    after = line.model_copy(update={"key": key, "options": values, "out": before.out})
    if not is_own(key) and meaning_of(before) != meaning_of(after):
        number += 1
        after = after.model_copy(update={"key": f"q{number}"})
    after = validate_line(after)
    lines = tuple(
        after if other_line.key == key else other_line for other_line in questionnaire.lines
    )
    return _revise(questionnaire, lines=_fit_lines(lines), lines_made=number)


def move_line(questionnaire: Questionnaire, key: str, way: Direction) -> Questionnaire:
    """The questionnaire with one visible line a place up or down, if there is one.

    Raises:
        LineNotFound: there is no such line among the visible ones.
    """
    lines = list(questionnaire.visible_lines)
    at = next((n for n, line in enumerate(lines) if line.key == key), None)
    if at is None:
        raise LineNotFound
    to = at + (-1 if way == "up" else 1)
    if 0 <= to < len(lines):
        lines[at], lines[to] = lines[to], lines[at]
    left_out = tuple(line for line in questionnaire.lines if line.out)
    return _revise(questionnaire, lines=(*lines, *left_out))


def set_line_out(questionnaire: Questionnaire, key: str, out: bool) -> Questionnaire:
    """The questionnaire with one line taken out, or brought back to the end.

    Raises:
        LineNotFound: there is no such line.
        QuestionnaireTooLong: there is no room for it.
    """
    line = get_line(questionnaire, key)
    if not out and len(questionnaire.visible_lines) >= MOST_LINES:
        raise QuestionnaireTooLong
    rest = tuple(other_line for other_line in questionnaire.lines if other_line.key != key)
    after = line.model_copy(update={"out": out})
    return _revise(
        questionnaire,
        lines=_fit_lines((*(e for e in rest if not e.out), after, *(e for e in rest if e.out))),
    )


def change_wording(
    questionnaire: Questionnaire, title: str, intro: str | None, thanks: str | None
) -> Questionnaire:
    return _revise(questionnaire, title=title, intro=intro, thanks=thanks)


def restore_asked(questionnaire: Questionnaire, definition: Definition) -> Questionnaire:
    """The questionnaire as it was asked last; lines added since then are taken out."""
    lines = lines_from_definition(definition)
    keys = {line.key for line in lines}
    since = tuple(
        e.model_copy(update={"out": True}) for e in questionnaire.lines if e.key not in keys
    )
    return _revise(
        questionnaire,
        title=definition.title,
        intro=definition.intro or None,
        thanks=definition.thanks,
        lines=(*lines, *since),
    )


def freeze_version(questionnaire: Questionnaire) -> Questionnaire:
    """The questionnaire with its questions as a new version.

    It is the same object where they are those that were asked last.
    """
    if not questionnaire.is_changed:
        return questionnaire
    return _revise(
        questionnaire,
        version=questionnaire.version + 1,
        asked_digest=fingerprint(to_definition(questionnaire)),
    )


def fingerprint(definition: Definition) -> str:
    """A digest that is the same for the same questions in the same words and order."""
    return digest(definition.model_dump_json())


def _revise(questionnaire: Questionnaire, **changes: object) -> Questionnaire:
    return questionnaire.model_copy(update={**changes, "revision": questionnaire.revision + 1})


def _fit_lines(lines: Sequence[Line]) -> tuple[Line, ...]:
    """The visible lines, and those taken out, newest first, as far as there is room."""
    visible = [line for line in lines if not line.out]
    if size_in_bytes(visible) > MOST_BYTES:
        raise QuestionnaireTooLong
    out = [line for line in lines if line.out][:MOST_OUT]
    while size_in_bytes(out) > MOST_BYTES:
        out.pop()
    return (*visible, *out)
