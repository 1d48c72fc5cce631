"""Closing a meeting through the routes: attendance, actions, what comes next; and who may not."""

import pytest

from comhar import wiring
from comhar.membership import repository as membership_repository
from tests.support.page import Page
from tests.support.sample_region import OFFICE, THURSDAY, Region, text
from tests.support.snapshots import built_once

AFTER = (2027, 2, 18, 12)
ACTIONS = "/communities/SW/actions"


@pytest.fixture
@built_once
def meeting(region: Region) -> str:
    """A meeting whose time has passed."""
    path = region.meeting()
    region.at(*AFTER)
    return path


def fields(answer):
    return [each["field"] for each in answer.json["errors"]]


def test_a_meeting_cannot_be_closed_before_it_starts(region: Region):
    path = region.meeting()
    answer = region.ask(region.chair, "POST", f"{path}/close", {"attended": []})
    assert (answer.status, answer.json["title"]) == (409, "This meeting has not started yet.")
    assert region.ask(region.chair, "GET", path).json["state"] == "scheduled"


def test_only_co_chairs_the_office_and_the_lead_close_it(region: Region, meeting: str):
    for who in (region.ann, region.stranger):
        assert region.ask(who, "POST", f"{meeting}/close", {"attended": []}).status == 403
        assert region.ask(who, "GET", f"{meeting}/close").status == 403
    assert region.ask(OFFICE, "GET", f"{meeting}/close").status == 200
    assert (
        region.ask(region.other_chair, "POST", f"{meeting}/close", {"attended": []}).status == 200
    )


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"attended": ["nobody"]}, "attended"),
        ({"attended": "person0"}, "attended"),
        ({"next_lead": "nobody"}, "next_lead"),
        ({"next_topic": "x" * 201}, "next_topic"),
        ({"actions": [{"what": "Ring", "who": "Ann"}]}, "actions.0.by"),
        ({"actions": [{"what": "Ring", "who": "Ann", "by": "soon"}]}, "actions.0.by"),
        ({"actions": [{"what": "Ring", "who": "Ann", "by": "9999-12-31"}]}, "actions.0.by"),
        ({"actions": [{"what": "Ring", "who": "Ann", "by": "0001-01-01"}]}, "actions.0.by"),
        ({"actions": [{"who": "Ann", "by": "2027-03-01"}]}, "actions.0.what"),
        ({"guests": 3}, "guests"),
    ],
)
def test_what_cannot_be_recorded_is_refused_at_its_field(region: Region, meeting, wrong, field):
    answer = region.ask(region.chair, "POST", f"{meeting}/close", {"attended": []} | wrong)
    assert (answer.status, fields(answer)) == (422, [field])
    assert region.ask(region.chair, "GET", meeting).json["state"] == "scheduled"


def test_who_is_of_another_region_or_waiting_cannot_have_attended(region: Region, meeting: str):
    waiting = region.cloud.member(status="pending", confirmed=False)
    for who in (region.stranger, waiting):
        answer = region.ask(region.chair, "POST", f"{meeting}/close", {"attended": [who.id]})
        assert fields(answer) == ["attended"]


def test_attendance_is_prefilled_from_the_answers_and_namesakes_are_told_apart(region: Region):
    path = region.meeting()
    namesake = region.cloud.member(name="Ann")
    region.done(region.ann, f"{path}/answer", {"answer": "yes"})
    region.done(region.ben, f"{path}/answer", {"answer": "maybe"})
    region.at(*AFTER)
    people = region.ask(region.chair, "GET", f"{path}/close").json["people"]
    answers = {each["id"]: each["answer"] for each in people}
    assert (answers[region.ann.id], answers[region.ben.id], answers[region.cian.id]) == (
        "yes",
        "maybe",
        None,
    )
    names = {each["id"]: each["name"] for each in people}
    assert names[region.ann.id] == "Ann (2027-01-01)"
    assert names[namesake.id] == "Ann (2027-01-01)"
    assert names[region.ben.id] == "Ben"


