"""Use cases of questionnaires: write, reword, order, preview, delete questions."""

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
from comhar.surveys.model import Definition, get_built_in
from comhar.tokens import new_id

Step = Callable[[Questionnaire], Questionnaire]


def list_questionnaires(region: str, ctx: Context) -> views.Questionnaires:
    """The questionnaires of a community, or of the office, and those to copy from."""
    own = repository.list_rows(ctx.table, region)
    shared = [] if region == NATIONAL else repository.list_rows(ctx.table, NATIONAL)
    return views.Questionnaires(
        region=region,
        own=list(map(views.listed_questionnaire, own)),
        shared=list(map(views.listed_questionnaire, shared)),
        built_in=views.built_in_surveys(),
    )


def make_questionnaire(
    region: str, form: forms.NewQuestionnaire, ctx: Context, once: Once = REPEATABLE
) -> views.QuestionnaireMade:
    """Makes a new questionnaire, empty or with the questions of another.

    Raises:
        Invalid: there is no such survey to start from.
    """
    copied = _find_source(form.start_from, ctx)
    questionnaire = model.new_questionnaire(
        new_id(ctx.now, region), region, str(form.title), copied
    )
    line = audit_write(ctx.user, "make_questionnaire", questionnaire.id, ctx.now)
    mark = once.writes(questionnaire.id, questionnaire=questionnaire.id)
    ctx.table.transact([*repository.save_writes(questionnaire, ctx.now), line, *mark])
    return views.QuestionnaireMade(questionnaire=questionnaire.id)


def _find_source(start_from: str | None, ctx: Context) -> Definition | None:
    if start_from is None:
        return None
    if start_from in data.load("surveys"):
        return get_built_in(start_from)
    source = repository.find_questionnaire(ctx.table, start_from)
    if source is None or not model.may_read(source, ctx.user):
        raise Invalid(FieldError("start_from", "Choose one of the surveys offered."))
    return model.to_definition(source) if source.has_questions else None


def get_builder(questionnaire_id: str, ctx: Context) -> views.Builder:
    """The questions as they are being written.

    Raises:
        NotFound: there is no such questionnaire.
    """
    return views.builder(_get_questionnaire(questionnaire_id, ctx.table))


def _get_questionnaire(questionnaire_id: str, table: Table) -> Questionnaire:
    questionnaire = repository.find_questionnaire(table, questionnaire_id)
    if questionnaire is None:
        raise NotFound
    return questionnaire


def change_wording(
    questionnaire_id: str, form: forms.QuestionnaireWording, ctx: Context
) -> views.Builder:
    """Changes the title, the introduction and the thanks.

    Raises:
        NotFound: there is no such questionnaire.
        QuestionsChanged: somebody changed it since it was shown.
    """
    words = (str(form.title), form.intro, form.thanks)
    questionnaire = _save_change(
        questionnaire_id, form.revision, lambda it: model.change_wording(it, *words), ctx
    )
    return views.builder(questionnaire)


def get_line_page(
    questionnaire_id: str, key: str | None, kind: str | None, ctx: Context
) -> views.QuestionPage:
    """The form for a line.

    Raises:
        NotFound: there is no such questionnaire.
        LineNotFound: it has no such line.
    """
    questionnaire = _get_questionnaire(questionnaire_id, ctx.table)
    line = model.get_line(questionnaire, key) if key else None
    return views.QuestionPage(
        questionnaire=questionnaire.id,
        title=questionnaire.title,
        kind=line.kind if line else kind if kind in LINE_KINDS else None,
        line=views.question_line(line) if line else None,
        revision=questionnaire.revision,
    )


def add_line(
    questionnaire_id: str, form: forms.QuestionForm, ctx: Context, once: Once = REPEATABLE
) -> views.Builder:
    """Adds a question or a heading at the end.

    Raises:
        NotFound: there is no such questionnaire.
        QuestionsChanged: somebody changed it since it was shown.
        QuestionnaireTooLong: there is no room for more.
        Invalid: something is missing, or does not belong to the kind.
    """
    line, options = _line_from_form(form), form.options

    def mark(questionnaire: Questionnaire) -> list[Write]:
        return once.writes(f"q{questionnaire.lines_made}", questionnaire=questionnaire.id)

    questionnaire = _save_change(
        questionnaire_id,
        form.revision,
        lambda it: model.add_line(it, line, options),
        ctx,
        as_shown=True,
        more=mark,
    )
    return views.builder(questionnaire, f"q{questionnaire.lines_made}")


def reword_line(
    questionnaire_id: str, key: str, form: forms.QuestionForm, ctx: Context
) -> views.Builder:
    """Rewords a question or a heading.

    Raises:
        NotFound: there is no such questionnaire.
        LineNotFound: it has no such line.
        QuestionsChanged: somebody changed it since it was shown.
        QuestionnaireTooLong: there is no room for more.
        Invalid: something is missing, or does not belong to the kind.
    """
    line, options = _line_from_form(form), form.options
    questionnaire = _save_change(
        questionnaire_id, form.revision, lambda it: model.reword_line(it, key, line, options), ctx
    )
    same_key = any(other_line.key == key for other_line in questionnaire.lines)
    return views.builder(questionnaire, key if same_key else f"q{questionnaire.lines_made}")


