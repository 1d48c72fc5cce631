"""Names: a change holds at once, but for a name that another member or the office has, which waits."""

from typing import Any

import pytest

from comhar import wiring
from comhar.membership import repository as membership_repository
from comhar.membership.model import Member
from tests.support import stored_members
from tests.support.cloud import GatewayResponse
from tests.support.sample_region import OFFICE, Region, text
from tests.support.snapshots import built_once

ALIKE = ["Una Kelly", "una  kelly", "Únà KELLY", "Una-Kelly", "Unа Kellу", "U\u200bna Kelly"]  # noqa: RUF001
UNSEEN = ["\u200b", "\u200b\u200d\u2060", "\u00ad", "\u0301\u0308", "\u3164", "\u2800", "\ufe0f"]


@pytest.fixture
@built_once
def una(region: Region) -> Member:
    return region.cloud.member(name="Una Kelly", preferred_name="Nell")


def renamed(region: Region, who: Member, name: str, **about: Any) -> GatewayResponse:
    revision = region.ask(who, "GET", "/me/details").json["revision"]
    form = {"revision": revision, "name": name, "role": "peer_educator", **about}
    return region.ask(who, "POST", "/me/details/edit", form)


def get_member(member: Member) -> Member:
    found = stored_members.find_member(member.id)
    assert found
    return found


def list_waiting(region: Region) -> list[Any]:
    return list(region.ask(OFFICE, "GET", "/members/names").json["names"])


def decide(region: Region, member: Member, decision: str, **about: Any) -> GatewayResponse:
    request = get_member(member).name_asked or {"name": "Una Kelly"}
    form = {name: request.get(name) for name in ("name", "preferred_name")}
    path = f"/members/{member.id}/name"
    return region.ask(OFFICE, "POST", path, {**form, "decision": decision, **about})


def done(member: Member) -> list[str]:
    return [str(each["what"]) for each in stored_members.list_audit_lines(get_member(member))]


# Refused


@pytest.mark.parametrize("name", UNSEEN)
def test_a_name_of_which_nothing_is_seen_is_refused_wherever_one_is_typed(
    region: Region, name: str
) -> None:
    entered = {"email": "x@hse.ie", "name": name, "region": "SW", "role": "peer_educator"}
    sent = [
        (region.ann, "/me/details/edit", {"revision": 0, "name": name, "role": "peer_educator"}),
        (region.ann, "/me/details/edit", entered | {"preferred_name": name}),
        (OFFICE, "/members", entered),
        (OFFICE, f"/members/{region.ann.id}/edit", {"revision": 0, "name": name}),
        (region.ann, "/reflections/new/feelings", {"text": name}),
        (region.chair, "/communities/SW/questionnaires", {"title": name}),
    ]
    for who, path, body in sent:
        answer = region.ask(who, "POST", path, body)
        assert answer.status == 422, (path, answer.text)
        fields = {each["field"] for each in answer.json["errors"]}
        assert fields & {"name", "preferred_name", "text", "title"}


def test_only_the_office_sees_and_decides_what_waits(region: Region, una: Member) -> None:
    renamed(region, region.ann, "Una Kelly")
    for who in (region.ann, una, region.chair):
        assert region.ask(who, "GET", "/members/names").status == 403
        path, body = f"/members/{region.ann.id}/name", {"decision": "approve", "name": "Una Kelly"}
        assert region.ask(who, "POST", path, body).status == 403
    assert get_member(region.ann).name == "Ann"


# At once


def test_a_change_of_name_holds_at_once_and_takes_nothing_away(region: Region, una: Member) -> None:
    before = get_member(region.chair)
    answer = renamed(region, region.chair, "Sinéad Kelly")
    assert (answer.status, answer.json["name_asked"]) == (200, None)
    after = get_member(region.chair)
    stored = ("confirmed", "chair_of", "status", "periods", "email", "joined_on")
    assert after.name == "Sinéad Kelly"
    assert [getattr(after, each) for each in stored] == [getattr(before, each) for each in stored]
    history = region.ask(OFFICE, "GET", f"/members/{region.chair.id}").json["history"]
    assert "name" in next(each["fields"] for each in history if each["what"] == "edit")
    assert region.ask(region.other_chair, "GET", f"/members/{after.id}").json["history"] == []
    assert list_waiting(region) == []


def test_at_sign_up_nobody_is_refused_for_a_namesake(region: Region, una: Member) -> None:
    entered = {
        "email": "other@hse.ie",
        "name": "Una Kelly",
        "region": "MW",
        "role": "peer_educator",
    }
    assert region.ask(OFFICE, "POST", "/members", entered).status == 201


def test_one_s_own_name_otherwise_written_needs_no_check(region: Region, una: Member) -> None:
    other = region.cloud.member(name="una kelly")
    assert renamed(region, other, "Una Kelly").json["name"] == "Una Kelly"


def test_the_name_of_who_has_left_is_free(region: Region, una: Member) -> None:
    region.done(una, "/me/leave")
    assert renamed(region, region.ann, "Una Kelly").json["name"] == "Una Kelly"


# What waits


