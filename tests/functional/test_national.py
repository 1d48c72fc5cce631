"""A meeting of all regions: the office runs it, every active member is asked, no region counts it."""

import json
import os
import re
from datetime import UTC, datetime
from email.message import EmailMessage

import pytest

from comhar import wiring
from comhar.aws.dynamodb import Table
from comhar.dates.quarters import Quarter
from comhar.letters import repository as letters_repository
from comhar.letters.model import LetterId
from comhar.reports import figures as reports_figures
from comhar.reports import service as reports_service
from comhar.settings import Settings
from local import openapi
from tests.support import cloud as clouds
from tests.support.calendar_entry import entry
from tests.support.own_page import coming_meetings, waiting_hrefs
from tests.support.sample_region import FORM, OFFICE, THURSDAY, Region, text

EVENT = {"starts_at": THURSDAY, "minutes": 240, "mode": "hybrid", "venue": "Dublin Castle"}
NATIONAL = "/national/meetings"


def planned(region: Region, **about) -> str:
    return f"/meetings/{region.done(OFFICE, NATIONAL, EVENT | about)['id']}"


def test_only_the_office_schedules_it(region: Region):
    for who, status in ((None, 401), (region.ann, 403), (region.chair, 403)):
        assert region.ask(who, "POST", NATIONAL, EVENT).status == status
        assert region.ask(who, "GET", f"{NATIONAL}/new").status == status
    assert region.ask(OFFICE, "GET", NATIONAL).json["coming"] == []
    made = region.done(OFFICE, NATIONAL, EVENT)
    assert (made["kind"], made["region"], made["id"][:3]) == ("national", "IE", "IE-")
    assert made["agenda_due_at"] == "2027-02-11T09:00:00.000Z"


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"kind": "quarterly"}, "kind"),
        ({"starts_at": "2027-01-11T08:00"}, "starts_at"),
        ({"mode": "by_pigeon"}, "mode"),
        ({"facilitator_name": "Máire"}, "facilitator_name"),
    ],
)
def test_an_event_that_cannot_be_is_refused_at_its_field(region: Region, wrong, field):
    answer = region.ask(OFFICE, "POST", NATIONAL, EVENT | wrong)
    assert (answer.status, answer.json["errors"][0]["field"]) == (422, field)
    assert region.ask(OFFICE, "GET", NATIONAL).json["coming"] == []


def test_no_region_can_schedule_one_and_none_has_its_meetings(region: Region):
    answer = region.ask(OFFICE, "POST", "/communities/SW/meetings", FORM | {"kind": "national"})
    assert (answer.status, answer.json["errors"][0]["field"]) == (422, "kind")
    assert region.ask(OFFICE, "POST", "/communities/IE/meetings", FORM).status == 404
    planned(region)
    assert region.ask(region.chair, "GET", "/communities/SW/meetings").json["coming"] == []


def test_every_active_member_of_every_region_is_invited_once(region: Region):
    waiting = region.cloud.member(status="pending", confirmed=False, region="WNW")
    left = region.cloud.member(status="left", region="DML")
    meeting = planned(region)
    region.cloud.post_letters()
    letters = region.letters("invitation", meeting, "0")
    active = [each for each in region.cloud.people if each not in (waiting, left)]
    assert letters == {each.id: "sent" for each in active}
    (letter,) = region.mail(region.stranger, "Invitation: national event, 18 February 2027")
    words = " ".join(text(letter).split())
    assert "All communities meet:" in words
    assert "because you are a member of a Community of Practice." in words
    assert "IE" not in words.split()
    assert entry(letter)["SUMMARY"] == "Communities of Practice national event"


def test_the_list_is_for_every_active_member_and_the_office(region: Region):
    waiting = region.cloud.member(status="pending", confirmed=False)
    meeting = planned(region)
    assert region.ask(None, "GET", NATIONAL).status == 401
    assert region.ask(waiting, "GET", NATIONAL).status == 403
    for who, leads in ((region.ann, False), (region.stranger, False), (OFFICE, True)):
        seen = region.ask(who, "GET", NATIONAL).json
        assert [f"/meetings/{each['id']}" for each in seen["coming"]] == [meeting]
        assert seen["may_lead"] is leads


