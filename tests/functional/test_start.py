"""Starting a community: the checklist says what is there, whatever happens, and to whom."""

import pytest

from tests.support.page import Page
from tests.support.sample_region import FORM, OFFICE, Region, delete_chair_letters

MW = "/communities/MW"
FIRST = FORM | {"kind": "first", "starts_at": "2027-02-18T10:00"}
HOST = {"facilitator_name": "Fiachra", "facilitator_email": "f@outside.example"}


def steps(region: Region, who=OFFICE, code: str = "MW") -> dict[str, str]:
    """The state of each step by its key."""
    answer = region.ask(who, "GET", f"/communities/{code}/start")
    assert answer.status == 200
    listed = answer.json["steps"]
    assert all(step["done"] == (step["state"] == "done") for step in listed)
    needed = [step for step in listed if step["state"] != "passed"]
    assert (answer.json["done_count"], answer.json["step_count"]) == (
        sum(step["done"] for step in needed),
        len(needed),
    )
    return {step["key"]: step["state"] for step in listed}


def test_the_steps_are_for_members_and_the_office(region: Region):
    pending = region.cloud.member(region="MW", status="pending", confirmed=False)
    for who, status in ((None, 401), (region.ann, 403), (pending, 403)):
        assert region.ask(who, "GET", MW + "/start").status == status
    assert region.ask(OFFICE, "GET", "/communities/XX/start").status == 404


def test_of_an_empty_community_nothing_is_done_and_the_first_step_is_next(region: Region):
    now = steps(region)
    assert now.pop("starter") == "next"
    assert set(now.values()) == {"open"}
    page = Page(region.cloud.call("GET", MW, bearer=region.cloud.session(OFFICE), html=True).text)
    assert page.faults() == []
    assert f"0 of {len(now) + 1} steps done" in page.text


def test_the_home_page_leads_to_the_steps_while_the_community_has_no_date(region: Region):
    def home(who) -> str:
        bearer = region.cloud.session(who)
        return region.cloud.call("GET", "/me", bearer=bearer, html=True).text

    link = "/communities/SW/start"
    for who in (region.ann, region.chair):
        assert link in home(who)
    assert link not in home(OFFICE)
    region.done(region.chair, "/communities/SW/meetings", FORM)
    assert link not in home(region.ann)


def test_the_community_page_leads_co_chairs_to_handover_and_stepping_down(region: Region):
    def page(who) -> str:
        bearer = region.cloud.session(who)
        return region.cloud.call("GET", "/communities/SW", bearer=bearer, html=True).text

    handover, step_down = "/communities/SW/handover", "/communities/SW/chairs/step-down"
    for who, links in ((region.chair, [True, True]), (region.ann, [False] * 2)):
        assert [f'href="{each}"' in page(who) for each in (handover, step_down)] == links
    assert [f'href="{each}"' in page(OFFICE) for each in (handover, step_down)] == [True, False]


def test_people_count_once_all_are_confirmed(region: Region):
    first = region.cloud.member(region="MW")
    region.done(first, MW + "/starter")
    assert (steps(region)["starter"], steps(region)["members"]) == ("done", "next")
    new = region.cloud.member(region="MW", confirmed=False)
    region.cloud.member(region="MW")
    assert steps(region)["members"] == "next"
    region.done(OFFICE, f"/members/{new.id}/confirm")
    assert steps(region)["members"] == "done"
    region.done(first, "/me/leave")
    assert steps(region)["starter"] == "next"  # the offer went with them


@pytest.mark.parametrize("who", ["ann", "chair", "nobody"])
def test_only_the_office_notes_what_a_facilitator_agreed_to(region: Region, who: str):
    meeting = region.done(OFFICE, MW + "/meetings", FIRST | HOST)["id"]
    asking = {"ann": region.ann, "chair": region.chair, "nobody": None}[who]
    body = {"agreed": ["hosting"]}
    path = f"/meetings/{meeting}/facilitator/agreed"
    assert region.ask(asking, "POST", path, body).status in (401, 403)
    assert steps(region)["facilitator"] == "open"


def test_what_was_agreed_needs_somebody_who_was_asked_and_a_first_meeting(region: Region):
    other = region.done(OFFICE, MW + "/meetings", FORM)["id"]
    first = region.done(OFFICE, MW + "/meetings", FIRST)["id"]
    for meeting in (other, first):
        path = f"/meetings/{meeting}/facilitator/agreed"
        assert region.ask(OFFICE, "POST", path, {"agreed": ["hosting"]}).status == 409
    unknown = region.ask(
        OFFICE, "POST", f"/meetings/{first}/facilitator/agreed", {"agreed": ["lunch"]}
    )
    assert unknown.status == 422
    region.done(OFFICE, f"/meetings/{first}/cancel", {"reason": "Snow"})
    path = f"/meetings/{first}/facilitator/agreed"
    assert region.ask(OFFICE, "POST", path, {"agreed": ["hosting"]}).status == 409


