"""Routes of the data export; the function that may open reflections serves them."""

from aws_lambda_powertools.event_handler import Response

from comhar.data_export import files, service, views
from comhar.spreadsheets import CONTENT_TYPES
from comhar.web import App, Encryption, UserContext, sealed_forms

app = App("data_export", get_saved_forms=sealed_forms, sensitive=True)


@app.get("/me/data", title="What the download of one's own data holds")
def data_page(ctx: UserContext) -> views.DataPage:
    return service.get_page()


@app.get(
    "/me/data.json",
    title="Everything held about the signed-in person, as JSON",
    files=["application/json"],
)
def data_json(ctx: UserContext, seal: Encryption) -> Response:
    text = files.as_json(service.export_everything(ctx, seal), ctx.now)
    return Response(200, "application/json", text, _headers("json"))


@app.get(
    "/me/data.xlsx",
    title="Everything held about the signed-in person, as a spreadsheet",
    files=[CONTENT_TYPES["xlsx"]],
)
def data_xlsx(ctx: UserContext, seal: Encryption) -> Response:
    body = files.as_xlsx(service.export_everything(ctx, seal))
    return Response(200, CONTENT_TYPES["xlsx"], body, _headers("xlsx"))


def _headers(kind: str) -> dict[str, str]:
    return {"Content-Disposition": f'attachment; filename="my-comhar-data.{kind}"'}
