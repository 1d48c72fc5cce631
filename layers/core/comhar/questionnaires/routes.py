"""Routes of questionnaires: write questions, start surveys, plan recurring ones."""

from comhar.questionnaires import forms, launch, service, views
from comhar.recurring_surveys import model as recurring_model
from comhar.recurring_surveys import service as recurring_service
from comhar.recurring_surveys import views as recurring_views
from comhar.regions import NATIONAL
from comhar.web import App, ChairContext, MemberContext, OfficeContext, Once

app = App("questionnaires")


@app.get("/communities/<region>/questionnaires", title="The questions a community can ask")
def questionnaires(region: str, ctx: ChairContext) -> views.Questionnaires:
    return service.list_questionnaires(region, ctx)


@app.get("/communities/<region>/questionnaires/new", title="The form to write new questions")
def questionnaire_new(region: str, ctx: ChairContext) -> views.Questionnaires:
    return service.list_questionnaires(region, ctx)


@app.post(
    "/communities/<region>/questionnaires",
    status=201,
    then="/questionnaires/{questionnaire}?done=questionnaire_made",
    title="Begin to write questions",
    creates=True,
)
def make_questionnaire(
    region: str, form: forms.NewQuestionnaire, ctx: ChairContext, once: Once
) -> views.QuestionnaireMade:
    return service.make_questionnaire(region, form, ctx, once)


@app.get("/communities/<region>/questionnaires/<key>/start", title="The form to start a survey")
def start_page(region: str, key: str, ctx: ChairContext) -> views.StartSurveyPage:
    return launch.get_start_page(region, key, ctx)


@app.post(
    "/communities/<region>/questionnaires/<key>/start",
    status=201,
    then="/communities/{region}/surveys?done=survey_started",
    title="Start a survey in a community",
    creates=True,
    repeatable=False,
)
def start_survey(
    region: str, key: str, form: forms.StartSurvey, ctx: ChairContext, once: Once
) -> views.SurveyStarted:
    return launch.start_survey(region, key, form, ctx, once)


@app.get("/communities/<region>/evaluations", title="The automatic surveys")
def evaluations(region: str, ctx: ChairContext) -> recurring_views.Evaluations:
    return recurring_service.get_evaluations(region, ctx)


@app.post(
    "/communities/<region>/evaluations",
    then="/communities/{region}/evaluations?done=surveys_planned",
    title="Plan the automatic surveys",
)
def plan_evaluations(
    region: str, form: recurring_model.Plan, ctx: ChairContext
) -> recurring_views.PlannedEvaluations:
    return recurring_service.plan_evaluations(region, form, ctx)


@app.post(
    "/communities/<region>/evaluations/<kind>",
    then="/communities/{region}/evaluations?done={done}",
    form="/communities/{region}/evaluations",
    title="Go on with an automatic survey, or stop it",
)
def decide_evaluation(
    region: str, kind: str, form: recurring_model.Decision, ctx: ChairContext
) -> recurring_views.DecidedEvaluation:
    return recurring_service.decide(region, kind, form, ctx)


@app.get("/national/questionnaires", page="questionnaires", title="The questions of the office")
def national_questionnaires(ctx: OfficeContext) -> views.Questionnaires:
    return service.list_questionnaires(NATIONAL, ctx)


@app.get(
    "/national/questionnaires/new",
    page="questionnaire_new",
    title="The form to write new questions of the office",
)
def national_questionnaire_new(ctx: OfficeContext) -> views.Questionnaires:
    return service.list_questionnaires(NATIONAL, ctx)


@app.post(
    "/national/questionnaires",
    status=201,
    then="/questionnaires/{questionnaire}?done=questionnaire_made",
    title="Begin to write questions of the office",
    creates=True,
)
def make_national(
    form: forms.NewQuestionnaire, ctx: OfficeContext, once: Once
) -> views.QuestionnaireMade:
    return service.make_questionnaire(NATIONAL, form, ctx, once)


