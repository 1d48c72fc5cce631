"""Answers from any letter, answers that a co-chair records, reminders to who is silent, and whose stand."""

import re
from urllib.parse import parse_qsl

import pytest

from comhar import wiring
from comhar.membership import repository as membership_repository
from comhar.membership.model import end_membership
from local import openapi
from tests.support import cloud as clouds
from tests.support import stored_members
from tests.support.page import Page
from tests.support.sample_region import OFFICE, Region, text
from tests.support.snapshots import built_once

REMIND = (2027, 1, 26, 9)  # two working days before Thursday 28 January


@pytest.fixture
@built_once
def meeting(region: Region) -> str:
    return region.meeting()


@pytest.fixture
@built_once
def near(region: Region) -> str:
    """A meeting made 13 working days before it: its invitation asked for items."""
    return region.meeting(starts_at="2027-01-28T10:00")


def links(region: Region, who, about: str) -> dict[str, str]:
    """Answer → path with its query, of the last letter about this."""
    words = text(region.mail(who, about)[-1])
    found = re.findall(r"(/answer/[\w-]+\?answer=(\w+))", words)
    return {answer: path for path, answer in found}


def opened(region: Region, path: str):
    bare, _, query = path.partition("?")
    return region.cloud.call("GET", bare, query=dict(parse_qsl(query)), html=True)


def test_whose_turn_it_is_to_lead_neither_sees_who_is_silent_nor_answers_for_others(
    region: Region, meeting: str
):
    region.at(2027, 2, 18, 12)
    region.done(region.chair, f"{meeting}/close", {"attended": [], "next_lead": region.ben.id})
    coming = region.meeting(starts_at="2027-05-20T10:00")
    bearer = region.cloud.session(region.ben)
    page = region.cloud.call("GET", coming, bearer=bearer, html=True).text
    assert "Prepare the agenda" in page
    for path in ("answers", "delivery"):
        assert f"{coming}/{path}" not in page
        assert region.ask(region.ben, "GET", f"{coming}/{path}").status == 403
    reply = region.ask(region.ben, "POST", f"{coming}/answers/{region.ann.id}", {"answer": "yes"})
    assert reply.status == 403
    assert region.ask(region.chair, "GET", coming).json["answers"]["yes"] == 0


def test_a_link_of_who_has_left_tells_nothing_of_the_meeting(region: Region, meeting: str):
    path = links(region, region.ann, "Invitation")["yes"]
    assert opened(region, path).status == 200
    region.done(region.ann, "/me/leave")
    seen = opened(region, path)
    assert seen.status == 403
    assert "18 February" not in seen.text


# By the links of a letter


def test_every_letter_that_asks_offers_each_answer(region: Region, near: str, meeting: str):
    item = region.done(region.ann, f"{meeting}/items", {"title": "Rooms"})["id"]
    region.done(region.chair, f"{meeting}/items/{item}/accept")
    for moment in (REMIND, (2027, 2, 4, 9), (2027, 2, 11, 9)):
        region.at(*moment)
    letters = [
        *(region.mail(region.ann, about)[-1] for about in ("Invitation", "Agenda")),
        *region.mail(region.ann, "Are you coming?"),
    ]
    assert len(letters) == 4
    for letter in letters:
        html = letter.get_body(("html",)).get_content()
        for part in (text(letter), html):
            for answer in ("yes", "maybe", "no"):
                assert re.search(rf"{clouds.HOME}/answer/[\w-]+\?answer={answer}\b", part)


@pytest.mark.parametrize("answer", ["yes", "maybe", "no"])
def test_a_link_opens_the_page_with_its_answer_chosen_and_says_nothing_yet(
    region: Region, meeting: str, answer: str
):
    path = links(region, region.ann, "Invitation")[answer]
    before = region.cloud.written()
    page = opened(region, path)
    assert page.status == 200
    assert region.cloud.written() == before
    chosen = [field["value"] for field in Page(page.text).fields if "checked" in field]
    assert chosen == [answer]
    assert "It counts once you send it." in page.text
    bare = path.partition("?")[0]
    sent = region.cloud.call("POST", bare, form={"answer": answer}, html=True)
    assert (sent.status, sent.headers["Location"]) == (303, f"{bare}?done=answered")
    assert region.ask(region.ann, "GET", meeting).json["my_answer"] == answer