@pytest.mark.parametrize("name", [*ALIKE, "Nell", "National Office", "M.H.E.R."])
def test_a_change_to_another_member_s_name_or_the_office_s_waits(
    region: Region, una: Member, name: str
) -> None:
    answer = renamed(region, region.ann, name, workplace="Tuam")
    assert answer.status == 200
    assert (answer.json["name"], answer.json["workplace"]) == ("Ann", "Tuam")
    assert answer.json["name_asked"]["name"] == name
    (one,) = list_waiting(region)
    assert (one["id"], one["name"], one["asked"]["name"]) == (region.ann.id, "Ann", name)
    row = wiring.table().get(membership_repository.row_key("SW", region.ann.id))
    assert row and row["name"] == "Ann"
    stored = wiring.table().query("OFFICE", "WAITS#check_name#").items
    assert len(stored) == 1 and name not in str(stored)


def test_a_name_of_a_person_of_the_office_waits(region: Region) -> None:
    region.cloud.session(OFFICE)
    assert renamed(region, region.ann, "Office").json["name"] == "Ann"


def test_a_preferred_name_waits_too_and_the_person_is_told_nothing_of_others(
    region: Region, una: Member
) -> None:
    answer = renamed(region, region.ann, "Ann", preferred_name="Una Kelly")
    assert answer.json["preferred_name"] is None
    page = region.cloud.call(
        "GET", "/me/details", bearer=region.cloud.session(region.ann), html=True
    ).text
    assert "The National Office checks some changes of name first." in page
    for words in (page, answer.text, region.ask(region.ann, "GET", "/me/details").text):
        assert "nother member" not in words and una.id not in words


def test_asking_again_is_asking_once(region: Region, una: Member) -> None:
    form = {"revision": 0, "name": "Una Kelly", "role": "recovery_educator"}
    first = region.done(region.ann, "/me/details/edit", form)
    bearer, before = region.cloud.session(region.ann), region.cloud.written()
    for revision in (0, first["revision"]):
        again = region.cloud.call(
            "POST", "/me/details/edit", form | {"revision": revision}, bearer=bearer
        )
        assert (again.status, again.json) == (200, first)
    assert region.cloud.written() == before


def test_what_waits_can_be_withdrawn_and_gives_way_to_a_name_that_is_free(
    region: Region, una: Member
) -> None:
    for way in ("withdraw", "other"):
        renamed(region, region.ann, "Una Kelly")
        if way == "withdraw":
            assert region.done(region.ann, "/me/details/name/withdraw")["name_asked"] is None
            assert region.ask(region.ann, "POST", "/me/details/name/withdraw").status == 200
        else:
            assert renamed(region, region.ann, "Ann Byrne").json["name_asked"] is None
        assert (
            list_waiting(region) == []
            and wiring.table().query("OFFICE", "WAITS#check_name#").items == []
        )
        assert decide(region, region.ann, "approve").status == 409
    assert get_member(region.ann).name == "Ann Byrne"
    assert done(region.ann).count("withdraw_name") == 1


# What the office decides


@pytest.mark.parametrize("decision", ["approve", "decline"])
def test_the_office_decides_and_the_person_is_told(
    region: Region, una: Member, decision: str
) -> None:
    renamed(region, region.ann, "Una Kelly")
    record = region.ask(OFFICE, "GET", f"/members/{region.ann.id}").json
    assert (record["namesake"], record["office_name"]) == (True, False)
    page = region.cloud.call(
        "GET", f"/members/{region.ann.id}", bearer=region.cloud.session(OFFICE), html=True
    ).text
    assert "Another member has the same name." in page and "Approve the change of name" in page
    answer = decide(region, region.ann, decision, reason="Ask for Una K.")
    assert answer.status == 200
    name = "Una Kelly" if decision == "approve" else "Ann"
    assert (get_member(region.ann).name, get_member(region.ann).name_asked) == (name, None)
    assert f"{decision}_name" in done(region.ann)
    assert list_waiting(region) == []
    (letter,) = region.mail(region.ann, "Your change of name")
    assert ("Ask for Una K." in text(letter)) is (decision == "decline")
    assert (
        f"Your name in Comhar is {'now' if decision == 'approve' else 'still'} {name}."
        in " ".join(text(letter).split())
    )
    assert decide(region, region.ann, decision).status == 409


def test_what_was_shown_is_what_is_decided(region: Region, una: Member) -> None:
    renamed(region, region.ann, "Una Kelly")
    assert decide(region, region.ann, "approve", name="Nell").status == 409
    edited = {"revision": get_member(region.ann).revision, "name": "Anna", "role": "peer_educator"}
    region.done(OFFICE, f"/members/{region.ann.id}/edit", edited)
    assert (get_member(region.ann).name_asked, list_waiting(region)) == (None, [])


@pytest.mark.parametrize("name", ["una kelly", "Somebody new"])
def test_who_confirms_is_told_of_a_namesake(region: Region, una: Member, name: str) -> None:
    newcomer = region.cloud.member(name=name, confirmed=False)
    path = f"/members/{newcomer.id}"
    for who in (OFFICE, region.chair):
        assert region.ask(who, "GET", path).json["namesake"] is (name == "una kelly")
    region.done(region.chair, f"{path}/confirm")
    assert region.ask(region.chair, "GET", path).json["namesake"] is False


def test_what_waits_is_in_one_s_own_data_and_goes_with_the_person(
    region: Region, una: Member
) -> None:
    renamed(region, region.ann, "Una Kelly")
    (record,) = region.ask(region.ann, "GET", "/me/data.json").json["record"]
    assert record["asked_for_name"] == "Una Kelly"
    region.done(region.ann, "/me/leave")
    region.at(2029, 2, 1, 9)
    assert stored_members.find_member(region.ann.id) is None
    assert wiring.table().query("OFFICE", "WAITS#check_name#").items == []
