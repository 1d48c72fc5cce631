"""How long things are kept: what settings may say, how it is told, and that the template does it."""

import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from comhar import data, retention
from comhar.aws.conditions import Put
from comhar.letters import repository as letters_repository
from comhar.membership import email_addresses, follow_up_work
from comhar.membership.model import Member
from comhar.reports.model import KpiReport
from comhar.reports.repository import insert_writes
from comhar.saved_forms import SavedForms
from local.intrinsics import load

ROOT = Path(__file__).parents[2]
TEMPLATE = load(ROOT / "template.yaml")
NOW = datetime(2027, 2, 11, 9, tzinfo=UTC)


def days(**env: str) -> dict[str, int | None]:
    return {each["key"]: each["days"] for each in retention.list_kinds(env)}


@pytest.mark.parametrize(
    "wrong",
    ["nothing=3", "left", "left=", "left=0", "left=-1", "left=٣", "left=1.5", "left=999999999",
     "statement=3", "export=30", "log=30", "left=30 nothing=3"],
)  # fmt: skip
def test_a_setting_that_cannot_be_kept_is_refused(wrong: str) -> None:
    with pytest.raises(ValueError, match="RETENTION: "):
        retention.list_kinds({"RETENTION": wrong})


def test_a_function_with_a_wrong_setting_does_not_start() -> None:
    for setting, starts in (("left=180", True), ("nothing=3", False)):
        program = "import comhar.retention"
        environment = {"RETENTION": setting, "PYTHONPATH": str(ROOT / "layers/core")}
        ended = subprocess.run(
            [sys.executable, "-c", program], env=environment, capture_output=True, check=False
        )
        assert (ended.returncode == 0) is starts, ended.stderr


def test_a_setting_overrides_the_data_and_nothing_else() -> None:
    plain, changed = days(), days(RETENTION="left=180 inbound=30", LOG_DAYS="14")
    differing = {key: changed[key] for key in plain if plain[key] != changed[key]}
    assert differing == {"left": 180, "inbound": 30, "log": 14}


def test_days_are_said_as_people_say_them() -> None:
    expected = {1: "1 day", 7: "7 days", 30: "30 days", 90: "90 days", 183: "6 months"}
    expected |= {
        365: "12 months",
        1096: "3 years",
        2557: "7 years",
        400: "400 days",
        800: "800 days",
    }
    assert {each: retention.format_days(each) for each in expected} == expected


def test_every_kind_says_what_from_when_and_what_happens() -> None:
    for each in data.load("retention"):
        assert each["what"] and each["how"]
        assert bool(each["from"]) == bool(each["days"]), each["key"]


def test_what_the_template_keeps_is_kept_as_long_as_the_page_says() -> None:
    rules = TEMPLATE["Resources"]["ExportBucket"]["Properties"]["LifecycleConfiguration"]["Rules"]
    assert [each["ExpirationInDays"] for each in rules] == [days()["export"]]
    assert all("NoncurrentVersionExpiration" in each for each in rules)
    assert TEMPLATE["Parameters"]["LogDays"]["Default"] == days()["log"]
    variables = TEMPLATE["Resources"]["MembersFunction"]["Properties"]["Environment"]["Variables"]
    assert variables["LOG_DAYS"] == {"Ref": "LogDays"}


def ends(item: dict) -> timedelta:
    return datetime.fromtimestamp(item["expires"], UTC) - NOW


def test_what_was_easily_forgotten_ends_too() -> None:
    member = Member(id="m1", name="Ann", email="ann@hse.ie", region="SW")
    assert ends(follow_up_work.catch_up_write(member, NOW).item) == retention.period("letter")
    report = KpiReport(
        quarter="2026-Q4", first=NOW.date(), last=NOW.date(), version=1, status="provisional",
        made_at=NOW, regions=[], names={}, rows=[],
    )  # fmt: skip
    items = [write.item for write in insert_writes(report, NOW) if isinstance(write, Put)]
    assert {ends(item) for item in items} == {retention.period("export")}


def test_by_what_receipts_find_a_letter_ends_with_the_letter() -> None:
    stranger = email_addresses.link_letter_write("join", "new@example.org", {}, NOW).item
    _, pointer = letters_repository.claim_writes(stranger, NOW)
    assert ends(pointer.item) == ends(stranger) == retention.period("stranger_letter")  # type: ignore[union-attr]


def test_a_kept_form_ends_when_the_page_says() -> None:
    written: list = []

    class Table:
        def transact(self, required):
            written.extend(required)

    SavedForms(Table()).save("m1", "/join", {"email": "x"}, NOW)  # type: ignore[arg-type]
    assert ends(written[0].item) == retention.period("draft")
