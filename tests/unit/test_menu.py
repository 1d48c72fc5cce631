"""The menu: who sees which entries, and which one a page belongs to."""

from typing import Any

import pytest

from comhar.membership.model import Member
from comhar.web.menu import list_entries


def person(**about: Any) -> Member:
    return Member(id="SW-1", name="Ann", email="ann@hse.ie", **about)


ANN = person(region="SW", status="active")
OFFICE = person(office=True, status="office")
BOTH = person(region="SW", status="active", office=True)


def current(who: Member | None, path: str) -> str | None:
    """The entry that is marked on a page."""
    return next((each.text for each in list_entries(who, path) if each.current), None)


def test_nobody_sees_entries_of_others() -> None:
    def seen(who: Member | None) -> list[str]:
        return [each.text for each in list_entries(who, "/")]

    assert seen(None) == ["About Comhar", "Join"]
    assert seen(person(region="SW", status="pending")) == ["Home"]
    assert seen(person(status="left")) == ["Home"]
    members = ["Meetings", "Community", "Reflections"]
    desk = ["Members", "Communities", "Meetings", "Surveys", "KPI reports"]
    assert seen(ANN) == ["Home", *members]
    assert seen(OFFICE) == ["Desk", *desk]
    desk[2] = "All meetings"
    assert seen(BOTH) == ["Desk", *members, *desk]


def test_where_nobody_looked_who_it_is_the_menu_leads_to_the_first_page() -> None:
    assert [each.text for each in list_entries(None, "/me", is_known=False)] == ["First page"]


@pytest.mark.parametrize(
    ("path", "member", "office"),
    [
        ("/me", "Home", "Desk"),
        ("/me/waiting", "Home", "Desk"),
        ("/meetings/SW-1/agenda", "Meetings", "Meetings"),
        ("/communities/SW/meetings", "Meetings", "Meetings"),
        ("/communities/SW/polls/new", "Meetings", "Meetings"),
        ("/polls/SW-1", "Meetings", "Meetings"),
        ("/national/meetings", "Meetings", "Meetings"),
        ("/communities", "Community", "Communities"),
        ("/meetings", "Meetings", "Meetings"),
        ("/communities/SW", "Community", "Communities"),
        ("/communities/SW/surveys", "Community", "Surveys"),
        ("/surveys/SW-1/results", "Community", "Surveys"),
        ("/reports/regions/SW", "Community", "KPI reports"),
        ("/reports/kpi/2027-Q1", "Home", "KPI reports"),
        ("/reflections/new", "Reflections", "Desk"),
        ("/members/SW-1", "Home", "Members"),
        ("/inbox/1", "Home", "Desk"),
        ("/invitations", "Home", "Members"),
        ("/national/questionnaires", "Home", "Surveys"),
        ("/privacy", "Home", "Desk"),
    ],
)
def test_on_every_page_one_entry_is_the_pages(path: str, member: str, office: str) -> None:
    assert current(ANN, path) == member
    assert current(OFFICE, path) == office


def test_who_is_not_signed_in_finds_their_place_on_three_pages() -> None:
    assert [current(None, path) for path in ("/", "/join", "/sign-up/abc")] == [
        "About Comhar",
        "Join",
        "Join",
    ]
    assert current(None, "/privacy") is None


def test_who_is_of_both_finds_the_lists_of_all_regions_beside_their_own() -> None:
    own = current(BOTH, "/communities/SW"), current(BOTH, "/meetings/SW-1")
    assert own == ("Community", "Meetings")
    assert [current(BOTH, path) for path in ("/communities", "/meetings")] == [
        "Communities",
        "All meetings",
    ]


def test_the_page_itself_is_told_from_one_within_its_part() -> None:
    (page,) = (each.current for each in list_entries(ANN, "/reflections") if each.current)
    (within,) = (each.current for each in list_entries(ANN, "/reflections/1") if each.current)
    assert (page, within) == ("page", "true")
