"""Two co-chairs are chosen, one or both go: who may record it, who hears of it, and never twice."""

import re
from collections import Counter
from collections.abc import Callable
from datetime import timedelta

import pytest

from comhar import wiring
from comhar.aws.conditions import Delete, Update
from comhar.communities import repository as communities_repository
from comhar.leadership import repository as leadership_repository
from comhar.leadership import service as leadership_service
from comhar.leadership.forms import Chairs
from local import openapi
from tests.support.page import Page
from tests.support.sample_region import OFFICE, Region, text

SW, CHAIRS = "/communities/SW", "/communities/SW/chairs"
DOWN = f"{CHAIRS}/step-down"


def subjects(region: Region) -> Counter[tuple[str, str]]:
    """How many emails of leadership each person got, by their subject after the region's name."""
    sent = ((each["To"], each["Subject"]) for each in region.cloud.mail())
    return Counter(
        (to, about.partition(": ")[2]) for to, about in sent if about.startswith("South")
    )


def closed_meeting(region: Region, lead) -> str:
    meeting = region.meeting(starts_at="2027-01-12T10:00")
    region.done(region.chair, f"{meeting}/lead", {"lead": lead.id})
    region.at(2027, 1, 12, 12)
    region.done(region.chair, f"{meeting}/close", {"attended": [lead.id]})
    return meeting


# Who may


def test_only_who_leads_a_meeting_may_choose_beside_co_chairs_and_the_office(
    region: Region,
) -> None:
    pair = {"members": [region.ann.id, region.ben.id], "term_months": 6}
    meeting = region.meeting(starts_at="2027-01-12T10:00")
    region.done(region.chair, f"{meeting}/lead", {"lead": region.cian.id})
    for who in (region.ann, region.cian, region.stranger):
        assert region.ask(who, "POST", CHAIRS, pair).status == 403
        assert region.ask(who, "GET", CHAIRS).status == 403
        assert region.ask(who, "POST", f"{CHAIRS}/check", pair).status == 403
    region.at(2027, 1, 12, 9)  # an hour before it begins
    assert region.ask(region.ann, "GET", CHAIRS).status == 403
    assert region.ask(region.cian, "GET", CHAIRS).status == 200
    region.at(2027, 1, 12, 12)
    region.done(region.chair, f"{meeting}/close", {"attended": [region.cian.id]})
    region.at(2027, 1, 19, 12)
    assert region.ask(region.cian, "POST", CHAIRS, pair).status == 200
    region.at(2027, 1, 19, 13)
    assert region.ask(region.cian, "POST", CHAIRS, pair).status == 403


def test_a_lead_who_is_not_confirmed_any_more_or_a_cancelled_meeting_gives_no_right(region: Region):
    meeting = region.meeting(starts_at="2027-01-12T10:00")
    region.done(region.chair, f"{meeting}/lead", {"lead": region.cian.id})
    region.at(2027, 1, 12, 10)
    assert region.ask(region.cian, "GET", CHAIRS).status == 200
    region.done(region.chair, f"{meeting}/cancel", {"reason": "Snow"})
    assert region.ask(region.cian, "GET", CHAIRS).status == 403


def test_never_the_same_person_twice_nor_somebody_else_s_member(region: Region) -> None:
    for pair in ([region.ann.id] * 2, [region.ann.id, region.stranger.id], [region.ann.id, "x"]):
        for path in (CHAIRS, f"{CHAIRS}/check"):
            answer = region.ask(OFFICE, "POST", path, {"members": pair})
            assert (answer.status, answer.json["errors"][0]["field"]) == (422, "members")
    assert subjects(region) == Counter()


def test_who_comes_after_anothers_choice_is_refused_and_hears_who_was_chosen(
    region: Region,
) -> None:
    round = region.ask(OFFICE, "GET", CHAIRS).json["round"]
    region.done(region.chair, CHAIRS, {"members": [region.ann.id, region.ben.id], "round": round})
    late = region.ask(
        OFFICE, "POST", CHAIRS, {"members": [region.cian.id, region.ben.id], "round": round}
    )
    assert (late.status, late.json["chairs"]) == (409, ["Ann", "Ben"])
    html = region.cloud.call(
        "POST",
        CHAIRS,
        form=[("members[]", region.cian.id), ("members[]", region.ben.id), ("round", str(round))],
        bearer=region.cloud.session(OFFICE),
        html=True,
    )
    assert html.status == 409


