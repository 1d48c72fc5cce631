"""Routes of results: what came of a survey, calling one off, “You said, we did”."""

from typing import Any

from aws_lambda_powertools.event_handler import Response

from comhar import table_schema
from comhar.results import (
    downloads,
    region_comparison,
    result_table,
    service,
    trends,
    views,
    you_said_we_did,
)
from comhar.spreadsheets import CONTENT_TYPES
from comhar.web import App, ChairContext, MemberContext, OfficeContext, Once, page_after

app = App("results")
LIST = r"SURVEY#\d{4}-\d\d-\d\d#[\w-]{1,64}"


@app.get("/communities/<region>/surveys", title="The surveys of a community")
def surveys(region: str, ctx: MemberContext, cursor: str | None = None) -> views.SurveyList:
    return service.list_surveys(region, page_after(cursor, LIST), ctx)


@app.get(
    "/communities/<region>/surveys/<id>",
    title="The results of a survey, or their file",
    files=CONTENT_TYPES.values(),
)
def survey_results(
    region: str, id: str, ctx: MemberContext
) -> Response[views.SurveyResults | dict[str, Any] | bytes]:
    """After closing, and only when at least 5 people have answered. With .csv or .xlsx the file.

    With .schema.json what the columns of the CSV mean, as a Table Schema.
    """
    # A parameter spans a whole segment of the path, so the suffix is split off here.
    survey, _, kind = id.partition(".")
    if kind == downloads.SCHEMA:
        return _schema()
    if kind in downloads.KINDS:
        return _file(kind, *downloads.get_survey_file(region, survey, kind, ctx))
    return Response(200, "application/json", service.get_results(region, id, ctx))


@app.get(
    "/communities/<region>/surveys/<id>/wheel.svg",
    title="The success wheel as a picture",
    files=["image/svg+xml"],
)
def survey_wheel(region: str, id: str, ctx: MemberContext) -> Response:
    """Of a survey that has results and asked for the facets."""
    return Response(200, "image/svg+xml", downloads.draw_wheel(region, id, ctx))


@app.get("/communities/<region>/surveys/<id>/cancel", title="The form to call a survey off")
def cancel_survey_page(region: str, id: str, ctx: ChairContext) -> views.CallOff:
    return service.get_cancel_page(region, id, ctx)


@app.post(
    "/communities/<region>/surveys/<id>/cancel",
    then="/communities/{region}/surveys?done=survey_called_off",
    title="Call off a survey that has not opened",
)
def cancel_survey(region: str, id: str, ctx: ChairContext) -> views.CalledOff:
    return service.cancel_survey(region, id, ctx)


@app.get("/communities/<region>/surveys/<id>/over-time", title="A survey's answers over time")
def survey_over_time(region: str, id: str, ctx: MemberContext) -> trends.OverTime:
    return trends.get_trends(region, id, ctx)


@app.get("/communities/<region>/surveys/<id>/said/new", title="The form to say what is done")
def said_new_page(region: str, id: str, ctx: ChairContext) -> views.SaidForm:
    return you_said_we_did.get_new_page(region, id, ctx)


@app.post(
    "/communities/<region>/surveys/<id>/said",
    status=201,
    then="/communities/{region}/surveys/{id}?done=said",
    title="Say what was said in a survey, and what is done about it",
    creates=True,
    repeatable=False,
)
def say_done(
    region: str, id: str, form: you_said_we_did.YouSaid, ctx: ChairContext, once: Once
) -> views.SaidKept:
    return you_said_we_did.add_entry(region, id, form, ctx, once)


@app.get(
    "/communities/<region>/surveys/<id>/said/<entry>/edit",
    title="The form to change what is said about a survey",
)
def said_edit_page(region: str, id: str, entry: str, ctx: ChairContext) -> views.SaidPage:
    return you_said_we_did.get_entry_page(region, id, entry, ctx)


@app.post(
    "/communities/<region>/surveys/<id>/said/<entry>/edit",
    then="/communities/{region}/surveys/{id}?done=saved",
    title="Change what is said about a survey",
)
def change_said(
    region: str, id: str, entry: str, form: you_said_we_did.ChangeSaid, ctx: ChairContext
) -> views.SaidKept:
    return you_said_we_did.change_entry(region, id, entry, form, ctx)


@app.get(
    "/communities/<region>/surveys/<id>/said/<entry>/remove",
    title="The form to take away what is said about a survey",
)
def said_remove_page(region: str, id: str, entry: str, ctx: ChairContext) -> views.SaidPage:
    return you_said_we_did.get_entry_page(region, id, entry, ctx)


@app.post(
    "/communities/<region>/surveys/<id>/said/<entry>/remove",
    then="/communities/{region}/surveys/{id}?done=said_removed",
    title="Take away what is said about a survey",
)
def remove_said(region: str, id: str, entry: str, ctx: ChairContext) -> views.SaidKept:
    return you_said_we_did.remove_entry(region, id, entry, ctx)


@app.get(
    "/communities/<region>/surveys/<id>/over-time.svg",
    title="Ratings over time as a picture",
    files=["image/svg+xml"],
)
def survey_over_time_picture(region: str, id: str, ctx: MemberContext) -> Response:
    """Of a survey that asks for ratings and has run at least twice."""
    return Response(200, "image/svg+xml", downloads.draw_trends(region, id, ctx))


@app.get("/national/surveys", title="The surveys that came with the service")
def survey_kinds(ctx: OfficeContext) -> region_comparison.SurveyKinds:
    return region_comparison.list_kinds()


@app.get(
    "/national/surveys/<kind>",
    title="One survey in all communities, or its file",
    files=CONTENT_TYPES.values(),
)
def survey_across(
    kind: str, ctx: OfficeContext
) -> Response[region_comparison.AcrossSurvey | dict[str, Any] | bytes]:
    """By the survey's key or the questionnaire's id. With .csv or .xlsx the file.

    With .schema.json what the columns of the CSV mean, as a Table Schema.
    """
    survey, _, suffix = kind.partition(".")
    if suffix == downloads.SCHEMA:
        return _schema()
    if suffix in downloads.KINDS:
        return _file(suffix, *downloads.get_comparison_file(survey, suffix, ctx))
    return Response(200, "application/json", region_comparison.compare_regions(kind, ctx))


def _file(kind: str, name: str, body: bytes) -> Response[Any]:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(200, CONTENT_TYPES[kind], body, headers=headers)


def _schema() -> Response[Any]:
    headers = {"Content-Disposition": f'attachment; filename="{downloads.SCHEMA_NAME}"'}
    body = table_schema.as_json(result_table.SCHEMA)
    return Response(200, "application/json", body, headers=headers)
