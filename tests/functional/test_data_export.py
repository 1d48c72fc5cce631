"""Download all my data: in full, in words, for oneself only."""

import io
import json
import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from openpyxl import load_workbook

from comhar import data, wiring
from comhar.data_export import files as data_export_files
from comhar.membership import personal_data as membership_personal_data
from comhar.membership.model import Member
from tests.support import cloud as clouds
from tests.support import office_mail, sample_community, stored_members
from tests.support.cloud import Cloud
from tests.support.sample_region import OFFICE, Region, build_region

pytestmark = pytest.mark.xdist_group("takeout")
PERIOD = {"from": "2027-01-01", "until": None, "region": "WNW"}
WORDS = {step: f"{step} =SUM(1) – Ó Súilleabháin" for step in sample_community.SIX}
FILES = ("/me/data.json", "/me/data.xlsx")


@pytest.fixture(scope="module")
def cloud() -> Iterator[Cloud]:
    with clouds.open_cloud() as found:
        yield found


@pytest.fixture(scope="module")
def region(cloud: Cloud) -> Region:
    return build_region(cloud, "WNW")


@pytest.fixture(scope="module")
def one(region: Region) -> Member:
    """Somebody who did all that can be done."""
    cloud = region.cloud
    one = cloud.member(region="WNW", name="=Áine", workplace="Tuam", periods=(PERIOD,))
    region.done(OFFICE, "/communities/WNW/chairs", {"members": [one.id, region.chair.id]})
    first, second = region.meeting(starts_at="2027-01-12T10:00"), region.meeting()
    for visibility in ("private", "community"):
        region.done(one, "/reflections", WORDS | {"visibility": visibility})
    region.done(one, "/reflections/new/feelings", {"text": "Half a thought"})
    region.done(
        one,
        f"{second}/answer",
        {"answer": "maybe", "needs": ["quiet_space"], "arrange": "By a window"},
    )
    region.done(one, f"{second}/items", {"title": "Biscuits"})
    region.done(one, f"{second}/ideas", {"title": "Wild bees"})
    region.done(region.ann, f"{second}/ideas", {"title": "Somebody else’s idea"})
    region.done(one, f"{second}/topics", {"topics": ["Somebody else’s idea", "Wild bees"]})
    third = region.meeting(starts_at="2027-01-13T10:00")
    region.done(region.ann, f"{second}/items", {"title": "Somebody else’s"})
    region.at(2027, 1, 12, 12)
    actions = [{"what": what, "who": one.id, "by": "2027-02-01"} for what in ("Bake", "Sing")]
    region.done(
        region.chair, f"{first}/close", {"attended": [one.id, region.ann.id], "actions": actions}
    )
    for action in region.ask(one, "GET", "/communities/WNW/actions").json["actions"]:
        if action["what"] == "Sing":
            region.done(one, f"/communities/WNW/actions/{action['id']}/done")
    for who in (one, region.ann):
        region.done(who, f"{third}/statement", {"text": f"{who.id} takes breaks"})
    found = stored_members.find_member(one.id)
    assert found
    return found


def taken(region: Region, who: Member | str) -> dict[str, Any]:
    answer = region.ask(who, "GET", "/me/data.json")
    assert answer.status == 200, answer
    assert "attachment" in answer.headers["Content-Disposition"]
    return json.loads(answer.text)


def book(region: Region, who: Member | str) -> Any:
    answer = region.ask(who, "GET", "/me/data.xlsx")
    assert answer.status == 200, answer
    return load_workbook(io.BytesIO(answer.text.encode("latin-1")))


@pytest.mark.parametrize("path", ["/me/data", *FILES])
def test_a_stranger_gets_nothing(cloud: Cloud, path: str) -> None:
    assert cloud.call("GET", path).status == 401


def test_nothing_of_anybody_else_is_in_it(region: Region, one: Member) -> None:
    text = region.ask(region.ben, "GET", "/me/data.json").text
    for word in (
        *(one.name, one.id, "Half a thought", "SUM(1)", "quiet room", "Biscuits", "Tuam"),
        *("Wild bees", "takes breaks"),
    ):
        assert word not in text
    own = taken(region, one)
    assert "Somebody else’s" not in [each["title"] for each in own["items"]]
    assert "Somebody else’s idea" not in [each["ideas"] for each in own["topics"]]


