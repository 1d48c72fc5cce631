"""The office corrects who was at a closed meeting, at any time and with a reason; nothing else changes."""

from typing import Any

import pytest

from comhar import wiring
from comhar.aws.conditions import Delete, Update
from comhar.dates.quarters import Quarter
from comhar.erasure.jobs import erase_from_region
from comhar.meetings import repository as meetings_repository
from comhar.membership import repository as membership_repository
from comhar.membership.model import ErasedPerson
from comhar.reports.source_repository import map_regions
from tests.support.page import Page
from tests.support.sample_region import OFFICE, Region, text
from tests.support.snapshots import built_once

REASON = "The paper list had one name more"
LATER = (2027, 9, 9, 12)


@pytest.fixture
@built_once
def meeting(region: Region) -> str:
    """A meeting of 18 February 2027, closed at noon; Ann and Ben were recorded."""
    path = region.meeting()
    region.at(2027, 2, 18, 12)
    region.done(region.chair, f"{path}/close", {"attended": [region.ann.id, region.ben.id]})
    return path


def correct(region: Region, meeting: str, *people: Any, who: Any = OFFICE, **about: Any) -> Any:
    form = {"attended": [person.id for person in people], "reason": REASON} | about
    return region.ask(who, "POST", f"{meeting}/attendance/correct", form)


def corrected(region: Region, meeting: str, *people: Any, **about: Any) -> Any:
    answer = correct(region, meeting, *people, **about)
    assert answer.status == 200, answer.text
    return answer.json


def form_page(region: Region, meeting: str) -> Any:
    return region.ask(OFFICE, "GET", f"{meeting}/attendance/correct").json


def record(region: Region, who: Any, meeting: str) -> Any:
    return region.ask(who, "GET", f"{meeting}/record").json


def fields(answer: Any) -> list[str]:
    return [each["field"] for each in answer.json["errors"]]


def counted(region: Region) -> set[str]:
    """Who was there, as the figures read it."""
    (row,) = map_regions(wiring.table(), Quarter(2027, 1), lambda rows: rows)["SW"].meetings
    return set(row.attended)


def html(region: Region, who: Any, method: str, path: str, form: Any = None) -> Any:
    bearer = region.cloud.session(who)
    return region.cloud.call(method, path, form=form, bearer=bearer, html=True)


# What is refused


def test_only_the_office_corrects_attendance(region: Region, meeting: str):
    for who in (region.chair, region.ann, region.stranger):
        assert correct(region, meeting, region.ann, who=who).status == 403
        path = f"{meeting}/attendance/correct"
        assert region.ask(who, "GET", path).status == 403
    assert counted(region) == {region.ann.id, region.ben.id}


def test_a_meeting_that_is_not_closed_or_did_not_take_place_has_none_to_correct(region: Region):
    meeting = region.meeting()
    for _ in range(2):
        assert correct(region, meeting, region.ann).status == 409
        assert region.ask(OFFICE, "GET", f"{meeting}/attendance/correct").status == 409
        region.at(2027, 2, 18, 12)
        region.ask(region.chair, "POST", f"{meeting}/cancel", {"reason": "Nobody could come"})
    assert correct(region, "/meetings/SW-nothing", region.ann).status == 404


@pytest.mark.parametrize("reason", [None, "", "   ", "x" * 301])
def test_a_reason_is_required_and_short(region: Region, meeting: str, reason: Any):
    assert fields(correct(region, meeting, region.ann, reason=reason)) == ["reason"]
    assert counted(region) == {region.ann.id, region.ben.id}


