"""Owns how questions for surveys are written: by a community's co-chairs, or by the office for all."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from comhar import data
from comhar.aws.conditions import Write
from comhar.aws.dynamodb import ConditionFailed, Table
from comhar.errors import FieldError, Invalid, NotFound
from comhar.membership.model import Member
from comhar.membership.repository import audit
from comhar.once import REPEATABLE, Once
from comhar.questionnaires import forms, model, repository, views
from comhar.questionnaires.lines import LINE_KINDS, Line
from comhar.questionnaires.model import Questionnaire
from comhar.regions import NATIONAL
from comhar.surveys.model import Definition, built_in
from comhar.tokens import new_id

Step = Callable[[Questionnaire], Questionnaire]


def listed(region: str, table: Table) -> views.Questionnaires:
    """The questionnaires of a community, or of the office, with what they can be copied from."""
    own = repository.rows(table, region)
    shared = [] if region == NATIONAL else repository.rows(table, NATIONAL)
    return views.Questionnaires(
        region=region,
        own=list(map(views.listed, own)),
        shared=list(map(views.listed, shared)),
        built_in=views.built_in(),
    )


def make(
    region: str,
    form: forms.NewQuestionnaire,
    me: Member,
    now: datetime,
    table: Table,
    once: Once = REPEATABLE,
) -> views.QuestionnaireMade:
    """A new questionnaire, empty or with the questions of another. Raises Invalid."""
    it = model.new(
        new_id(now, region), region, str(form.title), _copied(form.start_from, me, table)
    )
    line = audit(me, "make_questionnaire", it.id, now)
    table.transact([*repository.put(it, now), line, *once.writes(it.id, questionnaire=it.id)])
    return views.QuestionnaireMade(questionnaire=it.id)


def _copied(start_from: str | None, me: Member, table: Table) -> Definition | None:
    if start_from is None:
        return None
    if start_from in data.load("surveys"):
        return built_in(start_from)
    source = repository.by_id(table, start_from)
    if source is None or not model.may_read(source, me):
        raise Invalid(FieldError("start_from", "Choose one of the surveys offered."))
    return model.definition(source) if source.asks else None


def builder(questionnaire_id: str, table: Table) -> views.Builder:
    """Raises NotFound."""
    return views.builder(found(questionnaire_id, table))


def found(questionnaire_id: str, table: Table) -> Questionnaire:
    """Raises NotFound."""
    it = repository.by_id(table, questionnaire_id)
    if it is None:
        raise NotFound
    return it


def word(
    questionnaire_id: str, form: forms.QuestionnaireWording, now: datetime, table: Table
) -> views.Builder:
    """Its title, what stands above the questions, and the thanks. Raises NotFound, QuestionsChanged."""
    said = (str(form.title), form.intro, form.thanks)
    it = _change(questionnaire_id, form.revision, lambda it: model.titled(it, *said), now, table)
    return views.builder(it)


def line_page(
    questionnaire_id: str, key: str | None, kind: str | None, table: Table
) -> views.QuestionPage:
    """The form for a line. Raises NotFound, NoSuchLine."""
    it = found(questionnaire_id, table)
    line = model.found(it, key) if key else None
    return views.QuestionPage(
        questionnaire=it.id,
        title=it.title,
        kind=line.kind if line else kind if kind in LINE_KINDS else None,
        line=views.line(line) if line else None,
        revision=it.revision,
    )


def add_line(
    questionnaire_id: str,
    form: forms.QuestionForm,
    now: datetime,
    table: Table,
    once: Once = REPEATABLE,
) -> views.Builder:
    """Raises NotFound, QuestionsChanged, TooLong, Invalid."""
    line, options = _line(form), form.options

    def mark(it: Questionnaire) -> list[Write]:
        return once.writes(f"q{it.made}", questionnaire=it.id)

    it = _change(
        questionnaire_id,
        form.revision,
        lambda it: model.added(it, line, options),
        now,
        table,
        as_shown=True,
        more=mark,
    )
    return views.builder(it, f"q{it.made}")


def word_line(
    questionnaire_id: str,
    key: str,
    form: forms.QuestionForm,
    now: datetime,
    table: Table,
) -> views.Builder:
    """Raises NotFound, NoSuchLine, QuestionsChanged, TooLong, Invalid."""
    line, options = _line(form), form.options
    it = _change(
        questionnaire_id, form.revision, lambda it: model.worded(it, key, line, options), now, table
    )
    kept = any(each.key == key for each in it.lines)
    return views.builder(it, key if kept else f"q{it.made}")


def _line(form: forms.QuestionForm) -> Line:
    return Line(key="", **form.model_dump(exclude={"revision", "options"}))


def arrange(
    questionnaire_id: str, form: forms.ArrangeQuestions, now: datetime, table: Table
) -> views.Builder:
    """Moves a line, takes one out or brings one back, or goes back to what was asked last.

    Raises NotFound, NoSuchLine, QuestionsChanged, TooLong, NeverAsked.
    """

    def step(it: Questionnaire) -> Questionnaire:
        if form.move:
            key, _, way = form.move.partition(":")
            it = model.moved(it, key, "up" if way == "up" else "down")
        if form.out:
            it = model.taken_out(it, form.out, True)
        if form.back:
            it = model.taken_out(it, form.back, False)
        if form.as_asked:
            it = model.as_asked(it, _asked_last(it, table))
        return it

    it = _change(questionnaire_id, form.revision, step, now, table, as_shown=True)
    moved = form.move.partition(":")[0] if form.move else form.back
    return views.builder(it, moved)


def _asked_last(it: Questionnaire, table: Table) -> Definition:
    asked = repository.version(table, it.id, it.version) if it.version else None
    if asked is None:
        raise model.NeverAsked
    return asked


def _change(
    questionnaire_id: str,
    revision: int,
    step: Step,
    now: datetime,
    table: Table,
    as_shown: bool = False,
    more: Callable[[Questionnaire], list[Write]] = lambda it: [],
) -> Questionnaire:
    """What says again what stands there changes nothing, whatever revision it was made from; but a step
    that means the lines `as_shown` must find them so."""
    before = found(questionnaire_id, table)
    stale = before.revision != revision
    if stale and as_shown:
        raise model.QuestionsChanged
    try:
        after = step(before)
    except model.NoSuchLine as gone:
        raise model.QuestionsChanged if stale else gone from None
    if after.model_copy(update={"revision": before.revision}) == before:
        return before
    if stale:
        raise model.QuestionsChanged
    write_all(table, *repository.put(after, now, before), *more(after))
    return after


def write_all(table: Table, *writes: Any) -> None:
    """Raises QuestionsChanged where somebody was first."""
    try:
        table.transact(writes)
    except ConditionFailed as lost:
        raise model.QuestionsChanged from lost


def preview(questionnaire_id: str, me: Member, table: Table) -> views.QuestionnairePreview:
    """The questions as they stand now. Raises NotFound, NotYourQuestions, NothingAsked."""
    it = found(questionnaire_id, table)
    if not model.may_read(it, me):
        raise model.NotYourQuestions
    return views.preview(it.id, it.region, model.definition(it))


def asked(questionnaire_id: str, number: str, table: Table) -> views.QuestionnairePreview:
    """What was asked under a number. Raises NotFound."""
    known = repository.version(table, questionnaire_id, int(number)) if number.isdecimal() else None
    if known is None:
        raise NotFound
    region = questionnaire_id.partition("-")[0]
    return views.preview(questionnaire_id, region, known, int(number))


def came_with(key: str) -> views.QuestionnairePreview:
    """A survey that came with the service. Raises NotFound."""
    if key not in data.load("surveys"):
        raise NotFound
    return views.preview(key, None, built_in(key))


def delete(
    questionnaire_id: str,
    form: forms.QuestionnaireRevision,
    me: Member,
    now: datetime,
    table: Table,
) -> views.QuestionsDeleted:
    """Takes a questionnaire away; surveys keep their own copy of what was asked, and their results.

    Raises DeletedAlready, QuestionsChanged.
    """
    it = repository.by_id(table, questionnaire_id)
    if it is None:
        raise model.DeletedAlready
    if it.revision != form.revision:
        raise model.QuestionsChanged
    *before, last = repository.forget(it)
    for writes in before:
        write_all(table, *writes)
    write_all(table, *last, audit(me, "delete_questionnaire", it.id, now))
    where = "/national" if it.region == NATIONAL else f"/communities/{it.region}"
    return views.QuestionsDeleted(next=f"{where}/questionnaires?done=questionnaire_deleted")