@pytest.mark.parametrize("answer", ["yes", "maybe", "no"])
def test_after_an_answer_by_link_its_page_says_when_and_where_and_how_to_change_it(
    region: Region, meeting: str, answer: str
):
    bare = links(region, region.ann, "Invitation")["yes"].partition("?")[0]
    region.cloud.call("POST", bare, form={"answer": answer}, html=True)
    before = region.cloud.written()
    page = Page(opened(region, bare).text)
    assert region.cloud.written() == before
    assert page.faults() == []
    title = {"yes": "You’re coming", "maybe": "You may come", "no": "You’re not coming"}[answer]
    for words in (title, "10am to midday", "You get the agenda by email", "Change your answer"):
        assert words in page.text
    assert (f"{bare}/calendar.ics" in page.links) == (answer != "no")
    assert [field["value"] for field in page.fields if "checked" in field] == [answer]
    region.at(2027, 2, 11, 10)
    assert "The agenda went to you by email" in opened(region, bare).text
    assert region.ask(region.ann, "GET", meeting).json["my_answer"] == answer


def test_the_calendar_file_by_link_is_the_one_of_the_meeting_until_it_begins(
    region: Region, meeting: str
):
    bare = links(region, region.ann, "Invitation")["yes"].partition("?")[0]
    by_link = region.cloud.call("GET", f"{bare}/calendar.ics")
    own = region.ask(region.ann, "GET", f"{meeting}/calendar.ics")
    assert (by_link.status, by_link.text) == (200, own.text)
    assert by_link.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert region.cloud.call("GET", "/answer/unknown/calendar.ics").status == 410
    region.at(2027, 2, 18, 10)
    assert region.cloud.call("GET", f"{bare}/calendar.ics").status == 410


@pytest.mark.parametrize("answer", ["", "perhaps", "<b>", "YES"])
def test_another_word_in_the_link_chooses_nothing(region: Region, meeting: str, answer: str):
    bare = links(region, region.ann, "Invitation")["yes"].partition("?")[0]
    page = region.cloud.call("GET", bare, query={"answer": answer}, html=True)
    assert page.status == 200
    assert not [field for field in Page(page.text).fields if "checked" in field]
    assert "It counts once" not in page.text


# Who stands among the names


def test_who_left_moved_or_is_being_erased_is_neither_named_nor_counted(region: Region, meeting):
    for who in (region.ann, region.ben, region.cian, region.chair):
        region.done(who, f"{meeting}/answer", {"answer": "yes"})
    region.done(region.ann, "/me/leave", {})
    region.done(region.ben, "/me/region", {"region": "MW"})
    erasing = stored_members.find_member(region.cian.id)
    assert erasing is not None
    wiring.table().transact(
        membership_repository.change_writes(erasing, region.cloud.now, status="erasing")
    )
    seen = region.ask(region.chair, "GET", meeting).json["answers"]
    assert (seen["yes"], seen["names"]["yes"]) == (1, [region.chair.display_name])
    listed = region.ask(region.chair, "GET", f"{meeting}/answers").json["people"]
    assert {each["id"] for each in listed} == {region.chair.id, region.other_chair.id}
    assert region.ask(region.other_chair, "GET", meeting).json["answers"]["yes"] == 1


def test_names_are_those_that_people_have_now(region: Region, meeting: str):
    region.done(region.ann, f"{meeting}/answer", {"answer": "yes"})
    region.done(
        region.ann,
        "/me/details/edit",
        {"revision": 0, "name": "Áine", "role": "recovery_educator"},
    )
    seen = region.ask(region.chair, "GET", meeting).json["answers"]["names"]
    assert seen["yes"] == ["Áine"]


def test_an_answer_to_the_old_date_stands_for_nothing(region: Region, meeting: str):
    region.done(region.ann, f"{meeting}/answer", {"answer": "yes"})
    region.done(region.chair, f"{meeting}/reschedule", {"starts_at": "2027-02-25T10:00"})
    seen = region.ask(region.chair, "GET", meeting).json["answers"]
    assert (seen["yes"], seen["names"]["yes"]) == (0, [])
    listed = region.ask(region.chair, "GET", f"{meeting}/answers").json["people"]
    assert {each["answer"] for each in listed} == {None}