def test_a_closed_meeting_keeps_its_record_and_cannot_be_closed_again(region: Region, meeting: str):
    there = [region.chair.id, region.ann.id, region.ann.id]
    body = {"attended": there, "next_topic": "Éisteacht", "next_lead": region.ben.id}
    closed = region.done(region.chair, f"{meeting}/close", body)
    assert (closed["state"], closed["attended"]) == ("held", 2)
    seen = region.ask(region.cian, "GET", meeting).json
    assert (seen["state"], seen["attended"], seen["next_topic"]) == ("held", 2, "Éisteacht")
    again = region.ask(region.other_chair, "POST", f"{meeting}/close", {"attended": []})
    assert (again.status, again.json["title"]) == (409, "This meeting is closed.")
    for what, sent in (
        ("reschedule", {"starts_at": "2027-03-04T10:00"}),
        ("cancel", {"reason": "X"}),
    ):
        assert region.ask(region.chair, "POST", f"{meeting}/{what}", sent).status == 409
    late = region.ask(region.ann, "POST", f"{meeting}/items", {"title": "Too late"})
    assert late.status == 409


def test_the_next_meeting_starts_from_the_topic_and_lead_that_were_chosen(region: Region, meeting):
    chosen = {"attended": [], "next_topic": "Éisteacht", "next_lead": region.ben.id}
    region.done(region.chair, f"{meeting}/close", chosen)
    form = region.ask(region.chair, "GET", "/communities/SW/meetings/new").json
    assert form["next_topic"] == "Éisteacht"
    following = region.meeting(starts_at="2027-05-20T10:00")
    assert region.ask(region.ann, "GET", following).json["topic"] == "Éisteacht"
    made = region.done(region.ann, f"{following}/items", {"title": "Tea"})["id"]
    assert region.done(region.ben, f"{following}/items/{made}/accept")["state"] == "accepted"
    moved = region.ask(region.ben, "POST", f"{following}/reschedule", {"starts_at": THURSDAY})
    assert moved.status == 403
    region.at(2027, 5, 20, 12)
    myself = {"attended": [], "next_lead": region.ben.id}
    again = region.ask(region.ben, "POST", f"{following}/close", myself)
    assert (again.status, again.json["errors"][0]["field"]) == (422, "next_lead")
    closing = {"attended": [], "next_lead": region.ann.id}
    assert region.done(region.ben, f"{following}/close", closing)["state"] == "held"
    assert not region.ask(region.ben, "GET", following).json["may_lead"]
    assert region.ask(region.ben, "GET", f"{following}/record").status == 200
    for path in ("close", "reopen"):
        assert region.ask(region.ben, "GET", f"{following}/{path}").status == 403


def test_a_co_chair_may_lead_the_next_meeting_too(region: Region, meeting: str):
    chosen = {"attended": [], "next_lead": region.chair.id}
    assert region.done(region.chair, f"{meeting}/close", chosen)["state"] == "held"


def test_actions_are_listed_until_their_owner_or_a_co_chair_marks_them_done(
    region: Region, meeting
):
    actions = [
        {"what": "Bring biscuits", "who": region.ann.id, "by": "2027-03-01"},
        {"what": "Write to the HSE", "who": "The new librarian", "by": "2027-03-02"},
    ]
    region.done(region.chair, f"{meeting}/close", {"attended": [], "actions": actions})
    listed = region.ask(region.ann, "GET", "/communities/SW/actions").json["actions"]
    assert {(each["who"], each["mine"]) for each in listed} == {
        ("Ann", True),
        ("The new librarian", False),
    }
    path = "/communities/SW/actions"
    first = next(each["id"] for each in listed if each["mine"])
    other = next(each["id"] for each in listed if not each["mine"])
    assert region.ask(region.ben, "POST", f"{path}/{first}/done").status == 403
    assert region.ask(region.stranger, "POST", f"{path}/{first}/done").status == 403
    assert region.ask(region.chair, "POST", f"{path}/nothing/done").status == 404
    region.done(region.ann, f"{path}/{first}/done")
    region.done(region.ann, f"{path}/{first}/done")
    region.done(region.chair, f"{path}/{other}/done")
    assert region.ask(region.ann, "GET", path).json["actions"] == []


