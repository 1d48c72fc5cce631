"""A community's page at a glance: what it is for, when it meets, what it works on, and who sees what."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from comhar import wiring
from comhar.aws.conditions import Delete
from comhar.communities import pulse
from comhar.community_home import service as community_home_service
from comhar.meetings.day.personal_data import erase_action_writes
from comhar.membership.model import ErasedPerson, Member
from comhar.person_names import FORMER_MEMBER
from comhar.reflections.model import STEPS
from tests.support.moved_data import undo_moves
from tests.support.page import Page
from tests.support.past_surveys import GOOD, run_survey
from tests.support.read_counter import count_reads
from tests.support.sample_region import FORM, OFFICE, Region

SW, MEMBERS = "/communities/SW", "/communities/SW/members"
WORDS = {step: "x" for step in STEPS} | {"visibility": "community"}
ADDED = {"what": "Ring the wards", "by": "2027-03-10"}


def board(region: Region, who: Member | str | None = None) -> dict[str, Any]:
    """What the community does, as this person is shown it."""
    answer = region.ask(who or region.ann, "GET", SW)
    assert answer.status == 200, answer.text
    result: dict[str, Any] = answer.json["board"]
    return result


def page(region: Region, who: Member | str, path: str = SW) -> Page:
    answer = region.cloud.call("GET", path, bearer=region.cloud.session(who), html=True)
    assert answer.status == 200, answer.text
    found = Page(answer.text)
    assert found.faults() == []
    return found


def words(found: Page) -> str:
    return " ".join(found.text.split())


def act(region: Region, owner: Member, **about: str) -> str:
    """The id of an action that a co-chair added."""
    form = ADDED | {"who": owner.id} | about
    return str(region.done(region.chair, f"{SW}/actions", form)["action"])


def reflect(region: Region, who: Member) -> str:
    region.cloud.now += timedelta(minutes=1)
    return str(region.done(who, "/reflections", WORDS)["id"])


def close(region: Region, meeting: str, **about: Any) -> None:
    """On its day, with Ann and Ben there."""
    there = {"attended": [region.ann.id, region.ben.id]}
    region.done(region.chair, f"{meeting}/close", there | about)


# What is not shown


def test_to_who_is_not_confirmed_nobody_is_named_and_nothing_shared_is_shown(region: Region):
    new = region.cloud.member(confirmed=False)
    act(region, region.ann)
    reflect(region, region.ann)
    run_survey(region.cloud.now - timedelta(weeks=4), [GOOD] * 6)
    result = board(region, new)
    assert (result["reflections"], result["closed_survey"]) == (None, None)
    assert [(each["what"], each["who"]) for each in result["work"]["actions"]] == [
        ("Ring the wards", "")
    ]
    for path in (SW, MEMBERS):
        found = page(region, new, path)
        assert not {"Ann", "Ben", "Cian"} & set(found.text.split())
        assert not any("reflections/" in link for link in found.links)


def test_to_the_office_no_reflections_are_shown(region: Region):
    reflect(region, region.ann)
    assert board(region, OFFICE)["reflections"] is None
    assert len(board(region, region.ben)["reflections"]) == 1


def test_on_a_device_that_was_long_unused_nobody_else_is_named(region: Region):
    act(region, region.ann)
    act(region, region.ben, what="Book a room")
    reflect(region, region.ann)
    bearer = region.cloud.session(region.ben)
    region.cloud.now += timedelta(hours=13)
    for path in (SW, MEMBERS):
        assert "Ann" not in region.cloud.call("GET", path, bearer=bearer).text
    result = region.cloud.call("GET", SW, bearer=bearer).json["board"]
    assert result["reflections"] is None
    assert [each["who"] for each in result["work"]["actions"]] == ["Ben", ""]


def test_nobody_finds_members_who_may_not_see_them(region: Region):
    new = region.cloud.member(confirmed=False)
    for who, status in ((None, 401), (region.stranger, 403)):
        assert region.ask(who, "POST", MEMBERS, {"name": "ann"}).status == status
        assert region.ask(who, "GET", MEMBERS).status == status
    result = region.ask(new, "POST", MEMBERS, {"name": "ann"}).json
    assert (result["hidden"], result["members"], result["found_count"]) == (True, [], 0)
    assert region.ask(region.ann, "POST", MEMBERS, {}).status == 422
    assert region.ask(region.ann, "GET", "/communities/XX/members").status == 404


def test_members_are_not_found_by_what_they_do_not_show(region: Region):
    region.cloud.member(
        name="Gráinne Ní Shé", preferred_name="Bláth", email="g.hidden@hse.ie", workplace="Bantry"
    )
    for text in ("grainne", "hidden", "bantry", "@", "%"):
        assert region.ask(region.ann, "POST", MEMBERS, {"name": text}).json["found_count"] == 0
    (found,) = region.ask(region.ann, "POST", MEMBERS, {"name": "BLATH"}).json["members"]
    assert (found["name"], found["workplace"], found["id"]) == ("Bláth", None, None)


def test_a_closed_community_leads_nobody_to_stand_or_to_write_a_vision(region: Region):
    member = region.cloud.member(region="MW")
    steps = "/communities/MW/start"
    leading = {"/communities/MW/nominations", "/communities/MW/chairs", "/reflections/new"}
    assert "/communities/MW/nominations" in page(region, member, steps).links
    region.done(OFFICE, "/communities/MW/close", {})
    for path in ("", "/start", "/leadership"):
        found = page(region, member, f"/communities/MW{path}")
        assert not leading & set(found.links), path
    found = page(region, member, steps)
    assert "What we work on" not in page(region, member, "/communities/MW").text
    assert "was closed on" in found.text and "/communities/MW/vision" not in found.links
    listed = region.ask(member, "GET", steps).json["steps"]
    assert {step["href"] for step in listed} == {"/communities/MW"}
    own = page(region, member, "/me")
    assert "Your community was closed on" in own.text
    assert steps not in own.links and "You’ll get an invitation" not in own.text


# What is shown


def test_an_empty_community_says_so_calmly_and_keeps_every_key(region: Region):
    result = board(region, OFFICE)
    assert (result["purpose"], result["next_meeting"], result["last_meeting"]) == (None, None, None)
    assert result["work"] == {"topic": None, "actions": [], "open_count": 0}
    text = words(page(region, region.ann))
    for line in (
        "The community has not written down yet what it wants to achieve.",
        "No date yet. You’ll get an invitation by email.",
        "No topic is chosen and no action is open.",
        "Nobody has shared a reflection lately.",
    ):
        assert line in text


def test_the_purpose_is_the_visions_or_else_the_aim_of_terms_that_were_written(region: Region):
    aim = {"sections": {"aim": "We meet to learn."}, "revision": 0}
    region.done(region.chair, f"{SW}/terms", aim)
    assert board(region)["purpose"] == {"text": "We meet to learn.", "source": "terms"}
    region.done(region.ann, f"{SW}/vision", {"revision": 0, "purpose": "Recovery " * 80})
    purpose = board(region)["purpose"]
    assert (purpose["source"], purpose["text"]) == ("vision", ("Recovery " * 80).strip())
    found = page(region, region.ann)
    assert f"{SW}/vision" in found.links and "Recovery " * 40 not in words(found)
    assert "Recovery…" in words(found)


def test_the_next_meeting_is_the_first_to_come_with_ones_own_answer(region: Region):
    snowed = region.meeting(starts_at="2027-02-11T10:00")
    region.done(region.chair, f"{snowed}/cancel", {"reason": "Snow"})
    meeting = region.meeting(topic="Peer support", venue="Seomra 4, Corcaigh")
    region.meeting(starts_at="2027-05-20T10:00")
    region.done(region.ben, f"{meeting}/answer", {"answer": "yes"})
    result = board(region)["next_meeting"]
    assert (f"/meetings/{result['id']}", result["answer"], result["coming"]) == (meeting, None, 1)
    assert (result["venue"], board(region)["work"]["topic"]) == (
        "Seomra 4, Corcaigh",
        "Peer support",
    )
    assert board(region, region.ben)["next_meeting"]["answer"] == "yes"
    region.done(region.chair, f"{meeting}/reschedule", {"starts_at": "2027-02-25T10:00"})
    assert board(region, region.ben)["next_meeting"]["answer"] is None


def test_an_answer_that_is_given_on_the_page_leads_back_to_it(region: Region):
    meeting = region.meeting()
    bearer = region.cloud.session(region.ann)
    assert ("POST", f"{meeting}/answer") in page(region, region.ann).forms
    assert ("POST", f"{meeting}/answer") not in page(region, OFFICE).forms
    form = {"answer": "yes", "home": "community"}
    sent = region.cloud.call("POST", f"{meeting}/answer", form=form, bearer=bearer, html=True)
    assert (sent.status, sent.headers["Location"]) == (303, f"{SW}?done=answered")
    text = words(page(region, region.ann))
    assert "You’re coming" in text and "1 of 5 is coming." in text


def test_while_a_meeting_runs_it_is_still_the_next_one_and_takes_no_answer(region: Region):
    meeting = region.meeting()
    region.cloud.now = datetime.fromisoformat("2027-02-18T11:00:00+00:00")
    result = board(region)["next_meeting"]
    assert (result["has_begun"], result["may_answer"]) == (True, False)
    assert ("POST", f"{meeting}/answer") not in page(region, region.ann).forms


def test_ones_own_actions_come_first_then_by_day_and_five_at_most(region: Region):
    act(region, region.ben, what="Soonest", by="2027-02-01")
    for day in ("2027-03-03", "2027-03-01"):
        act(region, region.ann, what=f"Own by {day}", by=day)
    last = act(region, region.ben, what="Later", by="2027-04-01")
    for number in range(3):
        act(region, region.cian, what=f"Last {number}", by=f"2027-05-0{number + 1}")
    work = board(region)["work"]
    assert [each["what"] for each in work["actions"]] == [
        *("Own by 2027-03-01", "Own by 2027-03-03", "Soonest", "Later", "Last 0"),
    ]
    assert ([each["mine"] for each in work["actions"]], work["open_count"]) == (
        [True, True, False, False, False],
        7,
    )
    assert "All 7 open actions" in words(page(region, region.ann))
    region.done(region.ben, f"{SW}/actions/{last}/done")
    assert "Later" not in str(board(region)["work"])
    region.done(region.ben, f"{SW}/actions/{last}/undo")
    region.done(region.ben, f"{SW}/actions/{last}/carry", {"by": "2027-06-01"})
    assert board(region)["work"]["open_count"] == 7


def test_actions_of_an_earlier_version_are_shown_before_and_after_they_are_copied(region: Region):
    act(region, region.ann)
    table = wiring.table()
    (copy,) = table.query("REGION#SW", "PURSUED#").items
    table.transact([Delete((copy["pk"], copy["sk"]))])
    undo_moves(table)
    assert board(region)["work"]["open_count"] == 1
    region.cloud.post_letters()
    region.cloud.now += timedelta(minutes=6)
    region.cloud.post_letters()
    assert table.query("REGION#SW", "PURSUED#").items == [copy]
    assert board(region)["work"]["open_count"] == 1


def test_who_is_erased_is_named_at_no_action_any_more(region: Region):
    act(region, region.ann)
    person = ErasedPerson(region.ann.id, ("ann",), ("SW",), "p0")
    for writes in erase_action_writes(wiring.table(), "SW", person):
        wiring.table().transact(writes)
    (action,) = board(region, region.ben)["work"]["actions"]
    assert action["who"] == FORMER_MEMBER
    assert region.ann.id not in str(wiring.table().query("REGION#SW", "PURSUED#").items)


def test_the_last_meeting_is_the_one_closed_last_in_three_lines(region: Region):
    meeting = region.meeting(topic="Recovery education")
    region.at(2027, 2, 18, 13)
    task = {"what": "Ring the wards", "who": region.ann.id, "by": "2027-03-10"}
    close(region, meeting, actions=[task], next_topic="Peer support on the wards")
    result = board(region)["last_meeting"]
    assert {name: result[name] for name in ("topic", "attended", "open_actions", "next_topic")} == {
        "topic": "Recovery education",
        "attended": 2,
        "open_actions": 1,
        "next_topic": "Peer support on the wards",
    }
    assert board(region)["work"]["topic"] == "Peer support on the wards"
    found = page(region, region.ann)
    assert f"{meeting}/record" in found.links
    assert "2 people there, 1 action still open from it" in words(found)
    (action,) = board(region)["work"]["actions"]
    region.done(region.ann, f"{SW}/actions/{action['id']}/done")
    assert board(region)["last_meeting"]["open_actions"] == 0


def test_the_newest_three_reflections_are_those_that_are_shared_now(region: Region):
    ids = [reflect(region, who) for who in (region.ann, region.ben, region.cian, region.ann)]
    result = board(region)["reflections"]
    assert [(each["id"], each["name"], each["mine"]) for each in result] == [
        (ids[3], "Ann", True),
        (ids[2], "Cian", False),
        (ids[1], "Ben", False),
    ]
    region.done(region.ann, f"/reflections/{ids[3]}/withdraw")
    region.done(region.cian, f"/reflections/{ids[2]}/delete")
    assert [each["id"] for each in board(region)["reflections"]] == [ids[1], ids[0]]
    private = WORDS | {"visibility": "private"}
    region.done(region.ann, "/reflections", private)
    assert len(board(region)["reflections"]) == 2
    assert f"/reflections/{ids[1]}" in page(region, region.ann).links


def test_what_is_noted_of_reflections_stays_short_however_many_are_shared(region: Region):
    ids = [reflect(region, region.ann) for _ in range(12)]
    noted = wiring.table().get(pulse.key("SW"))
    assert noted is not None
    assert pulse.list_shared(noted, 99) == list(reversed(ids))[:8]


def test_of_surveys_it_says_what_is_open_and_what_came_of_the_last_one(region: Region):
    earlier, last = (
        run_survey(region.cloud.now - timedelta(weeks=weeks), [GOOD] * 6) for weeks in (8, 4)
    )
    entry = {"said": "Shorter meetings", "did": "They last 90 minutes."}
    region.done(region.chair, f"{SW}/surveys/{last}/said", entry)
    region.done(region.chair, f"{SW}/surveys/{earlier}/said", entry | {"said": "More of them"})
    result = board(region)["closed_survey"]
    assert (result["id"], result["outcomes"]) == (last, [entry])
    assert set(result) == {"id", "title", "closed_on", "outcomes"}  # no count, and nobody
    meeting = region.meeting()
    region.at(2027, 2, 18, 13)
    close(region, meeting)
    for who in (region.ann, region.cian):  # the same for who is asked, and for who is not
        (survey,) = board(region, who)["surveys"]
        assert (survey["title"], survey["day"]) == ("Meeting feedback", "2027-02-18T10:00")
    assert "You said: Shorter meetings We did: They last 90 minutes." in words(
        page(region, region.ann)
    )


# People


def test_co_chairs_come_first_wherever_their_names_stand(
    region: Region, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(community_home_service, "PAGE", 2)
    chairs = {region.chair.display_name, region.other_chair.display_name}
    for path in (SW, MEMBERS):
        first = region.ask(region.ann, "GET", path).json["members"]
        assert ([each["chair"] for each in first], {each["name"] for each in first[:2]}) == (
            [True, True, False, False],
            chairs,
        )
    wiring.table().transact([Delete(pulse.key("SW"))])  # as an earlier version left it
    for path in (SW, MEMBERS):
        first = region.ask(region.ann, "GET", path).json["members"]
        assert [each["chair"] for each in first] == [True, True, False, False]


def test_who_leads_is_noted_whenever_that_changes(region: Region):
    def leads(code: str = "SW") -> list[str]:
        return list((wiring.table().get(pulse.key(code)) or {}).get("leads", ()))

    assert set(leads()) == {region.chair.id, region.other_chair.id}
    region.done(OFFICE, f"{SW}/chairs", {"members": [region.ann.id, region.ben.id]})
    assert set(leads()) == {region.ann.id, region.ben.id}
    region.done(region.ann, f"{SW}/chairs/step-down")
    region.done(region.ben, "/me/leave")
    assert leads() == []
    starter = region.cloud.member(region="MW")
    region.done(starter, "/communities/MW/starter")
    assert leads("MW") == [starter.id]
    region.done(starter, "/communities/MW/starter/release")
    assert leads("MW") == []


def test_of_many_members_the_first_are_shown_and_all_are_a_link_away(region: Region):
    for number in range(60):
        region.cloud.member(name=f"Zoë {number:02}")
    found = page(region, region.ann)
    assert "65 members. The co-chairs and the first by name:" in words(found)
    assert MEMBERS in found.links and "Zoë 40" not in found.text
    whole = page(region, region.ann, MEMBERS)
    assert "Zoë 40" in whole.text and any("cursor=" in link for link in whole.links)
    result = region.ask(region.ann, "POST", MEMBERS, {"name": "zoe"}).json
    assert (result["found_count"], len(result["members"]), result["next"]) == (60, 50, None)


def test_members_are_found_by_name_or_role_accents_aside(region: Region):
    region.cloud.member(
        name="Órla O’Brien", role="ips_worker", shows=("ask_about",), ask_about="Jobs"
    )
    for text in ("orla", "OBRIEN", "o brien", "placement"):
        (found,) = region.ask(region.ann, "POST", MEMBERS, {"name": text}).json["members"]
        assert (found["name"], found["ask_about"]) == ("Órla O’Brien", "Jobs")
    bearer = region.cloud.session(region.ann)
    form = {"name": "orla"}
    sent = region.cloud.call("POST", MEMBERS, form=form, bearer=bearer, html=True)
    assert sent.status == 200 and Page(sent.text).faults() == []
    assert "1 member with “orla” in the name or role." in words(Page(sent.text))


def test_that_the_office_looked_for_members_is_noted(region: Region):
    before = len(wiring.table().query("SUBJECT#REGISTER", table="audit").items)
    region.ask(OFFICE, "GET", MEMBERS)
    region.ask(OFFICE, "POST", MEMBERS, {"name": "ann"})
    region.ask(region.ann, "POST", MEMBERS, {"name": "ben"})
    assert len(wiring.table().query("SUBJECT#REGISTER", table="audit").items) == before + 2


def test_a_later_page_of_people_shows_people_alone(region: Region, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(community_home_service, "PAGE", 2)
    region.meeting()
    cursor = region.ask(region.ann, "GET", SW).json["next"]
    bearer = region.cloud.session(region.ann)
    later = region.cloud.call("GET", SW, bearer=bearer, query={"cursor": cursor}).json
    assert (later["board"], len(later["members"])) == (None, 1)


def test_a_community_led_for_a_year_is_past_its_start(region: Region):
    assert region.ask(region.ann, "GET", SW).json["start"] is not None
    region.cloud.now += timedelta(days=340)
    region.done(OFFICE, f"{SW}/chairs", {"members": [region.chair.id, region.other_chair.id]})
    region.cloud.now += timedelta(days=40)
    assert region.ask(region.ann, "GET", SW).json["start"] is None


def test_the_page_takes_three_reads_with_all_that_it_can_show(region: Region):
    meeting = region.meeting()
    region.at(2027, 2, 18, 13)
    close(region, meeting, next_topic="Peer support")
    region.done(region.chair, f"{SW}/meetings", FORM | {"starts_at": "2027-05-20T10:00"})
    act(region, region.ann, by="2027-04-01")
    reflect(region, region.ann)
    run_survey(region.cloud.now - timedelta(weeks=4), [GOOD] * 6)
    for who in (region.ann, region.chair, OFFICE):
        board(region, who)  # a container learns once what is moved
        with count_reads(region.cloud) as reads:
            result = board(region, who)
        assert reads.calls <= 3
        assert all(result[name] for name in ("next_meeting", "last_meeting", "closed_survey"))
