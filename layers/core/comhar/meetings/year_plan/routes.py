"""Routes of a year's meetings: seen by quarter, and scheduled together."""

from comhar.meetings.year_plan import forms, service, views
from comhar.web import App, ChairContext, MemberContext, Once

app = App("meetings/year_plan")


@app.get("/communities/<region>/year/<year>", title="A region's year at a glance")
def year_glance(region: str, year: int, ctx: MemberContext) -> views.YearView:
    return service.get_year(region, year, ctx)


@app.get(
    "/communities/<region>/year/<year>/new", title="The form to lay out a year", sensitive=True
)
def year_form(region: str, year: int, ctx: ChairContext) -> views.YearForm:
    return service.get_year_form(region, year, ctx)


@app.post(
    "/communities/<region>/year/<year>/check",
    page="year_form",
    form="/communities/{region}/year/{year}/new",
    title="Look at a year's dates before scheduling",
    sensitive=True,
)
def check_year(region: str, year: int, form: forms.LayOut, ctx: ChairContext) -> views.YearForm:
    return service.check_year(region, year, form, ctx)


@app.post(
    "/communities/<region>/year/<year>",
    status=201,
    then="/communities/{region}/year/{year}?done=year_laid",
    form="/communities/{region}/year/{year}/new",
    title="Schedule a year's meetings",
    creates=True,
    repeatable=False,
    sensitive=True,
)
def lay_out(
    region: str, year: int, form: forms.LayOut, ctx: ChairContext, once: Once
) -> views.Laid:
    return service.lay_out_year(region, year, form, ctx, once)
