"""Finding a date: members are asked once, answer until the poll closes, and one meeting comes of it."""

import html
import re
from collections.abc import Callable
from typing import Any

import pytest

from comhar import wiring
from comhar.aws.conditions import ConditionFailed, Put
from comhar.communities import repository as communities_repository
from comhar.meetings import repository as meetings_repository
from comhar.membership import repository as membership_repository
from comhar.polls import forms as polls_forms
from comhar.polls import repository as polls_repository
from comhar.polls import service as polls_service
from comhar.polls import votes
from comhar.polls.model import PollOver, revise
from tests.support import stored_members
from tests.support.own_page import waiting_hrefs
from tests.support.page import Page
from tests.support.sample_region import OFFICE, Region, text

FORM: dict[str, Any] = {
    "kind": "quarterly",
    "mode": "online",
    "topic": "Hope",
    "options": ["2027-02-18T10:00", "2027-02-16T14:00", "2027-02-20T10:00"],
}
ALL_YES = {"votes": {"a": "yes", "b": "yes", "c": "yes"}}
CLOSES = (2027, 1, 18, 17)


def opened(region: Region, **about: Any) -> str:
    """The path of a newly opened poll, after its letters went out."""
    made = region.done(region.chair, "/communities/SW/polls", FORM | about)
    region.cloud.post_letters()
    return f"/polls/{made['id']}"


def voted(region: Region, who: Any, poll: str, a: str, b: str, c: str) -> None:
    region.done(who, f"{poll}/vote", {"votes": {"a": a, "b": b, "c": c}})


def link(region: Region, to: Any, about: str = "Which date suits you?") -> str:
    """The link in the last letter somebody got about a poll."""
    letter = region.mail(to, about)[-1]
    return re.findall(r"/poll/[\w-]{20,}", text(letter))[0]


def pressed(region: Region, page: str, action: str) -> Any:
    """Sends the hidden form of a page, as its one button does."""
    ((_, inside),) = re.findall(
        rf'<form method="post" action="({action})">(.*?)</form>', page, re.S
    )
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', inside)
    fields = [(name, html.unescape(value)) for name, value in found]
    bearer = region.cloud.session(region.chair)
    return region.cloud.call("POST", action, form=fields, bearer=bearer, html=True)


def refused(region: Region, **about: Any) -> list[str]:
    answer = region.ask(region.chair, "POST", "/communities/SW/polls", FORM | about)
    assert answer.status == 422, answer.text
    return [each["field"] for each in answer.json["errors"]]


def test_dates_that_are_past_given_twice_too_few_or_too_many_are_refused(region: Region):
    good = FORM["options"]
    assert refused(region, options=["2027-01-11T08:59", good[0]]) == ["options.0"]
    assert refused(region, options=[good[0], good[1], good[0]]) == ["options.2"]
    assert refused(region, options=[good[0], "2028-02-20T10:00"]) == ["options.1"]
    assert refused(region, options=good[:1]) == ["options"]
    assert refused(region, options=[f"2027-03-0{day}T10:00" for day in range(1, 10)]) == ["options"]
    assert refused(region, kind="national") == ["kind"]
    assert refused(region, closes_on="2027-02-16") == ["closes_on"]
    assert refused(region, closes_on="2027-01-10") == ["closes_on"]
    assert refused(region, options=["2027-01-11T15:00", "2027-01-11T16:00"]) == ["closes_on"]
    assert region.ask(region.ann, "GET", "/communities/SW/polls").json["open"] == []


def test_a_form_with_mistakes_keeps_all_that_was_typed(region: Region):
    form = [("kind", "quarterly"), ("mode", "online"), ("topic", "Tús"), ("minutes", "90")]
    form += [("options.0", "2027-02-18T10:00"), ("options.3", "2020-01-01T10:00")]
    for path in ("/communities/SW/polls", "/communities/SW/polls/check"):
        bearer = region.cloud.session(region.chair)
        answer = region.cloud.call("POST", path, form=form, bearer=bearer, html=True)
        assert answer.status == 422
        page = Page(answer.text)
        assert page.faults() == []
        for stored in ("2027-02-18T10:00", "2020-01-01T10:00", "Tús", 'value="90"'):
            assert stored in answer.text
        assert "#options.1" in page.links or 'href="#options.1"' in answer.text


