"""What waits for a person: it appears when it begins to wait, for whom it should, and goes when done."""

from datetime import timedelta
from typing import Any

import pytest

from comhar import wiring
from tests.support.office_mail import deliver, read_message
from tests.support.own_page import waiting, waiting_hrefs, waiting_kinds
from tests.support.page import Page
from tests.support.sample_region import OFFICE, Region

pytestmark = pytest.mark.xdist_group("waiting")  # one worker makes its region once


@pytest.fixture
def meeting(region: Region) -> str:
    return region.meeting()


def home_page(region: Region, who: Any) -> Page:
    bearer = region.cloud.session(who)
    return Page(region.cloud.call("GET", "/me", bearer=bearer, html=True).text)


def test_nobody_sees_what_waits_without_signing_in(region: Region):
    assert region.ask(None, "GET", "/me/waiting").status == 401


def test_where_nothing_waits_the_page_says_so(region: Region):
    assert waiting_kinds(region, region.ann) == []
    page = home_page(region, region.ann)
    assert page.faults() == []
    assert "Nothing is waiting for you." in page.text
    assert "No meeting is planned yet" in page.text


def test_a_meeting_waits_for_each_member_until_their_own_reply(region: Region, meeting: str):
    for who in (region.ann, region.ben, region.chair):
        assert waiting_hrefs(region, who, "answer_meeting") == [meeting]
    assert waiting_kinds(region, region.stranger) == waiting_kinds(region, OFFICE) == []
    region.done(region.ann, f"{meeting}/answer", {"answer": "no"})
    assert waiting_hrefs(region, region.ann, "answer_meeting") == []
    assert waiting_hrefs(region, region.ben, "answer_meeting") == [meeting]


def test_a_reply_to_an_earlier_date_is_asked_for_again(region: Region, meeting: str):
    region.done(region.ann, f"{meeting}/answer", {"answer": "yes"})
    region.done(region.chair, f"{meeting}/reschedule", {"starts_at": "2027-02-25T10:00"})
    assert waiting_hrefs(region, region.ann, "answer_meeting") == [meeting]
    region.done(region.chair, f"{meeting}/cancel", {"reason": "Storm"})
    assert waiting_hrefs(region, region.ann, "answer_meeting") == []


def test_home_knows_the_reply_counts_it_and_changes_it(region: Region, meeting: str):
    bearer = region.cloud.session(region.ann)
    form = [("answer", "yes"), ("home", "yes")]
    answer = region.cloud.call("POST", f"{meeting}/answer", form=form, bearer=bearer, html=True)
    assert (answer.status, answer.headers["Location"]) == (303, "/me?done=answered")
    page = home_page(region, region.ann)
    assert "You’re coming · 1 of 5 is coming" in " ".join(page.text.split())
    assert f"{meeting}/calendar.ics" in page.links
    assert "We do not have your reply yet" in home_page(region, region.ben).text


def test_items_can_be_proposed_until_the_day_before_the_agenda_goes_out(
    region: Region, meeting: str
):
    def until() -> str | None:
        home = region.ask(region.ann, "GET", "/me").json
        return home["next_meeting"]["propose_until"]

    assert until() == "2027-02-10"
    region.at(2027, 2, 10, 17)
    assert until() == "2027-02-10"
    region.at(2027, 2, 11, 9)
    assert until() is None


def test_the_link_to_join_is_there_from_a_quarter_of_an_hour_before(region: Region):
    link = "https://meet.example/cork"
    region.meeting(mode="online", link=link)
    region.at(2027, 2, 18, 9, 44)
    assert link not in home_page(region, region.ann).links
    region.at(2027, 2, 18, 9, 45)
    assert link in home_page(region, region.ann).links
    region.at(2027, 2, 18, 11, 59)
    assert link in home_page(region, region.ann).links