def test_no_secret_is_in_it(region: Region, one: Member) -> None:
    bearer = region.cloud.session(one)
    text = region.cloud.call("GET", "/me/data.json", bearer=bearer).text
    assert bearer.partition(".")[2] not in text
    assert "SESSION#" not in text and "sealed" not in text


def test_everything_is_in_it_in_full(region: Region, one: Member) -> None:
    stored = taken(region, one)
    (record,) = stored["record"]
    assert (record["name"], record["workplace"]) == (one.name, "Tuam")
    assert record["region"] == "West and North West"
    assert record["co_chair_of"] == "West and North West"
    assert {each["who_may_read"] for each in stored["reflections"]} == {"community", "private"}
    assert len(stored["reflections"]) == 2
    assert all(WORDS.items() <= each.items() for each in stored["reflections"])
    assert stored["drafts"][0]["words"] == {"feelings": "Half a thought"}
    (answer,) = stored["answers"]
    assert (answer["answer"], answer["to_arrange"]) == ("maybe", "Quiet space, By a window")
    assert [each["meeting"] for each in stored["attended"]] == ["2027-01-12T10:00"]
    assert [(each["title"], each["state"]) for each in stored["items"]] == [
        ("Biscuits", "proposed")
    ]
    assert [(each["what"], each["done_on"]) for each in stored["actions"]] == [
        ("Bake", None),
        ("Sing", "2027-01-12"),
    ]
    (topics,) = stored["topics"]
    assert (topics["ideas"], topics["voted_for"]) == (
        "Wild bees",
        "Somebody else’s idea, Wild bees",
    )
    (statement,) = stored["statements"]
    assert statement["i_will_support_myself_by"] == f"{one.id} takes breaks"
    assert [each["until"] for each in stored["terms"]] == ["2028-01-11"]
    assert {each["what"] for each in stored["history"]} >= {"Named as co-chair"}
    assert {each["by"] for each in stored["history"]} >= {"the National Office", "you"}
    assert stored["sessions"] and stored["periods"] and stored["left_out"]


def test_mail_from_a_former_address_is_in_it_too(region: Region) -> None:
    member = region.cloud.member()
    for kind, sender in (("before", member.email), ("after", "since.then@hse.ie")):
        raw = f"From: {sender}\r\nSubject: Sent {kind}\r\nMessage-ID: <{kind}@x>\r\n\r\nHello".encode()
        office_mail.deliver(raw, kind, region.cloud.now)
        if kind == "before":
            region.cloud.now += timedelta(minutes=1)
            region.ask(member, "POST", "/me/address", {"email": "since.then@hse.ie"})
            link = re.findall(r"/me/address/[\w-]{20,}", sample_community.text(region.cloud))[-1]
            region.done(member, link)
    region.cloud.now += timedelta(minutes=1)
    later = f"From: {member.email}\r\nSubject: Another’s\r\nMessage-ID: <later@x>\r\n\r\nHello"
    office_mail.deliver(later.encode(), "later", region.cloud.now)
    region.ask(member, "POST", "/me/address", {"email": "a.stranger@example.org"})
    strange = "From: a.stranger@example.org\r\nSubject: Strange\r\nMessage-ID: <s@x>\r\n\r\nHello"
    office_mail.deliver(strange.encode(), "strange", region.cloud.now)
    subjects = {each["subject"] for each in taken(region, member)["mail"]}
    assert subjects == {"Sent before", "Sent after"}


def test_taking_it_is_noted(region: Region, one: Member) -> None:
    def lines() -> list[Any]:
        found = stored_members.list_audit_lines(one)
        return [each for each in found if each["what"] == "download_data"]

    before = len(lines())
    for path in FILES:
        region.ask(one, "GET", path)
    assert len(lines()) == before + 2