def test_the_dates_are_looked_at_before_anybody_is_asked(region: Region):
    taken = {"kind": "quarterly", "mode": "online", "minutes": 60}
    office = region.cloud.session(OFFICE)
    for code, at in (("MW", "2027-02-18T11:30"), ("DML", "2027-02-18T12:00")):
        path = f"/communities/{code}/meetings"
        assert (
            region.cloud.call("POST", path, taken | {"starts_at": at}, bearer=office).status == 201
        )
    region.meeting(starts_at="2027-02-16T18:00")
    options = [*FORM["options"], "2027-03-17T10:00"]
    path = "/communities/SW/polls/check"
    looked = region.ask(region.chair, "POST", path, FORM | {"options": options})
    assert [each["notes"] for each in looked.json["checked"]] == [
        ["Mid West meets at that time."],
        ["A meeting of this community is on that day, at 6pm."],
        ["A Saturday."],
        ["A public holiday: Saint Patrick’s Day."],
    ]
    assert region.ask(region.ann, "GET", "/communities/SW/polls").json["open"] == []
    bearer = region.cloud.session(region.chair)
    form = [("kind", "quarterly"), ("mode", "online")]
    form += [(f"options.{n}", at) for n, at in enumerate(options)]
    page = region.cloud.call("POST", path, form=form, bearer=bearer, html=True)
    assert page.status == 200
    assert Page(page.text).faults() == []
    assert "Mid West meets at that time." in page.text
    answer = pressed(region, page.text, "/communities/SW/polls")
    assert answer.status == 303
    poll = answer.headers["Location"].partition("?")[0]
    result = region.ask(region.chair, "GET", poll).json
    assert [each["starts_at"] for each in result["dates"]] == sorted(options)
    for who in (region.chair, region.ann):
        seen = region.ask(who, "GET", poll).json["dates"]
        assert [len(each["notes"]) for each in seen] == [1, 1, 1, 1]
    (letter,) = region.mail(region.ann, "Which date suits you?")
    for result in (text(letter), letter.get_body(("html",)).get_content()):
        assert "Mid West meets at that time." in result
        assert "Saint Patrick’s Day" in result


def test_a_day_on_which_the_office_is_closed_is_said_and_no_working_day(region: Region):
    pk, sk = communities_repository.CLOSURES
    days = [{"day": "2027-02-18", "why": "Move"}, {"day": "2027-01-14", "why": "Move"}]
    wiring.table().transact([Put({"pk": pk, "sk": sk, "days": days})])
    poll = opened(region)
    seen = region.ask(region.ann, "GET", poll).json["dates"]
    assert [each["notes"] for each in seen] == [
        [],
        ["The office is closed on that day."],
        ["A Saturday."],
    ]
    region.at(2027, 1, 13, 8, 59)
    assert not region.mail(region.ann, "Still open")
    region.at(2027, 1, 13, 9)
    assert len(region.mail(region.ann, "Still open")) == 1


def test_every_active_member_is_asked_once_and_nobody_else(region: Region):
    waiting = region.cloud.member(status="pending", confirmed=False, joined_on=None)
    poll = opened(region)
    region.cloud.post_letters()
    letters = region.letters("poll", poll, "0")
    people = [region.chair, region.other_chair, region.ann, region.ben, region.cian]
    assert letters == {each.id: "sent" for each in people}
    assert not region.mail(waiting, "date") and not region.mail(region.stranger, "date")
    region.done(OFFICE, f"/members/{waiting.id}/admit")
    for _ in range(2):
        region.cloud.post_letters()
    assert len(region.mail(waiting, "Which date suits you?")) == 1
    region.at(*CLOSES)
    late = region.cloud.member(status="pending", confirmed=False, joined_on=None)
    region.done(OFFICE, f"/members/{late.id}/admit")
    assert not region.mail(late, "Which date")