def test_an_item_waits_for_the_co_chairs_until_one_of_them_decides(region: Region, meeting: str):
    rooms, travel = (
        region.done(region.ann, f"{meeting}/items", {"title": title})["id"]
        for title in ("Rooms", "Travel")
    )
    assert waiting_hrefs(region, region.ann, "decide_item") == []
    agenda = f"{meeting}/agenda"
    assert waiting_hrefs(region, region.other_chair, "decide_item") == [agenda, agenda]
    region.done(region.chair, f"{meeting}/items/{rooms}/accept")
    assert waiting_hrefs(region, region.chair, "decide_item") == [agenda]
    region.done(region.chair, f"{meeting}/items/{travel}/decline", {"reason": "Next time"})
    assert waiting_hrefs(region, region.chair, "decide_item") == []
    region.done(region.chair, f"{meeting}/items/{travel}/reopen")
    assert waiting_hrefs(region, region.chair, "decide_item") == [agenda]
    region.done(region.chair, f"{meeting}/cancel", {"reason": "Storm"})
    assert waiting_hrefs(region, region.chair, "decide_item") == []


def test_an_agenda_waits_from_ten_working_days_before_until_it_is_out(region: Region, meeting: str):
    region.at(2027, 2, 4, 8, 59)
    assert waiting_hrefs(region, region.chair, "prepare_agenda") == []
    region.at(2027, 2, 4, 9)
    assert waiting_hrefs(region, region.chair, "prepare_agenda") == [f"{meeting}/agenda"]
    assert waiting_hrefs(region, region.ann, "prepare_agenda") == []
    region.done(region.chair, f"{meeting}/lead", {"lead": region.ann.id})
    assert waiting_hrefs(region, region.ann, "prepare_agenda") == [f"{meeting}/agenda"]
    region.at(2027, 2, 11, 9)
    assert waiting_hrefs(region, region.chair, "prepare_agenda") == []


def test_an_agenda_that_is_too_long_waits_until_it_fits(region: Region, meeting: str):
    """Long before it is due, for who leads; a longer meeting helps as well as a shorter agenda."""

    def words() -> list[str]:
        return [one["title"] for one in waiting(region, region.chair) if "too long" in one["title"]]

    def arrange(minutes: int) -> None:
        revision = region.ask(region.chair, "GET", f"{meeting}/agenda").json["revision"]
        body = {"revision": revision, "minutes": {"welcome": minutes}}
        region.done(region.chair, f"{meeting}/agenda", body)

    assert words() == []
    arrange(150)
    (first,) = words()
    assert first.startswith("The agenda for Thursday 18 February 2027 is ")
    arrange(5)
    assert words() == []
    arrange(150)
    region.done(region.chair, f"{meeting}/place", {"mode": "online", "minutes": 360})
    assert words() == []


def test_a_meeting_that_is_over_waits_for_co_chairs_and_after_a_week_for_the_office(
    region: Region, meeting: str
):
    region.at(2027, 2, 18, 12)
    close = f"{meeting}/close"
    assert waiting_hrefs(region, region.chair, "close_meeting") == [close]
    region.at(2027, 2, 25, 8, 59)
    assert waiting_hrefs(region, OFFICE, "close_meeting") == []
    region.at(2027, 2, 25, 9)
    assert waiting_hrefs(region, OFFICE, "close_meeting") == [close]
    region.done(region.chair, close, {"attended": [region.ann.id]})
    for who in (region.chair, OFFICE):
        assert waiting_hrefs(region, who, "close_meeting") == []


def test_a_request_waits_for_the_office_until_it_is_decided(region: Region):
    asking = region.cloud.member(status="pending", confirmed=False, joined_on=None)
    page = f"/members/{asking.id}"
    (item,) = waiting(region, OFFICE, "approve_member")
    assert (item["href"], item["title"]) == (page, "Check a request to join in South West")
    assert waiting_kinds(region, region.chair) == []
    region.done(OFFICE, f"{page}/admit")
    assert waiting_hrefs(region, OFFICE, "approve_member") == []


