"""The year at a glance: what is held, planned and missing, and its meetings laid out in one go."""

import re
from typing import Any

import pytest

from comhar import wiring
from comhar.aws.dynamodb import Table
from comhar.communities import repository as communities_repository
from comhar.context import Context
from comhar.meetings import repository as meetings_repository
from comhar.meetings.model import MeetingChanged
from comhar.meetings.year_plan import forms as year_plan_forms
from comhar.meetings.year_plan import service as year_plan_service
from comhar.membership import repository as membership_repository
from tests.support import stored_members
from tests.support.page import Page
from tests.support.sample_region import OFFICE, Region

YEAR = "/communities/SW/year/2027"
COMMON: dict[str, Any] = {"mode": "online", "minutes": 90, "link": "https://meet.example/x"}
DATES = {
    "q1": {"starts_at": "2027-02-18T10:00"},
    "q2": {"starts_at": "2027-05-20T10:00"},
    "q3": {"starts_at": "2027-09-16T10:00"},
    "q4": {"starts_at": "2027-11-18T10:00", "kind": "reflective"},
}


def refused(region: Region, **about: Any) -> list[str]:
    for path in (YEAR, f"{YEAR}/check"):
        answer = region.ask(region.chair, "POST", path, COMMON | about)
        assert answer.status == 422, answer.text
    return [each["field"] for each in answer.json["errors"]]


def standings(region: Region, who: Any = None) -> list[str]:
    seen = region.ask(who or region.ann, "GET", YEAR).json
    return [each["standing"] for each in seen["quarters"]]


def test_what_cannot_be_planned_is_refused_and_nothing_is_made(region: Region):
    assert refused(region) == ["q1.starts_at"]
    assert refused(region, q1={"starts_at": "2027-04-01T10:00"}) == ["q1.starts_at"]
    assert refused(region, q1={"starts_at": "2027-01-04T10:00"}) == ["q1.starts_at"]
    assert refused(region, q2={"lead": region.ann.id}) == ["q2.starts_at"]
    assert refused(region, **DATES | {"q3": DATES["q3"] | {"lead": region.stranger.id}}) == [
        "q3.lead"
    ]
    assert refused(
        region, **DATES | {"q4": {"starts_at": "2027-11-18T10:00", "kind": "national"}}
    ) == ["q4.kind"]
    assert standings(region) == ["empty"] * 4
    for there in (1999, 2045, 99999):
        assert region.ask(region.chair, "GET", f"/communities/SW/year/{there}").status == 404
    assert region.ask(region.chair, "GET", "/communities/SW/year/soon").status == 404


def test_a_form_with_mistakes_keeps_all_that_was_typed(region: Region):
    form = [("q1.starts_at", "2027-02-18T10:00"), ("q1.lead", region.ann.id)]
    form += [("q3.starts_at", "2027-01-01T10:00"), ("venue", "Teach Mhaigh Eo"), ("mode", "hybrid")]
    for path in (YEAR, f"{YEAR}/check"):
        bearer = region.cloud.session(region.chair)
        answer = region.cloud.call("POST", path, form=form, bearer=bearer, html=True)
        assert answer.status == 422
        page = Page(answer.text)
        assert page.faults() == []
        assert 'href="#q3.starts_at"' in answer.text
        for stored in ("2027-02-18T10:00", "2027-01-01T10:00", "Teach Mhaigh Eo"):
            assert stored in answer.text
        assert f'<option value="{region.ann.id}" selected' in answer.text


def test_only_co_chairs_and_the_office_lay_out_a_year(region: Region):
    for who, status in ((region.ann, 403), (region.stranger, 403), (None, 401)):
        assert region.ask(who, "POST", YEAR, COMMON | DATES).status == status
        assert region.ask(who, "GET", f"{YEAR}/new").status == status
    assert region.ask(OFFICE, "POST", YEAR, COMMON | DATES).status == 201


def test_four_meetings_are_made_at_once_each_with_its_invitation(region: Region):
    laid = region.done(region.chair, YEAR, COMMON | DATES)
    assert [each["starts_at"] for each in laid["meetings"]] == [
        each["starts_at"] for each in DATES.values()
    ]
    assert laid["notes"] == {}
    for _ in range(2):
        region.cloud.post_letters()
    letters = region.mail(region.ann, "Invitation")
    assert len(letters) == 4
    files = [str(letter.get_body(("calendar",)) or letter) for letter in letters]
    uids = {each["id"] for each in laid["meetings"]}
    assert all(sum(uid in file for file in files) == 1 for uid in uids)
    assert standings(region) == ["planned"] * 4
    one = region.ask(region.ann, "GET", f"/meetings/{laid['meetings'][3]['id']}").json
    assert (one["kind"], one["minutes"], one["link"]) == ("reflective", 90, COMMON["link"])


def test_who_is_named_to_lead_leads_that_meeting_and_is_confirmed_by_it(region: Region):
    new = region.cloud.member(name="Nóra", confirmed=False)
    rows = {key: each | {"lead": new.id} for key, each in DATES.items()}
    rows["q1"] |= {"lead": region.ann.id}
    laid = region.done(region.chair, YEAR, COMMON | rows)
    assert [each["lead"] for each in laid["meetings"]] == ["Ann", "Nóra", "Nóra", "Nóra"]
    member = stored_members.find_member(new.id)
    assert member and member.confirmed
    seen = region.ask(new, "GET", f"/meetings/{laid['meetings'][1]['id']}").json
    assert seen["may_lead"]
    assert not region.ask(new, "GET", f"/meetings/{laid['meetings'][0]['id']}").json["may_lead"]
    lines = stored_members.list_audit_lines(new)
    assert [each["what"] for each in lines].count("confirm") == 1


