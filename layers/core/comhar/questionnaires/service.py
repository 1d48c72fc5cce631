"""How questions for surveys are written: by a community's co-chairs, or by the office for all."""

from collections.abc import Callable

from comhar import data
from comhar.aws.conditions import Write, conflict_as
from comhar.aws.dynamodb import Table
from comhar.context import Context
from comhar.errors import FieldError, Invalid, NotFound
from comhar.idempotency import REPEATABLE, Once
from comhar.membership.repository import audit_write
from comhar.questionnaires import forms, model, repository, views
from comhar.questionnaires.lines import LINE_KINDS, Line
from comhar.questionnaires.model import Questionnaire
from comhar.regions import NATIONAL
from comhar.surveys.model import Definition, built_in
from comhar.tokens import new_id

Step = Callable[[Questionnaire], Questionnaire]


def listed(region: str, ctx: Context) -> views.Questionnaires:
    """The questionnaires of a community, or of the office, with what they can be copied from."""
    own = repository.rows(ctx.table, region)
    shared = [] if region == NATIONAL else repository.rows(ctx.table, NATIONAL)
    return views.Questionnaires(
        region=region,
        own=list(map(views.listed, own)),
        shared=list(map(views.listed, shared)),
        built_in=views.built_in(),
    )


def make(
    region: str, form: forms.NewQuestionnaire, ctx: Context, once: Once = REPEATABLE
) -> views.QuestionnaireMade:
    """A new questionnaire, empty or with the questions of another.

    Raises:
        Invalid: there is no such survey to start from.
    """
    copied = _copied(form.start_from, ctx)
    it = model.new(new_id(ctx.now, region), region, str(form.title), copied)
    line = audit_write(ctx.user, "make_questionnaire", it.id, ctx.now)
    mark = once.writes(it.id, questionnaire=it.id)
    ctx.table.transact([*repository.put(it, ctx.now), line, *mark])
    return views.QuestionnaireMade(questionnaire=it.id)


def _copied(start_from: str | None, ctx: Context) -> Definition | None:
    if start_from is None:
        return None
    if start_from in data.load("surveys"):
        return built_in(start_from)
    source = repository.by_id(ctx.table, start_from)
    if source is None or not model.may_read(source, ctx.user):
        raise Invalid(FieldError("start_from", "Choose one of the surveys offered."))
    return model.definition(source) if source.asks else None


def builder(questionnaire_id: str, ctx: Context) -> views.Builder:
    """The questions in the making.

    Raises:
        NotFound: there is no such questionnaire.
    """
    return views.builder(_get(questionnaire_id, ctx.table))


def _get(questionnaire_id: str, table: Table) -> Questionnaire:
    it = repository.by_id(table, questionnaire_id)
    if it is None:
        raise NotFound
    return it


def word(questionnaire_id: str, form: forms.QuestionnaireWording, ctx: Context) -> views.Builder:
    """Its title, what stands above the questions, and the thanks.

    Raises:
        NotFound: there is no such questionnaire.
        QuestionsChanged: somebody changed it since it was shown.
    """
    words = (str(form.title), form.intro, form.thanks)
    it = _change(questionnaire_id, form.revision, lambda it: model.titled(it, *words), ctx)
    return views.builder(it)


def line_page(
    questionnaire_id: str, key: str | None, kind: str | None, ctx: Context
) -> views.QuestionPage:
    """The form for a line.

    Raises:
        NotFound: there is no such questionnaire.
        NoSuchLine: it has no such line.
    """
    it = _get(questionnaire_id, ctx.table)
    line = model.found(it, key) if key else None
    return views.QuestionPage(
        questionnaire=it.id,
        title=it.title,
        kind=line.kind if line else kind if kind in LINE_KINDS else None,
        line=views.line(line) if line else None,
        revision=it.revision,
    )


def add_line(
    questionnaire_id: str, form: forms.QuestionForm, ctx: Context, once: Once = REPEATABLE
) -> views.Builder:
    """A new question or heading, at the end.

    Raises:
        NotFound: there is no such questionnaire.
        QuestionsChanged: somebody changed it since it was shown.
        TooLong: there is no room for more.
        Invalid: something is missing, or does not belong to the kind.
    """
    line, options = _line(form), form.options

    def mark(it: Questionnaire) -> list[Write]:
        return once.writes(f"q{it.made}", questionnaire=it.id)

    it = _change(
        questionnaire_id,
        form.revision,
        lambda it: model.added(it, line, options),
        ctx,
        as_shown=True,
        more=mark,
    )
    return views.builder(it, f"q{it.made}")