# On behalf


def test_only_who_leads_sees_who_has_answered_and_records_an_answer(region: Region, meeting: str):
    path = f"{meeting}/answers/{region.ann.id}"
    for who in (region.ann, region.stranger):
        assert region.ask(who, "GET", f"{meeting}/answers").status == 403
        assert region.ask(who, "POST", path, {"answer": "yes"}).status == 403
    for wrong in ({}, {"answer": "perhaps"}, {"answer": "yes", "arrange": "A loop"}):
        assert region.ask(region.chair, "POST", path, wrong).status == 422
    assert region.ask(region.ann, "GET", meeting).json["my_answer"] is None
    for who in (region.chair, OFFICE):
        assert region.done(who, path, {"answer": "yes"})["answer"] == "yes"


def test_nobody_s_answer_is_recorded_who_is_not_asked(region: Region, meeting: str):
    left = region.cloud.member(status="left")
    waiting = region.cloud.member(status="pending", confirmed=False)
    for who in (left.id, waiting.id, region.stranger.id, "nobody", "office-1"):
        answer = region.ask(region.chair, "POST", f"{meeting}/answers/{who}", {"answer": "yes"})
        assert answer.status == 404
    region.at(2027, 2, 18, 10)
    late = region.ask(region.chair, "POST", f"{meeting}/answers/{region.ann.id}", {"answer": "yes"})
    assert late.status == 409


def test_a_recorded_answer_is_marked_for_both_and_noted(region: Region, meeting: str):
    region.done(region.chair, f"{meeting}/answers/{region.ann.id}", {"answer": "maybe"})
    listed = region.ask(region.chair, "GET", f"{meeting}/answers").json["people"]
    (ann,) = [each for each in listed if each["id"] == region.ann.id]
    assert (ann["answer"], ann["recorded"]) == ("maybe", True)
    own = region.ask(region.ann, "GET", meeting).json
    assert (own["my_answer"], own["my_answer_recorded"]) == ("maybe", True)
    page = region.cloud.call(
        "GET", meeting, bearer=region.cloud.session(region.ann), html=True
    ).text
    assert "maybe, as a co-chair recorded it" in page
    lines = wiring.table().query(f"SUBJECT#{region.ann.audit_id}", table="audit").items
    assert [(each["who"], each["what"]) for each in lines] == [
        (region.chair.audit_id, "answer_for")
    ]
    history = region.ask(region.ann, "GET", "/me/data.json").json["history"]
    assert "Recorded whether they come to a meeting" in [each["what"] for each in history]


def test_what_the_member_answers_later_counts(region: Region, meeting: str):
    path = f"{meeting}/answers/{region.ann.id}"
    region.done(region.chair, path, {"answer": "yes"})
    region.done(region.ann, f"{meeting}/answer", {"answer": "no"})
    own = region.ask(region.ann, "GET", meeting).json
    assert (own["my_answer"], own["my_answer_recorded"]) == ("no", False)
    region.done(region.chair, path, {"answer": "yes"})
    link = links(region, region.ann, "Invitation")["no"].partition("?")[0]
    region.done(None, link, {"answer": "no"})
    assert region.ask(region.ann, "GET", meeting).json["my_answer"] == "no"


def test_for_who_is_said_not_to_come_there_is_nothing_to_arrange(region: Region, meeting: str):
    region.done(region.ann, f"{meeting}/needs", {"arrange": "A loop"})
    region.done(region.chair, f"{meeting}/answers/{region.ann.id}", {"answer": "yes"})
    assert region.ask(region.ann, "GET", meeting).json["my_needs"] == "A loop"
    region.done(region.chair, f"{meeting}/answers/{region.ann.id}", {"answer": "no"})
    assert region.ask(region.ann, "GET", meeting).json["my_needs"] is None