def test_who_is_not_confirmed_sees_what_was_agreed_but_not_by_whom(region: Region, meeting: str):
    new = region.cloud.member(confirmed=False)
    action = {"what": "Bring biscuits", "who": region.ann.id, "by": "2027-03-01"}
    region.done(region.chair, f"{meeting}/close", {"attended": [], "actions": [action]})
    (seen,) = region.ask(new, "GET", "/communities/SW/actions").json["actions"]
    assert (seen["what"], seen["who"]) == ("Bring biscuits", "")


def test_still_open_actions_stand_on_the_next_agenda(region: Region, meeting: str):
    action = {"what": "Bring biscuits", "who": region.ann.id, "by": "2027-03-01"}
    region.done(region.chair, f"{meeting}/close", {"attended": [], "actions": [action]})
    following = region.meeting(starts_at="2027-03-18T10:00")
    region.at(2027, 3, 10, 9)
    lines = region.ask(region.ann, "GET", following).json["agenda"]
    assert "Bring biscuits" in next(each["text"] for each in lines if "Actions" in each["title"])


def test_a_survey_opens_for_those_who_were_there_and_for_no_meeting_without_anybody(region: Region):
    empty, full = region.meeting(), region.meeting(starts_at="2027-02-18T11:00")
    region.at(*AFTER)
    assert region.done(region.chair, f"{empty}/close", {"attended": []})["survey"] is None
    there = {"attended": [region.ann.id, region.chair.id]}
    assert region.done(region.chair, f"{full}/close", there)["survey"]
    region.at(2027, 2, 19, 9)
    (asks,) = (
        each for each in region.mail(region.ann, "What was agreed") if "/surveys/" in text(each)
    )
    assert "2 people were there" in " ".join(text(asks).split())
    assert not any("/surveys/" in text(each) for each in region.mail(region.ben, "What was agreed"))


def test_topic_and_lead_go_to_the_next_meeting_though_it_was_planned_before(
    region: Region, meeting: str
):
    coming = region.meeting(starts_at="2027-05-20T10:00")
    record = {"attended": [], "next_topic": "Harm reduction", "next_lead": region.ann.id}
    region.done(region.chair, f"{meeting}/close", record)
    result = region.ask(region.ann, "GET", coming).json
    assert result["topic"] == "Harm reduction"
    assert result["may_lead"]


def test_closing_with_nothing_chosen_takes_nothing_back(region: Region, meeting: str):
    region.done(region.chair, f"{meeting}/close", {"attended": [], "next_topic": "Biscuits"})
    again = region.meeting(kind="additional", starts_at="2027-02-19T10:00")
    region.at(2027, 2, 19, 12)
    region.done(region.chair, f"{again}/close", {"attended": []})
    assert region.ask(region.ann, "GET", again).json["topic"] == "Biscuits"


def test_naming_an_unconfirmed_member_as_lead_confirms_them(region: Region, meeting: str):
    fresh = region.cloud.member(region=region.code, confirmed=False)
    region.done(region.chair, f"{meeting}/close", {"attended": [], "next_lead": fresh.id})
    assert region.ask(fresh, "GET", "/me").json["confirmed"]


# Actions of earlier meetings


def open_ones(region: Region) -> dict[str, dict]:
    listed = region.ask(region.chair, "GET", "/communities/SW/actions").json["actions"]
    return {each["what"]: each for each in listed}


