"""Confirming that somebody works in a role: after a meeting, and what a co-chair does not know."""

from urllib.parse import parse_qsl

import pytest

from comhar import wiring
from comhar.aws.conditions import ConditionFailed, Update
from comhar.membership import confirmations, directory, history
from comhar.membership import repository as membership_repository
from comhar.membership.model import Member
from tests.support.page import Page
from tests.support.sample_region import OFFICE, Region
from tests.support.snapshots import built_once

LIST = "/members/confirm"


@pytest.fixture
@built_once
def meeting(region: Region) -> str:
    """A meeting closed with Dara and Éabha, who are not confirmed, and Ann, who is; Fionn was not there."""
    path = region.meeting()
    region.done(region.chair, f"{path}/lead", {"lead": region.ben.id})
    there = [new_member(region, name) for name in ("Dara", "Éabha")]
    new_member(region, "Fionn")
    region.at(2027, 2, 18, 12)
    attended = [region.ann.id, *(each.id for each in there)]
    region.done(region.chair, f"{path}/close", {"attended": attended})
    return path


def new_member(region: Region, name: str) -> Member:
    return region.cloud.member(
        name=name, region=region.code, confirmed=False, joined_on="2027-02-15"
    )


def named(region: Region, name: str) -> Member:
    return next(each for each in region.cloud.people if each.name == name)


def get(region: Region, who: Member | str | None, address: str, html: bool = False):
    """What a page answers, with the query of its address."""
    path, _, query = address.partition("?")
    bearer = region.cloud.session(who) if who else ""
    fields = dict(parse_qsl(query))
    return region.cloud.call("GET", path, query=fields, bearer=bearer, html=html)


def page(region: Region, who: Member | str, address: str) -> str:
    answer = get(region, who, address, html=True)
    assert answer.status == 200, answer.text
    assert Page(answer.text).faults() == []
    return " ".join(answer.text.split())


def list_names(region: Region, who: Member | str, address: str = LIST) -> list[str]:
    return [each["name"] for each in get(region, who, address).json["people"]]


def waits(region: Region, who: Member | str) -> list[dict]:
    items = region.ask(who, "GET", "/me/waiting").json["items"]
    return [each for each in items if each["kind"] == "confirm_member"]


# After a meeting


def test_only_co_chairs_and_the_office_see_whom_to_confirm_of_a_meeting(
    region: Region, meeting: str
) -> None:
    path = f"{LIST}?meeting={meeting.rpartition('/')[2]}"
    for who, status in ((None, 401), (region.ann, 403), (region.ben, 403), (region.stranger, 403)):
        assert get(region, who, path).status == status
    assert get(region, region.chair, f"{LIST}?meeting=SW-nothing").status == 404
    for who in (region.ann, region.ben, region.stranger):
        assert region.ask(who, "GET", f"{meeting}/record").json.get("to_confirm", 0) == 0
    assert "not confirmed yet" not in page(region, region.ben, f"{meeting}/record")


def test_who_leads_without_being_co_chair_is_not_offered_it_after_closing(region: Region) -> None:
    path = region.meeting()
    region.done(region.chair, f"{path}/lead", {"lead": region.ben.id})
    new = new_member(region, "Dara")
    region.at(2027, 2, 18, 12)
    region.done(region.ben, f"{path}/close", {"attended": [new.id]})
    assert region.ask(region.ben, "GET", f"{path}/record").json["to_confirm"] == 0
    assert region.ask(region.chair, "GET", f"{path}/record").json["to_confirm"] == 1


def test_the_record_offers_co_chairs_and_office_to_confirm_those_who_were_there(
    region: Region, meeting: str
) -> None:
    link = f'href="{LIST}?meeting={meeting.rpartition("/")[2]}">Confirm them</a>'
    for who in (region.chair, region.other_chair, OFFICE):
        record = page(region, who, f"{meeting}/record")
        assert "2 of those who were there are not confirmed yet." in record
        assert link in record


def test_of_a_meeting_only_those_who_were_there_are_listed_and_nobody_is_ticked(
    region: Region, meeting: str
) -> None:
    path = f"{LIST}?meeting={meeting.rpartition('/')[2]}"
    for who in (region.chair, OFFICE):
        assert list_names(region, who, path) == ["Dara", "Éabha"]
        words = page(region, who, path)
        assert "at the meeting on Thursday 18 February 2027" in words
        assert " checked" not in words and "Fionn" not in words
        assert f'href="{LIST}?region=SW">See 1 other person to confirm</a>' in words
        assert list_names(region, who, f"{LIST}?region=SW") == ["Dara", "Éabha", "Fionn"]


def test_who_was_confirmed_left_or_moved_since_is_not_counted(region: Region, meeting: str) -> None:
    region.done(
        region.chair, "/members/bulk", {"members": [named(region, "Dara").id], "do": "confirm"}
    )
    record = page(region, region.chair, f"{meeting}/record")
    assert "1 of those who were there is not confirmed yet." in record
    region.done(OFFICE, f"/members/{named(region, 'Éabha').id}/move", {"region": "MW"})
    assert region.ask(region.chair, "GET", f"{meeting}/record").json["to_confirm"] == 0
    path = f"{LIST}?meeting={meeting.rpartition('/')[2]}"
    assert "Everyone who was there is confirmed." in page(region, region.chair, path)


# Somebody whom a co-chair does not know


@pytest.fixture
@built_once
def dara(region: Region) -> Member:
    region.at(2027, 2, 16, 10)
    return new_member(region, "Dara")


