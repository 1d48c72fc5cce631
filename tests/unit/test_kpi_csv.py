"""The tidy table as programs read it: one type a column, whatever the quarter holds."""

import csv
import io
import re
from typing import Any

import pandas
import pytest

from comhar.reports import files as reports_files
from comhar.reports import tidy_table
from comhar.reports.model import KpiReport
from tests.support.sample_reports import (
    change_figures,
    give_reasons,
    hide_protected,
    sample_report,
)

NOTHING = {"state": "no_data", "value": None, "target_met": None, "part": None, "whole": None}
WITHOUT_RATES = ("meetings_held", "meetings_unconfirmed", "members_active")


def whole_numbers() -> KpiReport:
    """A quarter in which nothing could be divided: every value that there is, is whole."""
    report = change_figures(sample_report(), **NOTHING)
    counts = {row.kpi: row for row in sample_report().rows if row.kpi in WITHOUT_RATES}
    return report.model_copy(update={"rows": [counts.get(row.kpi, row) for row in report.rows]})


QUARTERS = {
    "nothing hidden": sample_report(),
    "hidden cells": hide_protected(sample_report()),
    "reasons": give_reasons(sample_report()),
    "every target met": sample_report(met=True),
    "nothing to divide": whole_numbers(),
    "a year": sample_report().model_copy(update={"quarter": "2027"}),
    "so far": sample_report().model_copy(update={"status": "running"}),
}


def as_csv(report: KpiReport) -> bytes:
    return reports_files.FILES["csv"](report)


def lines(report: KpiReport) -> list[dict[str, str]]:
    return [*csv.DictReader(io.StringIO(as_csv(report).decode("utf-8-sig"), newline=""))]


@pytest.mark.parametrize("quarter", QUARTERS)
def test_pandas_reads_the_same_types_in_every_quarter(quarter: str) -> None:
    def types(report: KpiReport) -> dict[str, str]:
        frame = pandas.read_csv(io.BytesIO(as_csv(report)))
        return {str(name): str(kind) for name, kind in frame.dtypes.items()}

    usual = types(QUARTERS["nothing hidden"])
    assert types(QUARTERS[quarter]) == usual
    assert usual["value"] == "float64" and usual["reason"] == usual["kpi"] == "str"


@pytest.mark.parametrize("quarter", QUARTERS)
def test_every_cell_is_what_the_schema_says(quarter: str) -> None:
    """So that programs which look at the text alone, as DuckDB and Polars do, take it for the same."""
    rows = lines(QUARTERS[quarter])
    assert list(rows[0]) == [field["name"] for field in tidy_table.SCHEMA["fields"]]
    keys = [tuple(row[name] for name in tidy_table.SCHEMA["primaryKey"]) for row in rows]
    assert len({*keys}) == len(keys)
    for field in tidy_table.SCHEMA["fields"]:
        cells = {row[field["name"]] for row in rows}
        assert cells != {""}, field["name"]
        assert all(_is_valid(cell, field) for cell in cells if cell), field["name"]


def _is_valid(cell: str, field: dict[str, Any]) -> bool:
    enum = field.get("constraints", {}).get("enum")
    match field["type"]:
        case "number":
            return bool(re.fullmatch(r"\d+\.\d+", cell))
        case "integer":
            return bool(re.fullmatch(r"\d+", cell))
        case "boolean":
            return cell in (*field["trueValues"], *field["falseValues"])
    # A text that could be read as a number would make it a column of them.
    return not re.fullmatch(r"[\d.]+", cell) and (enum is None or cell in enum)


def test_a_value_is_there_in_the_state_ok_alone() -> None:
    for row in lines(QUARTERS["hidden cells"]):
        assert (row["value"] != "") == (row["state"] == "ok")