def with_three_open(region: Region, meeting: str) -> str:
    """A second meeting whose time has passed, and three actions that the first agreed on."""
    actions = [
        {"what": what, "who": region.ann.id, "by": "2027-03-01"}
        for what in ("Bake", "Ring", "Sing")
    ]
    region.done(region.chair, f"{meeting}/close", {"attended": [], "actions": actions})
    following = region.meeting(starts_at="2027-03-18T10:00")
    region.at(2027, 3, 18, 12)
    return following


def test_each_earlier_action_is_done_carried_or_left(region: Region, meeting: str):
    following = with_three_open(region, meeting)
    earlier_actions = region.ask(region.chair, "GET", f"{following}/close").json["earlier"]
    ids = {each["what"]: each["id"] for each in earlier_actions}
    assert set(ids) == {"Bake", "Ring", "Sing"}
    outcomes = [
        {"id": ids["Bake"], "outcome": "done"},
        {"id": ids["Ring"], "outcome": "carry", "by": "2027-04-20"},
        {"id": ids["Sing"], "outcome": "leave"},
    ]
    region.done(region.chair, f"{following}/close", {"attended": [], "earlier": outcomes})
    left = open_ones(region)
    lines = wiring.table().query(f"SUBJECT#{following.rpartition('/')[2]}", table="audit").items
    (line,) = (each for each in lines if each["what"] == "close")
    assert line["actions"] == [ids["Bake"], ids["Ring"]]
    assert {what: (each["by"], each["moved"]) for what, each in left.items()} == {
        "Ring": ("2027-04-20", ["2027-03-01"]),
        "Sing": ("2027-03-01", []),
    }
    assert len(region.ask(region.ann, "GET", "/me").json["actions"]) == 2


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"outcome": "carry"}, "earlier.0.by"),
        ({"outcome": "carry", "by": "2027-03-17"}, "earlier.0.by"),
        ({"outcome": "lost"}, "earlier.0.outcome"),
        ({"outcome": "done", "id": "SW-nothing"}, "earlier.0.id"),
    ],
)
def test_what_cannot_be_said_of_an_earlier_action_stops_the_close(
    region: Region, meeting: str, wrong, field
):
    following = with_three_open(region, meeting)
    row = {"id": open_ones(region)["Bake"]["id"]} | wrong
    answer = region.ask(
        region.chair, "POST", f"{following}/close", {"attended": [], "earlier": [row]}
    )
    assert (answer.status, fields(answer)) == (422, [field])
    assert region.ask(region.chair, "GET", following).json["state"] == "scheduled"
    assert len(open_ones(region)) == 3


def test_an_action_that_was_done_meanwhile_stays_done(region: Region, meeting: str):
    following = with_three_open(region, meeting)
    bake = open_ones(region)["Bake"]["id"]
    region.done(region.ann, f"/communities/SW/actions/{bake}/done")
    row = {"id": bake, "outcome": "carry", "by": "2027-04-20"}
    region.done(region.chair, f"{following}/close", {"attended": [], "earlier": [row]})
    assert "Bake" not in open_ones(region)


def test_a_close_changes_no_more_than_one_transaction_holds(region: Region, meeting: str):
    many = [{"what": f"No {n}", "who": region.ann.id, "by": "2027-03-01"} for n in range(40)]
    body = {"attended": [region.ann.id], "actions": many, "next_lead": region.ben.id}
    region.done(region.chair, f"{meeting}/close", body)
    following = region.meeting(starts_at="2027-03-18T10:00")
    region.at(2027, 3, 18, 12)
    outcomes = [{"id": each["id"], "outcome": "done"} for each in open_ones(region).values()]
    body = {"attended": [], "earlier": outcomes, "actions": [many[0]]}
    answer = region.ask(region.chair, "POST", f"{following}/close", body)
    assert (answer.status, fields(answer)) == (422, ["earlier"])
    region.done(region.chair, f"{following}/close", body | {"actions": []})
    assert open_ones(region) == {}


# National meetings, and who leads next


