"""Joining, signing in and the register: who gets in, who does not, and what nobody learns."""

import re
from datetime import timedelta

import pytest

from comhar import wiring
from comhar.membership import claims
from tests.support import stored_members
from tests.support.cloud import Cloud
from tests.support.sample_community import letters


@pytest.fixture
def cloud(emptied: Cloud) -> Cloud:
    return emptied


def ask_to_sign_in(cloud: Cloud, email: str) -> str:
    """Asks to sign in; the browser's request."""
    answer = cloud.call("POST", "/sign-in", {"email": email})
    assert answer.status == 202
    return answer.json["request"]


def code(cloud: Cloud) -> str:
    (letter,) = (each for each in letters(cloud) if re.search(r"\b\d{3} ?\d{3}\b", each))
    return re.search(r"\b(\d{3}) ?(\d{3})\b", letter).expand(r"\1\2")


def type_code(cloud: Cloud, request: str, typed: str):
    return cloud.call("POST", "/sign-in/code", {"code": typed, "request": request})


def wrong(right: str) -> str:
    return f"{(int(right) + 1) % 1_000_000:06d}"


def test_the_code_of_the_letter_signs_in_once_in_the_browser_that_asked(cloud: Cloud):
    member = cloud.member()
    request = ask_to_sign_in(cloud, member.email)
    right = code(cloud)
    assert type_code(cloud, "another-browser", right).status == 410
    answer = type_code(cloud, request, right)
    assert answer.status == 200
    assert cloud.call("GET", "/me", bearer=answer.json["session"]).json["id"] == member.id
    assert type_code(cloud, request, right).status == 410


def test_a_code_can_be_tried_five_times_and_then_not_even_the_right_one_works(cloud: Cloud):
    request = ask_to_sign_in(cloud, cloud.member().email)
    right = code(cloud)
    tries = [type_code(cloud, request, wrong(right)).status for _ in range(6)]
    assert tries == [422] * 5 + [410]
    late = type_code(cloud, request, right)
    assert late.status == 410
    assert late.json["title"] == "This code no longer works."


def test_a_code_is_no_good_after_its_half_hour(cloud: Cloud):
    request = ask_to_sign_in(cloud, cloud.member().email)
    right = code(cloud)
    cloud.now += timedelta(minutes=31)
    assert type_code(cloud, request, right).status == 410


def test_nobody_learns_by_codes_who_is_a_member(cloud: Cloud):
    cloud.member(email="known@hse.ie")
    known, unknown = ask_to_sign_in(cloud, "known@hse.ie"), ask_to_sign_in(cloud, "unknown@hse.ie")
    cloud.post_letters()
    for _ in range(6):
        answers = [type_code(cloud, request, "000000") for request in (known, unknown)]
        assert answers[0].status == answers[1].status
        assert answers[0].json == answers[1].json


@pytest.mark.parametrize("email", ["eoin@nothse.ie", "eoin@mail.hse.ie", "eoin@hse.ie.example"])
def test_an_address_that_only_looks_like_a_trusted_domains_waits_too(cloud: Cloud, email: str):
    cloud.call("POST", "/join", {"email": email})
    link = re.findall(r"/sign-up/[\w-]+", "".join(letters(cloud)))[-1]
    form = {"name": "Eoin", "region": "SW", "role": "other", "role_other": "Poet"}
    assert cloud.call("POST", link, form).json["status"] == "pending"


def test_an_address_outside_the_trusted_domains_waits_until_the_office_admits(cloud: Cloud):
    cloud.call("POST", "/join", {"email": "eoin@charity.example"})
    link = re.search(r"/sign-up/[\w-]+", "".join(letters(cloud)))[0]
    form = {"name": "Eoin", "region": "SW", "role": "other", "role_other": "Poet"}
    joined = cloud.call("POST", link, form).json
    assert joined["status"] == "pending"
    assert cloud.call("GET", "/communities/SW", bearer=joined["session"]).status == 403
    office = cloud.session("office@example.com")
    for query in ({"status": "pending"}, {"status": "pending", "region": ""}):
        found = cloud.call("GET", "/members", bearer=office, query=query).json["members"]
        assert [each["id"] for each in found] == [joined["id"]]
    admitted = cloud.call("POST", f"/members/{joined['id']}/admit", {}, bearer=office)
    assert admitted.json["status"] == "active"
    again = cloud.call("POST", f"/members/{joined['id']}/admit", {}, bearer=office)
    assert again.status == 409


def test_who_was_declined_is_told_why_and_stays_out(cloud: Cloud):
    member = cloud.member(status="pending", confirmed=False)
    office = cloud.session("office@example.com")
    path = f"/members/{member.id}/decline"
    cloud.call("POST", path, {"reason": "The role is for another network."}, bearer=office)
    assert any("The role is for another network." in each for each in letters(cloud))
    assert cloud.call("GET", "/communities/SW", bearer=cloud.session(member)).status == 403


