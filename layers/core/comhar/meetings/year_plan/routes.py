"""Routes of the year at a glance, and of its meetings laid out at once."""

from typing import Annotated

from aws_lambda_powertools.event_handler.depends import Depends

from comhar.context import Context
from comhar.meetings.year_plan import forms, service, views
from comhar.web import App, Once, chair, member_of

app = App("polls", folder="meetings/year_plan")
Mine = Annotated[Context, Depends(member_of)]
Chair = Annotated[Context, Depends(chair)]


@app.get("/communities/<region>/year/<year>", title="A region's year at a glance")
def year_glance(region: str, year: int, ctx: Mine) -> views.YearView:
    return service.get_year(region, year, ctx)


@app.get("/communities/<region>/year/<year>/new", title="The form to lay out a year")
def year_form(region: str, year: int, ctx: Chair) -> views.YearForm:
    return service.get_year_form(region, year, ctx)


@app.post(
    "/communities/<region>/year/<year>/check",
    page="year_form",
    form="/communities/{region}/year/{year}/new",
    title="Look at a year's dates before scheduling",
)
def check_year(region: str, year: int, form: forms.LayOut, ctx: Chair) -> views.YearForm:
    return service.check_year(region, year, form, ctx)


@app.post(
    "/communities/<region>/year/<year>",
    status=201,
    then="/communities/{region}/year/{year}?done=year_laid",
    form="/communities/{region}/year/{year}/new",
    title="Schedule a year's meetings",
    creates=True,
    anew=False,
)
def lay_out(region: str, year: int, form: forms.LayOut, ctx: Chair, once: Once) -> views.Laid:
    return service.lay_out_year(region, year, form, ctx, once)
