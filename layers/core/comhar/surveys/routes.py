"""Routes of surveys: the questions, and anybody's answers."""

from typing import Annotated

from aws_lambda_powertools.event_handler.depends import Depends

from comhar.context import Context
from comhar.surveys import service, views
from comhar.web import App, anonymous

app = App("surveys")
Nobody = Annotated[Context[None], Depends(anonymous)]


@app.get("/surveys/thanks", title="Thanks for answering")
def survey_thanks(ctx: Nobody, survey: str | None = None) -> views.Thanks:
    """In the words of the survey, where the address says of which."""
    return service.thanks(survey, ctx)


@app.get("/surveys/<token>", title="The questions of a survey")
def survey_form(token: str, ctx: Nobody) -> views.Questionnaire:
    """Anonymous: no session is read and nothing is written."""
    return service.questionnaire(token, ctx)


@app.post(
    "/surveys/<token>", status=201, then="/surveys/thanks?survey={survey}", title="Answer a survey"
)
def submit(token: str, form: service.AnswerSheet, ctx: Nobody) -> views.Thanks:
    """Anonymous: nothing is kept but the answers, the survey and the quarter."""
    return service.submit(token, form, ctx)
