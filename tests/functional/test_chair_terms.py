"""A term of co-chairs through the routes: one answer in page, rights, figure and letters, on every day."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta

import pytest

from comhar import wiring
from comhar.aws.conditions import Delete, Update
from comhar.communities import repository as communities_repository
from comhar.dates.dublin_time import to_instant
from comhar.dates.quarters import Quarter
from comhar.leadership import jobs as leadership_jobs
from comhar.meetings.letter_context import organiser_letter_writes
from comhar.membership import repository as membership_repository
from comhar.reports import service as reports_service
from local import openapi
from tests.support import stored_members
from tests.support.cloud import forget
from tests.support.sample_region import OFFICE, Region, text

CHAIRS = "/communities/SW/chairs"
SW = "/communities/SW"
UNTIL = date(2027, 7, 11)
DAY = timedelta(days=1)
SAID = "Term ended on Sunday 11 July 2027."


@pytest.fixture
def led(region: Region) -> Region:
    """Co-chairs of the South West from 11 January on, for six months."""
    chosen = {"members": [region.chair.id, region.other_chair.id], "term_months": 6}
    region.done(OFFICE, CHAIRS, chosen)
    return region


def clock_stands(region: Region, day: date, at: time = time(12)) -> None:
    """Only the time goes on; the clock's function does nothing."""
    region.cloud.now = to_instant(datetime.combine(day, at))


def visible_chairs(region: Region) -> set[tuple[str, frozenset[str]]]:
    """Who leads, by everything that says so, each with the ids of those of the two (and the new one)."""
    now, people_ = region.cloud.now, (region.chair, region.other_chair, region.ann, region.ben)
    there = [each for each in people_ if get_member(each).status == "active"]
    overview = region.ask(OFFICE, "GET", SW).json
    by_page = {each["id"] for each in overview["members"] if each["chair"]}
    assert len(by_page) == overview["chair_count"] == len(overview["chairs"])
    by_guard = {each.id for each in there if region.ask(each, "GET", CHAIRS).status == 200}
    by_me = {each.id for each in there if "SW" in region.ask(each, "GET", "/me").json["chair_of"]}
    listed = region.ask(OFFICE, "GET", "/members").json["members"]
    by_list = {each["id"] for each in listed if "SW" in each["chair_of"]}
    letters = organiser_letter_writes("did_it_happen", "SW-1", "1", wiring.context(None))
    by_letters = {each.item["sk"] for each in letters}
    tallies = reports_service.tally_regions(Quarter.of(now.date()), wiring.context(None))
    figure = tallies["SW"].counts["chairs_in_term"]
    assert figure == len(by_page)
    found = (by_page, by_guard, by_me, by_list, by_letters)
    return {frozenset(each) for each in found}


def get_member(person):
    found = stored_members.find_member(person.id)
    assert found is not None
    return found


def erased(region: Region) -> None:
    region.ask(region.chair, "POST", "/me/erase", {})
    letters = " ".join(text(each) for each in region.mail(region.chair, ""))
    (link,) = set(re.findall(r"/erase/[\w-]{20,}", letters))
    region.done(None, link, {})


WAYS: dict[str, Callable[[Region], object]] = {
    "leaves": lambda it: it.done(it.chair, "/me/leave", {}),
    "moves": lambda it: it.done(it.chair, "/me/region", {"region": "MW"}),
    "is moved": lambda it: it.done(OFFICE, f"/members/{it.chair.id}/move", {"region": "MW"}),
    "is ended": lambda it: it.done(OFFICE, f"/members/{it.chair.id}/deactivate", {"reason": "x"}),
    "is erased": erased,
    "is replaced": lambda it: it.done(
        it.other_chair, CHAIRS, {"members": [it.other_chair.id, it.ann.id], "term_months": 6}
    ),
}