@app.get(
    "/national/questionnaires/<key>/start",
    page="start_page",
    title="The form to start a survey in several communities",
)
def start_many_page(key: str, ctx: OfficeContext) -> views.StartSurveyPage:
    return launch.get_start_page(None, key, ctx)


@app.post(
    "/national/questionnaires/<key>/start",
    status=201,
    then="/national/questionnaires?done=survey_started",
    title="Start a survey in several communities",
    creates=True,
    repeatable=False,
)
def start_many(
    key: str, form: forms.StartSurveys, ctx: OfficeContext, once: Once
) -> views.SurveyStarted:
    return launch.start_survey(None, key, form, ctx, once)


@app.get(
    "/questionnaires/built-in/<key>", page="preview", title="The questions of a built-in survey"
)
def built_in_questions(key: str, ctx: MemberContext) -> views.QuestionnairePreview:
    return service.get_built_in_preview(key)


@app.get("/questionnaires/<id>", title="Questions in the making")
def questionnaire(id: str, ctx: ChairContext) -> views.Builder:
    return service.get_builder(id, ctx)


@app.get("/questionnaires/<id>/preview", title="The questions as those asked will see them")
def preview(id: str, ctx: MemberContext) -> views.QuestionnairePreview:
    return service.get_preview(id, ctx)


@app.get("/questionnaires/<id>/versions/<number>", page="preview", title="What was asked before")
def asked_before(id: str, number: str, ctx: ChairContext) -> views.QuestionnairePreview:
    return service.get_version(id, number, ctx)


@app.get("/questionnaires/<id>/words", title="The form for title, introduction and thanks")
def words_page(id: str, ctx: ChairContext) -> views.Builder:
    return service.get_builder(id, ctx)


@app.post(
    "/questionnaires/<id>/words",
    then="/questionnaires/{questionnaire}?done=saved",
    title="Change title, introduction and thanks",
)
def word_questionnaire(
    id: str, form: forms.QuestionnaireWording, ctx: ChairContext
) -> views.Builder:
    return service.change_wording(id, form, ctx)


@app.post(
    "/questionnaires/<id>/arrange",
    then="/questionnaires/{questionnaire}?done=saved#{at}",
    form="/questionnaires/{id}",
    title="Move a question, take it out or bring it back",
)
def arrange_questions(id: str, form: forms.ArrangeQuestions, ctx: ChairContext) -> views.Builder:
    return service.arrange_questions(id, form, ctx)


@app.get("/questionnaires/<id>/lines/new", title="The form for a new question or heading")
def line_new(id: str, ctx: ChairContext, kind: str | None = None) -> views.QuestionPage:
    return service.get_line_page(id, None, kind, ctx)


@app.post(
    "/questionnaires/<id>/lines",
    status=201,
    then="/questionnaires/{questionnaire}?done=saved#{at}",
    title="Add a question or a heading",
    creates=True,
    repeatable=False,
)
def add_line(id: str, form: forms.QuestionForm, ctx: ChairContext, once: Once) -> views.Builder:
    return service.add_line(id, form, ctx, once)


@app.get("/questionnaires/<id>/lines/<line>", title="The form to change a question or heading")
def line_page(id: str, line: str, ctx: ChairContext) -> views.QuestionPage:
    return service.get_line_page(id, line, None, ctx)


@app.post(
    "/questionnaires/<id>/lines/<line>",
    then="/questionnaires/{questionnaire}?done=saved#{at}",
    title="Change a question or a heading",
)
def word_line(id: str, line: str, form: forms.QuestionForm, ctx: ChairContext) -> views.Builder:
    return service.reword_line(id, line, form, ctx)


@app.get("/questionnaires/<id>/delete", title="The page to delete questions")
def delete_page(id: str, ctx: ChairContext) -> views.Builder:
    return service.get_builder(id, ctx)


@app.post(
    "/questionnaires/<id>/delete",
    then="{next}",
    title="Delete questions",
)
def delete_questionnaire(
    id: str, form: forms.QuestionnaireRevision, ctx: ChairContext
) -> views.QuestionsDeleted:
    return service.delete_questionnaire(id, form, ctx)