def _line_from_form(form: forms.QuestionForm) -> Line:
    return Line(key="", **form.model_dump(exclude={"revision", "options"}))


def arrange_questions(
    questionnaire_id: str, form: forms.ArrangeQuestions, ctx: Context
) -> views.Builder:
    """Moves a line, takes one out or brings it back, or restores what was asked last.

    Raises:
        NotFound: there is no such questionnaire.
        LineNotFound: it has no such line.
        QuestionsChanged: somebody changed it since it was shown.
        QuestionnaireTooLong: there is no room for more.
        QuestionsNeverAsked: there is nothing to go back to.
    """

    def step(questionnaire: Questionnaire) -> Questionnaire:
        if form.move:
            key, _, way = form.move.partition(":")
            questionnaire = model.move_line(questionnaire, key, "up" if way == "up" else "down")
        if form.out:
            questionnaire = model.set_line_out(questionnaire, form.out, True)
        if form.back:
            questionnaire = model.set_line_out(questionnaire, form.back, False)
        if form.as_asked:
            questionnaire = model.restore_asked(
                questionnaire, _get_last_asked(questionnaire, ctx.table)
            )
        return questionnaire

    questionnaire = _save_change(questionnaire_id, form.revision, step, ctx, as_shown=True)
    moved = form.move.partition(":")[0] if form.move else form.back
    return views.builder(questionnaire, moved)


def _get_last_asked(questionnaire: Questionnaire, table: Table) -> Definition:
    definition = (
        repository.find_version(table, questionnaire.id, questionnaire.version)
        if questionnaire.version
        else None
    )
    if definition is None:
        raise model.QuestionsNeverAsked
    return definition


def _save_change(
    questionnaire_id: str,
    revision: int,
    step: Step,
    ctx: Context,
    as_shown: bool = False,
    more: Callable[[Questionnaire], list[Write]] = lambda it: [],
) -> Questionnaire:
    """Writes the questionnaire as `step` changes it, unless that leaves it as it is.

    A change that leaves it as it is may come from an older revision; but where the step depends on the
    lines `as_shown`, the revision must be the present one.
    """
    before = _get_questionnaire(questionnaire_id, ctx.table)
    stale = before.revision != revision
    if stale and as_shown:
        raise model.QuestionsChanged
    try:
        after = step(before)
    except model.LineNotFound as missing:
        raise model.QuestionsChanged if stale else missing from None
    if after.model_copy(update={"revision": before.revision}) == before:
        return before
    if stale:
        raise model.QuestionsChanged
    with conflict_as(model.QuestionsChanged):
        ctx.table.transact([*repository.save_writes(after, ctx.now, before), *more(after)])
    return after


def get_preview(questionnaire_id: str, ctx: Context) -> views.QuestionnairePreview:
    """The questions as those asked would see them now.

    Raises:
        NotFound: there is no such questionnaire.
        QuestionsNotYours: they are another community's.
        QuestionsMissing: there is no question among them.
    """
    questionnaire = _get_questionnaire(questionnaire_id, ctx.table)
    if not model.may_read(questionnaire, ctx.user):
        raise model.QuestionsNotYours
    return views.preview(questionnaire.id, questionnaire.region, model.to_definition(questionnaire))


def get_version(questionnaire_id: str, number: str, ctx: Context) -> views.QuestionnairePreview:
    """The questions that were asked under a version number.

    Raises:
        NotFound: nothing was.
    """
    version = int(number) if number.isdecimal() else None
    definition = (
        repository.find_version(ctx.table, questionnaire_id, version)
        if version is not None
        else None
    )
    if definition is None:
        raise NotFound
    region = questionnaire_id.partition("-")[0]
    return views.preview(questionnaire_id, region, definition, version)


def get_built_in_preview(key: str) -> views.QuestionnairePreview:
    """The questions of a built-in survey.

    Raises:
        NotFound: there is none of this key.
    """
    if key not in data.load("surveys"):
        raise NotFound
    return views.preview(key, None, get_built_in(key))


def delete_questionnaire(
    questionnaire_id: str, form: forms.QuestionnaireRevision, ctx: Context
) -> views.QuestionsDeleted:
    """Deletes a questionnaire; surveys have their own copy of it, and their results.

    The questionnaire itself is deleted last, so that a deletion that was cut off can be sent again.

    Raises:
        QuestionnaireDeleted: there is no such questionnaire any more.
        QuestionsChanged: somebody changed it since it was shown.
    """
    questionnaire = repository.find_questionnaire(ctx.table, questionnaire_id)
    if questionnaire is None:
        raise model.QuestionnaireDeleted
    if questionnaire.revision != form.revision:
        raise model.QuestionsChanged
    line = audit_write(ctx.user, "delete_questionnaire", questionnaire.id, ctx.now)
    with conflict_as(model.QuestionsChanged):
        versions = repository.delete_version_writes(questionnaire)
        ctx.table.write_all(versions, beside=[repository.unchanged_check(questionnaire)])
        ctx.table.transact([*repository.delete_writes(questionnaire), line])
    where = (
        "/national" if questionnaire.region == NATIONAL else f"/communities/{questionnaire.region}"
    )
    return views.QuestionsDeleted(next=f"{where}/questionnaires?done=questionnaire_deleted")