def test_the_link_answers_without_signing_in_and_changes_the_answer(region: Region):
    poll = opened(region)
    path = link(region, region.ann)
    for _ in range(3):
        page = region.cloud.call("GET", path, html=True)
        assert (page.status, Page(page.text).faults()) == (200, [])
        assert page.text.count("<fieldset") == 3
        assert region.cloud.call("HEAD", path, html=True).status == 200
    region.cloud.post_letters()
    form = [("votes.a", "yes"), ("votes.b", "if_need_be"), ("votes.c", "no")]
    sent = region.cloud.call("POST", path, form=form, html=True)
    assert (sent.status, sent.headers["Location"]) == (303, f"{path}?done=dates_answered")
    region.done(None, path, ALL_YES)
    own = region.ask(region.ann, "GET", poll).json["dates"]
    assert [each["mine"] for each in own] == ["yes", "yes", "yes"]
    assert [each["yes"] for each in own] == [1, 1, 1]
    region.at(*CLOSES)
    for method, body in (("GET", None), ("POST", ALL_YES)):
        late = region.ask(None, method, path, body)
        assert late.status == 410
        assert "signing in" in late.json["next"]


def test_an_open_poll_waits_on_the_page_of_each_member_asked(region: Region):
    poll = opened(region)
    bearer = region.cloud.session(region.ann)
    page = region.cloud.call("GET", "/me", bearer=bearer, html=True)
    assert poll in Page(page.text).links and Page(page.text).faults() == []
    assert waiting_hrefs(region, region.ann, "answer_poll") == [poll]
    for other in (region.stranger, OFFICE):
        assert waiting_hrefs(region, other, "answer_poll") == []
    region.done(region.ann, f"{poll}/vote", ALL_YES)
    assert waiting_hrefs(region, region.ann, "answer_poll") == []
    assert waiting_hrefs(region, region.ben, "answer_poll") == [poll]
    region.at(*CLOSES)
    assert waiting_hrefs(region, region.ben, "answer_poll") == []


def test_an_answer_that_leaves_a_date_out_is_refused_and_kept(region: Region):
    poll = opened(region)
    path = link(region, region.ann)
    for where, bearer in ((path, ""), (f"{poll}/vote", region.cloud.session(region.ann))):
        form = [("votes.a", "no"), ("votes.c", "yes")]
        answer = region.cloud.call("POST", where, form=form, bearer=bearer, html=True)
        assert answer.status == 422
        assert 'href="#votes.b"' in answer.text and 'id="votes.b"' in answer.text
        assert len(re.findall(r'<input[^>]*value="(?:no|yes)"[^>]* checked', answer.text)) == 2
    odd = region.ask(region.ann, "POST", f"{poll}/vote", {"votes": ALL_YES["votes"] | {"z": "yes"}})
    assert odd.status == 422
    assert wiring.table().query(f"POLL#{poll[7:]}", "VOTE#").items == []


def test_who_left_or_is_of_another_region_cannot_answer(region: Region):
    poll = opened(region)
    path = link(region, region.ben)
    leaving = stored_members.find_member(region.ben.id)
    assert leaving
    wiring.table().transact(
        membership_repository.change_writes(leaving, region.cloud.now, status="left")
    )
    assert region.ask(None, "POST", path, ALL_YES).status == 403
    assert region.ask(None, "GET", path).status == 403
    assert region.ask(region.stranger, "POST", f"{poll}/vote", ALL_YES).status == 403
    assert region.ask(OFFICE, "POST", f"{poll}/vote", ALL_YES).status == 403


def test_counts_are_for_who_has_answered_and_names_for_co_chairs(region: Region):
    poll = opened(region)
    voted(region, region.ann, poll, "yes", "if_need_be", "no")
    voted(region, region.ben, poll, "no", "if_need_be", "yes")
    before = region.ask(region.cian, "GET", poll).json
    assert not before["counted"] and before["dates"][0]["yes"] is None and not before["missing"]
    after = region.ask(region.ann, "GET", poll).json
    assert [each["best"] for each in after["dates"]] == [False, True, False]
    assert [each["names"] for each in after["dates"]] == [{}, {}, {}]
    assert (after["answered"], after["members"], after["missing"]) == (2, 5, [])
    seen = region.ask(region.chair, "GET", poll).json
    assert seen["dates"][0]["names"] == {"yes": ["Ann"], "if_need_be": [], "no": ["Ben"]}
    assert len(seen["missing"]) == 3 and "Cian" in seen["missing"]
    page = region.cloud.call("GET", poll, bearer=region.cloud.session(region.chair), html=True)
    assert "Remind the 3 who have not answered" in page.text
    assert Page(page.text).faults() == []