def test_the_spreadsheet_has_a_sheet_for_each_kind_and_runs_nothing(
    region: Region, one: Member
) -> None:
    found = book(region, one)
    titles = [each["title"] for each in data.load("data_export")["parts"]]
    assert found.sheetnames[0] == "Contents"
    assert found.sheetnames[1:] == [each for each in titles if each in found.sheetnames]
    assert {"Your record", "Reflections", "Drafts", "Answers", "Record history"} <= set(
        found.sheetnames
    )
    cells = [cell for sheet in found for row in sheet.rows for cell in row]
    assert "f" not in {cell.data_type for cell in cells}
    values = [cell.value for cell in cells]
    assert "'=Áine" in values and "feelings =SUM(1) – Ó Súilleabháin" in values
    assert datetime(2027, 1, 12, 10) in values


def test_what_looks_like_a_day_is_as_it_was_typed(region: Region) -> None:
    member = region.cloud.member(region="WNW", name="2026-06-31", workplace="2027-01-31")
    words = {step: "2027-01-31T10:00" for step in sample_community.SIX} | {
        "feelings": "<r>A & B</r>"
    }
    region.done(member, "/reflections", words | {"visibility": "private"})
    region.done(member, "/reflections/new/feelings", {"text": "2026-06-31"})
    found = book(region, member)
    record = {what: (text, day) for what, text, day in found["Your record"].values}
    assert record["Name"] == ("2026-06-31", None) and record["Workplace"] == ("2027-01-31", None)
    assert record["Joined on"] == (None, datetime(2027, 1, 1))
    reflection = dict(
        zip(*(tuple(each.value for each in row) for row in found["Reflections"].rows), strict=True)
    )
    assert (
        reflection["Analysis"] == words["analysis"] and reflection["Feelings"] == words["feelings"]
    )
    assert reflection["Written at"].date() == date(2027, 1, 12)
    assert found["Drafts"]["C2"].value == "Feelings: 2026-06-31"


def test_what_is_not_filled_in_is_null_and_an_empty_cell(region: Region) -> None:
    member = region.cloud.member(region="WNW", workplace="")
    (record,) = taken(region, member)["record"]
    assert record["workplace"] is record["co_chair_of"] is None
    cells = {what: (text, day) for what, text, day in book(region, member)["Your record"].values}
    assert cells["Workplace"] == cells["Co chair of"] == (None, None)


@pytest.mark.parametrize("status", ["pending", "declined", "left", "inactive"])
def test_it_works_for_who_is_no_member(region: Region, status: str) -> None:
    known = region.cloud.member(status=status, region="WNW", confirmed=False)
    assert taken(region, known)["record"][0]["status"] == status
    assert "Your record" in book(region, known).sheetnames


def test_it_works_for_a_person_of_the_office(region: Region) -> None:
    assert taken(region, OFFICE)["record"][0]["email"] == OFFICE
    assert book(region, OFFICE).sheetnames


def test_a_form_that_was_being_sent_is_in_it(region: Region, one: Member) -> None:
    for keeper in (wiring.saved_forms(), wiring.sealed_forms()):
        path = f"/meetings/{keeper is wiring.saved_forms()}"
        keeper.save(one.id, path, {"reason": "Rain"}, region.cloud.now)
    drafts = {each["page"]: each["words"] for each in taken(region, one)["drafts"]}
    assert [drafts[f"/meetings/{each}"] for each in (True, False)] == [{"reason": "Rain"}] * 2


def test_a_very_long_text_does_not_break_the_file() -> None:
    parts: dict[str, list[Any]] = {each["key"]: [] for each in data.load("data_export")["parts"]}
    parts["record"] = [{"name": "Ann"}]
    parts["drafts"] = [{"page": "/x", "words": {"reason": "x" * 40_000}}]
    found = load_workbook(io.BytesIO(data_export_files.as_xlsx(parts)))
    assert str(found["Drafts"]["B2"].value).endswith("(the whole text is in the JSON file)")


def test_columns_stand_in_one_order_in_whichever_dynamodb_gives_the_parts_of_a_map() -> None:
    period = {"from": "2027-01-01", "until": None, "region": "SW", "role": "x"}
    other = dict(reversed(period.items()))
    assert [*membership_personal_data._period(other)] == [*membership_personal_data._period(period)]
