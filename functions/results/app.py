"""The doors of results: which surveys there are, what came of each, and what is done about it."""

from typing import Annotated

from aws_lambda_powertools.event_handler.depends import Depends

from comhar import wiring
from comhar.membership.model import Member
from comhar.results import service, views
from comhar.web import App, chair, member_of, page_after

app = App("results")
Mine = Annotated[Member, Depends(member_of)]
Chair = Annotated[Member, Depends(chair)]
LIST = r"SURVEY#\d{4}-\d\d-\d\d#[\w-]{1,64}"


@app.get("/communities/<region>/surveys", title="The surveys of a community")
def surveys(region: str, me: Mine, cursor: str | None = None) -> views.SurveyList:
    after = page_after(cursor, LIST)
    return service.of_region(region, after, me, wiring.clock(), wiring.table())


@app.get("/communities/<region>/surveys/<id>", title="The results of a survey")
def survey_results(region: str, id: str, me: Mine) -> views.SurveyResults:
    """After closing, and only when at least 5 people have answered."""
    return service.outcome(region, id, me, wiring.table())


@app.get("/communities/<region>/surveys/<id>/cancel", title="The form to call a survey off")
def cancel_survey_page(region: str, id: str, me: Chair) -> views.CallOff:
    return service.cancel_page(region, id, wiring.table())


@app.post(
    "/communities/<region>/surveys/<id>/cancel",
    then="/communities/{region}/surveys?done=survey_called_off",
    title="Call off a survey that has not opened",
)
def cancel_survey(region: str, id: str, me: Chair) -> views.CalledOff:
    return service.cancel(region, id, me, wiring.clock(), wiring.table())


handler = app.handler