@pytest.mark.parametrize("first", ["another chooses", "one steps down", "one chosen leaves"])
def test_of_two_at_once_the_first_wins_and_the_second_hears_who_leads(
    region: Region, first: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    read, reads = communities_repository.get_community, list[str]()
    pair = {"members": [region.ann.id, region.ben.id]}

    def late(table, code, now):
        community = read(table, code, now)
        if not reads:
            reads.append(code)
            if first == "another chooses":
                other = Chairs(members=[region.cian.id, region.ben.id])
                leadership_service.appoint_chairs("SW", other, wiring.context(region.chair))
            elif first == "one steps down":
                leadership_service.step_down("SW", wiring.context(region.other_chair))
            else:
                region.done(region.ann, "/me/leave", {})
        return community

    monkeypatch.setattr(communities_repository, "get_community", late)
    answer = region.ask(region.chair, "POST", CHAIRS, pair)
    leading = {
        "another chooses": ["Cian", "Ben"],
        "one steps down": [region.chair.display_name],
        "one chosen leaves": [region.chair.display_name, region.other_chair.display_name],
    }[first]
    if first == "one chosen leaves":  # they are no active member when they are read
        assert answer.status in (409, 422)
    else:
        assert (answer.status, answer.json["chairs"]) == (409, leading)
    assert region.ask(region.cian, "GET", SW).json["chairs"] == leading
    assert not region.mail(region.ben, "who leads") or first == "another chooses"


# Who hears of it


def test_before_it_is_saved_a_page_says_what_will_happen(region: Region) -> None:
    answer = region.cloud.call(
        "POST",
        f"{CHAIRS}/check",
        form=[("members[]", region.ann.id), ("members[]", region.ben.id), ("term_months", "6")],
        bearer=region.cloud.session(OFFICE),
        html=True,
    )
    page = Page(answer.text)
    words = " ".join(page.text.split())
    assert "the terms end today. All four people get an email." in words
    assert "Ann and Ben" in words and "6 months, until Sunday 11 July 2027" in words
    assert page.faults() == []
    assert region.ask(OFFICE, "GET", "/communities/SW").json["chairs"] != ["Ann", "Ben"]


def test_all_four_and_every_other_member_get_one_email(region: Region) -> None:
    new = region.cloud.member(confirmed=False)
    region.done(OFFICE, CHAIRS, {"members": [region.ann.id, region.chair.id], "term_months": 12})
    chosen, now = "you are a co-chair until 11 January 2028", "who leads the community now"
    assert subjects(region) == {
        (region.ann.email, chosen): 1,
        (region.chair.email, chosen): 1,
        (region.other_chair.email, "your term as co-chair has ended"): 1,
        **{(each.email, now): 1 for each in (region.ben, region.cian, new)},
    }
    (letter,) = region.mail(region.ben, now)
    words = " ".join(text(letter).split())
    assert f"Ann and {region.chair.display_name} lead" in words
    (letter,) = region.mail(new, now)
    assert "Ann" not in text(letter) and "Two members lead" in " ".join(text(letter).split())
    (letter,) = region.mail(region.ann, chosen)
    assert f"{SW}/handover" in text(letter)


def test_who_was_replaced_before_the_email_went_out_gets_none_of_it(region: Region) -> None:
    region.done(OFFICE, CHAIRS, {"members": [region.ann.id, region.ben.id]})
    region.done(OFFICE, CHAIRS, {"members": [region.cian.id, region.ben.id]})
    counts = subjects(region)
    assert (region.ann.email, "your term as co-chair has ended") in counts
    assert not [to for to, about in counts if to == region.ann.email and "you are" in about]
    assert set(counts.values()) == {1}


# Stepping down, and going


def erased(region: Region, who) -> None:
    region.ask(who, "POST", "/me/erase", {})
    letters = " ".join(text(each) for each in region.mail(who, ""))
    (path,) = set(re.findall(r"/erase/[\w-]{20,}", letters))
    region.done(None, path, {})


WAYS: dict[str, Callable[[Region], object]] = {
    "steps down": lambda it: it.done(it.chair, DOWN, {}),
    "leaves": lambda it: it.done(it.chair, "/me/leave", {}),
    "moves": lambda it: it.done(it.chair, "/me/region", {"region": "MW"}),
    "is moved": lambda it: it.done(OFFICE, f"/members/{it.chair.id}/move", {"region": "MW"}),
    "is ended": lambda it: it.done(OFFICE, f"/members/{it.chair.id}/deactivate", {"reason": "x"}),
    "is erased": lambda it: erased(it, it.chair),
}
ALONE, NEXT = "you lead the community alone for now", "who will lead the community next?"


def test_only_a_co_chair_steps_down_and_once(region: Region) -> None:
    for who in (region.ann, region.stranger, OFFICE):
        assert region.ask(who, "POST", DOWN, {}).status == 403
        assert region.ask(who, "GET", DOWN).status == 403
    assert region.done(region.chair, DOWN, {})["chairs"] == [region.other_chair.name]
    assert region.ask(region.chair, "POST", DOWN, {}).status == 403
    assert region.ask(region.chair, "GET", "/me").json["chair_of"] == []


@pytest.mark.parametrize("way", WAYS)
def test_whoever_goes_the_other_leads_alone_and_members_are_asked_to_choose(
    region: Region, way: str
) -> None:
    WAYS[way](region)
    counts = {about: n for about, n in subjects(region).items() if about[1] in (ALONE, NEXT)}
    others = [region.ann, region.ben, region.cian]
    others += [region.chair] if way == "steps down" else []
    assert counts == {
        (region.other_chair.email, ALONE): 1,
        **{(each.email, NEXT): 1 for each in others},
    }
    page = region.ask(region.ann, "GET", SW).json
    assert page["chairs"] == [region.other_chair.name]


def test_with_none_left_the_page_says_so_and_the_office_is_told(region: Region) -> None:
    region.done(region.chair, DOWN, {})
    region.done(region.other_chair, DOWN, {})
    counts = subjects(region)
    assert counts[OFFICE, "no co-chairs now"] == 1
    assert not [
        about for about in counts if about[1] == ALONE
    ]  # it held no longer when it was sent
    assert counts[region.ann.email, NEXT] == 1  # and the first of the two to members neither
    bearer = region.cloud.session(region.ann)
    answer = region.cloud.call("GET", SW, bearer=bearer, html=True)
    assert "This community has no co-chairs now" in " ".join(answer.text.split())


# The look back after six months


def reviews(region: Region) -> list[str]:
    sent = region.cloud.mail()
    return sorted(each["To"] for each in sent if "six months" in each["Subject"])


def test_co_chairs_of_twelve_months_look_back_after_six_and_the_office_is_not_asked(region: Region):
    region.at(2027, 7, 11, 7, 59)
    assert reviews(region) == []
    region.at(2027, 7, 11, 8)
    assert reviews(region) == sorted([region.chair.email, region.other_chair.email])
    region.at(2027, 12, 14, 9)
    assert [each["To"] for each in region.cloud.mail() if "choose co" in each["Subject"]]
    assert len(reviews(region)) == 2


def test_a_term_of_six_months_has_none(region: Region) -> None:
    region.done(OFFICE, CHAIRS, {"members": [region.chair.id, region.ann.id], "term_months": 6})
    for moment in ((2027, 6, 13, 8), (2027, 7, 11, 8), (2027, 8, 12, 9)):
        region.at(*moment)
    assert reviews(region) == []


def test_a_term_that_began_under_an_earlier_version_is_looked_back_on_too(region: Region) -> None:
    table = wiring.table()
    old = {"due_at": "2027-12-14T09:00:00.000Z"}
    table.transact([Update(("REGION#SW", "TERM"), set=old, remove=["since"])])
    table.transact([Update(communities_repository.TERMS_NOTED, remove=["reviews"])])
    openapi.load("clock")._note_terms.cache_clear()
    region.at(2027, 1, 12, 9)
    assert table.get(("REGION#SW", "TERM"))["since"] == "2027-01-11"
    region.at(2027, 7, 11, 8)
    assert len(reviews(region)) == 2


# What is stored


def test_nobody_stands_any_more_once_co_chairs_are_chosen(region: Region) -> None:
    before = leadership_repository.get_candidates(wiring.table(), "SW")
    region.done(OFFICE, CHAIRS, {"members": [region.ann.id, region.ben.id]})
    after = leadership_repository.get_candidates(wiring.table(), "SW")
    assert (after.candidates, after.revision) == ((), before.revision + 1)


def test_whoever_led_a_meeting_is_noted_with_its_day_until_they_are_erased(region: Region) -> None:
    closed_meeting(region, region.ben)
    turns = wiring.table().get(communities_repository.turns_key("SW"))
    assert turns[f"led_{region.ben.id}"] == "2027-01-12"
    erased(region, region.ben)
    region.cloud.now += timedelta(days=8)
    region.cloud.post_letters()
    turns = wiring.table().get(communities_repository.turns_key("SW"))
    assert f"led_{region.ben.id}" not in turns
    wiring.table().transact([Delete(communities_repository.turns_key("SW"))])
