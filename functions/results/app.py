"""The doors of results: which surveys there are, and what came of each."""

from typing import Annotated

from aws_lambda_powertools.event_handler.depends import Depends

from comhar import wiring
from comhar.membership.model import Member
from comhar.results import service, views
from comhar.web import App, chair, page_after

app = App("results")
Chair = Annotated[Member, Depends(chair)]
LIST = r"SURVEY#\d{4}-\d\d-\d\d#[\w-]{1,64}"


@app.get("/communities/<region>/surveys", title="The surveys of a community")
def surveys(region: str, me: Chair, cursor: str | None = None) -> views.SurveyList:
    return service.of_region(region, page_after(cursor, LIST), wiring.table())


@app.get("/communities/<region>/surveys/<id>", title="The results of a survey")
def survey_results(region: str, id: str, me: Chair) -> views.SurveyResults:
    """After closing, and only when at least 5 people have answered."""
    return service.outcome(region, id, wiring.table())


handler = app.handler
