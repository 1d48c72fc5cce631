"""Tests of the letter and the files of a report, without any cloud."""

from datetime import UTC, datetime

import pytest

from comhar.aws.conditions import Item
from comhar.data import load
from comhar.dates.quarters import Quarter
from comhar.letters import mime
from comhar.letters.model import Dropped, Letter, LetterId
from comhar.reports import figures as reports_figures
from comhar.reports import files as reports_files
from comhar.reports import letters as reports_letters
from comhar.reports import model as reports_model
from comhar.reports import repository as reports_repository
from comhar.reports.aggregate import tally
from comhar.reports.source_rows import MeetingRow, RegionRows
from comhar.settings import Settings
from comhar.spreadsheets import defuse
from tests.support.deployment import VARIABLES

NOW = datetime(2027, 4, 1, 8, tzinfo=UTC)
OFFICE = "office@example.com"
SETTINGS = Settings(VARIABLES)


def report(**regions: RegionRows) -> reports_model.KpiReport:
    filled = {region["code"]: RegionRows() for region in load("regions")} | regions
    quarter = Quarter(2027, 1)
    tallies = {code: tally(rows, quarter, NOW) for code, rows in filled.items()}
    return reports_figures.make_report(tallies, quarter, NOW)


def unconfirmed(*days: int) -> RegionRows:
    meetings = (
        MeetingRow(kind="quarterly", starts_at=datetime(2027, 3, day, 10), state="scheduled")
        for day in days
    )
    return RegionRows(meetings=tuple(meetings))


def stored(made: reports_model.KpiReport) -> Item:
    """The item of a version."""
    return reports_repository.insert_writes(made, NOW)[0].item


def compose(made: reports_model.KpiReport | None, email: str = OFFICE, purpose: str = "kpi_ready"):
    letter = Letter(reports_repository.letter_id("2027-Q1", 1, email, purpose), {"email": email})
    items = [stored(made) if made else None]
    return reports_letters.PURPOSES[purpose].compose(letter, items, NOW, SETTINGS)


def texts(made: reports_model.KpiReport) -> list[str]:
    return [" ".join(text.split()) for text in mime.render(compose(made), SETTINGS)]


def test_the_letter_leads_to_the_page_and_says_which_quarter():
    draft = compose(report())
    assert (draft.to, draft.subject) == (
        OFFICE,
        "The KPI report for 2027-Q1 is ready: January to March 2027",
    )
    for text in texts(report()):
        assert "https://comhar.example/reports/kpi/2027-Q1" in text
        assert "provisional figures for January to March 2027" in text
        assert "as recorded on Thursday 1 April 2027" in text
        assert "not recorded" not in text


def test_the_letter_says_which_meetings_are_not_recorded_yet():
    for text in texts(report(SW=unconfirmed(3))):
        assert "1 meeting in these months is not recorded yet" in text
    for text in texts(report(SW=unconfirmed(3), MW=unconfirmed(4))):
        assert "2 meetings in these months are not recorded yet" in text


@pytest.mark.parametrize("purpose", ["kpi_ready", "kpi_final"])
def test_the_letter_is_dropped_for_who_left_the_office_or_without_a_report(purpose):
    assert compose(report(), "former@hse.ie", purpose) == Dropped("left")
    assert compose(None, purpose=purpose) == Dropped("gone")


def test_the_letter_reads_the_report_it_tells_of():
    letter_id = reports_repository.letter_id("2027-Q1", 1, OFFICE)
    assert reports_letters.PURPOSES["kpi_ready"].reads(letter_id) == [
        ("REPORT#2027-Q1", "VERSION#0001")
    ]


def test_a_letter_to_a_co_chair_reads_the_version_the_community_and_the_person():
    letter_id = LetterId("kpi_published", "2027-Q1.SW", "0002", "m1")
    assert reports_letters.PURPOSES["kpi_published"].reads(letter_id) == [
        *(("REPORT#2027-Q1", "VERSION#0002"), ("REGION#SW", "COMMUNITY"), ("MEMBER#m1", "MEMBER")),
    ]


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\uff1d1"])
def test_a_text_that_looks_like_a_formula_is_defused(text):
    assert defuse(text) == f"'{text}"


def test_numbers_and_names_are_left_as_they_are():
    assert defuse(-1) == -1
    assert defuse("Sinéad Ní Dhomhnaill") == "Sinéad Ní Dhomhnaill"


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_report_that_was_stored_gives_the_same_bytes(kind):
    made = report(SW=unconfirmed(3))
    again = reports_repository.from_item(stored(made))
    assert again == made
    assert reports_files.FILES[kind](again) == reports_files.FILES[kind](made)


def test_the_csv_keeps_fadas_and_defuses_what_others_wrote():
    made = report()
    changed = made.model_copy(update={"names": made.names | {"DNE": "=Dún Laoghaire"}})
    text = reports_files.FILES["csv"](changed).decode("utf-8-sig")
    assert "'=Dún Laoghaire" in text
    assert text.count("\r\n") == 1 + 7 * len(made.rows)
