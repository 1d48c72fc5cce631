"""What is saved once more as it stands changes nothing: no revision, no stamp, no line of the audit."""

import json
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from comhar import data
from comhar.aws.dynamodb import Table
from comhar.membership.model import Member
from tests.support.published_quarters import publish
from tests.support.sample_region import OFFICE, Region
from tests.support.snapshots import built_once

ON_THE_DAY = datetime(2027, 2, 18, 10, tzinfo=UTC)
QUESTION = {"kind": "short", "text": "Tea or coffee?"}
Who = Member | str
Case = tuple[Who, str, dict[str, Any]]

# Said of what is there as it is shown, or done once: these must find it unchanged.
OTHERS = {
    "/communities/{region}/questionnaires/{key}/start",
    "/national/questionnaires/{key}/start",
    "/meetings/{id}/reflection/share",
    "/communities/{region}/terms/sign",
    "/meetings/{id}/wheel/remove",
    "/communities/{region}/vision/agree",
    "/questionnaires/{id}/arrange",
    "/questionnaires/{id}/delete",
    "/questionnaires/{id}/lines",
    "/reflections/new/review",
    "/communities/{region}/surveys/{id}/said/{entry}/edit",  # tests/functional/test_you_said_we_did.py
}


@pytest.fixture
@built_once
def meeting(region: Region) -> str:
    return region.meeting(mode="online")


def item(region: Region, meeting: str) -> Case:
    made = region.done(region.ann, f"{meeting}/items", {"title": "Tea"})
    return region.ann, f"{meeting}/items/{made['id']}/edit", {"title": "Coffee", "revision": 0}


def agenda(region: Region, meeting: str) -> Case:
    return region.chair, f"{meeting}/agenda", {"revision": 0, "whole": True, "topic": "Tea"}


def on_the_day(what: str, **body: Any) -> Callable[[Region, str], Case]:
    def case(region: Region, meeting: str) -> Case:
        region.cloud.now = ON_THE_DAY
        return region.chair, f"{meeting}/{what}", body | {"revision": 0}

    return case


def action(region: Region, meeting: str) -> Case:
    form = {"what": "Make tea", "who": region.ann.id, "by": "2027-03-01"}
    made = region.done(region.chair, "/communities/SW/actions", form)
    path = f"/communities/SW/actions/{made['action']}/edit"
    return region.chair, path, {**form, "what": "Make coffee", "revision": 0}


def details(region: Region, meeting: str) -> Case:
    return region.ann, "/me/details/edit", {"revision": 0, "name": "Anna", "role": "peer_educator"}


def member(region: Region, meeting: str) -> Case:
    form = {"revision": 0, "name": "Anna", "role": "peer_educator"}
    return OFFICE, f"/members/{region.ann.id}/edit", form


def wording(region: Region, meeting: str) -> Case:
    return OFFICE, "/texts/legal_basis", {"revision": 0, "paragraph": "Because the law says so."}


def terms(region: Region, meeting: str) -> Case:
    return region.ann, "/communities/SW/terms", {"revision": 0, "sections": {"aim": "We meet."}}


def vision(region: Region, meeting: str) -> Case:
    return region.ann, "/communities/SW/vision", {"revision": 0, "purpose": "We meet."}


def question(region: Region, meeting: str) -> Case:
    where = "/communities/SW/questionnaires"
    path = f"/questionnaires/{region.done(region.chair, where, {'title': 'T'})['questionnaire']}"
    region.done(region.chair, f"{path}/lines", {"revision": 1, **QUESTION})
    return region.chair, f"{path}/lines/q1", {"revision": 2, **QUESTION, "text": "Tea?"}


def words(region: Region, meeting: str) -> Case:
    where = "/communities/SW/questionnaires"
    path = f"/questionnaires/{region.done(region.chair, where, {'title': 'T'})['questionnaire']}"
    return region.chair, f"{path}/words", {"revision": 1, "title": "Tea"}


def correction(region: Region, meeting: str) -> Case:
    region.cloud.now = ON_THE_DAY
    region.done(region.chair, f"{meeting}/close", {"attended": []})
    form = {"attended": [region.ann.id], "reason": "She was there", "revision": 1}
    return OFFICE, f"{meeting}/attendance/correct", form


def reasons(region: Region, meeting: str) -> Case:
    publish("2026-Q4", version=1, status="provisional")
    form = {"reasons": {"SW/meetings_held": "Date moved"}, "revision": 0}
    return OFFICE, "/reports/kpi/2026-Q4/reasons", form


def metric_ids(region: Region, meeting: str) -> Case:
    form = {"revision": 0, "metrics": [{"kpi": "meetings_held", "id": "MHER-01"}]}
    return OFFICE, "/reports/metrics", form


