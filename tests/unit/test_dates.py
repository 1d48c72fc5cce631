"""Tests of working days, quarters and Dublin time, against an independent reckoning."""

import json
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comhar.data import load
from comhar.dates.dublin_time import local_date, stamp, to_instant, to_wall, unstamp
from comhar.dates.quarters import Quarter, report_instant
from comhar.dates.working_days import (
    after_working_time,
    is_working_day,
    issue_instant,
    next_working_day_after,
    working_days_after,
    working_days_before,
)
from comhar.settings import Settings
from local import build_holidays
from tests.support.holidays import WorkingDays

INSTANTS = st.datetimes(datetime(2024, 1, 1), datetime(2045, 12, 31)).map(
    lambda at: at.replace(tzinfo=UTC, microsecond=at.microsecond // 1000 * 1000)
)


@pytest.mark.parametrize(
    ("meeting", "agenda"),
    [
        ("2027-02-18", "2027-02-11"),  # the example of the public rule: nothing in between
        ("2027-02-03", "2027-01-26"),  # Saint Brigid's Day, Monday 1 February
        ("2030-02-05", "2030-01-28"),  # Saint Brigid's Day on a Friday
        ("2027-04-01", "2027-03-24"),  # Easter Monday 29 March; Good Friday is a working day
        ("2026-04-09", "2026-04-01"),  # Easter Monday 6 April
        ("2027-01-06", "2026-12-29"),  # New Year's Day, Friday
        ("2026-12-31", "2026-12-23"),  # Christmas Day, Friday; Saint Stephen's, Saturday
        ("2027-01-04", "2026-12-24"),  # Christmas and the New Year
        ("2027-03-30", "2027-03-22"),  # the clock goes forward on the 28th
        ("2027-11-01", "2027-10-22"),  # October holiday, the clock goes back on the 31st
    ],
)
def test_the_agenda_is_issued_on_the_fifth_working_day_before(meeting, agenda):
    assert working_days_before(date.fromisoformat(meeting), 5) == date.fromisoformat(agenda)


def test_nine_in_dublin_on_both_sides_of_each_clock_change():
    assert issue_instant(date(2027, 3, 27)) == datetime(2027, 3, 27, 9, tzinfo=UTC)
    assert issue_instant(date(2027, 3, 28)) == datetime(2027, 3, 28, 8, tzinfo=UTC)
    assert issue_instant(date(2027, 10, 30)) == datetime(2027, 10, 30, 8, tzinfo=UTC)
    assert issue_instant(date(2027, 10, 31)) == datetime(2027, 10, 31, 9, tzinfo=UTC)


def test_a_time_left_out_moves_forward_and_one_that_comes_twice_is_the_first():
    assert to_wall(to_instant(datetime(2027, 3, 28, 1, 30))) == datetime(2027, 3, 28, 2, 30)
    assert to_instant(datetime(2027, 10, 31, 1, 30)) == datetime(2027, 10, 31, 0, 30, tzinfo=UTC)


def test_a_wall_time_with_a_zone_and_an_instant_without_are_refused():
    with pytest.raises(ValueError):
        to_instant(datetime(2027, 1, 1, tzinfo=UTC))
    with pytest.raises(ValueError):
        stamp(datetime(2027, 1, 1))


def test_the_date_of_an_instant_is_dublins():
    assert local_date(datetime(2027, 6, 30, 23, 30, tzinfo=UTC)) == date(2027, 7, 1)


@given(INSTANTS, INSTANTS)
def test_stamps_sort_as_time_does_and_come_back(one, other):
    assert (stamp(one) < stamp(other)) == (one < other)
    assert unstamp(stamp(one)) == one
    assert len(stamp(one)) == 24


def test_closure_days_are_not_working_days():
    closures = frozenset({date(2027, 2, 15)})
    assert not is_working_day(date(2027, 2, 15), closures)
    assert working_days_before(date(2027, 2, 18), 5, closures) == date(2027, 2, 10)


def test_a_year_without_known_holidays_is_refused_rather_than_guessed():
    with pytest.raises(ValueError, match="2046"):
        is_working_day(date(2046, 1, 2))


@pytest.mark.parametrize("hours", ["17:00-09:00", "09:00-09:00", "9", "09:00-25:00"])
def test_an_office_that_closes_before_it_opens_is_refused(hours):
    with pytest.raises(ValueError):
        _ = Settings({"OFFICE_HOURS": hours}).office_hours


@pytest.mark.parametrize(
    ("since", "hours", "until"),
    [
        ("2027-03-24T10:00", 1, "2027-03-24T11:00"),
        ("2027-03-24T16:30", 1, "2027-03-25T09:30"),
        ("2027-03-24T08:00", 8, "2027-03-24T17:00"),
        (
            "2027-03-25T16:00",
            9,
            "2027-03-30T17:00",
        ),  # over Easter, a closure day and a change of clocks
        ("2027-03-24T10:00", 20, "2027-03-30T14:00"),
    ],
)
def test_working_time_passes_only_while_the_office_is_open(since, hours, until):
    closures = {date(2027, 3, 26)}
    passed = after_working_time(
        to_instant(datetime.fromisoformat(since)),
        timedelta(hours=hours),
        time(9),
        time(17),
        closures,
    )
    assert to_wall(passed) == datetime.fromisoformat(until)


def test_ten_years_of_agenda_dates_agree_with_an_independent_reckoning():
    working = WorkingDays(2025, 2036)
    for n in range(3652):
        day = date(2026, 1, 1) + timedelta(days=n)
        for count in (1, 3, 5, 10):
            assert working_days_before(day, count) == working.before(day, count)
        assert working_days_after(day, 2) == working.after(day, 2)
        assert next_working_day_after(day) == working.after(day, 1)


def test_the_holidays_are_those_of_the_installed_library():
    assert build_holidays.TARGET.read_text(encoding="utf-8") == build_holidays.built()
    assert json.loads(build_holidays.built()) == load("holidays")


@pytest.mark.parametrize(
    ("quarter", "made"),
    [
        ("2026-Q4", datetime(2027, 1, 4, 9, tzinfo=UTC)),  # 1 January is a holiday, a Friday
        ("2027-Q1", datetime(2027, 4, 1, 8, tzinfo=UTC)),
        ("2027-Q3", datetime(2027, 10, 1, 8, tzinfo=UTC)),
        ("2028-Q1", datetime(2028, 4, 3, 8, tzinfo=UTC)),  # 1 April is a Saturday
    ],
)
def test_a_report_is_made_on_the_first_working_day_after_its_quarter(quarter, made):
    assert report_instant(Quarter.parse(quarter)) == made


def test_quarters_cover_every_day_once():
    day = date(2026, 1, 1)
    while day.year < 2028:
        quarter = Quarter.of(day)
        assert quarter.first <= day <= quarter.last
        assert Quarter.parse(str(quarter)) == quarter
        assert quarter.next().previous() == quarter
        assert quarter.next().first == quarter.last + timedelta(days=1)
        day += timedelta(days=1)


@pytest.mark.parametrize(
    ("at", "quarter"),
    [((3, 31, 22, 59), "2027-Q1"), ((3, 31, 23), "2027-Q2"), ((12, 31, 23, 59), "2027-Q4")],
)
def test_an_instant_lies_in_the_quarter_of_its_day_in_dublin(at, quarter):
    assert str(Quarter.at(datetime(2027, *at, tzinfo=UTC))) == quarter


@pytest.mark.parametrize(
    "text", ["2027", "2027-Q5", "2027-Q0", "27-Q1", " 2027-Q1", "\uff12027-Q1", ""]
)
def test_what_is_no_quarter_is_refused(text):
    with pytest.raises(ValueError):
        Quarter.parse(text)