def test_who_was_no_member_on_that_day_cannot_be_ticked(region: Region, meeting: str):
    since = {"from": "2027-02-19", "until": None, "region": "SW"}
    later = region.cloud.member(joined_on="2027-02-19", periods=(since,))
    waiting = region.cloud.member(status="pending", confirmed=False)
    before = {"from": "2026-01-01", "until": "2027-02-18", "region": "SW"}
    gone_before = region.cloud.member(status="left", periods=(before,))
    for who in (later, waiting, gone_before, region.stranger):
        assert fields(correct(region, meeting, region.ann, who)) == ["attended"]
        assert who.id not in {each["id"] for each in form_page(region, meeting)["people"]}


def test_that_nobody_is_ticked_is_a_mistake_and_a_number_is_not_for_a_region(
    region: Region, meeting: str
):
    form: dict[str, Any] = {"reason": REASON}
    path = f"{meeting}/attendance/correct"
    assert fields(region.ask(OFFICE, "POST", path, form)) == ["attended"]
    assert fields(correct(region, meeting, region.ann, headcount=3)) == ["headcount"]


def test_a_form_that_somebody_overtook_is_refused_and_nothing_typed_is_lost(
    region: Region, meeting: str
):
    revision = form_page(region, meeting)["revision"]
    corrected(region, meeting, region.ann, region.ben, region.cian)
    form = [("attended[]", region.ann.id), ("reason", "Ben was at home"), ("revision", revision)]
    answer = html(region, OFFICE, "POST", f"{meeting}/attendance/correct", form)
    page = Page(answer.text)
    assert (answer.status, page.faults()) == (409, [])
    assert "Somebody else changed this meeting a moment ago." in page.text
    assert "Ben was at home" in page.text and "Recorded now: 3 people" in page.text
    ticked = [each.get("value") for each in page.fields if "checked" in each]
    assert ticked == [region.ann.id]
    assert f'name="revision" value="{revision + 1}"' in answer.text
    assert len(counted(region)) == 3


def test_what_is_written_at_the_same_moment_is_refused(
    region: Region, meeting: str, monkeypatch: pytest.MonkeyPatch
):
    get_rules = meetings_repository.get_rules

    def overtaken(*about: Any) -> Any:
        monkeypatch.setattr(meetings_repository, "get_rules", get_rules)
        key = meetings_repository.key(meeting.rpartition("/")[2])
        wiring.table().transact([Update(key, add={"revision": 1})])
        return get_rules(*about)

    monkeypatch.setattr(meetings_repository, "get_rules", overtaken)
    assert correct(region, meeting, region.ann, region.cian).status == 409
    assert counted(region) == {region.ann.id, region.ben.id}


def test_nobody_who_is_erased_at_that_moment_comes_back(
    region: Region, meeting: str, monkeypatch: pytest.MonkeyPatch
):
    region.at(2027, 2, 19, 12)
    region.done(OFFICE, f"/members/{region.cian.id}/deactivate", {"reason": "Moved"})
    get_rules = meetings_repository.get_rules

    def erased(*about: Any) -> Any:
        row = membership_repository.row_key("SW", region.cian.id)
        wiring.table().transact([Delete(row)])
        return get_rules(*about)

    monkeypatch.setattr(meetings_repository, "get_rules", erased)
    assert correct(region, meeting, region.ann, region.cian).status == 409
    assert counted(region) == {region.ann.id, region.ben.id}


# What changes


def test_months_later_the_meeting_and_the_figures_change_together(region: Region, meeting: str):
    region.at(*LATER)
    result = corrected(region, meeting, region.ann, region.cian, region.chair)
    assert (result["attended"], result["outcome"]) == (3, "attendance_corrected")
    assert counted(region) == {region.ann.id, region.cian.id, region.chair.id}
    assert record(region, region.ann, meeting)["present"] == 3
    assert set(record(region, region.chair, meeting)["attended"]) >= {"Ann", "Cian"}