def test_only_co_chairs_and_the_office_confirm_and_only_active_members(cloud: Cloud):
    plain = cloud.member()
    fresh, waiting = cloud.member(confirmed=False), cloud.member(status="pending", confirmed=False)
    chair, elsewhere = cloud.member(chair_of=("SW",)), cloud.member(chair_of=("MW",), region="MW")

    def confirm(who, whom) -> int:
        path = f"/members/{whom.id}/confirm"
        return cloud.call("POST", path, {}, bearer=cloud.session(who)).status

    assert confirm(plain, fresh) == 403
    assert confirm(elsewhere, fresh) == 404
    assert confirm(chair, waiting) == 409
    assert confirm(chair, fresh) == 200
    assert stored_members.find_member(fresh.id).confirmed


def test_the_register_is_the_offices_and_a_bad_page_or_filter_is_refused(cloud: Cloud):
    member = cloud.member()
    assert cloud.call("GET", "/members", bearer=cloud.session(member)).status == 403
    office = cloud.session("office@example.com")
    everyone = cloud.call("GET", "/members", bearer=office, query={"region": "", "status": ""})
    assert [each["id"] for each in everyone.json["members"]] == [member.id]
    for query, status in (
        ({"cursor": "~~"}, 400),
        ({"region": "SW", "cursor": "WNW#x"}, 400),
        ({"status": "asleep"}, 422),
        ({"region": "XX"}, 422),
    ):
        assert cloud.call("GET", "/members", bearer=office, query=query).status == status


def test_the_register_goes_on_page_by_page_without_gap_or_double(cloud: Cloud):
    everyone = {cloud.member(id=f"p{number:03d}").id for number in range(53)}
    office, seen, cursor = cloud.session("office@example.com"), [], ""
    while cursor is not None:
        page = cloud.call("GET", "/members", bearer=office, query={"cursor": cursor}).json
        seen += [each["id"] for each in page["members"]]
        cursor = page["next"]
    assert sorted(seen) == sorted(everyone)


def test_each_entry_of_an_invitation_counts_once(cloud: Cloud):
    cloud.member(email="known@hse.ie")
    office = cloud.session("office@example.com")
    entries = [
        "Máire Ní Bhriain <maire@hse.ie>",
        "MAIRE@hse.ie",
        "known@hse.ie",
        "office@example.com",
        "not an address",
        "",
        "new@example.org",
    ]
    answer = cloud.call("POST", "/invitations", {"emails": entries}, bearer=office)
    assert answer.status == 202
    result = answer.json
    assert (result["sent"], result["already"]) == (2, 3)
    assert result["invalid"] == ["not an address", ""]


def test_who_was_invited_is_active_and_confirmed_at_once(cloud: Cloud):
    office = cloud.session("office@example.com")
    cloud.call("POST", "/invitations", {"emails": ["new@example.org"]}, bearer=office)
    link = re.search(r"/sign-up/[\w-]+", "".join(letters(cloud)))[0]
    form = {"name": "Nóra", "region": "SW", "role": "ips_worker"}
    joined = cloud.call("POST", link, form).json
    assert joined["status"] == "active"
    assert stored_members.find_member(joined["id"]).confirmed


def test_a_session_ends_after_a_day_and_by_signing_out(cloud: Cloud):
    member = cloud.member()
    session = cloud.session(member)
    assert cloud.call("POST", "/sign-out", {}, bearer=session).status == 200
    assert cloud.call("GET", "/me", bearer=session).status == 401
    session = cloud.session(member)
    cloud.now += timedelta(hours=24, seconds=1)
    assert cloud.call("GET", "/me", bearer=session).status == 401


@pytest.mark.parametrize("email", ["müller@hse.ie", "no-at", "a@b", "a@hse.ie\nBcc: x@y.ie", ""])
def test_an_address_no_letter_can_reach_is_refused(cloud: Cloud, email: str):
    answer = cloud.call("POST", "/join", {"email": email})
    assert answer.status in (400, 422)
    assert letters(cloud) == []


def test_nobody_signs_in_while_they_are_being_erased(cloud: Cloud):
    member = cloud.member()
    request = ask_to_sign_in(cloud, member.email)
    right = code(cloud)
    link = re.search(r"/sign-in/[\w-]+", "".join(letters(cloud)))[0]
    wiring.table().transact(
        claims.mark_erasing_writes(wiring.table(), member.email, member.id, True)
    )
    assert cloud.call("POST", link).status == 410
    assert type_code(cloud, request, right).status == 410
    assert wiring.table().query(f"MEMBER#{member.id}", "SESSION#").items == []
    wiring.table().transact(
        claims.mark_erasing_writes(wiring.table(), member.email, member.id, False)
    )
    assert cloud.call("POST", link).status == 200


@pytest.mark.parametrize("next", ["//evil.example", "https://evil.example", "/\\evil.example"])
def test_signing_in_leads_to_no_other_site(cloud: Cloud, next: str):
    member = cloud.member()
    cloud.call("POST", "/sign-in", {"email": member.email, "next": next})
    link = re.search(r"/sign-in/[\w-]+", "".join(letters(cloud)))[0]
    answer = cloud.call("POST", link, form={}, html=True)
    assert answer.status == 303
    assert answer.headers["Location"] == "/me"
