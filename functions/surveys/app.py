"""The doors of surveys: the questions, anybody's answers, and what came of them."""

from typing import Annotated

from aws_lambda_powertools.event_handler.depends import Depends

from comhar import wiring
from comhar.membership.model import Member
from comhar.surveys import service, views
from comhar.surveys.answers import AnswerSheet
from comhar.web import App, anonymous, chair, page_after

app = App("surveys")
Nobody = Annotated[None, Depends(anonymous)]
Chair = Annotated[Member, Depends(chair)]
LIST = r"SURVEY#\d{4}-\d\d-\d\d#[\w-]{1,64}"


@app.get("/surveys/thanks", title="Thanks for answering")
def survey_thanks(nobody: Nobody) -> views.Thanks:
    return views.Thanks()


@app.get("/surveys/<token>", title="The questions of a survey")
def survey_form(token: str, nobody: Nobody) -> views.Questionnaire:
    """Anonymous: no session is read and nothing is written."""
    return views.questionnaire(service.questionnaire(token, wiring.clock(), wiring.table()))


@app.post("/surveys/<token>", status=201, then="/surveys/thanks", title="Answer a survey")
def submit(token: str, form: AnswerSheet, nobody: Nobody) -> views.Thanks:
    """Anonymous: nothing is kept but the answers, the survey and the quarter."""
    survey = service.submit(token, form, wiring.clock(), wiring.table())
    return views.Thanks(thanks=survey.definition.thanks)


@app.get("/communities/<region>/surveys", title="The surveys of a community")
def surveys(region: str, me: Chair, cursor: str | None = None) -> views.SurveyList:
    return service.of_region(region, page_after(cursor, LIST), wiring.table())


@app.get("/communities/<region>/surveys/<id>", title="The results of a survey")
def survey_results(region: str, id: str, me: Chair) -> views.SurveyResults:
    """After closing, and only when at least 5 people have answered."""
    return service.outcome(region, id, wiring.table())


handler = app.handler