def test_members_of_any_region_answer_and_propose_and_the_office_decides(region: Region):
    meeting = planned(region)
    for who in (region.ann, region.stranger):
        region.done(who, f"{meeting}/answer", {"answer": "yes"})
    item = region.done(region.stranger, f"{meeting}/items", {"title": "Rooms"})["id"]
    accept = f"{meeting}/items/{item}/accept"
    for who in (region.ann, region.chair):
        assert region.ask(who, "POST", accept).status == 403
    region.done(OFFICE, accept)
    region.at(2027, 2, 11, 9)
    letters = region.letters("agenda", meeting, "1")
    assert set(letters.values()) == {"sent"}
    assert len(letters) == len(region.cloud.people)
    (letter,) = region.mail(region.stranger, "Agenda: national event")
    assert "Rooms" in text(letter)
    assert "This is the agenda of the national event" in " ".join(text(letter).split())


def test_only_the_office_moves_places_and_cancels_it_and_all_hear(region: Region):
    meeting = planned(region)
    region.cloud.post_letters()
    changes = (
        ("place", {"mode": "online"}, "New place"),
        ("reschedule", {"starts_at": "2027-02-25T10:00"}, "New date"),
        ("cancel", {"reason": "Snow"}, "Cancelled"),
    )
    for what, body, about in changes:
        for who in (region.ann, region.chair):
            assert region.ask(who, "POST", f"{meeting}/{what}", body).status == 403
        region.done(OFFICE, f"{meeting}/{what}", body)
        for who in (region.ann, region.stranger):
            assert len(region.mail(who, f"{about}: national event")) == 1


def test_members_see_their_own_answer_and_the_office_numbers_without_names(region: Region):
    meeting = planned(region)
    region.done(region.ann, f"{meeting}/answer", {"answer": "yes", "arrange": "A loop"})
    region.done(region.stranger, f"{meeting}/answer", {"answer": "no"})
    own = region.ask(region.ann, "GET", meeting).json
    assert (own["my_answer"], own["my_needs"]) == ("yes", "A loop")
    assert (own["answers"], own["needs"], own["may_answer"]) == (None, [], True)
    other = region.ask(region.ben, "GET", meeting).json
    assert (other["my_answer"], other["my_needs"]) == (None, None)
    chair = region.ask(region.chair, "GET", meeting).json
    assert (chair["answers"], chair["needs"], chair["may_lead"]) == (None, [], False)
    office = region.ask(OFFICE, "GET", meeting).json
    assert office["answers"] == {"yes": 1, "maybe": 0, "no": 1, "names": {}}
    assert office["needs"] == [{"name": "Ann", "needs": ["Something else"], "arrange": "A loop"}]
    assert not office["may_answer"]


def test_a_member_s_page_reads_no_answer_but_their_own(region: Region, monkeypatch):
    meeting = planned(region)
    for who in (region.ann, region.ben, region.cian, region.chair):
        region.done(who, f"{meeting}/answer", {"answer": "yes", "arrange": "A loop"})
    region.done(region.ann, f"{meeting}/items", {"title": "Rooms"})
    read: list[str] = []
    query = Table.query

    def noted(self, *args, **how):
        page = query(self, *args, **how)
        read.extend(each["sk"] for each in page.items)
        return page

    monkeypatch.setattr(Table, "query", noted)
    seen = region.ask(region.ann, "GET", meeting).json
    assert (seen["my_answer"], [each["title"] for each in seen["items"]]) == ("yes", ["Rooms"])
    assert not [each for each in read if each.startswith(("ANSWER#", "NEEDS#"))]


def test_the_office_pages_through_who_has_answered(region: Region, monkeypatch):
    monkeypatch.setattr("comhar.meetings.rsvp.PAGE_SIZE", 2)
    region.cloud.member(status="left", region="MW")
    meeting = planned(region)
    region.done(region.ann, f"{meeting}/answer", {"answer": "maybe"})
    for who in (region.ann, region.chair):
        assert region.ask(who, "GET", f"{meeting}/answers").status == 403
    bearer, cursor, seen = region.cloud.session(OFFICE), None, []
    for _ in range(5):
        query = {"cursor": cursor} if cursor else None
        page = region.cloud.call("GET", f"{meeting}/answers", bearer=bearer, query=query).json
        assert len(page["people"]) <= 2
        seen += page["people"]
        cursor = page["next"]
        if not cursor:
            break
    assert sorted(each["id"] for each in seen) == sorted(
        each.id for each in region.cloud.people if each.active
    )
    assert [each["id"] for each in seen if each["answer"]] == [region.ann.id]
    wrong = {"cursor": "SW#"}
    path = f"{meeting}/answers"
    assert region.cloud.call("GET", path, bearer=bearer, query=wrong).status == 400


