"""What people ask to be arranged at a meeting: whom it is for, and when it is gone."""

import re

import pytest

from comhar import wiring
from comhar.aws.conditions import Put
from tests.support import cloud as clouds
from tests.support import fake_aws
from tests.support.sample_region import OFFICE, Region, text
from tests.support.snapshots import built_once

LOOP = "A hearing loop, please"


@pytest.fixture
@built_once
def meeting(region: Region) -> str:
    return region.meeting()


def ask_for(region: Region, meeting: str, who, arrange: str = LOOP) -> None:
    region.done(who, f"{meeting}/needs", {"arrange": arrange})


def visible_needs(region: Region, meeting: str, who) -> list[str]:
    """Whose needs this person is shown, and what they are."""
    needs = region.ask(who, "GET", meeting).json["needs"]
    return [
        f"{each['name']}: {', '.join(filter(None, [*each['needs'], each['arrange']]))}"
        for each in needs
    ]


def stored_needs(meeting: str) -> list[str]:
    """The keys of what was asked for, and that of the work that deletes it."""
    places = [f"{name}#{meeting.rpartition('/')[2]}" for name in ("REPLIES", "MEETING")]
    return [item["sk"] for pk in places for item in wiring.table().query(pk, "NEEDS").items]


def test_only_members_of_the_region_ask_and_only_until_it_begins(region: Region, meeting: str):
    for who in (region.stranger, OFFICE):
        assert region.ask(who, "POST", f"{meeting}/needs", {"arrange": LOOP}).status == 403
    for path, body in ((f"{meeting}/needs", {}), (f"{meeting}/answer", {"answer": "yes"})):
        answer = region.ask(region.ann, "POST", path, body | {"arrange": "x" * 501})
        assert (answer.status, answer.json["errors"][0]["field"]) == (422, "arrange")
        answer = region.ask(region.ann, "POST", path, body | {"needs": ["other"]})
        assert (answer.status, answer.json["errors"][0]["field"]) == (422, "arrange")
        for wrong in (["tea"], "parking", ["parking"] * 21):
            answer = region.ask(region.ann, "POST", path, body | {"needs": wrong})
            assert (answer.status, answer.json["errors"][0]["field"][:5]) == (422, "needs")
    region.at(2027, 2, 18, 10)
    assert region.ask(region.ann, "POST", f"{meeting}/needs", {"arrange": LOOP}).status == 409
    assert stored_needs(meeting) == []


def test_organisers_and_who_asked_see_it_and_no_other_member(region: Region, meeting: str):
    ask_for(region, meeting, region.ann)
    region.done(region.ben, f"{meeting}/answer", {"answer": "maybe", "needs": ["parking"]})
    for who in (region.chair, region.other_chair, OFFICE):
        assert visible_needs(region, meeting, who) == [
            f"Ann: Something else, {LOOP}",
            "Ben: Parking",
        ]
    assert (
        visible_needs(region, meeting, region.ann)
        == visible_needs(region, meeting, region.cian)
        == []
    )
    assert region.ask(region.ann, "GET", meeting).json["my_needs"] == LOOP
    assert region.ask(region.cian, "GET", meeting).json["my_needs"] is None
    page = region.cloud.call(
        "GET", meeting, bearer=region.cloud.session(region.chair), html=True
    ).text
    assert "2 members have asked for something." in page
    assert LOOP in page


def test_whose_turn_it_is_to_lead_does_not_see_it(region: Region, meeting: str):
    region.at(2027, 2, 18, 12)
    region.done(region.chair, f"{meeting}/close", {"attended": [], "next_lead": region.cian.id})
    coming = region.meeting(starts_at="2027-05-20T10:00")
    ask_for(region, coming, region.ann)
    assert region.ask(region.cian, "GET", coming).json["may_lead"]
    for who in (region.cian, region.ben):
        assert visible_needs(region, coming, who) == []


def test_it_can_be_changed_and_taken_back(region: Region, meeting: str):
    ask_for(region, meeting, region.ann)
    ask_for(region, meeting, region.ann, "Step-free, please")
    region.done(region.ann, f"{meeting}/answer", {"answer": "yes"})
    assert visible_needs(region, meeting, region.chair) == [
        "Ann: Something else, Step-free, please"
    ]
    assert region.done(region.ann, f"{meeting}/needs", {})["arrange"] is None
    assert visible_needs(region, meeting, region.chair) == []