def test_who_is_no_member_any_more_does_not_count(region: Region):
    poll = opened(region)
    voted(region, region.ann, poll, "yes", "yes", "yes")
    leaving = stored_members.find_member(region.ann.id)
    assert leaving
    wiring.table().transact(
        membership_repository.change_writes(leaving, region.cloud.now, status="left")
    )
    region.cloud.post_letters()
    for who in (region.chair, region.other_chair):
        seen = region.ask(who, "GET", poll).json
        assert (seen["answered"], seen["members"], seen["dates"][0]["yes"]) == (0, 4, 0)


def test_co_chairs_of_a_hundred_see_names_and_of_more_only_numbers_and_why(region: Region):
    poll = opened(region)
    people = [region.cloud.member(name=f"Duine {n}") for n in range(95)]
    voted(region, people[0], poll, "yes", "if_need_be", "no")
    seen = region.ask(region.chair, "GET", poll).json
    assert (seen["named"], seen["members"], seen["unanswered"]) == (True, 100, 99)
    assert seen["dates"][0]["names"]["yes"] == ["Duine 0"] and len(seen["missing"]) == 99
    region.cloud.member(name="Duine eile")
    seen = region.ask(region.chair, "GET", poll).json
    assert (seen["named"], seen["members"], seen["unanswered"]) == (False, 101, 100)
    assert [each["names"] for each in seen["dates"]] == [{}, {}, {}] and seen["missing"] == []
    assert [each["yes"] for each in seen["dates"]] == [1, 0, 0]
    page = region.cloud.call("GET", poll, bearer=region.cloud.session(region.chair), html=True)
    assert "As your community has more than 100 members" in page.text
    assert "Remind the 100 who have not answered" in page.text
    assert "Duine" not in page.text and Page(page.text).faults() == []
    assert region.done(region.chair, f"{poll}/remind")["missing"] == 100
    for path, who in ((poll, people[0]), (link(region, people[1], "Still open"), None)):
        bearer = region.cloud.session(who) if who else ""
        page = region.cloud.call("GET", path, bearer=bearer, html=True)
        assert "If your community has 100 members or fewer" in " ".join(page.text.split())


def test_two_of_one_name_are_told_apart_to_their_co_chairs(region: Region):
    poll = opened(region)
    region.cloud.member(name="Ann", workplace="Tigh Bhríde")
    missing = region.ask(region.chair, "GET", poll).json["missing"]
    assert {"Ann (Tigh Bhríde)", "Ann (2027-01-01)", "Ben", "Cian"} < set(missing)


def test_only_who_has_not_answered_is_reminded_once_a_day(region: Region):
    poll = opened(region)
    voted(region, region.ann, poll, "yes", "yes", "yes")
    assert region.ask(region.ann, "POST", f"{poll}/remind").status == 403
    region.done(region.chair, f"{poll}/remind")
    voted(region, region.ben, poll, "yes", "no", "no")  # before the reminders are sent
    region.cloud.post_letters()
    letters = region.letters("poll_reminder", poll, "1")
    assert {each.id: letters[each.id] for each in (region.ann, region.ben, region.cian)} == {
        region.ann.id: "dropped",
        region.ben.id: "dropped",
        region.cian.id: "sent",
    }
    again = region.ask(region.chair, "POST", f"{poll}/remind")
    assert again.status == 409 and "once a day" in again.json["next"]
    region.at(2027, 1, 14, 9)  # by itself, two working days before
    region.at(2027, 1, 14, 9)
    assert len(region.mail(region.cian, "Still open")) == 2
    assert region.ask(region.chair, "POST", f"{poll}/remind").status == 409
    region.at(2027, 1, 15, 9)
    region.done(region.other_chair, f"{poll}/remind")
    region.cloud.post_letters()
    assert len(region.mail(region.cian, "Still open")) == 3
    region.done(None, link(region, region.cian, "Still open"), ALL_YES)
    assert not region.mail(region.ann, "Still open") and not region.mail(region.ben, "Still open")