def test_a_national_meeting_is_closed_with_a_number_and_no_names(region: Region):
    form = {"starts_at": "2027-03-10T10:00", "minutes": 120, "mode": "online"}
    path = f"/meetings/{region.done(OFFICE, '/national/meetings', form)['id']}"
    region.at(2027, 3, 10, 13)
    refused = region.ask(OFFICE, "POST", f"{path}/close", {"attended": []})
    assert fields(refused) == ["headcount"]
    named = {"headcount": 3, "attended": [region.ann.id]}
    assert fields(region.ask(OFFICE, "POST", f"{path}/close", named)) == ["attended"]
    assert region.ask(region.chair, "POST", f"{path}/close", {"headcount": 3}).status == 403
    action = {"what": "Book a hall", "who": "The office", "by": "2027-09-01"}
    closed = region.done(OFFICE, f"{path}/close", {"headcount": 312, "actions": [action]})
    assert (closed["attended"], closed["survey"]) == (312, None)
    record = region.ask(region.ann, "GET", f"{path}/record").json
    assert (record["present"], record["attended"]) == (312, [])
    assert [each["what"] for each in record["actions"]] == ["Book a hall"]
    bearer = region.cloud.session(OFFICE)
    for page in ("record", "reopen", "close"):
        seen = region.cloud.call("GET", f"{path}/{page}", bearer=bearer, html=True)
        assert Page(seen.text).faults() == []


def test_a_region_counts_its_members_by_name(region: Region, meeting: str):
    body = {"attended": [], "headcount": 12}
    assert fields(region.ask(region.chair, "POST", f"{meeting}/close", body)) == ["headcount"]


def test_that_nobody_was_there_has_to_be_said(region: Region, meeting: str):
    assert fields(region.ask(region.chair, "POST", f"{meeting}/close", {})) == ["attended"]


def test_a_lead_who_leaves_at_that_moment_is_not_named(region: Region, meeting: str, monkeypatch):
    find_members = membership_repository.find_members

    def then_leaves(*about):
        found = find_members(*about)
        monkeypatch.setattr(membership_repository, "find_members", find_members)
        region.done(OFFICE, f"/members/{region.ben.id}/deactivate", {"reason": "Moved"})
        return found

    monkeypatch.setattr(membership_repository, "find_members", then_leaves)
    body = {"attended": [], "next_lead": region.ben.id}
    answer = region.ask(region.chair, "POST", f"{meeting}/close", body)
    assert answer.status == 409
    assert region.ask(region.chair, "GET", meeting).json["state"] == "scheduled"


def test_a_meeting_that_is_closed_late_asks_only_for_what_was_open_on_its_day(region: Region):
    early, late = region.meeting(), region.meeting(starts_at="2027-03-18T10:00")
    region.at(2027, 2, 18, 9)
    before = region.done(
        region.chair, ACTIONS, {"what": "Ring", "who": region.ann.id, "by": "2027-05-01"}
    )
    region.at(2027, 2, 19, 9)
    region.done(region.chair, ACTIONS, {"what": "Bake", "who": region.ann.id, "by": "2027-05-01"})
    region.at(2027, 3, 18, 12)
    bring = {"what": "Bring biscuits", "who": "Ben", "by": "2027-05-01"}
    region.done(region.chair, f"{late}/close", {"attended": [], "actions": [bring]})
    earlier = region.ask(region.chair, "GET", f"{early}/close").json["earlier"]
    assert [each["id"] for each in earlier] == [before["action"]]


def test_what_an_earlier_meeting_agreed_on_was_open_though_it_was_recorded_later(region: Region):
    first, second = region.meeting(), region.meeting(starts_at="2027-03-18T10:00")
    region.at(2027, 3, 19, 12)
    ring = {"what": "Ring", "who": region.ann.id, "by": "2027-05-01"}
    region.done(region.chair, f"{first}/close", {"attended": [], "actions": [ring]})
    earlier = region.ask(region.chair, "GET", f"{second}/close").json["earlier"]
    assert [each["what"] for each in earlier] == ["Ring"]
