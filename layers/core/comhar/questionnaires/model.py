"""A questionnaire: its headings and questions in order, and what may be made of them."""

from collections.abc import Sequence
from typing import Literal

from pydantic import BaseModel, ConfigDict

from comhar.errors import Conflict, Gone, NotFound, NotYours
from comhar.membership.model import Member
from comhar.questionnaires.lines import Line, asks, checked, is_own, lines_of, offered, size
from comhar.regions import NATIONAL
from comhar.surveys.model import Definition, Question, Section
from comhar.tokens import digest

MOST_LINES = 100
MOST_OUT = 20  # lines taken out that are kept, the newest ones
MOST_BYTES = 60_000  # of all questions: each run keeps a copy, and DynamoDB takes 400 KB an item

STARTED_BY_HAND = ("cop_review", "annual_value", "needs")  # the other one is about a meeting

Direction = Literal["up", "down"]


class NoSuchLine(NotFound):
    title = "There is no such question any more."
    next = "Open the questions again: somebody may have taken it out."


class NotYourQuestions(NotYours):
    title = "Only the co-chairs of this community and the national office can see these questions."


class QuestionsChanged(Conflict):
    title = "Somebody else changed these questions a moment ago."
    next = "Open the questions again to see how they stand now."


class NothingAsked(Conflict):
    title = "There is no question yet."
    next = "Add at least one question. Then the survey can be started."


class TooLong(Conflict):
    title = "There is no room for more."
    next = (
        f"A survey holds up to {MOST_LINES} headings and questions. Shorten some, or take some out."
    )


class CopyFirst(Conflict):
    title = "These questions are the national office’s."
    next = "Copy them first: then they are your community’s own, and you can start the survey."


class DeletedAlready(Gone):
    title = "These questions are deleted already."
    next = "Go back to the list. Surveys that were started are not touched by it."


class NeverAsked(Conflict):
    title = "These questions were never asked, so there is nothing to go back to."


class Questionnaire(BaseModel):
    """Questions in the making. `region` is whose they are, the national one for the office's.

    `version` counts what was asked so far, `asked` is a fingerprint of the last of it, `made` says how
    many lines were ever made.
    """

    model_config = ConfigDict(frozen=True)

    id: str
    region: str
    title: str
    intro: str | None = None
    thanks: str | None = None
    lines: tuple[Line, ...] = ()
    made: int = 0
    version: int = 0
    asked: str = ""
    revision: int = 1

    @property
    def shown(self) -> tuple[Line, ...]:
        return tuple(each for each in self.lines if not each.out)

    @property
    def asks(self) -> bool:
        """Whether there is a question, not headings alone."""
        return any(each.kind != "heading" for each in self.shown)

    @property
    def changed(self) -> bool:
        """Whether it differs from what was asked last."""
        return not self.asks or fingerprint(definition(self)) != self.asked


def new(id: str, region: str, title: str, asked: Definition | None) -> Questionnaire:
    """A questionnaire that starts from these questions, or from none."""
    if asked is None:
        return Questionnaire(id=id, region=region, title=title)
    lines = lines_of(asked)
    return Questionnaire(
        id=id,
        region=region,
        title=title,
        intro=asked.intro or None,
        thanks=asked.thanks,
        lines=lines,
        made=max([int(each.key[1:]) for each in lines if is_own(each.key)], default=0),
    )


def definition(it: Questionnaire) -> Definition:
    """The questions as they are asked: a heading without a question beneath it is left out.

    Raises NothingAsked.
    """
    sections: list[Section] = []
    questions: list[Question] = []
    heading: Line | None = None
    for line in it.shown:
        if line.kind == "heading":
            heading = line
            continue
        if heading and (not sections or sections[-1].key != heading.key):
            sections.append(Section(key=heading.key, title=heading.text, intro=heading.help))
        asked = line.model_dump(exclude={"out"}) | {"section": heading.key if heading else None}
        questions.append(Question.model_validate(asked))
    if not questions:
        raise NothingAsked
    thanks = {"thanks": it.thanks} if it.thanks else {}
    return Definition(
        title=it.title,
        intro=it.intro or "",
        sections=tuple(sections),
        questions=tuple(questions),
        **thanks,
    )


