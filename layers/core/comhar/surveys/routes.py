"""Routes of surveys: the questions, and anybody's answers."""

from comhar.surveys import service, views
from comhar.web import AnonymousContext, App

app = App("surveys")


@app.get("/surveys/thanks", title="Thanks for answering")
def survey_thanks(ctx: AnonymousContext, survey: str | None = None) -> views.Thanks:
    """In the words of the survey, where the address says of which."""
    return service.get_thanks(survey, ctx)


@app.get("/surveys/<token>", title="The questions of a survey")
def survey_form(token: str, ctx: AnonymousContext) -> views.Questionnaire:
    """Anonymous: no session is read and nothing is written."""
    return service.get_questionnaire(token, ctx)


@app.post(
    "/surveys/<token>", status=201, then="/surveys/thanks?survey={survey}", title="Answer a survey"
)
def submit(token: str, form: service.AnswerSheet, ctx: AnonymousContext) -> views.Thanks:
    """Anonymous: nothing is kept but the answers, the survey and the quarter."""
    return service.submit_answers(token, form, ctx)
