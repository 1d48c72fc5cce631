"""Who takes the turn to lead a meeting: named, changed and cleared by the co-chairs while it is to come."""

from comhar import wiring
from tests.support.page import Page
from tests.support.sample_region import OFFICE, Region


def leads(region: Region, who, meeting: str) -> bool:
    return region.ask(who, "GET", meeting).json["may_lead"]


def test_only_co_chairs_and_the_office_say_who_leads(region: Region):
    meeting = region.meeting()
    region.done(region.chair, f"{meeting}/lead", {"lead": region.ben.id})
    for who in (region.ann, region.ben, region.stranger):
        assert region.ask(who, "GET", f"{meeting}/lead").status == 403
        answer = region.ask(who, "POST", f"{meeting}/lead", {"lead": who.id})
        assert answer.status == 403
    assert leads(region, region.ben, meeting)
    assert not leads(region, region.ann, meeting)
    region.done(OFFICE, f"{meeting}/lead", {})
    assert not leads(region, region.ben, meeting)


def test_only_an_active_member_of_the_region_is_named_and_while_it_is_to_come(region: Region):
    meeting = region.meeting()
    region.done(region.cian, "/me/leave")
    for wrong in (region.stranger.id, region.cian.id, "nobody"):
        answer = region.ask(region.chair, "POST", f"{meeting}/lead", {"lead": wrong})
        assert (answer.status, answer.json["errors"][0]["field"]) == (422, "lead")
    region.at(2027, 2, 18, 10)
    late = region.ask(region.chair, "POST", f"{meeting}/lead", {"lead": region.ann.id})
    assert late.status == 409
    body = {"kind": "national", "starts_at": "2027-06-10T10:00", "minutes": 240, "mode": "online"}
    national = region.done(OFFICE, "/national/meetings", body)["id"]
    assert region.ask(OFFICE, "GET", f"/meetings/{national}/lead").status == 409


def test_a_lead_who_has_to_be_confirmed_anew_leads_only_then(region: Region):
    meeting = region.meeting()
    region.done(region.chair, f"{meeting}/lead", {"lead": region.ben.id})
    for code in ("MW", "SW"):  # moved by a slip, and back
        region.done(region.ben, "/me/region", {"region": code})
    assert not leads(region, region.ben, meeting)
    assert region.ask(region.ben, "GET", f"{meeting}/agenda").status == 403
    region.done(region.chair, f"/members/{region.ben.id}/confirm")
    assert leads(region, region.ben, meeting)


def test_the_form_names_another_in_place_of_the_first_and_the_audit_says_who_did(region: Region):
    meeting, bearer = region.meeting(), region.cloud.session(region.chair)
    path = f"{meeting}/lead"
    fresh = region.cloud.member(region="SW", name="Dara", confirmed=False)
    region.done(region.chair, path, {"lead": region.ben.id})
    page = Page(region.cloud.call("GET", path, bearer=bearer, html=True).text)
    assert page.faults() == []
    sent = region.cloud.call("POST", path, form={"lead": fresh.id}, bearer=bearer, html=True)
    assert (sent.status, sent.headers["Location"]) == (303, f"{meeting}?done=led")
    assert leads(region, fresh, meeting) and not leads(region, region.ben, meeting)
    region.cloud.call("POST", path, form={"lead": ""}, bearer=bearer, html=True)
    assert not leads(region, fresh, meeting)
    subject = f"SUBJECT#{meeting.rpartition('/')[2]}"
    lines = wiring.table().query(subject, table="audit").items
    assert [each["who"] for each in lines if each["what"] == "lead"] == [region.chair.audit_id] * 3
