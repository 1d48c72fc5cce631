"""Versions of reports that were stored region by region open in today's shape."""

import json
from typing import Any

import pytest

from comhar.reports import legacy_versions
from comhar.reports import repository as reports_repository
from comhar.reports.model import KpiReport


def figure(code: str, value: float | None, text: str, **more: Any) -> dict[str, Any]:
    facts = {"code": code, "state": "value", "value": value, "text": text, "note": None}
    return facts | more


def stored() -> str:
    """What version 1 of a quarter was, with three figures of two regions."""
    kpis = [
        {"code": code, "title": title, "unit": unit, "target": target, "note": "As then."}
        for code, title, unit, target in (
            ("meetings_held", "Meetings", "count", "1"),
            ("attendance_rate", "Attendance", "percent", None),
            ("survey_responses", "Survey answers", "count", None),
            ("terms_approved", "Terms", "yes_no", "yes"),
        )
    ]
    own = [
        figure("meetings_held", 0, "0"),
        figure("attendance_rate", 71.4, "71.4%", note="5 of 7"),
        figure("survey_responses", None, "hidden, to protect a small group", state="suppressed"),
        figure("terms_approved", 1, "yes"),
    ]
    other = [
        figure("meetings_held", 2, "2"),
        figure("attendance_rate", None, "no data", state="no_data"),
        figure("survey_responses", 9, "9"),
        figure("terms_approved", 0, "no"),
    ]
    return json.dumps(
        {
            "quarter": "2027-Q1",
            "first": "2027-01-01",
            "last": "2027-03-31",
            "version": 1,
            "status": "provisional",
            "made_at": "2027-04-01T08:00:00Z",
            "kpis": kpis,
            "regions": [
                {"code": "SW", "name": "South West", "figures": own},
                {"code": "MW", "name": "Mid West", "figures": other},
            ],
            "total": {"code": "ALL", "name": "All regions", "figures": [*other[:1], *own[1:]]},
        }
    )


@pytest.mark.parametrize("content", [stored(), stored().encode()])
def test_it_is_told_from_todays_by_its_total(content: str | bytes) -> None:
    report = legacy_versions.convert(content)
    assert legacy_versions.is_earlier_shape(content)
    assert not legacy_versions.is_earlier_shape(report.model_dump_json())
    assert reports_repository.from_item({"content": stored()}) == report
    assert KpiReport.model_validate_json(report.model_dump_json()) == report


def test_values_states_and_words_are_those_of_then() -> None:
    report = legacy_versions.convert(stored())
    assert (report.quarter, report.version, report.status) == ("2027-Q1", 1, "provisional")
    assert report.names == {"SW": "South West", "MW": "Mid West"}
    rate = report.row("attendance_rate").values["SW"]
    assert (rate.value, rate.part, rate.whole, rate.text) == (71.4, 5, 7, "71.4%")
    hidden = report.row("survey_responses").values["SW"]
    assert (hidden.state, hidden.value, hidden.text) == ("hidden", None, "hidden")
    assert report.row("attendance_rate").values["MW"].state == "no_data"
    assert report.row("meetings_held").label == "Meetings"


def test_targets_are_judged_as_today() -> None:
    report = legacy_versions.convert(stored())
    meetings = report.row("meetings_held")
    assert [meetings.values[code].target_met for code in ("SW", "MW")] == [False, True]
    assert (meetings.national.target, meetings.national.target_met) == (2, True)
    terms = report.row("terms_approved")
    assert [terms.values[code].target_met for code in ("SW", "MW")] == [True, False]
    assert terms.national.note == "1 of 2 regions met the target"


def test_small_counts_of_roles_are_hidden_as_in_todays_reports() -> None:
    old = json.loads(stored())
    role = "members_by_role.peer_educator"
    more = "members_by_role.ips_worker"
    old["kpis"] += [
        {"code": code, "title": "Role", "unit": "count", "target": None, "note": "As then."}
        for code in ("members_joined", "members_left", role, more)
    ]
    for of, counts in zip([*old["regions"], old["total"]], [(3, 8), (9, 9), (12, 17)], strict=True):
        of["figures"] += [figure("members_joined", 1, "1"), figure("members_left", 0, "0")]
        of["figures"] += [
            figure(code, n, str(n)) for code, n in zip((role, more), counts, strict=True)
        ]
    report = legacy_versions.convert(json.dumps(old))
    assert report.row(role).values["SW"].state == "hidden"
    assert report.row(more).values["SW"].state == "hidden"  # or the sum would tell
