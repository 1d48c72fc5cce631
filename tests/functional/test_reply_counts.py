"""How many answered what: by counts for everybody, and by name for who leads while these are few."""

import re

import pytest

from comhar import wiring
from comhar.aws.conditions import Delete, Item, Put, Update, Write
from comhar.due_work import migrations
from comhar.erasure.model import person_from_item
from comhar.meetings import replies, rsvp
from comhar.meetings.overview import views as overview_views
from comhar.membership.model import Member
from tests.support.cloud import Context
from tests.support.page import Page
from tests.support.sample_region import OFFICE, Region, text
from tests.support.snapshots import built_once

REMIND = (2027, 1, 26, 9)  # two working days before Thursday 28 January


@pytest.fixture
@built_once
def meeting(region: Region) -> str:
    return region.meeting()


def numbers(region: Region, meeting: str) -> tuple[int, int, int]:
    """What a member who leads nothing is shown."""
    answers = region.ask(region.cian, "GET", meeting).json["answers"]
    assert answers["names"] == {}
    return answers["yes"], answers["maybe"], answers["no"]


def test_who_leaves_counts_no_more_and_who_comes_back_counts_again(region: Region, meeting: str):
    region.done(region.ann, f"{meeting}/answer", {"answer": "yes"})
    region.done(region.ben, f"{meeting}/answer", {"answer": "no"})
    assert numbers(region, meeting) == (1, 0, 1)
    region.done(region.ann, "/me/leave", {})
    region.at(2027, 1, 11, 10)
    assert numbers(region, meeting) == (0, 0, 1)
    region.done(OFFICE, f"/members/{region.ann.id}/reactivate")
    region.at(2027, 1, 11, 11)
    assert numbers(region, meeting) == (1, 0, 1)


def test_who_moves_away_counts_at_national_meetings_alone(region: Region, meeting: str):
    event = {"starts_at": "2027-02-25T10:00", "minutes": 60, "mode": "online"}
    national = f"/meetings/{region.done(OFFICE, '/national/meetings', event)['id']}"
    for path in (meeting, national):
        region.done(region.ann, f"{path}/answer", {"answer": "yes"})
    region.done(region.ann, "/me/region", {"region": "MW"})
    region.at(2027, 1, 11, 10)
    assert numbers(region, meeting) == (0, 0, 0)
    assert region.ask(OFFICE, "GET", national).json["answers"]["yes"] == 1


def test_answers_hold_for_their_date_and_stay_through_a_close_and_a_cancellation(
    region: Region, meeting: str
):
    region.done(region.ann, f"{meeting}/answer", {"answer": "yes"})
    region.done(region.chair, f"{meeting}/reschedule", {"starts_at": "2027-02-25T10:00"})
    assert numbers(region, meeting) == (0, 0, 0)
    region.done(region.ann, f"{meeting}/answer", {"answer": "maybe"})
    region.done(region.chair, f"{meeting}/reschedule", {"starts_at": "2027-02-18T10:00"})
    assert numbers(region, meeting) == (0, 0, 0)
    region.done(region.ann, f"{meeting}/answer", {"answer": "no"})
    region.at(2027, 2, 18, 12)
    region.done(region.chair, f"{meeting}/close", {"attended": []})
    region.done(region.chair, f"{meeting}/reopen", {"reason": "Typo"})
    assert numbers(region, meeting) == (0, 0, 1)
    region.done(region.chair, f"{meeting}/cancel", {"reason": "Snow"})
    assert numbers(region, meeting) == (0, 0, 1)