def test_what_was_chosen_stands_ticked_and_can_be_unticked(region: Region, meeting: str):
    bearer = region.cloud.session(region.ann)
    path = f"{meeting}/needs"
    form = [("needs[]", each) for each in ("parking", "diet", "diet")] + [("arrange", "No nuts")]
    sent = region.cloud.call("POST", path, form=form, bearer=bearer, html=True)
    assert (sent.status, sent.headers["Location"]) == (303, f"{meeting}?done=arrange")
    assert visible_needs(region, meeting, region.chair) == ["Ann: Diet, Parking, No nuts"]
    result = region.ask(region.ann, "GET", meeting).json
    assert (result["my_choices"], result["my_needs"]) == (["parking", "diet"], "No nuts")
    page = region.cloud.call("GET", meeting, bearer=bearer, html=True).text
    assert re.findall(r'value="(\w+)" checked', page) == ["diet", "parking"]
    sent = region.cloud.call("POST", path, form=[("arrange", "")], bearer=bearer, html=True)
    assert sent.status == 303
    assert visible_needs(region, meeting, region.chair) == []


def test_what_was_written_before_there_was_a_list_is_something_else(region: Region, meeting: str):
    pk = f"REPLIES#{meeting.rpartition('/')[2]}"
    wiring.table().transact([Put({"pk": pk, "sk": f"NEEDS#{region.ann.id}", "arrange": LOOP})])
    assert visible_needs(region, meeting, region.chair) == [f"Ann: Something else, {LOOP}"]
    result = region.ask(region.ann, "GET", meeting).json
    assert (result["my_choices"], result["my_needs"]) == (["other"], LOOP)


def test_for_who_does_not_come_there_is_nothing_to_arrange(region: Region, meeting: str):
    ask_for(region, meeting, region.ann)
    region.done(region.ann, f"{meeting}/answer", {"answer": "no", "arrange": LOOP})
    assert visible_needs(region, meeting, region.chair) == []


def test_it_can_be_said_by_the_link_in_the_letter(region: Region, meeting: str):
    (letter,) = region.mail(region.ann, "Invitation")
    path = next(line for line in text(letter).split() if "/answer/" in line).partition("?")[0]
    path = path.removeprefix(clouds.HOME)
    page = region.cloud.call("GET", path, html=True).text
    assert "What should we arrange for you?" in page
    assert "It is deleted when you answer no, otherwise on Saturday 20 March 2027." in page
    region.done(None, path, {"answer": "yes", "arrange": LOOP})
    assert visible_needs(region, meeting, region.chair) == [f"Ann: Something else, {LOOP}"]


def test_it_stands_on_no_letter_calendar_log_or_list(region: Region, meeting: str, capsys):
    ask_for(region, meeting, region.ann)
    region.done(region.ann, f"{meeting}/answer", {"answer": "yes", "arrange": LOOP})
    region.at(2027, 2, 12, 9)
    letters = [text(letter) for letter in region.mail(region.chair, "")]
    letters += [str(letter) for letter in region.mail(region.ann, "")]
    file = region.ask(region.ann, "GET", f"{meeting}/calendar.ics").text
    others = [
        region.ask(who, "GET", path).text
        for who in (region.ben, region.chair, OFFICE)
        for path in ("/communities/SW/meetings", "/communities/SW", f"{meeting}/close")
    ]
    out = capsys.readouterr()
    audit = fake_aws.client("dynamodb").scan(TableName=wiring.table()._names["audit"])["Items"]
    assert len(letters) > 2
    for wording in (*letters, file, *others, out.out, out.err, str(audit)):
        assert "hearing loop" not in wording


def test_it_is_deleted_thirty_days_after_the_meeting(region: Region, meeting: str):
    for who in (region.ann, region.ben):
        ask_for(region, meeting, who)
    region.at(2027, 3, 20, 8, 59)
    assert len(stored_needs(meeting)) == 3
    region.at(2027, 3, 20, 9)
    assert stored_needs(meeting) == []
    assert region.ask(region.ann, "GET", meeting).json["my_needs"] is None


def test_it_goes_with_the_date_when_the_meeting_moves(region: Region, meeting: str):
    ask_for(region, meeting, region.ann)
    region.done(region.chair, f"{meeting}/reschedule", {"starts_at": "2027-03-18T10:00"})
    region.at(2027, 3, 20, 9)
    assert f"NEEDS#{region.ann.id}" in stored_needs(meeting)
    region.at(2027, 4, 17, 9)
    assert stored_needs(meeting) == []


def test_a_meeting_that_moved_while_the_work_was_under_way_keeps_it(region: Region, meeting: str):
    ask_for(region, meeting, region.ann)
    stale = wiring.table().get((f"MEETING#{meeting.rpartition('/')[2]}", "NEEDS"))
    region.done(region.chair, f"{meeting}/reschedule", {"starts_at": "2027-03-18T10:00"})
    wiring.table().transact([Put(stale)])
    region.at(2027, 3, 20, 9)
    assert f"NEEDS#{region.ann.id}" in stored_needs(meeting)
    region.at(2027, 4, 17, 9)
    assert stored_needs(meeting) == []
