"""Routes of the export: the page to print, and the office's own ids of figures."""

from comhar.reports import metric_ids, print_page
from comhar.web import App, OfficeContext

app = App("reports")


@app.get(
    "/reports/kpi/<quarter>/print", page="print_page", title="A KPI report on one page to print"
)
def kpi_print(quarter: str, ctx: OfficeContext) -> print_page.PrintPage:
    return print_page.get_print_page(quarter, ctx)


@app.get("/reports/metrics", title="The office's own ids of figures")
def metric_ids_page(ctx: OfficeContext) -> metric_ids.MetricIds:
    return metric_ids.list_metric_ids(ctx)


@app.post(
    "/reports/metrics",
    then="/reports/metrics?done=metric_ids_saved",
    title="Save the office's own ids of figures",
)
def save_metric_ids(form: metric_ids.MetricIdsForm, ctx: OfficeContext) -> metric_ids.MetricIds:
    return metric_ids.save_metric_ids(form, ctx)