CASES: dict[str, Callable[[Region, str], Case]] = {
    "/communities/{region}/actions/{action}/edit": action,
    "/me/details/edit": details,
    "/meetings/{id}/agenda": agenda,
    "/meetings/{id}/attendance": on_the_day("attendance", attended=["person0"]),
    "/meetings/{id}/attendance/correct": correction,
    "/meetings/{id}/items/{item}/edit": item,
    "/meetings/{id}/notes/{line}": on_the_day("notes/welcome", text="We began."),
    "/meetings/{id}/reflection/{step}": on_the_day("reflection/feelings", text="Bhí brón orainn."),
    "/members/{id}/edit": member,
    "/questionnaires/{id}/lines/{line}": question,
    "/questionnaires/{id}/words": words,
    "/reports/kpi/{quarter}/reasons": reasons,
    "/reports/metrics": metric_ids,
    "/texts/{text}": wording,
    "/communities/{region}/terms": terms,
    "/meetings/{id}/wheel": on_the_day("wheel", ratings={"vision": 4}, note="We agree."),
    "/communities/{region}/vision": vision,
}


def test_every_form_that_carries_a_revision_or_a_stamp_is_tried_here() -> None:
    described = data.load("openapi")
    schemas = described["components"]["schemas"]
    found = set()
    for path, ways in described["paths"].items():
        if body := ways.get("post", {}).get("requestBody"):
            schema = body["content"]["application/json"]["schema"]
            fields = schemas.get(schema.get("$ref", "").rpartition("/")[2], schema)
            if {"revision", "draft"} & fields.get("properties", {}).keys():
                found.add(path)
    assert found == CASES.keys() | OTHERS


@pytest.mark.parametrize("route", CASES)
def test_the_same_again_moves_no_revision_and_is_no_conflict(
    region: Region, meeting: str, route: str
) -> None:
    who, path, body = CASES[route](region, meeting)
    first = region.done(who, path, body)
    written = region.cloud.written
    revision = first.get("revision", body["revision"] + 1)
    for again in (body, body | {"revision": revision}):
        bearer, before = region.cloud.session(who), written()
        answer = region.cloud.call("POST", path, again, bearer=bearer)
        assert (answer.status, written()) == (200, before), answer.text
        assert answer.json.get("revision", revision) == revision


@pytest.mark.parametrize("part", ["meeting", "feelings", "blank"])
def test_saving_a_draft_s_part_as_it_stands_does_not_move_its_stamp(
    region: Region, meeting: str, part: str
) -> None:
    about, text = {"meeting": meeting.rpartition("/")[2]}, {"text": "Bhí brón orm"}
    sent = {
        "meeting": ("/reflections/new", about),
        "feelings": ("/reflections/new/feelings", text),
        "blank": ("/reflections/new/analysis", {"go": "later"}),
    }
    region.cloud.now = ON_THE_DAY
    region.done(region.ann, "/reflections/new", about)
    region.done(region.ann, "/reflections/new/feelings", text)
    before = region.ask(region.ann, "GET", "/reflections/new/review").json
    region.cloud.now += timedelta(seconds=2)
    saved = region.done(region.ann, *sent[part])
    assert saved["saved_at"] == before["draft"]
    assert region.ask(region.ann, "GET", "/reflections/new/review").json == before


def test_a_draft_s_part_sent_twice_at_the_same_moment_is_saved_once(
    region: Region, meeting: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    bearer, transact = region.cloud.session(region.ann), Table.transact
    saved: list[str] = []

    def save(text: str) -> None:
        body = {"text": text}
        answer = region.cloud.call("POST", "/reflections/new/feelings", body, bearer=bearer)
        saved.append(answer.json["saved_at"])

    def overtaken(table: Table, *writes: Any) -> None:
        monkeypatch.setattr(Table, "transact", transact)
        region.cloud.now += timedelta(seconds=2)
        with monkeypatch.context() as elsewhere:  # a process of a function takes one call at a time
            elsewhere.delitem(sys.modules, "functions_reflections")
            save("Bhí brón orm")
        transact(table, *writes)

    save("brón")
    region.cloud.now += timedelta(seconds=2)
    monkeypatch.setattr(Table, "transact", overtaken)
    save("Bhí brón orm")
    assert saved[0] < saved[1] == saved[2]


def test_a_draft_s_part_of_the_same_length_is_another_text(region: Region, meeting: str) -> None:
    for text in ("brón", "bród"):
        region.done(region.ann, "/reflections/new/feelings", {"text": text})
        assert region.ask(region.ann, "GET", "/reflections/new/feelings").json["text"] == text


def test_a_group_s_step_written_otherwise_from_an_older_revision_stays_a_conflict(
    region: Region, meeting: str
) -> None:
    who, path, body = CASES["/meetings/{id}/reflection/{step}"](region, meeting)
    region.done(who, path, body)
    answer = region.ask(region.other_chair, "POST", path, body | {"text": "Bhí bród orainn."})
    assert answer.status == 409
    assert json.dumps(body["text"]) in json.dumps(region.ask(who, "GET", path).json)