def word_line(
    questionnaire_id: str, key: str, form: forms.QuestionForm, ctx: Context
) -> views.Builder:
    """A question or heading in other words.

    Raises:
        NotFound: there is no such questionnaire.
        NoSuchLine: it has no such line.
        QuestionsChanged: somebody changed it since it was shown.
        TooLong: there is no room for more.
        Invalid: something is missing, or does not belong to the kind.
    """
    line, options = _line(form), form.options
    it = _change(
        questionnaire_id, form.revision, lambda it: model.worded(it, key, line, options), ctx
    )
    same_key = any(each.key == key for each in it.lines)
    return views.builder(it, key if same_key else f"q{it.made}")


def _line(form: forms.QuestionForm) -> Line:
    return Line(key="", **form.model_dump(exclude={"revision", "options"}))


def arrange(questionnaire_id: str, form: forms.ArrangeQuestions, ctx: Context) -> views.Builder:
    """Moves a line, takes one out or brings one back, or goes back to what was asked last.

    Raises:
        NotFound: there is no such questionnaire.
        NoSuchLine: it has no such line.
        QuestionsChanged: somebody changed it since it was shown.
        TooLong: there is no room for more.
        NeverAsked: there is nothing to go back to.
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
            it = model.as_asked(it, _asked_last(it, ctx.table))
        return it

    it = _change(questionnaire_id, form.revision, step, ctx, as_shown=True)
    moved = form.move.partition(":")[0] if form.move else form.back
    return views.builder(it, moved)


def _asked_last(it: Questionnaire, table: Table) -> Definition:
    definition = repository.version(table, it.id, it.version) if it.version else None
    if definition is None:
        raise model.NeverAsked
    return definition


def _change(
    questionnaire_id: str,
    revision: int,
    step: Step,
    ctx: Context,
    as_shown: bool = False,
    more: Callable[[Questionnaire], list[Write]] = lambda it: [],
) -> Questionnaire:
    """What says again what stands there changes nothing, whatever revision it was made from; but a step
    that means the lines `as_shown` must find them so."""
    before = _get(questionnaire_id, ctx.table)
    stale = before.revision != revision
    if stale and as_shown:
        raise model.QuestionsChanged
    try:
        after = step(before)
    except model.NoSuchLine as missing:
        raise model.QuestionsChanged if stale else missing from None
    if after.model_copy(update={"revision": before.revision}) == before:
        return before
    if stale:
        raise model.QuestionsChanged
    with conflict_as(model.QuestionsChanged):
        ctx.table.transact([*repository.put(after, ctx.now, before), *more(after)])
    return after


def preview(questionnaire_id: str, ctx: Context) -> views.QuestionnairePreview:
    """The questions as they stand now.

    Raises:
        NotFound: there is no such questionnaire.
        NotYourQuestions: they are another community's.
        NothingAsked: there is no question among them.
    """
    it = _get(questionnaire_id, ctx.table)
    if not model.may_read(it, ctx.user):
        raise model.NotYourQuestions
    return views.preview(it.id, it.region, model.definition(it))


def asked_before(questionnaire_id: str, number: str, ctx: Context) -> views.QuestionnairePreview:
    """What was asked under a number.

    Raises:
        NotFound: nothing was.
    """
    version = int(number) if number.isdecimal() else None
    definition = (
        repository.version(ctx.table, questionnaire_id, version) if version is not None else None
    )
    if definition is None:
        raise NotFound
    region = questionnaire_id.partition("-")[0]
    return views.preview(questionnaire_id, region, definition, version)


def built_in_questions(key: str) -> views.QuestionnairePreview:
    """A survey that came with the service.

    Raises:
        NotFound: none of this key did.
    """
    if key not in data.load("surveys"):
        raise NotFound
    return views.preview(key, None, built_in(key))


def delete(
    questionnaire_id: str, form: forms.QuestionnaireRevision, ctx: Context
) -> views.QuestionsDeleted:
    """Takes a questionnaire away; surveys keep their own copy of what was asked, and their results.

    The questions in the making go last, so that who was cut off can do it again.

    Raises:
        DeletedAlready: there is no such questionnaire any more.
        QuestionsChanged: somebody changed it since it was shown.
    """
    it = repository.by_id(ctx.table, questionnaire_id)
    if it is None:
        raise model.DeletedAlready
    if it.revision != form.revision:
        raise model.QuestionsChanged
    line = audit_write(ctx.user, "delete_questionnaire", it.id, ctx.now)
    with conflict_as(model.QuestionsChanged):
        versions = repository.delete_version_writes(it)
        ctx.table.write_all(versions, beside=[repository.unchanged(it)])
        ctx.table.transact([*repository.delete_writes(it), line])
    where = "/national" if it.region == NATIONAL else f"/communities/{it.region}"
    return views.QuestionsDeleted(next=f"{where}/questionnaires?done=questionnaire_deleted")