def test_nobody_is_reminded_by_itself_on_a_day_they_were_already_or_when_all_answered(
    region: Region,
):
    first, second = opened(region), opened(region)
    for who in (region.chair, region.other_chair, region.ann, region.ben, region.cian):
        voted(region, who, second, "yes", "yes", "yes")
    region.cloud.now = region.cloud.now.replace(day=14, hour=8)
    region.done(region.chair, f"{first}/remind")
    region.at(2027, 1, 14, 9)
    assert region.letters("poll_reminder", first, "1")
    assert not region.letters("poll_reminder", first, "2")
    assert not region.letters("poll_reminder", second, "1")
    assert region.ask(region.chair, "POST", f"{second}/remind").status == 409


def test_the_clock_closes_the_poll_and_tells_the_co_chairs_once(region: Region):
    poll = opened(region)
    voted(region, region.ann, poll, "yes", "no", "no")
    region.at(2027, 1, 18, 16, 59)
    assert region.ask(region.ann, "GET", poll).json["open"]
    region.at(*CLOSES)
    region.at(*CLOSES)
    assert region.letters("poll_closed", poll, "0").keys() == {
        region.chair.id,
        region.other_chair.id,
    }
    (letter,) = region.mail(region.chair, "The poll is closed")
    assert "1 member has answered" in text(letter) and poll in text(letter)
    assert region.ask(region.ben, "POST", f"{poll}/vote", ALL_YES).status == 409
    assert region.ask(region.chair, "POST", f"{poll}/remind").status == 409
    seen = region.ask(region.chair, "GET", poll).json
    assert (seen["state"], seen["open"], seen["may_pick"]) == ("closed", False, True)
    assert not region.mail(region.ann, "The poll is closed")


def test_a_poll_past_its_hour_takes_no_answer_though_the_clock_is_late(region: Region):
    poll = opened(region)
    region.cloud.now = region.cloud.now.replace(day=18, hour=17)
    assert region.ask(region.ben, "POST", f"{poll}/vote", ALL_YES).status == 409


def test_the_date_picked_becomes_a_meeting_to_which_everyone_is_invited_once(region: Region):
    region.done(OFFICE, "/communities/SW/chairs", {"members": [region.chair.id, region.ann.id]})
    poll = opened(region)
    region.at(*CLOSES)
    picked = {"option": "b", "kind": "quarterly", "mode": "hybrid", "venue": "Cork", "minutes": 90}
    body = picked | {"link": "https://meet.example/x"}
    assert region.ask(region.ben, "POST", f"{poll}/pick", body).status == 403
    made = region.done(region.chair, f"{poll}/pick", body)
    assert made["starts_at"] == "2027-02-18T10:00"
    seen = region.ask(region.ben, "GET", f"/meetings/{made['meeting']}").json
    assert (seen["starts_at"], seen["minutes"], seen["mode"]) == ("2027-02-18T10:00", 90, "hybrid")
    assert (seen["venue"], seen["link"]) == ("Cork", "https://meet.example/x")
    letters = region.mail(region.ben, "Invitation")
    assert len(letters) == 1 and "18 February 2027" in letters[0]["Subject"]
    result = region.ask(region.ben, "GET", poll).json
    assert (result["state"], result["meeting"]) == ("picked", made["meeting"])
    assert not region.mail(region.ben, "The poll is stopped")


def test_a_date_picked_without_more_becomes_the_meeting_that_the_poll_asked_about(region: Region):
    poll = opened(region, minutes=75, mode="hybrid", kind="reflective")
    made = region.done(region.chair, f"{poll}/pick", {"option": "a"})["meeting"]
    meeting = meetings_repository.get_meeting(wiring.table(), made)
    assert (meeting.kind, meeting.mode, meeting.minutes, meeting.topic) == (
        "reflective",
        "hybrid",
        75,
        "Hope",
    )