def test_who_has_left_since_can_be_ticked_and_is_marked(region: Region, meeting: str):
    region.at(2027, 2, 19, 12)
    region.done(OFFICE, f"/members/{region.cian.id}/deactivate", {"reason": "Moved"})
    region.done(OFFICE, f"/members/{region.ben.id}/move", {"region": "MW"})
    people = {each["name"]: each for each in form_page(region, meeting)["people"]}
    assert [(people[n]["there"], people[n]["left"]) for n in ("Ann", "Ben", "Cian")] == [
        (True, False),
        (True, True),
        (False, True),
    ]
    corrected(region, meeting, region.ben, region.cian)
    assert counted(region) == {region.ben.id, region.cian.id}
    page = Page(html(region, OFFICE, "GET", f"{meeting}/attendance/correct").text)
    assert page.faults() == [] and "Left since then" in page.text


def test_who_was_recorded_stays_on_the_form_whenever_they_joined_and_when_erased(region: Region):
    meeting = region.meeting()
    region.at(2027, 2, 19, 12)
    since = {"from": "2027-02-19", "until": None, "region": "SW"}
    later = region.cloud.member(name="Dara", joined_on="2027-02-19", periods=(since,))
    there = {"attended": [later.id, region.ann.id]}
    region.done(region.chair, f"{meeting}/close", there)
    ann = ErasedPerson(region.ann.id, ("ann",), ("SW",), "random-name")
    erase_from_region("SW", ann, wiring.context(None))
    people = {each["name"]: each for each in form_page(region, meeting)["people"]}
    assert people["Dara"]["there"] and people["Former member"]["there"] and "Ann" not in people
    assert corrected(region, meeting, region.cian, attended=[region.cian.id, "random-name"])
    assert counted(region) == {region.cian.id, "random-name"}


def test_the_same_again_changes_nothing_and_says_so(region: Region, meeting: str):
    corrected(region, meeting, region.ann, region.cian)
    written = region.cloud.written
    bearer, before = region.cloud.session(OFFICE), written()
    same = {"attended": [region.cian.id, region.ann.id], "reason": REASON}
    path = f"{meeting}/attendance/correct"
    answer = region.cloud.call("POST", path, same, bearer=bearer)
    assert (answer.json["outcome"], written()) == ("attendance_unchanged", before)
    ticked = [("attended[]", each) for each in same["attended"]]
    form = [*ticked, ("reason", REASON), ("revision", "1")]
    page = region.cloud.call("POST", path, form=form, bearer=bearer, html=True)
    done = page.headers["Location"]
    assert (done, written()) == (f"{meeting}/record?done=attendance_unchanged", before)
    query = {"done": "attendance_unchanged"}
    seen = region.cloud.call("GET", f"{meeting}/record", bearer=bearer, html=True, query=query)
    assert "Nothing was changed" in Page(seen.text).text


# What stays, who learns of it


def test_survey_letters_and_actions_stay_as_they_are(region: Region, meeting: str):
    stored = {key: item for key, item in region.cloud.items().items() if "SURVEY" in str(key)}
    assert stored
    corrected(region, meeting, region.cian)
    again = {key: item for key, item in region.cloud.items().items() if "SURVEY" in str(key)}
    assert again == stored
    region.at(2027, 2, 19, 9)
    assert "/surveys/" not in text(region.mail(region.cian, "What was agreed")[0])
    assert not region.mail(region.cian, "Attendance")


def test_members_see_the_day_and_who_leads_the_region_the_reason(region: Region, meeting: str):
    region.at(*LATER)
    corrected(region, meeting, region.ann, region.ben, region.cian)
    (event,) = [
        e for e in record(region, region.ben, meeting)["events"] if e["what"] == "corrected"
    ]
    assert event == {
        "what": "corrected", "at": "2027-09-09T12:00:00.000Z",
        "role": None, "reason": None, "before": None, "after": None,
    }  # fmt: skip
    read = Page(html(region, region.ben, "GET", f"{meeting}/record").text).text
    assert "Attendance corrected on Thursday 9 September 2027" in read
    assert REASON not in read and "Correct attendance" not in read
    for who in (region.chair, OFFICE):
        read = Page(html(region, who, "GET", f"{meeting}/record").text).text
        assert f"by the National Office, from 2 people to 3: {REASON}" in read
        assert ("Correct attendance" in read) is (who == OFFICE)