def test_pages_lead_back_to_the_national_events_and_name_no_region(region: Region):
    meeting = planned(region)
    for path, who in ((meeting, region.ann), (NATIONAL, OFFICE), (f"{NATIONAL}/new", OFFICE)):
        page = region.cloud.call("GET", path, bearer=region.cloud.session(who), html=True)
        assert page.status == 200
        assert "/communities/IE" not in page.text
    page = region.cloud.call("GET", meeting, bearer=region.cloud.session(region.ann), html=True)
    assert f'href="{NATIONAL}"' in page.text
    assert "All regions" in page.text
    assert "Are you coming?" in page.text
    assert "Who is coming" not in page.text


def test_it_stands_on_the_home_page_beside_the_region_s(region: Region):
    planned_meeting = region.meeting(starts_at="2027-02-16T10:00")
    meeting = planned(region)
    for who, expected in ((region.ann, [planned_meeting, meeting]), (region.stranger, [meeting])):
        assert coming_meetings(region, who) == expected
    page = region.cloud.call("GET", "/me", bearer=region.cloud.session(region.ann), html=True)
    assert "National event, Thursday 18 February 2027" in page.text
    region.at(2027, 2, 18, 15)
    for who, expected in (
        (region.chair, [planned_meeting]),
        (region.stranger, []),
        (OFFICE, [meeting]),
    ):
        to_close = [f"{each}/close" for each in expected]
        assert waiting_hrefs(region, who, "close_meeting") == to_close


def test_who_joins_before_it_is_invited_and_gets_the_agenda(region: Region):
    planned(region)
    region.at(2027, 2, 11, 9)
    waiting = region.cloud.member(status="pending", confirmed=False, region="WNW", joined_on=None)
    region.done(OFFICE, f"/members/{waiting.id}/admit")
    region.cloud.post_letters()
    assert len(region.mail(waiting, "Invitation: national event")) == 1
    assert len(region.mail(waiting, "Agenda: national event")) == 1


def test_no_region_s_figures_count_it(region: Region):
    meeting = planned(region)
    region.at(2027, 2, 18, 15)
    quarter = Quarter.parse("2027-Q1")
    before = figures(quarter)
    region.done(OFFICE, f"{meeting}/close", {"attended": [], "headcount": 120})
    assert region.ask(region.ann, "GET", meeting).json["state"] == "held"
    assert figures(quarter) == before


@pytest.mark.parametrize("count", [0, 120])
def test_closed_anew_it_starts_from_how_many_were_recorded(region: Region, count: int):
    meeting = planned(region)
    region.at(2027, 2, 18, 15)
    form = region.ask(OFFICE, "GET", f"{meeting}/close").json
    assert (form["headcount"], form["national"]) == (None, True)
    region.done(OFFICE, f"{meeting}/close", {"attended": [], "headcount": count})
    region.done(OFFICE, f"{meeting}/reopen", {"reason": "Typo"})
    assert region.ask(OFFICE, "GET", f"{meeting}/close").json["headcount"] == count
    bearer = region.cloud.session(OFFICE)
    page = region.cloud.call("GET", f"{meeting}/close", bearer=bearer, html=True).text
    (field,) = re.findall(r'<input[^>]* name="headcount"[^>]*>', page)
    assert f'value="{count}"' in field


def figures(quarter: Quarter) -> object:
    tallies = reports_service.tally_regions(quarter, wiring.context(None))
    made = reports_figures.make_report(tallies, quarter, wiring.clock())
    return [row.model_dump() for row in made.rows]


def test_who_is_erased_leaves_nothing_with_it(region: Region):
    meeting = planned(region)
    region.done(region.ann, f"{meeting}/answer", {"answer": "yes", "arrange": "A loop"})
    region.done(region.ann, f"{meeting}/items", {"title": "Rooms"})
    assert region.ask(region.ann, "POST", "/me/erase", {}).status == 202
    words = " ".join(text(each) for each in region.mail(region.ann, "")).split()
    path = next(word for word in words if "/erase/" in word)
    region.done(None, path.removeprefix(clouds.HOME), {})
    region.at(2027, 1, 20, 9)
    stored = wiring.table().query(f"MEETING#{meeting.rpartition('/')[2]}").items
    assert not [each for each in stored if region.ann.id in str(each)]