def test_a_term_that_ran_out_goes_on_for_28_days_and_then_ends_by_itself(led: Region):
    both = {frozenset({led.chair.id, led.other_chair.id})}
    for day in (UNTIL - DAY, UNTIL, UNTIL + 28 * DAY):
        for at in (time(0), time(23, 59)):
            clock_stands(led, day, at)
            assert visible_chairs(led) == both, (day, at)
    clock_stands(led, UNTIL + 29 * DAY, time(0))
    assert visible_chairs(led) == {frozenset()}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("day", [UNTIL - DAY, UNTIL + 28 * DAY])
def test_whatever_else_ends_it_ends_the_rights_at_once(led: Region, way: str, day: date):
    clock_stands(led, day)
    WAYS[way](led)
    left = {led.other_chair.id} | ({led.ann.id} if way == "is replaced" else set())
    assert visible_chairs(led) == {frozenset(left)}
    clock_stands(led, day + DAY)
    after = left if day < UNTIL or way == "is replaced" else set()
    assert visible_chairs(led) == {frozenset(after)}


def test_the_page_says_when_a_term_ends_and_that_the_co_chairs_can_go_on(led: Region):
    def page(who) -> str:
        bearer = led.cloud.session(who)
        answer = led.cloud.call("GET", SW, bearer=bearer, html=True).text
        return " ".join(answer.split())

    clock_stands(led, UNTIL - DAY)
    assert "Term ends" in page(led.ann) and "Term ended" not in page(led.ann)
    clock_stands(led, UNTIL)
    on = " can go on until Sunday 8 August 2027 so that nothing stops."
    assert f"{SAID} You{on}" in page(led.chair)
    assert f"{SAID} The co-chairs{on}" in page(led.ann)
    result = led.ask(led.ann, "GET", SW).json
    assert (result["term_ends"], result["grace_until"]) == ("2027-07-11", "2027-08-08")
    clock_stands(led, UNTIL + 29 * DAY)
    assert "This community has no co-chairs now" in page(led.ann)
    assert led.ask(led.ann, "GET", SW).json["term_ends"] is None


def test_what_co_chairs_do_is_refused_on_the_29th_day_in_plain_words(led: Region):
    form = {"kind": "quarterly", "starts_at": "2027-09-16T10:00", "mode": "online"}
    clock_stands(led, UNTIL + 28 * DAY)
    assert led.ask(led.chair, "POST", f"{SW}/meetings", form).status == 201
    clock_stands(led, UNTIL + 29 * DAY)
    refused = led.ask(led.chair, "POST", f"{SW}/meetings", form)
    assert (refused.status, refused.json["title"]) == (
        403,
        "Only the co-chairs of this community and the National Office can do this.",
    )
    assert led.ask(OFFICE, "POST", f"{SW}/meetings", form).status == 201


# Reminders


def reminders(region: Region) -> list[tuple[str, str]]:
    """To whom, and the subject, of every email about the end of the term."""
    sent = region.cloud.mail()
    return sorted((each["To"], each["Subject"]) for each in sent if "choose co" in each["Subject"])


def test_co_chairs_and_office_are_reminded_four_weeks_before_and_on_the_day(led: Region):
    readers = sorted([led.chair.email, led.other_chair.email, OFFICE])
    before, ended = (
        "South West: choose co-chairs by 11 July 2027",
        "South West: choose co-chairs, term ended 11 July 2027",
    )
    led.at(2027, 6, 13, 7, 59)
    assert reminders(led) == []
    led.at(2027, 6, 13, 8)
    assert reminders(led) == [(each, before) for each in readers]
    led.at(2027, 7, 11, 7, 59)
    assert len(reminders(led)) == 3
    led.at(2027, 7, 11, 8)
    assert reminders(led) == sorted((each, one) for each in readers for one in (before, ended))
    led.at(2027, 8, 12, 9)
    assert len(reminders(led)) == 6
    assert wiring.table().get(("REGION#SW", "TERM")) is None


