"""Versions of reports as they were stored before: region by region."""

import json
import re
from collections.abc import Mapping
from typing import Any

from comhar.reports import figures, role_rows
from comhar.reports.figures import Definition
from comhar.reports.model import Figure, KpiReport, Row

_STATES = {"value": "ok", "suppressed": "hidden", "no_data": "no_data"}


def is_earlier_shape(text: str | bytes) -> bool:
    return "total" in json.loads(text)


def convert(text: str | bytes) -> KpiReport:
    """The report in today's shape, with the words and targets of then.

    Small counts of roles, which were shown then, are hidden.
    """
    stored = json.loads(text)
    regions = {each["code"]: _by_code(each) for each in stored["regions"]}
    total = _by_code(stored["total"])
    rows = [_row(kpi, regions, total) for kpi in stored["kpis"]]
    hidden = role_rows.hidden_cells(rows, None)
    shared = ("quarter", "first", "last", "status", "version", "made_at")
    return KpiReport.model_validate(
        {name: stored[name] for name in shared}
        | {
            "regions": [*regions],
            "names": {each["code"]: each["name"] for each in stored["regions"]},
            "rows": [figures.hide_cells(row, hidden) for row in rows],
        }
    )


def _by_code(region: Mapping[str, Any]) -> dict[str, Any]:
    return {each["code"]: each for each in region["figures"]}


def _row(
    kpi: Mapping[str, Any], regions: Mapping[str, Mapping[str, Any]], total: Mapping[str, Any]
) -> Row:
    definition = figures.find_definition(kpi["code"]) or Definition(
        code=kpi["code"], label=kpi["title"], unit=kpi["unit"], note=kpi["note"]
    )
    written = {"yes": "1"}.get(kpi["target"], kpi["target"])
    target = None if written is None else int(written)
    values = {
        code: figures.judge(definition, _figure(of[kpi["code"]]), target)
        for code, of in regions.items()
    }
    national = figures.judge_nation(definition, _figure(total[kpi["code"]]), values, target)
    row = definition.row(target, values, national)
    return row.model_copy(update={"label": kpi["title"], "note": kpi["note"]})


def _figure(stored: Mapping[str, Any]) -> Figure:
    facts = {"state": _STATES[stored["state"]], "value": stored["value"], "note": stored["note"]}
    if parts := re.fullmatch(r"(\d+) of (\d+)", stored["note"] or ""):
        facts |= {"part": parts[1], "whole": parts[2]}
    text = figures.HIDDEN if facts["state"] == "hidden" else stored["text"]
    return Figure.model_validate(facts | {"text": text})