def test_a_facilitator_is_booked_once_they_agreed_and_training_is_noted(region: Region):
    meeting = region.done(OFFICE, MW + "/meetings", FIRST | HOST)["id"]
    path = f"/meetings/{meeting}/facilitator"
    assert steps(region)["facilitator"] == "open"
    for agreed, state in ((["hosting"], "open"), (["hosting", "training"], "done"), ([], "open")):
        region.done(OFFICE, path + "/agreed", {"agreed": agreed})
        assert steps(region)["facilitator"] == state
        assert region.ask(OFFICE, "GET", path).json["agreed"] == agreed
    region.done(OFFICE, path + "/agreed", {"agreed": ["hosting", "training"]})
    region.done(OFFICE, path, HOST | {"facilitator_email": "other@outside.example"})
    assert steps(region)["facilitator"] == "open"  # somebody else, who has agreed to nothing
    answer_text = region.ask(OFFICE, "GET", MW + "/start").text
    assert "Fiachra" not in answer_text and "outside.example" not in answer_text


def test_a_first_meeting_that_is_cancelled_or_reopened_is_not_ticked(region: Region):
    members = [region.cloud.member(region="MW") for _ in range(2)]
    snowed = region.done(OFFICE, MW + "/meetings", FIRST)["id"]
    region.done(OFFICE, f"/meetings/{snowed}/cancel", {"reason": "Snow"})
    assert steps(region)["first_meeting"] == "open"
    meeting = region.done(OFFICE, MW + "/meetings", FIRST)["id"]
    region.cloud.now = region.cloud.now.replace(month=2, day=18, hour=13)
    assert steps(region)["first_meeting"] == "open"
    region.done(OFFICE, f"/meetings/{meeting}/close", {"attended": [members[0].id]})
    now = steps(region)
    assert (now["first_meeting"], now["facilitator"], now["starter"]) == ("done", "passed", "done")
    region.done(OFFICE, f"/meetings/{meeting}/reopen", {"reason": "Not so"})
    assert steps(region)["first_meeting"] != "done"


def test_co_chairs_and_a_next_date_complete_it_and_losing_one_undoes_it(region: Region):
    members = [region.cloud.member(region="MW") for _ in range(3)]
    ids = [member.id for member in members]
    meeting = region.done(OFFICE, MW + "/meetings", FIRST)["id"]
    region.cloud.now = region.cloud.now.replace(month=2, day=18, hour=13)
    region.done(OFFICE, f"/meetings/{meeting}/close", {"attended": ids})
    assert (steps(region)["chairs"], steps(region)["schedule"]) == ("open", "open")
    region.done(OFFICE, MW + "/chairs", {"members": ids[:2]})
    delete_chair_letters("MW", "1")
    later = region.done(members[0], MW + "/meetings", FORM | {"starts_at": "2027-05-20T10:00"})
    assert (steps(region)["chairs"], steps(region)["schedule"]) == ("done", "done")
    region.done(members[0], f"/meetings/{later['id']}/cancel", {"reason": "Later"})
    region.done(members[1], "/me/leave")
    assert (steps(region)["chairs"], steps(region)["schedule"]) == ("open", "open")


def test_a_vision_is_agreed_once_more_than_half_said_so_and_a_new_objective_undoes_it(
    region: Region,
):
    members = [region.cloud.member(region="MW") for _ in range(4)]
    assert steps(region)["vision"] == "open"
    form = {"revision": 0, "purpose": "Learn.", "objectives": [{"title": "Meet"}]}
    region.done(members[0], MW + "/vision", form)
    for member in members[:3]:
        assert steps(region)["vision"] != "done"
        region.done(member, MW + "/vision/agree")
    assert steps(region)["vision"] == "done"
    page = region.cloud.call("GET", MW, bearer=region.cloud.session(OFFICE), html=True)
    assert "Agreed by 3 of 4" in page.text
    region.done(members[0], MW + "/vision", {**form, "revision": 1, "objectives": []})
    assert steps(region)["vision"] != "done"


def test_after_very_many_meetings_the_next_date_is_still_seen(region: Region):
    days = [f"2027-{month:02}-{day:02}T10:00" for month in range(2, 8) for day in (4, 18)]
    for day in days:
        region.done(OFFICE, MW + "/meetings", FORM | {"starts_at": day})
    region.cloud.now = region.cloud.now.replace(month=8)
    answer = region.ask(OFFICE, "GET", MW + "/start").json["steps"][-1]
    assert answer["detail"] == "No meeting is planned."
    region.done(OFFICE, MW + "/meetings", FORM | {"starts_at": "2027-09-16T10:00"})
    answer = region.ask(OFFICE, "GET", MW + "/start").json["steps"][-1]
    assert answer["detail"] == "The next one is on Thursday 16 September 2027."