def test_a_second_pick_makes_no_second_meeting(region: Region):
    poll = opened(region)
    body = {"option": "a", "kind": "quarterly", "mode": "online"}
    region.done(region.chair, f"{poll}/pick", body)
    for path, sent in ((f"{poll}/pick", body), (f"{poll}/end", {})):
        assert region.ask(region.other_chair, "POST", path, sent).status == 409
    assert region.ask(region.ann, "POST", f"{poll}/vote", ALL_YES).status == 409
    coming = region.ask(region.ann, "GET", "/communities/SW/meetings").json["coming"]
    assert len(coming) == 1
    late = link(region, region.ann)
    assert region.ask(None, "GET", late).status == 409


def meanwhile(monkeypatch: pytest.MonkeyPatch, happens: Callable[[], Any]) -> None:
    """Lets something happen between the next reading of a poll and its writing."""
    by_id = polls_repository.get_poll

    def overtaken(*args: Any) -> Any:
        found = by_id(*args)
        monkeypatch.setattr(polls_repository, "get_poll", by_id)
        happens()
        return found

    monkeypatch.setattr(polls_repository, "get_poll", overtaken)


def test_who_picks_while_the_clock_closes_the_poll_is_not_told_that_it_is_decided(
    region: Region, monkeypatch: pytest.MonkeyPatch
):
    poll = opened(region)
    bearer = region.cloud.session(region.chair)
    meanwhile(monkeypatch, lambda: region.at(*CLOSES))
    form = [("option", "a"), ("venue", "Teach an Phobail")]
    late = region.cloud.call("POST", f"{poll}/pick", form=form, bearer=bearer, html=True)
    assert late.status == 409
    assert "This poll changed a moment ago. No date is picked yet." in late.text
    assert "decided" not in late.text and "Teach an Phobail" in late.text
    assert Page(late.text).faults() == []
    assert region.ask(region.chair, "GET", poll).json["state"] == "closed"
    region.done(region.chair, f"{poll}/pick", {"option": "a"})


def test_who_picks_while_another_does_is_told_that_it_is_decided(
    region: Region, monkeypatch: pytest.MonkeyPatch
):
    poll = opened(region)
    body = {"option": "a"}
    same = (
        poll.rpartition("/")[2],
        polls_forms.PickDate(**body),
        wiring.context(region.other_chair),
    )
    meanwhile(monkeypatch, lambda: polls_service.pick_date(*same))
    late = region.ask(region.chair, "POST", f"{poll}/pick", body)
    assert (late.status, late.json["title"]) == (409, "This poll has been decided already.")


def test_two_transactions_that_read_the_same_poll_do_not_both_hold(region: Region):
    poll = opened(region)
    table, now = wiring.table(), region.cloud.now
    before = polls_repository.get_poll(table, poll[7:], now)
    one, other = revise(before, state="picked"), revise(before, state="cancelled")
    table.transact(polls_repository.update_poll_writes(before, one, frozenset()))
    with pytest.raises(ConditionFailed):
        table.transact(polls_repository.update_poll_writes(before, other, frozenset()))
    with pytest.raises(PollOver):  # nor an answer given to what was still open when it was read
        table.transact(votes.save_writes(before, None, region.ann.id, {"a": "yes"}, now))
    stored = table.get(polls_repository.key(before.id))
    assert stored and "due_at" not in stored
    with pytest.raises(ConditionFailed):  # nor what the clock does with a claim from before
        claimed = {**stored, "due_at": "2027-01-18T17:05:00.000Z"}
        table.transact(
            polls_repository.update_poll_writes(before, other, frozenset(), claimed=claimed)
        )


def test_a_date_that_has_passed_or_is_not_there_cannot_be_picked(region: Region):
    poll = opened(region)
    region.at(2027, 2, 17, 9)
    for option in ("a", "z"):
        body = {"option": option, "kind": "quarterly", "mode": "online"}
        answer = region.ask(region.chair, "POST", f"{poll}/pick", body)
        assert (answer.status, answer.json["errors"][0]["field"]) == (422, "option")
    page = region.cloud.call(
        "POST",
        f"{poll}/pick",
        form=[("option", "a"), ("venue", "Teach an Phobail")],
        bearer=region.cloud.session(region.chair),
        html=True,
    )
    assert page.status == 422 and "Teach an Phobail" in page.text
    assert Page(page.text).faults() == []


