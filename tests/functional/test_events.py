"""Each kind of event that reaches us, as AWS sends it, run against the real handler."""

import json
import os
from pathlib import Path

import pytest

from comhar import wiring
from comhar.letters import repository as letters_repository
from comhar.membership import repository as membership_repository
from local import openapi
from tests.support import fake_aws
from tests.support.cloud import Cloud, Context

EVENTS = Path(__file__).parents[2] / "events"


@pytest.fixture
def cloud(emptied: Cloud) -> Cloud:
    return emptied


def event(name: str):
    return json.loads((EVENTS / name).read_text(encoding="utf-8"))


def run(function: str, name: str):
    return openapi.load(function).handler(event(name), Context())


def stored_letters() -> list[str]:
    found = fake_aws.client("dynamodb").scan(TableName=os.environ["CORE_TABLE"])["Items"]
    return sorted(item["pk"]["S"] for item in found if item["pk"]["S"].startswith("LETTER#"))


def test_every_event_file_is_run_here():
    assert {path.name for path in EVENTS.glob("*.json")} == {
        "api_gateway.json",
        "letter_written.json",
        "schedule.json",
        "ses_event.json",
        "ses_receipt.json",
    }


def test_a_form_through_api_gateway_writes_one_letter(cloud):
    answer = run("members", "api_gateway.json")
    assert answer["statusCode"] == 303
    assert answer["headers"]["Location"] == "/join/sent"
    assert len(stored_letters()) == 1


def test_a_letter_in_the_stream_is_posted(cloud):
    member = cloud.member(id="01m83gsbznp453kzr1tc", status="active")
    wiring.table().transact([membership_repository.welcome_letter_write(member, cloud.now)])
    assert run("mailer", "letter_written.json") == {"sent": 1}
    assert run("mailer", "letter_written.json") == {"taken": 1}


@pytest.mark.parametrize("function", ["clock", "mailer"])
def test_a_schedule_with_nothing_due_does_nothing(cloud, function):
    run(function, "schedule.json")  # the first one after a deployment does what is done once
    assert run(function, "schedule.json") == {}


def test_the_morning_schedule_reports_only_on_the_first_working_day_of_a_quarter(cloud):
    assert run("kpi_export", "schedule.json") == {"quarter": None}


def test_a_bounce_told_by_ses_is_kept_with_its_letter(cloud):
    member = cloud.member(id="01m83gsbznp453kzr1tc", status="active")
    put = membership_repository.welcome_letter_write(member, cloud.now)
    wiring.table().transact([put])
    cloud.post_letters()
    assert run("receipts", "ses_event.json") == {"taken": 1}
    item = wiring.table().get((put.item["pk"], put.item["sk"]))
    assert item and set(letters_repository.events(item)) == {"Bounce"}


def test_a_mail_from_a_trusted_domain_is_answered_with_a_link_once(cloud):
    assert run("mail_in", "ses_receipt.json") == {"sent": 1}
    assert run("mail_in", "ses_receipt.json") == {"sent": 0}
    [letter] = stored_letters()
    assert letter.startswith("LETTER#join#")


@pytest.mark.parametrize(
    "change",
    [
        {"headers": {"name": "Auto-Submitted", "value": "auto-replied"}},
        {"headers": {"name": "List-Id", "value": "<news.example.org>"}},
        {"verdict": "spfVerdict"},
        {"verdict": "virusVerdict"},
    ],
)
def test_a_machine_or_a_forged_mail_is_not_answered(cloud, change):
    receipt = event("ses_receipt.json")
    ses = receipt["Records"][0]["ses"]
    if "headers" in change:
        ses["mail"]["headers"].append(change["headers"])
    if "verdict" in change:
        ses["receipt"][change["verdict"]] = {"status": "FAIL"}
    assert openapi.load("mail_in").handler(receipt, Context()) == {"sent": 0}
    assert stored_letters() == []
