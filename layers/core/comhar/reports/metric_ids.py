"""The office's own ids of figures, filled in once for every later workbook."""

from typing import Annotated

from pydantic import Field

from comhar.aws.conditions import conflict_as
from comhar.context import Context
from comhar.errors import Conflict, FieldError, Invalid, changed_by_other
from comhar.fields import Form, Line, Revision, View
from comhar.membership.repository import audit_write
from comhar.reports import figures, repository

AUDIT_SUBJECT = "metric-ids"  # what the audit calls the list


class MetricIdsChanged(Conflict):
    kind = "metric-ids-changed-meanwhile"
    title = changed_by_other("the metric IDs")
    next = "Check what they are now, and save yours again if they are still right."


class MetricId(Form):
    """A figure's code and the office's own id for it; without one it has none."""

    kpi: Annotated[str, Field(max_length=80)]
    id: Annotated[Line | None, Field(max_length=40)] = None


class MetricIdsForm(Form):
    """The ids of all figures, made from what stood there at `revision`."""

    revision: Revision
    metrics: Annotated[list[MetricId], Field(max_length=100)]


class Metric(View):
    kpi: str
    label: str
    id: str | None


class MetricIds(View):
    """The figures in the order of a report."""

    revision: int
    metrics: list[Metric]


def list_metric_ids(ctx: Context) -> MetricIds:
    """Every figure with its id; one read."""
    item = ctx.table.get(repository.METRIC_IDS)
    ids = repository.metric_ids_from_item(item)
    metrics = [
        Metric(kpi=each.code, label=each.label, id=ids.get(each.code))
        for each in figures.definitions()
    ]
    return MetricIds(revision=item["revision"] if item else 0, metrics=metrics)


def save_metric_ids(form: MetricIdsForm, ctx: Context) -> MetricIds:
    """Saves the ids; versions of reports that are made from now on have them.

    The same ids again write nothing.

    Raises:
        Invalid: there is no such figure, or an id stands twice.
        MetricIdsChanged: somebody else changed them since they were read.
    """
    ids = {each.kpi: each.id for each in form.metrics if each.id}
    _require_valid(form.metrics)
    stored = ctx.table.get(repository.METRIC_IDS)
    if ids == repository.metric_ids_from_item(stored):
        return list_metric_ids(ctx)
    with conflict_as(MetricIdsChanged):
        ctx.table.transact(
            [
                repository.metric_ids_write(ids, form.revision),
                audit_write(ctx.user, "edit_metric_ids", AUDIT_SUBJECT, ctx.now),
            ]
        )
    return list_metric_ids(ctx)


def _require_valid(metrics: list[MetricId]) -> None:
    errors, taken = [], set()
    for number, metric in enumerate(metrics):
        if figures.find_definition(metric.kpi) is None:
            errors.append(FieldError(f"metrics.{number}.kpi", "There is no such figure."))
        elif metric.id and metric.id in taken:
            message = "Another figure has this ID. Each needs its own."
            errors.append(FieldError(f"metrics.{number}.id", message))
        taken.add(metric.id)
    if errors:
        raise Invalid(*errors)
