"""Counts of members by role in a report: small ones are hidden, and nothing else tells them."""

import csv
import io
from datetime import UTC, datetime
from typing import Any

import pytest

from comhar.reports.suppression_audit import NATION
from tests.support import role_attack, sample_quarter
from tests.support.cloud import Cloud
from tests.support.kpi_export import export_last_quarter
from tests.support.role_attack import Cell
from tests.support.sample_community import OFFICE

Q1, Q2 = datetime(2027, 4, 1, 8, tzinfo=UTC), datetime(2027, 7, 1, 8, tzinfo=UTC)
ROLES = {
    "SW": {"peer_educator": 2, "ips_worker": 8, "recovery_educator": 12},
    "MW": {"peer_educator": 9, "ips_worker": 10, "recovery_educator": 11},
    "DSE": {"peer_educator": 1},
}


def member(region: str, role: str, number: int, until: str | None = None) -> None:
    period = {"from": "2027-01-05", "until": until}
    facts = {"role": role, "status": "active", "periods": [period]}
    key = f"{region}-{role}-{number}"
    sample_quarter.put("REGISTER", f"{region}#{key}", id=key, **facts)


@pytest.fixture
def cloud(emptied: Cloud) -> Cloud:
    for region, roles in ROLES.items():
        for role, count in roles.items():
            for number in range(count):
                member(region, role, number)
    return emptied


def get(cloud: Cloud, path: str, **more: Any) -> Any:
    answer = cloud.call("GET", f"/reports/kpi/{path}", bearer=cloud.session(OFFICE), **more)
    assert answer.status == 200, answer.text
    return answer


def role_figures(cloud: Cloud, quarter: str) -> dict[Cell, dict[str, Any]]:
    return {
        (region, row["kpi"].partition(".")[2]): figure
        for row in get(cloud, quarter).json["rows"]
        if row["kpi"].startswith("members_by_role.")
        for region, figure in (*row["values"].items(), (NATION, row["national"]))
    }


def hidden_cells(figures: dict[Cell, dict[str, Any]]) -> set[Cell]:
    return {cell for cell, figure in figures.items() if figure["state"] == "hidden"}


def test_a_region_with_few_of_a_role_has_hidden_counts_and_looks_the_same_for_both_kinds(
    cloud: Cloud,
) -> None:
    export_last_quarter(Q1)
    figures = role_figures(cloud, "2027-Q1")
    hidden = hidden_cells(figures)
    assert ("SW", "peer_educator") in hidden
    assert ("SW", "ips_worker") in hidden  # else 22 members would tell
    assert len({str(sorted(figures[cell].items())) for cell in hidden}) == 1
    assert all(figures[cell]["value"] is None for cell in hidden)
    assert figures["MW", "recovery_educator"]["value"] == 11
    assert figures["SW", "peer_coordinator"]["value"] == 0
    assert ("DSE", "ips_worker") in hidden  # a zero: the one member could have any role


def test_nothing_hidden_can_be_computed_from_the_report(cloud: Cloud) -> None:
    export_last_quarter(Q1)
    figures = role_figures(cloud, "2027-Q1")
    active = next(
        row for row in get(cloud, "2027-Q1").json["rows"] if row["kpi"] == "members_active"
    )
    totals = {region: figure["value"] for region, figure in active["values"].items()}
    published = role_attack.Quarter(
        {cell: figure["value"] for cell, figure in figures.items()},
        {**totals, NATION: active["national"]["value"]},
    )
    assert not role_attack.compute_hidden([published])


def test_the_files_hide_what_the_report_hides(cloud: Cloud) -> None:
    export_last_quarter(Q1)
    hidden = hidden_cells(role_figures(cloud, "2027-Q1"))
    text = get(cloud, "2027-Q1.csv").text.encode("latin-1").decode("utf-8-sig")
    rows = csv.DictReader(io.StringIO(text, newline=""))
    of_role = [row for row in rows if row["kpi"].startswith("members_by_role.")]
    assert {
        (row["region_code"], row["kpi"].partition(".")[2])
        for row in of_role
        if row["state"] == "hidden"
    } == hidden
    assert not any(row["value"] for row in of_role if row["state"] == "hidden")


def test_a_region_that_nobody_joined_or_left_hides_the_same_in_the_next_quarter(
    cloud: Cloud,
) -> None:
    export_last_quarter(Q1)
    member("MW", "peer_educator", 0, until="2027-05-03")
    export_last_quarter(Q2)
    before, after = (
        hidden_cells(role_figures(cloud, quarter)) for quarter in ("2027-Q1", "2027-Q2")
    )
    for region in ("SW", "DSE", "DNE"):
        assert {cell for cell in before if cell[0] == region} == {
            cell for cell in after if cell[0] == region
        }