def test_the_email_says_what_to_do_and_what_happens_if_nobody_does(led: Region):
    led.at(2027, 6, 13, 8)
    (letter,) = led.mail(led.chair, "choose co-chairs")
    words = " ".join(text(letter).split())
    assert "Your term as co-chair of the Community of Practice" in words
    assert "ends on Sunday 11 July 2027." in words
    assert "If nobody is chosen by then, you can go on until Sunday 8 August 2027" in words
    assert "/communities/SW/chairs" in words
    html = letter.get_body(("html",)).get_content()
    assert "Sunday 8 August 2027" in html


def test_a_term_that_was_replaced_is_no_longer_reminded_of(led: Region):
    led.at(2027, 6, 13, 8)
    chosen = {"members": [led.chair.id, led.ann.id], "term_months": 6}
    led.done(OFFICE, CHAIRS, chosen)
    led.at(2027, 7, 11, 8)
    assert len(reminders(led)) == 3
    led.at(2027, 11, 15, 9)
    assert len(reminders(led)) == 6
    assert len(led.mail(led.ann, "choose co-chairs")) == 1
    assert len(led.mail(led.other_chair, "choose co-chairs")) == 1


def test_who_left_is_not_reminded_and_nobody_is_where_nobody_leads(led: Region):
    led.done(led.chair, "/me/leave", {})
    led.at(2027, 6, 13, 8)
    assert [to for to, _ in reminders(led)] == sorted([led.other_chair.email, OFFICE])
    led.done(led.other_chair, "/me/leave", {})
    led.at(2027, 7, 11, 8)
    assert len(reminders(led)) == 2


def test_a_reminder_written_and_overtaken_before_it_is_sent_is_dropped(led: Region):
    led.cloud.now = datetime(2027, 6, 13, 8, tzinfo=UTC)
    item = wiring.table().get(("REGION#SW", "TERM"))
    leadership_jobs.send_reminder(item, wiring.context(None))
    led.done(OFFICE, CHAIRS, {"members": [led.ann.id, led.ben.id], "term_months": 6})
    assert reminders(led) == []


def test_a_clock_that_was_away_for_weeks_says_once_what_came_last(led: Region):
    led.at(2027, 7, 20, 9)
    assert {subject for _, subject in reminders(led)} == {
        "South West: choose co-chairs, term ended 11 July 2027"
    }
    assert len(reminders(led)) == 3


# Data of an earlier version


def as_before(region: Region, until: str) -> None:
    """The South West as commit 4eaaf99 would have it, its co-chairs' term until that day."""
    table = wiring.table()
    for each in (region.chair, region.other_chair):
        for key in (
            membership_repository.key(each.id),
            membership_repository.row_key("SW", each.id),
        ):
            table.transact([Update(key, remove=["chair_until"])])
    term = {"from": "2026-01-11", "until": until}
    terms = [{"member": each.id} | term for each in (region.chair, region.other_chair)]
    table.transact([Update(communities_repository.key("SW"), set={"terms": terms})])
    table.transact([Delete(("REGION#SW", "TERM")), Delete(communities_repository.TERMS_NOTED)])
    forget()


def test_an_old_term_that_is_long_over_ends_with_the_clocks_first_run(region: Region):
    as_before(region, "2026-07-11")
    region.at(2027, 1, 11, 9)
    assert visible_chairs(region) == {frozenset()}
    assert get_member(region.chair).chair_of == ()
    assert reminders(region) == []


def test_an_old_term_that_runs_goes_on_ends_and_is_reminded_of(region: Region):
    as_before(region, "2027-07-11")
    both = {frozenset({region.chair.id, region.other_chair.id})}
    assert visible_chairs(region) == both
    region.at(2027, 1, 11, 9)
    assert visible_chairs(region) == both
    assert get_member(region.chair).chair_until == {"SW": "2027-07-11"}
    before = region.cloud.written()
    openapi.load("clock")._note_terms.cache_clear()
    region.at(2027, 1, 11, 9)
    assert region.cloud.written() == before
    region.at(2027, 6, 13, 8)
    assert len(reminders(region)) == 3
    clock_stands(region, UNTIL + 29 * DAY)
    assert visible_chairs(region) == {frozenset()}