@pytest.mark.parametrize(("closed", "state", "subject"), [
    (False, "cancelled", "The poll is stopped"), (True, "unfit", "No date found"),
])  # fmt: skip
def test_everyone_is_told_once_that_no_meeting_comes_of_it(
    region: Region, closed: bool, state: str, subject: str
):
    poll = opened(region)
    if closed:
        region.at(*CLOSES)
    assert region.ask(region.ann, "POST", f"{poll}/end", {}).status == 403
    ended = region.done(region.chair, f"{poll}/end", {"reason": "Sneachta"})
    assert ended["state"] == state
    assert region.ask(region.chair, "POST", f"{poll}/end", {}).status == 409
    for _ in range(2):
        region.cloud.post_letters()
    (letter,) = region.mail(region.ann, subject)
    assert "Sneachta" in text(letter) and "Sneachta" not in letter["Subject"]
    assert set(region.letters("poll_cancelled", poll, "0").values()) == {"sent"}
    region.at(2027, 1, 18, 18)
    assert len(region.mail(region.chair, "The poll is closed")) == closed


def test_a_poll_stopped_before_its_letters_left_asks_nobody(region: Region):
    made = region.done(region.chair, "/communities/SW/polls", FORM)
    region.done(region.chair, f"/polls/{made['id']}/end", {})
    region.cloud.post_letters()
    assert not region.mail(region.ann, "Which date suits you?")
    assert len(region.mail(region.ann, "The poll is stopped")) == 1


def test_a_poll_is_gone_six_months_after_it_closed(region: Region):
    poll = opened(region)
    voted(region, region.ann, poll, "yes", "yes", "yes")
    items = wiring.table().query(f"POLL#{poll[7:]}").items
    assert {each["expires"] for each in items} == {items[0]["expires"]}
    region.at(2027, 7, 20, 16, 59)
    assert region.ask(region.chair, "GET", poll).status == 200
    region.at(2027, 7, 20, 17)
    assert region.ask(region.chair, "GET", poll).status == 404
    assert region.ask(region.chair, "GET", "/communities/SW/polls").json["over"] == []


def test_who_is_erased_leaves_no_answer_and_who_takes_their_data_finds_it(region: Region):
    since = {"from": "2027-01-01", "until": None, "region": "SW"}
    one = region.cloud.member(name="Déirdre", periods=(since,))
    poll = opened(region)
    voted(region, one, poll, "yes", "if_need_be", "no")
    voted(region, region.ann, poll, "yes", "yes", "yes")
    stored = region.ask(one, "GET", "/me/data.json").json["polls"]
    assert [(each["date"], each["answer"]) for each in stored] == [
        ("2027-02-16T14:00", "yes"),
        ("2027-02-18T10:00", "if need be"),
        ("2027-02-20T10:00", "no"),
    ]
    assert region.ask(one, "POST", "/me/erase", {}).status == 202
    letter = region.mail(one, "")[-1]
    token = re.findall(r"/erase/[\w-]{20,}", text(letter))[0]
    region.done(None, token, {})
    region.at(2027, 1, 19, 9)
    votes = wiring.table().query(f"POLL#{poll[7:]}", "VOTE#").items
    assert [each["member"] for each in votes] == [region.ann.id]


def test_a_meeting_from_a_poll_takes_over_what_the_last_meeting_chose(region: Region):
    table = wiring.table()
    table.transact(
        [communities_repository.leave_choices_write("SW", "Building trust", region.ann.id)]
    )
    poll = opened(region, topic=None)
    body = {"option": "a", "kind": "quarterly", "mode": "online"}
    made = region.done(region.chair, f"{poll}/pick", body)["meeting"]
    meeting = meetings_repository.get_meeting(table, made)
    assert (meeting.topic, meeting.lead) == ("Building trust", region.ann.id)
    assert communities_repository.get_community(table, "SW", region.cloud.now).next_topic is None
