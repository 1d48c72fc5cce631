"""The demo's year: its KPI exports say what was sent in, whichever way they are read, for ever."""

import csv
import io
import json
import subprocess
import sys
from collections import Counter, defaultdict
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from types import SimpleNamespace

import openpyxl
import pytest

from tests.support import kpi_oracle, role_attack
from tests.support.kpi_oracle import HIDDEN
from tests.support.proof_sizes import sized
from tests.support.stack import ROOT, Stack
from tests.support.stack_users import OFFICE

pytestmark = pytest.mark.xdist_group("demo")  # one year for all of them
MEMBERS = sized(42, 60)  # with fewer, no survey has figures
SIZE = ("--members", str(MEMBERS), "--quarters", "2")


def demo(stack):
    command = [sys.executable, "-m", "local.demo", *SIZE]
    done = subprocess.run(
        command, cwd=ROOT, env=stack.environment, capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def lived(tmp_path_factory):
    """A year filled while nothing else ran, and then a stack on what it left."""
    stack = Stack(tmp_path_factory.mktemp("demo"))
    stack.data.mkdir(exist_ok=True)
    result = demo(stack)
    stack.start()
    journal = json.loads((stack.data / "demo.json").read_text())
    office = stack.sign_in(OFFICE)
    yield SimpleNamespace(stack=stack, output=result, journal=journal, office=office)
    stack.stop()


def report(lived, quarter):
    answer = lived.stack.get(f"/reports/kpi/{quarter}", session=lived.office)
    assert answer.status == 200, answer.text
    return answer.json


def files(lived, quarter):
    """The bytes of both files."""
    answers = [
        lived.stack.get(f"/reports/kpi/{quarter}.{kind}", session=lived.office)
        for kind in ("csv", "xlsx")
    ]
    assert [answer.status for answer in answers] == [200, 200]
    return tuple(answer.body for answer in answers)


def in_json(lived, quarter):
    found = report(lived, quarter)
    return {
        (region, row["kpi"]): (figure["state"], figure["value"])
        for row in found["rows"]
        for region, figure in [*row["values"].items(), ("ALL", row["national"])]
    }


def in_csv(lived, quarter):
    rows = csv.DictReader(io.StringIO(files(lived, quarter)[0].decode("utf-8-sig"), newline=""))
    return {
        (row["region_code"], row["kpi"]): (
            row["state"],
            float(row["value"]) if row["value"] else None,
        )
        for row in rows
    }


def in_workbook(lived, quarter):
    book = openpyxl.load_workbook(io.BytesIO(files(lived, quarter)[1]), read_only=True)
    head, *rows = book["Figures"].iter_rows(values_only=True)
    return {
        (row["region_code"], row["kpi"]): (row["state"], row["value"])
        for row in (dict(zip(head, cells, strict=True)) for cells in rows)
    }


def expected(lived, quarter):
    figures = kpi_oracle.KpiOracle(lived.journal, quarter).figures()
    return {
        (region, code): figure for region, some in figures.items() for code, figure in some.items()
    }


@pytest.mark.parametrize("read", [in_json, in_csv, in_workbook])
def test_every_figure_is_that_of_what_was_sent_in(lived, read):
    quarters = lived.journal["reports"]
    assert len(quarters) == 3  # the one in which they joined, and two of meetings
    for quarter in quarters:
        figures, wanted = read(lived, quarter), expected(lived, quarter)
        hidden = {cell for cell in figures if is_of_role(cell) and figures[cell] == HIDDEN}
        assert figures == wanted | dict.fromkeys(hidden, HIDDEN)
        small = {cell for cell in wanted if is_of_role(cell) and wanted[cell][1] in range(1, 5)}
        assert small <= hidden
        table: role_attack.Table = defaultdict(dict)
        for region, code in filter(is_of_role, wanted):
            if region != role_attack.NATION:
                table[region][code] = wanted[region, code][1]
        assert not role_attack.compute_hidden([role_attack.publish(table, hidden)])


def is_of_role(cell):
    return cell[1].startswith("members_by_role.")


def test_the_year_has_figures_of_every_kind(lived):
    """Else the comparison would say little."""
    figures = {
        (code, *figure)
        for quarter in lived.journal["reports"]
        for (_, code), figure in expected(lived, quarter).items()
    }
    states = {(code, state) for code, state, _ in figures}
    for code in ("reflections", "survey_responses", "satisfaction_mean"):
        assert {(code, "ok"), (code, "hidden")} <= states
    assert {(code, "no_data") for code in ("attendance_rate", "survey_responses")} <= states
    rare = {("agendas_on_time", 0), ("meetings_unconfirmed", 1), ("meetings_additional", 1)}
    assert {(code, "ok", value) for code, value in rare} <= figures


def test_each_agenda_went_once_to_everyone_who_was_active_before_the_day(lived):
    members = lived.journal["members"]
    for meeting in lived.journal["meetings"]:
        for sent in meeting["agendas"].values():
            assert len(sent["to"]) == len(set(sent["to"]))
    for meeting in (each for each in lived.journal["meetings"] if each["state"] == "held"):
        day = meeting["starts_at"][:10]
        active = {
            each["email"]
            for each in members
            if each["region"] == meeting["region"] and (each["active_on"] or "~") < day
        }
        assert active == set(list(meeting["agendas"].values())[-1]["to"])


def test_of_a_quarterly_meeting_nobody_gets_more_than_four_emails(lived):
    """DOMAIN.md, "Emails": invitation, agenda, one that asks if they come, one after it.

    What changes is never capped: a changed agenda, a new date, a cancellation.
    """
    capped = ("Invitation", "Agenda", "Are you coming?", "What was agreed")
    kinds, counts = set(), Counter()
    for one in lived.stack.mail(subject="quarterly meeting"):
        kind = next((each for each in capped if one["subject"].startswith(each)), None)
        if kind:
            kinds.add(kind)
            counts[one["to"], kind, one["subject"].partition("quarterly")[2]] += 1
    assert kinds == set(capped)
    assert set(counts.values()) == {1}


def test_after_each_meeting_everyone_active_gets_what_was_agreed(lived):
    recorded = {
        (one["to"], one["subject"].rpartition(", ")[2])
        for one in lived.stack.mail(subject="What was agreed")
    }
    for meeting in (each for each in lived.journal["meetings"] if each["state"] == "held"):
        day = date.fromisoformat(meeting["starts_at"][:10])
        for each in lived.journal["members"]:
            if each["region"] == meeting["region"] and (each["active_on"] or "~") < str(day):
                assert (each["email"], f"{day.day} {day:%B} {day.year}") in recorded


def test_reviews_ask_everybody_who_has_been_there_a_week(lived):
    """Surveys ask whom a co-chair or the office confirmed: by then all are."""
    for review in lived.journal["reviews"]:
        opened = datetime.fromisoformat(review["opened_at"]).astimezone(kpi_oracle.DUBLIN).date()
        there = (opened - timedelta(days=7)).isoformat()
        everybody = {
            each["email"]
            for each in lived.journal["members"]
            if each["region"] == review["region"] and (each["active_on"] or "~") <= there
        }
        assert set(review["asked"]) == everybody
    assert len(lived.journal["reviews"]) == len(kpi_oracle.REGIONS)


def test_run_five_times_and_twice_at_once_there_is_one_file_of_each_kind(lived):
    """As if the quarter had never been exported: two at once make it, five more leave it."""
    quarter, stack = lived.journal["reports"][-1], lived.stack
    before = in_json(lived, quarter)
    _forget(stack, quarter)
    letters = len(stack.mail(OFFICE, quarter))
    with ThreadPoolExecutor(2) as pool:
        result = list(pool.map(lambda _: stack.invoke("kpi_export", {}), range(2)))
    assert result == [{"quarter": quarter}] * 2
    made = files(lived, quarter)
    for _ in range(5):
        assert stack.invoke("kpi_export", {}) == {"quarter": quarter}
        assert files(lived, quarter) == made
    stack.settle()
    assert len(stack.mail(OFFICE, quarter)) == letters + 1
    assert in_json(lived, quarter) == before


def _forget(stack, quarter):
    """Takes the report, its letter and its files away."""
    table = "comhar-CoreTable"
    for pk in (f"REPORT#{quarter}", "REPORTS", f"LETTER#kpi_ready#{quarter}#0001"):
        found = stack.dynamodb().query(
            TableName=table,
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues={":pk": {"S": pk}},
        )["Items"]
        items = [item for item in found if quarter in pk + item["sk"]["S"]]
        assert items
        for item in items:
            key = {"pk": item["pk"], "sk": item["sk"]}
            stack.dynamodb().delete_item(TableName=table, Key=key)
    for path in (stack.data / "s3").rglob(f"*{quarter}*"):
        path.unlink()


def test_a_filled_stack_is_left_as_it_is(lived):
    before = lived.stack.get("/_local/mail").text
    assert "nothing was changed" in demo(lived.stack)
    assert lived.stack.get("/_local/mail").text == before


def test_one_region_is_being_asked_which_date_suits(lived):
    polls = lived.stack.get("/communities/SW/polls", session=lived.office).json
    (poll,) = polls["open"]
    assert polls["over"] == []
    seen = lived.stack.get(f"/polls/{poll['id']}", session=lived.office).json
    assert (seen["state"], len(seen["dates"])) == ("open", 3)
    assert seen["answered"] >= 2
    assert "members were asked which date suits them (SW)" in lived.output


def test_it_says_where_to_look_around(lived):
    assert "make run" in lived.output
    assert f"{lived.stack.url}/_local/mail?to={OFFICE}" in lived.output