def test_on_the_page_the_buttons_say_for_whom(region: Region, meeting: str):
    region.done(region.ben, f"{meeting}/answer", {"answer": "no"})
    bearer = region.cloud.session(region.chair)
    page = region.cloud.call("GET", f"{meeting}/answers", bearer=bearer, html=True).text
    assert page.index("Not answered yet") < page.index("Ann") < page.index(">Answered<")
    assert page.index(">Answered<") < page.index("Ben")
    assert "for Ann" in page
    path = f"{meeting}/answers/{region.ann.id}"
    sent = region.cloud.call("POST", path, form={"answer": "yes"}, bearer=bearer, html=True)
    assert (sent.status, sent.headers["Location"]) == (
        303,
        f"{meeting}/answers?cursor=&done=recorded",
    )


# Reminders


def reminded(region: Region) -> set[str]:
    """Who has a letter that asks for the missing answer."""
    return {each.id for each in region.cloud.people if region.mail(each, "Are you coming?")}


def test_two_working_days_before_who_has_not_answered_is_reminded_once(region, near):
    waiting = region.cloud.member(status="pending", confirmed=False)
    region.done(region.ann, f"{near}/answer", {"answer": "no"})
    region.done(region.chair, f"{near}/answers/{region.ben.id}", {"answer": "maybe"})
    region.at(2027, 1, 26, 8, 59)
    assert reminded(region) == set()
    region.at(*REMIND)
    assert reminded(region) == {region.chair.id, region.other_chair.id, region.cian.id}
    assert waiting.id not in reminded(region)
    for later in ((2027, 1, 26, 10), (2027, 1, 27, 9), (2027, 1, 28, 9)):
        region.at(*later)
    assert len(region.mail(region.cian, "Are you coming?")) == 1


def test_who_answers_between_the_writing_and_the_sending_is_not_reminded(region, near):
    region.cloud.post_letters()
    region.cloud.now = region.cloud.now.replace(month=1, day=26)
    openapi.load("clock").handler({}, clouds.Context())
    assert region.letters("answer_reminder", near, "0")[region.ann.id] == "queued"
    region.done(region.ann, f"{near}/answer", {"answer": "yes"})
    assert region.ann.id not in reminded(region)
    assert region.letters("answer_reminder", near, "0")[region.ann.id] == "dropped"
    assert region.cian.id in reminded(region)


def test_who_answered_for_the_old_date_only_is_reminded_of_the_new_one(region, near):
    region.done(region.ann, f"{near}/answer", {"answer": "yes"})
    region.done(region.chair, f"{near}/reschedule", {"starts_at": "2027-01-29T10:00"})
    region.at(*REMIND)
    assert reminded(region) == set()
    region.done(region.ben, f"{near}/answer", {"answer": "yes"})
    region.at(2027, 1, 27, 9)
    assert region.ann.id in reminded(region)
    assert region.ben.id not in reminded(region)


def test_a_new_place_takes_no_reminder_away_and_sends_none_twice(region, near):
    region.cloud.now = region.cloud.now.replace(month=1, day=26)
    openapi.load("clock").handler({}, clouds.Context())
    region.done(region.chair, f"{near}/place", {"mode": "online"})
    assert region.ann.id in reminded(region)
    region.at(2027, 1, 27, 9)
    assert len(region.mail(region.ann, "Are you coming?")) == 1


@pytest.mark.parametrize(
    ("what", "body"),
    [("reschedule", {"starts_at": "2027-01-29T10:00"}), ("cancel", {"reason": "Snow"})],
)
def test_a_reminder_not_yet_sent_is_dropped_when_the_meeting_moves_or_is_off(
    region, near, what, body
):
    region.cloud.now = region.cloud.now.replace(month=1, day=26)
    openapi.load("clock").handler({}, clouds.Context())
    region.done(region.chair, f"{near}/{what}", body)
    assert reminded(region) == set()
    assert set(region.letters("answer_reminder", near, "0").values()) == {"dropped"}


def test_a_meeting_made_within_two_working_days_asks_in_its_invitation_alone(region):
    region.meeting(starts_at="2027-01-12T15:00")
    region.at(2027, 1, 12, 9)
    assert reminded(region) == set()


def test_nobody_is_reminded_who_left_or_waits_since(region, near):
    region.cloud.now = region.cloud.now.replace(month=1, day=26)
    openapi.load("clock").handler({}, clouds.Context())
    now = region.cloud.now
    left = end_membership(region.ann, "left", now.date())
    wiring.table().transact(membership_repository.update_writes(region.ann, left, now))
    assert region.ann.id not in reminded(region)