def test_names_are_for_confirmed_members(region: Region):
    new = region.cloud.member(confirmed=False)
    rows = {"q1": DATES["q1"] | {"lead": region.ann.id}}
    region.done(region.chair, YEAR, COMMON | rows)
    for who, expected in ((region.ben, "Ann"), (new, None), (OFFICE, "Ann")):
        seen = region.ask(who, "GET", YEAR).json["quarters"][0]["meetings"]
        assert [each["lead"] for each in seen] == [expected]


def test_the_dates_are_looked_at_before_anybody_is_invited(region: Region):
    region.meeting()
    clash = {"kind": "quarterly", "mode": "online", "starts_at": "2027-09-16T11:00"}
    region.done(OFFICE, "/communities/DML/meetings", clash)
    rows = {"q1": {"starts_at": "2027-03-17T10:00"}, "q3": DATES["q3"]}
    notes = {
        "q1": ["A public holiday: Saint Patrick’s Day.", "This quarter has a meeting already."],
        "q2": ["This quarter is left without a meeting."],
        "q3": ["Dublin and Midlands meets at that time."],
        "q4": ["This quarter is left without a meeting."],
    }
    looked = region.ask(region.chair, "POST", f"{YEAR}/check", COMMON | rows)
    assert (looked.status, looked.json["notes"], looked.json["looked"]) == (200, notes, True)
    assert standings(region) == ["planned", "empty", "empty", "empty"]
    form = [("q1.starts_at", "2027-03-17T10:00"), ("mode", "online")]
    bearer = region.cloud.session(region.chair)
    page = region.cloud.call("POST", f"{YEAR}/check", form=form, bearer=bearer, html=True)
    assert Page(page.text).faults() == []
    words = " ".join(Page(page.text).text.split())
    assert "January to March: Wednesday 17 March 2027, 10am. A public holiday: Saint" in words
    assert standings(region) == ["planned", "empty", "empty", "empty"]
    ((_, inside),) = re.findall(
        rf'<form method="post" action="({YEAR})">(.*?)</form>', page.text, re.S
    )
    hidden = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', inside)
    assert dict(hidden) == dict(form)
    assert region.done(region.chair, YEAR, COMMON | rows)["notes"] == notes


def test_a_quarter_says_how_it_stands(region: Region):
    meeting = region.meeting(starts_at="2027-01-12T10:00")
    extra = {"kind": "additional", "starts_at": "2027-06-01T10:00"}
    region.meeting(**extra)
    assert standings(region) == ["planned", "empty", "empty", "empty"]
    region.at(2027, 1, 12, 12)
    assert standings(region)[0] == "unclosed"
    region.done(region.chair, f"{meeting}/close", {"attended": [region.ann.id]})
    assert standings(region)[0] == "held"
    region.cloud.now = region.cloud.now.replace(month=7)
    assert standings(region) == ["held", "missed", "empty", "empty"]
    seen = region.ask(region.chair, "GET", f"{YEAR}/new").json["quarters"]
    assert [each["over"] for each in seen] == [True, True, False, False]
    bearer = region.cloud.session(region.chair)
    for path in (YEAR, f"{YEAR}/new"):
        page = region.cloud.call("GET", path, bearer=bearer, html=True)
        assert Page(page.text).faults() == []
    assert "q1.starts_at" not in page.text and "q3.starts_at" in page.text


def test_a_cancelled_meeting_fills_no_quarter(region: Region):
    meeting = region.meeting()
    region.done(region.chair, f"{meeting}/cancel", {"reason": "Snow"})
    assert standings(region)[0] == "empty"


def test_what_the_last_meeting_chose_goes_to_the_first_one_only(region: Region):
    wiring.table().transact(
        [communities_repository.leave_choices_write("SW", "Building trust", region.ann.id)]
    )
    rows = DATES | {"q2": DATES["q2"] | {"lead": region.ben.id}}
    laid = region.done(region.chair, YEAR, COMMON | rows)["meetings"]
    meeting = [meetings_repository.get_meeting(wiring.table(), each["id"]) for each in laid]
    assert [each.topic for each in meeting] == ["Building trust", None, None, None]
    assert [each.lead for each in meeting] == [region.ann.id, region.ben.id, None, None]


def test_the_same_year_is_not_laid_out_twice(region: Region):
    region.done(region.chair, YEAR, COMMON | DATES)
    again = region.ask(region.other_chair, "POST", YEAR, COMMON | DATES)
    assert [each["field"] for each in again.json["errors"]] == [f"{q}.starts_at" for q in DATES]
    coming = region.ask(region.ann, "GET", "/communities/SW/meetings").json["coming"]
    assert len(coming) == 4


def test_all_are_made_or_none(region: Region, monkeypatch: pytest.MonkeyPatch):
    """Whoever leads is changed by somebody else at that very moment."""
    new = region.cloud.member(confirmed=False)
    rows = {key: each | {"lead": new.id} for key, each in DATES.items()}
    transact = Table.transact

    def meanwhile(self: Table, *writes: Any) -> None:
        monkeypatch.setattr(Table, "transact", transact)
        transact(self, membership_repository.change_writes(new, region.cloud.now, workplace="Tuam"))
        transact(self, *writes)

    monkeypatch.setattr(Table, "transact", meanwhile)
    form = year_plan_forms.LayOut(**COMMON, **rows)
    chair = stored_members.find_member(region.chair.id)
    assert chair
    with pytest.raises(MeetingChanged):
        ctx = Context(chair, region.cloud.now, wiring.table(), wiring.settings())
        year_plan_service.lay_out_year("SW", 2027, form, ctx)
    assert standings(region) == ["empty"] * 4
