"""What is left of a closed meeting: its record, reopening it, and the meetings that nobody has closed."""

from typing import Any

import pytest

from comhar import wiring
from comhar.dates.quarters import Quarter
from comhar.reports.source_repository import map_regions
from tests.support import cloud as clouds
from tests.support.page import Page
from tests.support.sample_region import OFFICE, Region, text
from tests.support.snapshots import built_once

AFTER = (2027, 2, 18, 12)
ACTION = {"what": "Bring biscuits", "by": "2027-03-10"}


@pytest.fixture
@built_once
def meeting(region: Region) -> str:
    """A meeting with notes, closed on 18 February 2027 at noon; Ann was there."""
    path = region.meeting(venue="Cork")
    region.at(2027, 2, 11, 9)
    region.at(*AFTER)
    region.done(region.chair, f"{path}/notes/welcome", {"text": "Ten of us\nand tea"})
    close(region, path, attended=[region.ann.id], next_topic="Éisteacht", next_lead=region.ben.id)
    return path


def close(region: Region, path: str, **about: Any) -> Any:
    actions = [ACTION | {"who": region.ann.id}]
    return region.done(region.chair, f"{path}/close", {"actions": actions} | about)


def record(region: Region, who: Any, meeting: str) -> Any:
    answer = region.ask(who, "GET", f"{meeting}/record")
    assert answer.status == 200, answer.text
    return answer.json


def get_region_row(meeting: str) -> Any:
    """The meeting's row in its region, as the figures read it."""
    rows = wiring.table().query("REGION#SW", "MEETING#").items
    return next(each for each in rows if each["id"] == meeting.rpartition("/")[2])


# The record


def test_there_is_no_record_before_the_close_and_none_for_strangers(region: Region):
    meeting = region.meeting()
    answer = region.ask(region.chair, "GET", f"{meeting}/record")
    assert (answer.status, "next" in answer.json) == (409, True)
    region.at(*AFTER)
    close(region, meeting, attended=[])
    assert region.ask(region.stranger, "GET", f"{meeting}/record").status == 403


def test_the_record_holds_all_that_came_of_the_meeting(region: Region, meeting: str):
    seen = record(region, region.ann, meeting)
    assert (seen["venue"], seen["present"], seen["minutes"]) == ("Cork", 1, 120)
    assert seen["lines"][0]["notes"] == "Ten of us\nand tea"
    assert [(each["what"], each["who"], each["by"]) for each in seen["actions"]] == [
        ("Bring biscuits", "Ann", "2027-03-10")
    ]
    assert (seen["next_topic"], seen["next_lead"]) == ("Éisteacht", "Ben")
    assert seen["led_by"] == [region.chair.name, region.other_chair.name]
    assert [(each["what"], each["role"]) for each in seen["events"]] == [("closed", "chair")]
    assert [each["number"] for each in seen["agendas"]] == [1]


def test_who_was_there_is_named_to_who_leads_the_region_alone(region: Region, meeting: str):
    assert record(region, region.ben, meeting)["attended"] == []
    for who in (region.chair, OFFICE):
        assert record(region, who, meeting)["attended"] == ["Ann"]


def test_who_is_not_confirmed_reads_neither_notes_nor_names(region: Region, meeting: str):
    new = region.cloud.member(confirmed=False)
    answer = region.ask(new, "GET", f"{meeting}/record")
    assert "Ten of us" not in answer.text and "Ann" not in answer.text and "Ben" not in answer.text
    assert answer.json["lines"] and not answer.json["notes_shown"]
    bearer = region.cloud.session(new)
    page = region.cloud.call("GET", f"{meeting}/record", bearer=bearer, html=True).text
    assert "The notes open to you once" in page and "Ten of us" not in page


def test_the_page_is_sound_and_prints_no_names_of_who_was_there(region: Region, meeting: str):
    bearer = region.cloud.session(region.chair)
    html = region.cloud.call("GET", f"{meeting}/record", bearer=bearer, html=True).text
    assert Page(html).faults() == []
    names = html[html.index("Who was there") - 400 : html.index("Who was there")]
    assert "comhar-screen" in names
    assert "Closed by a co-chair on Thursday 18 February 2027, midday" in Page(html).text


def test_the_lead_of_the_meeting_is_named_as_who_led_it(region: Region, meeting: str):
    following = region.meeting(starts_at="2027-03-18T10:00")
    region.at(2027, 3, 18, 12)
    region.done(region.ben, f"{following}/close", {"attended": []})
    seen = record(region, region.ann, following)
    assert seen["led_by"] == ["Ben"]
    assert [each["role"] for each in seen["events"]] == ["lead"]


# Reopening


def test_only_co_chairs_and_the_office_reopen_and_only_with_a_reason(region: Region, meeting: str):
    for who in (region.ann, region.stranger):
        answer = region.ask(who, "POST", f"{meeting}/reopen", {"reason": "Typo"})
        assert answer.status == 403
    blank = region.ask(region.chair, "POST", f"{meeting}/reopen", {})
    assert blank.json["errors"][0]["field"] == "reason"
    assert record(region, region.ann, meeting)["reopened_until"] is None
    assert record(region, region.chair, meeting)["reopened_until"] == "2027-02-25T12:00:00.000Z"


def test_a_meeting_that_is_not_closed_is_not_reopened(region: Region):
    meeting = region.meeting()
    for method, body in (("GET", None), ("POST", {"reason": "Typo"})):
        assert region.ask(region.chair, method, f"{meeting}/reopen", body).status == 409