def test_who_is_not_confirmed_waits_for_co_chairs_and_after_ten_working_days_for_the_office(
    region: Region,
):
    new = region.cloud.member(
        name="Dara Ní Bhriain", region=region.code, confirmed=False, joined_on="2027-01-11"
    )
    (item,) = waiting(region, region.chair, "confirm_member")
    assert item["title"] == "Confirm Dara Ní Bhriain"
    assert "1 person to confirm" in home_page(region, region.chair).text
    assert waiting_kinds(region, region.ann) == []
    region.at(2027, 1, 25, 8, 59)
    assert waiting_kinds(region, OFFICE) == []
    region.at(2027, 1, 25, 9)
    assert waiting_hrefs(region, OFFICE, "confirm_member") == [f"/members/{new.id}"]
    region.done(region.chair, f"/members/{new.id}/confirm")
    for who in (region.chair, OFFICE):
        assert waiting_hrefs(region, who, "confirm_member") == []


def test_who_moves_waits_for_the_other_region(region: Region):
    asking = region.cloud.member(status="pending", confirmed=False, joined_on=None)
    region.done(OFFICE, f"/members/{asking.id}/move", {"region": "MW"})
    (item,) = waiting(region, OFFICE, "approve_member")
    assert item["title"] == "Check a request to join in Mid West"


def test_an_email_waits_for_the_office_until_it_is_put_away(region: Region):
    region.cloud.now += timedelta(minutes=1)
    deliver(read_message("attachments"), "waiting-1", region.cloud.now)
    (item,) = waiting(region, OFFICE, "answer_mail")
    region.done(OFFICE, f"{item['href']}/done")
    assert waiting_hrefs(region, OFFICE, "answer_mail") == []
    region.done(OFFICE, f"{item['href']}/reopen")
    assert waiting_hrefs(region, OFFICE, "answer_mail") == [item["href"]]


def test_a_term_that_ends_within_four_weeks_waits_for_both_and_the_office(region: Region):
    region.at(2027, 12, 13, 9)
    assert waiting_hrefs(region, region.chair, "term_ends") == []
    region.at(2027, 12, 14, 9)
    chairs = f"/communities/{region.code}/chairs"
    for who in (region.chair, region.other_chair, OFFICE):
        assert waiting_hrefs(region, who, "term_ends") == [chairs]
    region.done(region.chair, chairs, {"members": [region.ann.id, region.ben.id]})
    for who in (region.chair, region.ann, OFFICE):
        assert waiting_hrefs(region, who, "term_ends") == []


def test_terms_wait_for_each_signature_that_is_missing(region: Region):
    terms = f"/communities/{region.code}/terms"
    region.done(region.chair, f"{terms}/submit")
    for who in (region.chair, region.other_chair, OFFICE):
        assert waiting_hrefs(region, who, "sign_terms") == [terms]
    assert waiting_hrefs(region, region.ann, "sign_terms") == []
    for who in (OFFICE, region.chair):
        region.done(who, f"{terms}/sign", {"name": "A name", "title": "A title"})
        assert waiting_hrefs(region, who, "sign_terms") == []
    assert waiting_hrefs(region, region.other_chair, "sign_terms") == [terms]


def test_a_vision_waits_for_each_confirmed_member_once_they_are_asked(region: Region):
    vision = f"/communities/{region.code}/vision"
    region.cloud.member(region=region.code, confirmed=False)
    objectives = [{"title": "Be heard"}]
    region.done(
        region.chair, vision, {"purpose": "We learn", "objectives": objectives, "revision": 0}
    )
    assert waiting_hrefs(region, region.ann, "agree_vision") == []
    region.done(region.chair, f"{vision}/ask")
    assert waiting_hrefs(region, region.ann, "agree_vision") == [vision]
    region.done(region.ann, f"{vision}/agree")
    assert waiting_hrefs(region, region.ann, "agree_vision") == []
    assert waiting_hrefs(region, region.ben, "agree_vision") == [vision]


