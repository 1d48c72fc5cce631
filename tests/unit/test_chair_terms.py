"""Who leads a community on a day: a term, its 28 days of grace, and all that ends it at once."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comhar.communities import model as communities_model
from comhar.communities import repository as communities_repository
from comhar.communities.model import Community, appoint_chairs, remove_member
from comhar.dates.dublin_time import local_date, to_instant
from comhar.dates.quarters import Quarter
from comhar.membership.chair_terms import Term, add_missing_ends, leading_terms
from comhar.membership.model import Member
from comhar.reports.aggregate import tally
from comhar.reports.source_rows import CommunityRow, RegionRows

CHOSEN = date(2027, 1, 11)
UNTIL = date(2027, 7, 11)
DAY = timedelta(days=1)


def person(name: str) -> Member:
    return Member(id=name, name=name, email=f"{name}@hse.ie", region="SW")


A, B, C, D = (person(each) for each in "abcd")


def led(months: int = 6, on: date = CHOSEN) -> Community:
    return appoint_chairs(Community(region="SW"), [A, B], months, on)[0]


def leads(community: Community, day: date) -> set[str]:
    return {each["id"] for each in community.as_of(day).chairs}


def counted(community: Community, day: date) -> tuple[int, str | None]:
    """The figure of a quarter that ends on or after that day, counted that day, and its note."""
    item = communities_repository.community_write(community).item
    rows = RegionRows(community=CommunityRow.model_validate(item))
    made = tally(rows, Quarter.of(day), to_instant(datetime.combine(day, time(12))))
    return made.counts["chairs_in_term"], made.chairs_note


def test_nobody_leads_before_the_day_they_are_chosen_or_after_the_28_days():
    community = led()
    days = {CHOSEN - DAY: 0, CHOSEN: 2, UNTIL - DAY: 2, UNTIL: 2}
    days |= {UNTIL + 28 * DAY: 2, UNTIL + 29 * DAY: 0}
    assert {day: len(leads(community, day)) for day in days} == days
    assert {day: counted(community, day)[0] for day in days} == days


def test_the_figure_says_that_a_place_is_filled_by_a_term_that_ran_out():
    community = led()
    assert counted(community, UNTIL - DAY) == (2, None)
    wording = "term ended on 11 July 2027, filled until 8 August 2027"
    for day in (UNTIL, UNTIL + 28 * DAY):
        assert counted(community, day) == (2, wording)
    assert counted(community, UNTIL + 29 * DAY) == (0, "vacant since 9 August 2027")
    one = remove_member(community, "a", UNTIL + 3 * DAY)
    assert counted(one, UNTIL + 3 * DAY) == (1, f"{wording}; vacant since 14 July 2027")


@pytest.mark.parametrize("day", [CHOSEN, CHOSEN + DAY, UNTIL - DAY, UNTIL, UNTIL + 28 * DAY])
def test_who_leaves_or_is_replaced_leads_no_more_that_very_day(day: date):
    assert leads(remove_member(led(), "a", day), day) == {"b"}
    replaced, removed = appoint_chairs(led().as_of(day), [B, C], 6, day)
    assert (leads(replaced, day), removed) == ({"b", "c"}, ("a",))
    assert counted(replaced, day)[0] == 2


def test_a_grace_that_was_over_stays_as_long_as_it_was_when_others_are_chosen_later():
    later = UNTIL + 100 * DAY
    replaced, _ = appoint_chairs(led().as_of(later), [C, D], 6, later)
    assert counted(replaced, later)[0] == 2
    ends = [each.ends_on for each in replaced.terms]
    assert ends[:2] == [UNTIL + 29 * DAY] * 2


@given(
    steps=st.lists(st.tuples(st.sampled_from(["choose", "leave"]), st.integers(0, 90)), max_size=6),
    after=st.integers(-200, 250),
)
def test_community_row_guard_and_figure_agree_on_every_day(
    steps: list[tuple[str, int]], after: int
):
    community, day = led(), CHOSEN
    for number, (what, wait) in enumerate(steps):
        day += timedelta(days=wait)
        community = community.as_of(day)
        if what == "leave" and community.chairs:
            community = remove_member(community, community.chairs[0]["id"], day)
        elif what == "choose":
            pair = [person(f"p{number}"), B if number % 2 else person(f"q{number}")]
            community = appoint_chairs(community, pair, 6, day)[0]
    looked_at = max(day, day + timedelta(days=after))
    stored = communities_repository.from_item(
        communities_repository.community_write(community).item, "SW", looked_at
    )
    by_row = {
        each["id"]
        for each in community.chairs
        for term in [[one for one in community.terms if one.member == each["id"]][-1]]
        if Member(
            **person(each["id"]).model_dump(include={"id", "name", "email", "region"}),
            chair_of=("SW",),
            chair_until={"SW": term.until.isoformat()},
        )
        .as_of(looked_at)
        .may_chair("SW")
    }
    assert leads(community, looked_at) == by_row == {each["id"] for each in stored.chairs}
    assert counted(community, looked_at)[0] == len(by_row)
    term = community.term_on(looked_at)
    assert (term is not None) == bool(by_row)


def old(*terms: tuple[str, str, str], chairs: str) -> list[Term]:
    """Terms as commit 4eaaf99 left them, which wrote no end of one that had run out."""
    named = ("member", "from", "until")
    stored_terms = tuple(Term.model_validate(dict(zip(named, each, strict=True))) for each in terms)
    return leading_terms(add_missing_ends(stored_terms, set(chairs)), date(2027, 7, 20))


def test_terms_of_an_earlier_version_end_when_they_did():
    still = (("a", "2027-01-11", "2027-07-11"), ("b", "2027-01-11", "2027-07-11"))
    assert [each.member for each in old(*still, chairs="ab")] == ["a", "b"]
    assert [each.member for each in old(*still, chairs="b")] == ["b"]
    followed = (*still, ("c", "2027-07-15", "2028-01-15"), ("d", "2027-07-15", "2028-01-15"))
    assert [each.member for each in old(*followed, chairs="cd")] == ["c", "d"]
    over = (("a", "2026-01-11", "2026-07-11"), ("b", "2026-01-11", "2026-07-11"))
    assert old(*over, chairs="ab") == []


@pytest.mark.parametrize(
    ("until", "last_moment"),
    [
        (date(2027, 3, 1), datetime(2027, 3, 29, 22, 59, 59, tzinfo=UTC)),  # summer time began
        (date(2027, 10, 10), datetime(2027, 11, 7, 23, 59, 59, tzinfo=UTC)),  # and ended
    ],
)
def test_the_last_day_ends_at_midnight_in_dublin(until: date, last_moment: datetime):
    row: dict[str, Any] = {"chairs": [{"id": "a", "name": "A"}]}
    row["terms"] = [{"member": "a", "from": "2026-01-01", "until": until.isoformat()}]
    for moment, here in ((last_moment, True), (last_moment + timedelta(seconds=1), False)):
        assert bool(communities_repository.from_item(row, "SW", local_date(moment)).chairs) is here


def test_reminders_come_at_nine_in_dublin_four_weeks_before_and_on_the_day():
    winter, summer = (at for _, at in communities_model.list_reminders(date(2027, 4, 5)))
    assert (winter, summer) == (
        datetime(2027, 3, 8, 9, tzinfo=UTC),
        datetime(2027, 4, 5, 8, tzinfo=UTC),
    )
    summer, winter = (at for _, at in communities_model.list_reminders(date(2027, 11, 8)))
    assert (summer, winter) == (
        datetime(2027, 10, 11, 8, tzinfo=UTC),
        datetime(2027, 11, 8, 9, tzinfo=UTC),
    )