def test_what_a_member_takes_out_has_their_answer(region: Region):
    meeting = planned(region)
    nora = region.cloud.member(
        name="Nóra", periods=({"from": "2027-01-01", "until": None, "region": "SW"},)
    )
    region.done(nora, f"{meeting}/answer", {"answer": "maybe", "arrange": "A loop"})
    (own,) = region.ask(nora, "GET", "/me/data.json").json["answers"]
    assert (own["region"], own["answer"]) == ("All regions", "maybe")
    assert own["to_arrange"] == "Something else, A loop"


# What the office is told, which has no co-chairs


def office_mail(region: Region) -> list[EmailMessage]:
    """What the office was sent so far, but for digests of what waits."""
    sent = [each for each in region.cloud.mail() if each["To"] == OFFICE]
    return [each for each in sent if "to do in Comhar" not in each["Subject"]]


def test_the_office_is_told_once_of_all_that_co_chairs_would_be_told_of(region: Region):
    meeting = planned(region)
    region.done(region.ann, f"{meeting}/items", {"title": "Rooms"})
    for day, about in ((8, "Check the agenda before it goes out"), (10, "Items to decide")):
        for _ in range(2):
            region.at(2027, 2, day, 9)
        assert office_mail(region)[-1]["Subject"] == f"{about}: national event, 18 February 2027"
    for day in (22, 25):
        for _ in range(2):
            region.at(2027, 2, day, 9)
        assert (
            office_mail(region)[-1]["Subject"]
            == "Did it go ahead? national event, 18 February 2027"
        )
    assert len(office_mail(region)) == 4
    for who in (region.chair, region.stranger):
        assert not region.mail(who, "Items to decide")
        assert not region.mail(who, "Did it go ahead?")


@pytest.mark.parametrize(
    ("moment", "link", "says"),
    [
        ((2027, 2, 8, 9), "/agenda", "goes out in the National Office’s name on"),
        ((2027, 2, 22, 9), "/close", "record how many were there"),
    ],
)
def test_the_office_s_letter_leads_to_what_it_is_to_do(region: Region, moment, link, says):
    meeting = planned(region)
    region.at(*moment)
    (letter,) = office_mail(region)
    words = " ".join(text(letter).split())
    assert words.index("Dear colleagues,") < words.index(says)
    assert f"{clouds.HOME}{meeting}{link}" in words
    assert "because your address is one of the National Office’s." in words
    assert "co-chair" not in words
    assert region.ask(OFFICE, "GET", f"{meeting}{link}").status == 200


def test_the_office_hears_once_of_an_invitation_that_came_back(region: Region):
    meeting = planned(region)
    region.cloud.post_letters()
    for _ in range(2):
        came_back(LetterId("invitation", meeting.rpartition("/")[2], "0", region.ann.id))
        region.cloud.post_letters()
    (letter,) = office_mail(region)
    assert letter["Subject"] == "An email did not arrive: national event, 18 February 2027"
    assert "An email to Ann did not arrive" in text(letter)
    assert f"{meeting}/delivery" in text(letter)
    assert region.ask(OFFICE, "GET", f"{meeting}/delivery").json["parts"][0]["problems"] == 1
    assert not region.mail(region.chair, "did not arrive")


def came_back(letter: LetterId) -> None:
    """SES tells that the letter bounced."""
    mail = {
        "timestamp": "2027-01-11T09:00:05.000Z",
        "tags": {"letter": [letters_repository.tag(letter)]},
    }
    record = {"Sns": {"Message": json.dumps({"eventType": "Bounce", "mail": mail})}}
    openapi.load("receipts").handler({"Records": [record]}, None)


def test_an_address_that_is_the_office_s_no_more_hears_nothing(region: Region, monkeypatch):
    planned(region)
    region.cloud.now = datetime(2027, 2, 8, 9, tzinfo=UTC)
    openapi.load("clock").handler({}, clouds.Context())
    settings = Settings(os.environ | {"OFFICE_EMAILS": "new@example.com"})
    monkeypatch.setattr(wiring.mailer(), "_settings", settings)
    assert office_mail(region) == []


def test_no_address_is_kept_with_a_letter_to_the_office_that_is_out(region: Region):
    meeting = planned(region)
    region.at(2027, 2, 8, 9)
    items = wiring.table().query(f"LETTER#agenda_nudge#{meeting.rpartition('/')[2]}#0").items
    assert [each["state"] for each in items] == ["sent"]
    assert OFFICE not in str(items)