def test_many_of_a_kind_stand_on_one_line_of_the_page(region: Region):
    for number in range(5):
        region.cloud.member(status="pending", confirmed=False, joined_on=None, name=f"Ada {number}")
    home = region.ask(OFFICE, "GET", "/me").json
    assert [each["title"] for each in home["waiting"]] == ["5 requests to join to check"]
    assert home["count"] == 5
    links = home_page(region, OFFICE).links
    assert "/members?status=pending" in links and "/me/waiting" in links


def test_rows_of_what_waits_hold_no_names_and_no_words(region: Region, meeting: str):
    region.cloud.member(status="pending", confirmed=False, joined_on=None, name="Pádraig Ó Sé")
    deliver(read_message("attachments"), "waiting-2", region.cloud.now)
    region.done(region.ann, f"{meeting}/items", {"title": "A sensitive matter"})
    region.at(2027, 2, 26, 9)
    rows = wiring.table().query("OFFICE").items
    rows += wiring.table().query(f"REGION#{region.code}", "PROPOSED#").items
    assert len(rows) >= 4
    assert {name for row in rows for name in row} <= {
        *("pk", "sk", "kind", "thing", "since", "region", "meeting", "item"),
        *("starts_at", "until", "expires", "announced"),
    }


def test_two_members_of_whom_one_answered_a_survey_see_the_same(region: Region, meeting: str):
    region.at(2027, 2, 18, 12, 30)
    region.done(region.chair, f"{meeting}/close", {"attended": [region.ann.id, region.ben.id]})
    region.at(2027, 2, 19, 9)
    seen = []
    for who in (region.ann, region.ben):
        listed = region.ask(who, "GET", "/me/waiting").json
        assert "survey" not in str(listed["items"])
        assert len(listed["surveys"]) == 1
        seen.append(listed)
    assert seen[0] == seen[1]


# Several at once


def test_several_are_confirmed_at_once_and_who_cannot_be_is_named(region: Region):
    new = [
        region.cloud.member(region=region.code, confirmed=False, name=name)
        for name in ("Dara", "Éabha")
    ]
    pending = region.cloud.member(status="pending", confirmed=False, joined_on=None)
    ids = [*(each.id for each in new), pending.id, "nobody"]
    body = {"members": ids, "do": "confirm"}
    assert region.ask(region.ann, "POST", "/members/bulk", body).status == 403
    answer = region.done(region.chair, "/members/bulk", body)
    assert answer["done"] == ids[:2]
    assert [each["id"] for each in answer["refused"]] == ids[2:]
    assert all(each["why"] for each in answer["refused"])
    assert waiting_hrefs(region, region.chair, "confirm_member") == []


def test_only_the_office_admits_several(region: Region):
    asking = region.cloud.member(status="pending", confirmed=False, joined_on=None)
    body = {"members": [asking.id], "do": "admit"}
    assert region.ask(region.chair, "POST", "/members/bulk", body).status == 403
    assert region.done(OFFICE, "/members/bulk", body)["done"] == [asking.id]


def test_nobody_is_ticked_beforehand_and_a_form_with_nobody_ticked_is_shown_again(region: Region):
    region.cloud.member(region=region.code, confirmed=False, name="Dara Ní Bhriain")
    bearer = region.cloud.session(region.chair)
    page = region.cloud.call("GET", "/members/confirm", bearer=bearer, html=True)
    assert Page(page.text).faults() == []
    assert "Dara Ní Bhriain" in page.text and " checked" not in page.text
    form = [("do", "confirm")]
    answer = region.cloud.call("POST", "/members/bulk", form=form, bearer=bearer, html=True)
    assert answer.status == 422
    assert "Tick at least one person." in answer.text and "Dara Ní Bhriain" in answer.text


def test_on_a_device_that_was_long_unused_nobody_is_named(region: Region):
    region.cloud.member(region=region.code, confirmed=False, name="Dara Ní Bhriain")
    bearer = region.cloud.session(region.chair)
    region.cloud.now += timedelta(hours=13)
    listed = region.cloud.call("GET", "/me/waiting", bearer=bearer).json
    assert "1 person to confirm" in [each["title"] for each in listed["items"]]
    assert "Dara" not in str(listed)