def test_only_a_co_chair_of_the_region_says_that_they_do_not_know_somebody(
    region: Region, dara: Member
) -> None:
    path = f"/members/{dara.id}/unknown"
    refused = ((None, 401), (region.ann, 403), (region.stranger, 404), (OFFICE, 403), (dara, 403))
    for who, status in refused:
        assert region.ask(who, "POST", path).status == status
    assert region.ask(region.chair, "POST", "/members/nobody/unknown").status == 404
    pending = region.cloud.member(status="pending", confirmed=False, joined_on=None)
    for other, status in ((region.ann, 409), (pending, 409)):
        assert region.ask(region.chair, "POST", f"/members/{other.id}/unknown").status == status
    assert waits(region, OFFICE) == []
    assert confirmations.list_not_known(wiring.table(), "SW") == set()


def test_the_office_is_asked_at_once_and_the_co_chairs_no_more(
    region: Region, dara: Member
) -> None:
    assert len(waits(region, region.chair)) == 1
    region.done(region.chair, f"/members/{dara.id}/unknown")
    (item,) = waits(region, OFFICE)
    assert item["href"] == f"/members/{dara.id}"
    for who in (region.chair, region.other_chair):
        assert waits(region, who) == []
        assert list_names(region, who) == []
        assert "to confirm" not in page(region, who, "/me")
        words = page(region, who, LIST)
        assert "With the National Office" in words and "Dara" in words
        assert "The National Office will look at it." in page(region, who, f"/members/{dara.id}")
    assert list_names(region, OFFICE, f"{LIST}?region=SW") == ["Dara"]
    assert "a co-chair does not know them" in page(region, OFFICE, f"{LIST}?region=SW")
    assert "A co-chair does not know this person." in page(region, OFFICE, f"/members/{dara.id}")


def test_pressed_again_it_changes_nothing(region: Region, dara: Member) -> None:
    for who in (region.chair, region.chair, region.other_chair):
        region.done(who, f"/members/{dara.id}/unknown")
        region.cloud.now = region.cloud.now.replace(hour=region.cloud.now.hour + 1)
    member = membership_repository.find_member(wiring.table(), wiring.settings(), dara.id)
    assert member is not None
    lines, _ = history.list_history(wiring.table(), member)
    assert [line["what"] for line in lines if line["what"] == "not_known"] == ["not_known"]
    (item,) = waits(region, OFFICE)
    assert item["since"].startswith("2027-02-16T10")


def test_a_press_on_the_page_says_what_happens_next(region: Region, dara: Member) -> None:
    words = page(region, region.chair, LIST)
    assert f'action="/members/{dara.id}/unknown"' in words
    bearer = region.cloud.session(region.chair)
    pressed = region.cloud.call(
        "POST", f"/members/{dara.id}/unknown", form={}, bearer=bearer, html=True
    )
    assert pressed.headers["Location"] == f"{LIST}?done=not_known"
    assert "The National Office will look at it." in page(
        region, region.chair, f"{LIST}?done=not_known"
    )


def test_the_member_notices_nothing(region: Region, dara: Member) -> None:
    before = [page(region, dara, path) for path in ("/me", "/communities/SW")]
    region.done(region.chair, f"/members/{dara.id}/unknown")
    region.cloud.post_letters()
    assert [page(region, dara, path) for path in ("/me", "/communities/SW")] == before
    assert region.mail(dara) == []
    data = region.ask(dara, "GET", "/me/data.json").text
    assert "Dara" in data and "do not know" not in data


def test_after_ten_working_days_the_office_is_not_asked_a_second_time(
    region: Region, dara: Member
) -> None:
    region.done(region.chair, f"/members/{dara.id}/unknown")
    (before,) = waits(region, OFFICE)
    region.at(2027, 3, 12, 12)
    assert waits(region, OFFICE) == [before]


@pytest.mark.parametrize("end", ["confirm", "move", "deactivate", "leave"])
def test_once_it_is_decided_nothing_of_it_is_stored(region: Region, dara: Member, end: str) -> None:
    region.done(region.chair, f"/members/{dara.id}/unknown")
    if end == "leave":
        region.done(dara, "/me/leave")
    else:
        body = {"move": {"region": "MW"}, "deactivate": {"reason": "Not ours"}}.get(end)
        region.done(OFFICE, f"/members/{dara.id}/{end}", body)
    assert confirmations.list_not_known(wiring.table(), "SW") == set()
    assert waits(region, OFFICE) == []
    assert list_names(region, region.chair) == []


def test_who_is_with_the_office_is_not_counted_after_a_meeting_for_co_chairs(
    region: Region, meeting: str
) -> None:
    region.done(region.chair, f"/members/{named(region, 'Dara').id}/unknown")
    counts = [
        region.ask(who, "GET", f"{meeting}/record").json["to_confirm"]
        for who in (region.chair, OFFICE)
    ]
    assert counts == [1, 2]


def test_somebody_confirmed_at_the_same_moment_is_not_referred(
    region: Region, dara: Member
) -> None:
    table = wiring.table()
    member = membership_repository.find_member(table, wiring.settings(), dara.id)
    assert member is not None
    table.transact([Update(membership_repository.key(dara.id), add={"revision": 1})])
    as_read = membership_repository.unchanged_condition(member)
    with pytest.raises(ConditionFailed):
        table.transact(confirmations.refer_writes(member, as_read, region.cloud.now))
    assert directory.list_unconfirmed(table, "SW")[0]["id"] == dara.id
    assert confirmations.list_not_known(table, "SW") == set()