def test_after_seven_days_it_is_refused_and_says_why(region: Region, meeting: str):
    region.at(2027, 2, 25, 12)
    assert region.ask(region.chair, "GET", f"{meeting}/reopen").status == 200
    region.at(2027, 2, 25, 12, 1)
    for method, body in (("GET", None), ("POST", {"reason": "Typo"})):
        answer = region.ask(region.chair, method, f"{meeting}/reopen", body)
        assert answer.status == 409
        assert "seven days" in answer.json["title"]
    assert get_region_row(meeting)["state"] == "held"


def test_a_reopened_meeting_starts_from_what_it_had_recorded(region: Region, meeting: str):
    region.done(region.chair, f"{meeting}/reopen", {"reason": "Cian was there"})
    form = region.ask(region.chair, "GET", f"{meeting}/close").json
    assert [each["id"] for each in form["people"] if each["there"]] == [region.ann.id]
    assert (form["next_topic"], form["next_lead"]) == ("Éisteacht", region.ben.id)
    assert [each["what"] for each in form["recorded"]] == ["Bring biscuits"]
    assert form["earlier"] == []
    assert region.ask(region.ann, "GET", f"{meeting}/record").status == 409
    assert region.ask(region.chair, "GET", f"{meeting}/run").status == 200


def test_what_was_agreed_before_is_not_doubled_and_no_second_survey_comes(
    region: Region, meeting: str
):
    region.done(region.chair, f"{meeting}/reopen", {"reason": "Cian was there"})
    again = close(region, meeting, attended=[region.ann.id, region.cian.id])
    assert (again["actions"], again["survey"]) == (0, None)
    assert len(region.ask(region.ann, "GET", "/communities/SW/actions").json["actions"]) == 1
    region.at(2027, 2, 19, 9)
    assert "/surveys/" in text(region.mail(region.ann, "What was agreed")[0])
    assert "/surveys/" not in text(region.mail(region.cian, "What was agreed")[0])


def test_the_figures_follow_the_last_close(region: Region, meeting: str):
    def figures() -> Any:
        (row,) = map_regions(wiring.table(), Quarter(2027, 1), lambda rows: rows)["SW"].meetings
        return row.state, row.attended

    assert figures() == ("held", (region.ann.id,))
    region.done(region.chair, f"{meeting}/reopen", {"reason": "Cian was there"})
    assert figures() == ("scheduled", ())
    close(region, meeting, attended=[region.ann.id, region.cian.id])
    assert figures() == ("held", (region.ann.id, region.cian.id))


def test_that_it_was_reopened_stays_on_the_record_without_a_name(region: Region, meeting: str):
    region.at(2027, 2, 18, 13)
    region.done(region.chair, f"{meeting}/reopen", {"reason": "Cian was there"})
    region.at(2027, 2, 18, 14)
    close(region, meeting, attended=[])
    events = record(region, region.ann, meeting)["events"]
    assert [(each["what"], each["role"], each["reason"]) for each in events] == [
        ("closed", "chair", None),
        ("reopened", "chair", "Cian was there"),
        ("closed", "chair", None),
    ]
    audit = wiring.table().query(f"SUBJECT#{meeting.rpartition('/')[2]}", table="audit").items
    assert [each["what"] for each in audit] == ["schedule", "close", "reopen", "close"]


def test_nobody_is_asked_at_once_whether_a_reopened_meeting_happened(region: Region, meeting: str):
    region.at(2027, 2, 23, 12)  # after the first asking, before the second
    region.done(region.chair, f"{meeting}/reopen", {"reason": "Cian was there"})
    region.at(2027, 2, 23, 13)
    assert not region.mail(region.chair, "Did it go ahead")
    region.at(2027, 2, 25, 9)
    assert len(region.mail(region.chair, "Did it go ahead")) == 1


def test_two_who_reopen_at_once_reopen_once(region: Region, meeting: str):
    region.done(region.chair, f"{meeting}/reopen", {"reason": "Cian was there"})
    late = region.ask(region.other_chair, "POST", f"{meeting}/reopen", {"reason": "Me too"})
    assert late.status == 409


# What nobody has closed


def test_the_office_sees_what_was_asked_about_twice_in_vain(region: Region):
    meetings = [region.meeting(), region.meeting(starts_at="2027-02-18T14:00")]
    region.at(2027, 2, 19, 12)
    region.done(region.chair, f"{meetings[1]}/cancel", {"reason": "Snow"})
    region.at(2027, 2, 25, 8, 59)
    assert region.ask(OFFICE, "GET", "/meetings/unconfirmed").json["meetings"] == []
    region.at(2027, 2, 25, 9)
    (only,) = region.ask(OFFICE, "GET", "/meetings/unconfirmed").json["meetings"]
    assert (f"/meetings/{only['id']}", only["region"], only["days"]) == (meetings[0], "SW", 7)
    for who in (region.chair, region.ann):
        assert region.ask(who, "GET", "/meetings/unconfirmed").status == 403
    region.done(region.chair, f"{meetings[0]}/close", {"attended": []})
    assert region.ask(OFFICE, "GET", "/meetings/unconfirmed").json["meetings"] == []


def test_the_letter_that_asks_leads_to_both_answers(region: Region):
    meeting = region.meeting()
    region.at(2027, 2, 22, 9)
    (letter,) = region.mail(region.chair, "Did it go ahead")
    for kind in ("plain", "html"):
        body = letter.get_body((kind,)).get_content()
        assert f"{clouds.HOME}{meeting}/close" in body
        assert f"{clouds.HOME}{meeting}/cancel" in body