def test_names_are_listed_while_few_have_answered(
    region: Region, meeting: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(overview_views, "MOST_NAMED", 2)
    for who in (region.ann, region.ben):
        region.done(who, f"{meeting}/answer", {"answer": "yes"})
    bearer = region.cloud.session(region.chair)
    page = region.cloud.call("GET", meeting, bearer=bearer, html=True).text
    assert "Said yes (2)" in page and "See who has not answered" in page
    region.done(region.cian, f"{meeting}/answer", {"answer": "yes", "arrange": "A loop"})
    seen = region.ask(region.chair, "GET", meeting).json
    assert seen["answers"] == {"yes": 3, "maybe": 0, "no": 0, "names": {}}
    assert [each["name"] for each in seen["needs"]] == ["Cian"]
    page = region.cloud.call("GET", meeting, bearer=bearer, html=True).text
    assert "This page lists up to" in page and "Said yes" not in page
    assert "See who has answered and who has not" in page
    page = region.cloud.call("GET", meeting, bearer=region.cloud.session(region.ann), html=True)
    assert "This page lists up to" not in page.text


def test_many_who_ask_for_something_are_counted_and_their_words_stand_by_their_answers(
    region: Region, meeting: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(overview_views, "MOST_NAMED", 2)
    region.done(region.ann, f"{meeting}/needs", {"needs": ["isl", "parking"]})
    parking = {"needs": ["parking"], "arrange": "Near the door"}
    region.done(region.ben, f"{meeting}/needs", parking)
    named = region.ask(region.chair, "GET", meeting).json
    assert [each["name"] for each in named["needs"]] == ["Ann", "Ben"]
    assert (named["need_counts"], named["needs_members"]) == ([], 2)
    region.done(region.cian, f"{meeting}/answer", {"answer": "yes", "arrange": "A loop"})
    counted = region.ask(region.chair, "GET", meeting).json
    assert counted["needs"] == [] and counted["needs_members"] == 3
    assert [(each["need"], each["count"]) for each in counted["need_counts"]] == [
        ("isl", 1),
        ("parking", 2),
        ("other", 1),
    ]
    assert counted["answers"]["names"]["yes"] == ["Cian"]
    bearer = region.cloud.session(region.chair)
    page = region.cloud.call("GET", meeting, bearer=bearer, html=True).text
    assert "3 members have asked" in page and "Parking: 2 people" in page
    assert "anyone who has left since" in page and f'href="{meeting}/answers"' in page
    assert "Near the door" not in page
    listed = region.ask(region.chair, "GET", f"{meeting}/answers").json["people"]
    assert {each["name"]: (each["needs"], each["arrange"]) for each in listed[:3]} == {
        "Ann": (["Irish Sign Language (ISL)", "Parking"], None),
        "Ben": (["Parking"], "Near the door"),
        "Cian": (["Something else"], "A loop"),
    }
    page = region.cloud.call("GET", f"{meeting}/answers", bearer=bearer, html=True).text
    assert "Near the door" in page
    other = region.ask(region.ann, "GET", meeting).json
    assert (other["needs"], other["need_counts"], other["needs_members"]) == ([], [], 0)


def test_answers_are_counted_where_too_many_would_be_named_with_those_who_ask(
    region: Region, meeting: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(overview_views, "MOST_NAMED", 2)
    for who in (region.ann, region.ben):
        region.done(who, f"{meeting}/answer", {"answer": "yes"})
    region.done(region.cian, f"{meeting}/needs", {"needs": ["isl"]})
    seen = region.ask(region.chair, "GET", meeting).json
    assert seen["answers"] == {"yes": 2, "maybe": 0, "no": 0, "names": {}}
    assert seen["names_hidden"] and [each["name"] for each in seen["needs"]] == ["Cian"]


def test_co_chairs_page_through_who_has_answered_by_name(
    region: Region, meeting: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(rsvp, "PAGE_SIZE", 2)
    region.done(region.ben, f"{meeting}/answer", {"answer": "maybe"})
    bearer, cursor, people = region.cloud.session(region.chair), None, []
    while cursor != "":
        query = {"cursor": cursor} if cursor else None
        page = region.cloud.call("GET", f"{meeting}/answers", bearer=bearer, query=query).json
        assert page["is_part"] and len(page["people"]) <= 2
        people += page["people"]
        cursor = page["next"] or ""
    assert [each["name"] for each in people[:3]] == ["Ann", "Ben", "Cian"]
    assert {each["id"] for each in people} == {
        each.id for each in region.cloud.people if each.region == "SW" and each.active
    }
    assert len(people) == 5
    assert [each["name"] for each in people if each["answer"]] == ["Ben"]


def test_whoever_records_an_answer_on_a_page_of_the_list_stays_on_it(
    region: Region, meeting: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(rsvp, "PAGE_SIZE", 2)
    bearer = region.cloud.session(region.chair)
    first = region.cloud.call("GET", f"{meeting}/answers", bearer=bearer).json
    query = {"cursor": first["next"]}
    page = region.cloud.call(
        "GET", f"{meeting}/answers", bearer=bearer, query=query, html=True
    ).text
    form = dict(re.findall(r'name="(\w+)" value="([\w-]*)"', page))
    path = f"{meeting}/answers/{region.cian.id}"
    sent = region.cloud.call("POST", path, form=form, bearer=bearer, html=True)
    assert sent.headers["Location"] == f"{meeting}/answers?cursor={first['next']}&done=recorded"
    assert region.ask(region.chair, "POST", path, {"answer": "yes", "cursor": "#"}).status == 422
    html = region.cloud.call("GET", f"{meeting}/answers", bearer=bearer, html=True)
    (more,) = [link for link in Page(html.text).links if "cursor=" in link]
    assert re.fullmatch(r"/meetings/[\w-]+/answers\?cursor=[\w-]+", more)
    wrong = region.cloud.call("GET", f"{meeting}/answers", bearer=bearer, query={"cursor": "SW#x"})
    assert wrong.status == 400


def test_namesakes_are_told_apart_on_the_list_of_answers(region: Region, meeting: str):
    region.cloud.member(region="SW", name="Ann", workplace="Cork Office")
    names = [
        each["name"]
        for each in region.ask(region.chair, "GET", f"{meeting}/answers").json["people"]
    ]
    assert "Ann (Cork Office)" in names and "Ann" not in names


def test_an_answer_that_is_not_moved_yet_stands_for_its_member(region: Region):
    """In letters and on pages, as an earlier version stored it."""
    meeting = region.meeting(starts_at="2027-01-28T10:00")
    region.cloud.post_letters()
    region.cloud.now = region.cloud.now.replace(month=1, day=26)
    table, meeting_id = wiring.table(), meeting.rpartition("/")[2]
    region.done(region.ann, f"{meeting}/answer", {"answer": "no"})
    answer = table.get((f"REPLIES#{meeting_id}", f"ANSWER#{region.ann.id}"))
    assert answer
    before = {**answer, "pk": f"MEETING#{meeting_id}", "counted": None, "name": "Ann"}
    shards = table.query(f"MEETING#{meeting_id}", "COUNT#").items
    table.transact(
        [
            Put(before),
            Delete((answer["pk"], answer["sk"])),
            Delete(migrations.WORK),
            *(Delete((shard["pk"], shard["sk"])) for shard in shards),
        ]
    )
    migrations._done.clear()
    migrations._planned.clear()
    assert region.ask(region.ann, "GET", meeting).json["my_answer"] == "no"
    assert numbers(region, meeting) == (0, 0, 1)
    region.at(*REMIND)
    assert region.letters("answer_reminder", meeting, "0")[region.ann.id] == "dropped"
    assert len(region.mail(region.ben, "Are you coming?")) == 1
    region.at(*REMIND, 30)
    assert table.get((before["pk"], before["sk"])) is None
    assert numbers(region, meeting) == (0, 0, 1)
    region.done(region.chair, f"{meeting}/place", {"mode": "online"})
    region.at(*REMIND, 40)
    assert "Your answer" in text(region.mail(region.ann, "New place")[-1])


def test_who_moves_on_the_day_of_joining_is_not_counted_and_leaves_no_answer_when_erased(
    region: Region, meeting: str
) -> None:
    """That day is in no period any more, by which their regions were known."""
    today = region.cloud.now.date().isoformat()
    new = region.cloud.member(periods=({"from": today, "until": None, "region": "SW"},))
    region.done(new, f"{meeting}/answer", {"answer": "yes"})
    assert region.ask(region.chair, "GET", meeting).json["answers"]["yes"] == 1
    region.done(new, "/me/region", {"region": "MW"})
    region.cloud.run("ClockFunction", {}, Context())
    assert region.ask(region.ann, "GET", meeting).json["answers"]["yes"] == 0
    item = wiring.table().get((f"MEMBER#{new.id}", "MEMBER"))
    assert item is not None and "SW" in person_from_item(item, "nobody").regions


def test_a_member_whose_status_changes_while_their_answer_is_counted_anew_is_not_counted(
    region: Region, meeting: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    region.done(region.ben, f"{meeting}/answer", {"answer": "yes"})
    region.done(OFFICE, f"/members/{region.ben.id}/deactivate", {"reason": "Moved abroad"})
    recount = replies.recount_writes

    def after_change(item: Item, member: Member) -> list[Write]:
        monkeypatch.setattr(replies, "recount_writes", recount)
        key = (f"MEMBER#{member.id}", "MEMBER")
        wiring.table().transact([Update(key, set={"status": "erasing"}, add={"revision": 1})])
        return recount(item, member)

    monkeypatch.setattr(replies, "recount_writes", after_change)
    region.cloud.run("ClockFunction", {}, Context())
    assert region.ask(region.ann, "GET", meeting).json["answers"]["yes"] == 0
    assert not wiring.table().query(f"RECOUNT#{region.ben.id}").items