def may_change(it: Questionnaire, me: Member) -> bool:
    return me.office or me.may_chair(it.region)


def may_read(it: Questionnaire, me: Member) -> bool:
    """The office's questions can be taken over by every co-chair."""
    return may_change(it, me) or (it.region == NATIONAL and bool(me.chair_of))


def found(it: Questionnaire, key: str) -> Line:
    """Raises NoSuchLine."""
    for line in it.lines:
        if line.key == key:
            return line
    raise NoSuchLine


def added(it: Questionnaire, line: Line, options: Sequence[str]) -> Questionnaire:
    """With one line more, at the end. Raises TooLong, Invalid."""
    if len(it.shown) >= MOST_LINES:
        raise TooLong
    number = it.made + 1
    line = checked(line.model_copy(update={"key": f"q{number}", "options": offered(options)}))
    lines = _room((*it.lines, line))
    return _after(it, lines=lines, made=number)


def worded(it: Questionnaire, key: str, line: Line, options: Sequence[str]) -> Questionnaire:
    """With a line in other words. An answer keeps its value while its words stay the same, and no other
    is ever given it; a question that came with the service and asks something else now is a new
    question, under a new key: figures of all communities are built on the old one.

    Raises NoSuchLine, Invalid, TooLong.
    """
    before = found(it, key)
    number = it.made
    values = offered(options, before.options)
    after = line.model_copy(update={"key": key, "options": values, "out": before.out})
    if not is_own(key) and asks(before) != asks(after):
        number += 1
        after = after.model_copy(update={"key": f"q{number}"})
    after = checked(after)
    lines = tuple(after if each.key == key else each for each in it.lines)
    return _after(it, lines=_room(lines), made=number)


def moved(it: Questionnaire, key: str, way: Direction) -> Questionnaire:
    """With one line a place further up or down among those shown; at the end, it stays."""
    shown = list(it.shown)
    at = next((n for n, each in enumerate(shown) if each.key == key), None)
    if at is None:
        raise NoSuchLine
    to = at + (-1 if way == "up" else 1)
    if 0 <= to < len(shown):
        shown[at], shown[to] = shown[to], shown[at]
    left_out = tuple(each for each in it.lines if each.out)
    return _after(it, lines=(*shown, *left_out))


def taken_out(it: Questionnaire, key: str, out: bool) -> Questionnaire:
    """Without a line, which can be brought back to the end; or with it again. Raises TooLong."""
    line = found(it, key)
    if not out and len(it.shown) >= MOST_LINES:
        raise TooLong
    rest = tuple(each for each in it.lines if each.key != key)
    after = line.model_copy(update={"out": out})
    return _after(
        it, lines=_room((*(e for e in rest if not e.out), after, *(e for e in rest if e.out)))
    )


def titled(it: Questionnaire, title: str, intro: str | None, thanks: str | None) -> Questionnaire:
    return _after(it, title=title, intro=intro, thanks=thanks)


def as_asked(it: Questionnaire, asked: Definition) -> Questionnaire:
    """As it was asked last, with what was added since taken out."""
    lines = lines_of(asked)
    keys = {each.key for each in lines}
    since = tuple(e.model_copy(update={"out": True}) for e in it.lines if e.key not in keys)
    return _after(
        it,
        title=asked.title,
        intro=asked.intro or None,
        thanks=asked.thanks,
        lines=(*lines, *since),
    )


def frozen(it: Questionnaire) -> Questionnaire:
    """With what it asks now as its newest version; the same object where that was asked last."""
    if not it.changed:
        return it
    return _after(it, version=it.version + 1, asked=fingerprint(definition(it)))


def fingerprint(asked: Definition) -> str:
    """The same for the same questions in the same words and order."""
    return digest(asked.model_dump_json())


def _after(it: Questionnaire, **changes: object) -> Questionnaire:
    return it.model_copy(update={**changes, "revision": it.revision + 1})


def _room(lines: Sequence[Line]) -> tuple[Line, ...]:
    """The lines shown, and after them those taken out, the newest first, as far as there is room."""
    shown = [each for each in lines if not each.out]
    if size(shown) > MOST_BYTES:
        raise TooLong
    out = [each for each in lines if each.out][:MOST_OUT]
    while size(out) > MOST_BYTES:
        out.pop()
    return (*shown, *out)