def test_the_audit_has_who_and_how_many_and_neither_reason_nor_names(region: Region, meeting: str):
    corrected(region, meeting, region.ann)
    lines = wiring.table().query(f"SUBJECT#{meeting.rpartition('/')[2]}", table="audit").items
    (line,) = [each for each in lines if each["what"] == "correct_attendance"]
    assert (line["who"], line["before"], line["after"]) == (
        membership_repository.office_id(OFFICE),
        2,
        1,
    )
    assert REASON not in str(line) and region.ann.id not in str(line)


def test_each_co_chair_gets_one_email_with_numbers_and_the_reason_and_no_names(
    region: Region, meeting: str
):
    corrected(region, meeting, region.ann, region.ben, region.cian)
    correct(region, meeting, region.ann, region.ben, region.cian)
    for chair in (region.chair, region.other_chair):
        (letter,) = region.mail(chair, "Attendance corrected")
        assert letter["Subject"] == "Attendance corrected: quarterly meeting, 18 February 2027"
        words = " ".join(text(letter).split())
        assert "Recorded before: 2 people Recorded now: 3 people" in words
        assert f"Reason: {REASON}" in words and f"{meeting}/record" in words
        assert not any(name in words for name in ("Ann", "Ben", "Cian"))
    assert not region.mail(region.ann, "Attendance corrected")


def test_other_people_in_the_same_number_are_told_of_as_such(region: Region, meeting: str):
    corrected(region, meeting, region.ann, region.cian)
    (letter,) = region.mail(region.chair, "Attendance corrected")
    assert "The number is the same. Other people are recorded." in text(letter)


def test_a_co_chair_who_stepped_down_before_it_is_sent_gets_none(region: Region, meeting: str):
    bearer = region.cloud.session(OFFICE)
    form = {"attended": [region.ann.id], "reason": REASON}
    path = f"{meeting}/attendance/correct"
    assert region.cloud.call("POST", path, form, bearer=bearer).status == 200
    chairs = {"members": [region.chair.id, region.ann.id]}
    assert region.cloud.call("POST", "/communities/SW/chairs", chairs, bearer=bearer).status == 200
    assert len(region.mail(region.chair, "Attendance corrected")) == 1
    assert not region.mail(region.other_chair, "Attendance corrected")


def test_a_meeting_reopened_after_a_correction_starts_from_it(region: Region, meeting: str):
    corrected(region, meeting, region.cian)
    region.done(region.chair, f"{meeting}/reopen", {"reason": "The topic was wrong"})
    people = region.ask(region.chair, "GET", f"{meeting}/close").json["people"]
    assert [each["id"] for each in people if each["there"]] == [region.cian.id]


def test_of_a_national_meeting_the_number_is_corrected(region: Region):
    form = {"starts_at": "2027-03-10T10:00", "minutes": 120, "mode": "online"}
    path = f"/meetings/{region.done(OFFICE, '/national/meetings', form)['id']}"
    region.at(2027, 3, 10, 13)
    region.done(OFFICE, f"{path}/close", {"headcount": 312})
    assert fields(correct(region, path, region.ann, headcount=3)) == ["headcount"]
    where = f"{path}/attendance/correct"
    assert fields(region.ask(OFFICE, "POST", where, {"reason": REASON})) == ["headcount"]
    seen = form_page(region, path)
    assert (seen["people"], seen["present"], seen["national"]) == ([], 312, True)
    assert Page(html(region, OFFICE, "GET", where).text).faults() == []
    assert corrected(region, path, headcount=302)["attended"] == 302
    assert record(region, region.ann, path)["present"] == 302
    assert not region.mail(region.chair, "Attendance corrected")
