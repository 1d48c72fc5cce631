"""The rules of polls and of dates: which date suits best, what speaks against one, when the clock acts."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from comhar import data
from comhar.dates.dublin_time import to_instant
from comhar.errors import Invalid
from comhar.meetings import date_warnings
from comhar.meetings.planned_meetings import PlannedMeeting
from comhar.polls import model as polls_model
from comhar.polls.model import Option, Poll, Tally
from tests.support.holidays import public_holidays

NOW = datetime(2027, 1, 11, 9, tzinfo=UTC)
AT = datetime(2027, 2, 18, 10)


def poll(**about: object) -> Poll:
    options = tuple(Option(key=key, starts_at=AT) for key in "ab")
    facts = {"id": "SW-1", "region": "SW", "kind": "quarterly", "mode": "online", "minutes": 120}
    facts |= {
        "options": options,
        "closes_at": polls_model.closing_instant(date(2027, 1, 18)),
        "made_at": NOW,
    }
    return Poll(**(facts | about))  # type: ignore[arg-type]


def test_every_public_holiday_of_ten_years_is_said_and_no_other_day():
    for year in range(2026, 2036):
        day = date(year, 1, 1)
        while day.year == year:
            warnings = date_warnings.list_warnings(
                "SW", datetime(year, day.month, day.day, 10), 120, (), []
            )
            holiday = any(each.startswith("A public holiday: ") for each in warnings)
            weekend = any(each in ("A Saturday.", "A Sunday.") for each in warnings)
            assert holiday == (day in public_holidays(year)), day
            assert weekend == (day.weekday() > 4), day
            assert len(warnings) == holiday + weekend
            day += timedelta(days=1)


def test_a_closure_day_is_said():
    closed = frozenset({AT.date()})
    assert date_warnings.list_warnings("SW", AT, 120, closed, []) == [
        "The office is closed on that day."
    ]


@given(
    begins=some.integers(0, 24 * 60 - 1),
    minutes=some.integers(15, 600),
    theirs=some.integers(0, 24 * 60 - 1),
    other=some.integers(15, 600),
)
def test_another_regions_meeting_is_said_when_a_minute_is_shared(begins, minutes, theirs, other):
    day = datetime(2027, 2, 18)
    taken = PlannedMeeting(
        id="MW-1", region="MW", starts_at=day + timedelta(minutes=theirs), minutes=other
    )
    warnings = date_warnings.list_warnings(
        "SW", day + timedelta(minutes=begins), minutes, (), [taken]
    )
    shared = set(range(begins, begins + minutes)) & set(range(theirs, theirs + other))
    assert warnings == (["Mid West meets at that time."] if shared else [])


@pytest.mark.parametrize(("region", "expected"), [
    ("SW", "A meeting of this community is on that day, at 6pm."),
    ("IE", "The national event is on that day, at 6pm."),
])  # fmt: skip
def test_an_own_or_a_national_meeting_is_said_when_it_is_that_day(region: str, expected: str):
    taken = PlannedMeeting(id="1", region=region, starts_at=AT.replace(hour=18), minutes=60)
    assert date_warnings.list_warnings("SW", AT, 120, (), [taken]) == [expected]
    assert date_warnings.list_warnings("SW", AT + timedelta(days=1), 120, (), [taken]) == []


def test_the_dates_are_lettered_in_order_of_time():
    later = AT + timedelta(days=2)
    laid = polls_model.make_options([(later, ["A Saturday."]), (AT, [])])
    assert [(each.key, each.starts_at, each.notes) for each in laid] == [
        ("a", AT, ()),
        ("b", later, ("A Saturday.",)),
    ]


@pytest.mark.parametrize(("counts", "best"), [
    ({"a": (0, 0, 3), "b": (0, 0, 3)}, []),
    ({"a": (2, 0, 1), "b": (1, 2, 0)}, ["b"]),
    ({"a": (1, 2, 0), "b": (2, 1, 0)}, ["b"]),
    ({"a": (1, 1, 0), "b": (1, 1, 5)}, ["a", "b"]),
])  # fmt: skip
def test_the_best_date_is_that_on_which_most_can_come_then_that_most_like(counts, best):
    tallies = {
        key: Tally(yes=yes, if_need_be=need, no=no) for key, (yes, need, no) in counts.items()
    }
    assert polls_model.best_keys(tallies) == best


def test_a_poll_closes_at_five_in_the_afternoon_before_its_first_date():
    assert polls_model.choose_closes_at(None, AT, NOW) == datetime(2027, 1, 18, 17, tzinfo=UTC)
    assert polls_model.choose_closes_at(date(2027, 2, 17), AT, NOW) == datetime(
        2027, 2, 17, 17, tzinfo=UTC
    )
    summer = datetime(2027, 7, 8, 10)
    assert polls_model.choose_closes_at(date(2027, 7, 1), summer, NOW) == datetime(
        2027, 7, 1, 16, tzinfo=UTC
    )
    near = datetime(2027, 1, 14, 10)  # sooner than a week: the day before
    assert polls_model.choose_closes_at(None, near, NOW) == datetime(2027, 1, 13, 17, tzinfo=UTC)
    for day in (date(2027, 2, 18), date(2027, 1, 10)):
        with pytest.raises(Invalid):
            polls_model.choose_closes_at(day, AT, NOW)


def test_the_clock_reminds_two_working_days_before_and_then_closes():
    closes_at = polls_model.closing_instant(
        date(2027, 2, 3)
    )  # Monday 1 February is St Brigid's Day
    expected = [(datetime(2027, 1, 29, 9, tzinfo=UTC), "remind"), (closes_at, "close")]
    assert polls_model.list_steps(poll(closes_at=closes_at), frozenset()) == expected
    closed = frozenset({date(2027, 1, 29)})
    assert polls_model.list_steps(poll(closes_at=closes_at), closed)[0][0].day == 28
    short = poll(closes_at=polls_model.closing_instant(date(2027, 1, 12)))
    assert [step for _, step in polls_model.list_steps(short, frozenset())] == ["close"]
    assert [step for _, step in polls_model.list_steps(poll(done=("remind",)), frozenset())] == [
        "close"
    ]
    for state in ("closed", "picked", "cancelled", "unfit"):
        assert polls_model.list_steps(poll(state=state), frozenset()) == []


def test_the_first_instant_after_closing_takes_no_answer():
    votes = {"a": "yes", "b": "no"}
    stored = poll()
    last = stored.closes_at - timedelta(milliseconds=1)
    assert polls_model.validate_votes(stored, votes, last) == votes  # type: ignore[arg-type]
    with pytest.raises(polls_model.PollOver):
        polls_model.validate_votes(stored, votes, stored.closes_at)  # type: ignore[arg-type]


def test_nothing_that_is_decided_can_be_decided_again():
    for state in ("picked", "cancelled", "unfit"):
        with pytest.raises(polls_model.PollDecided):
            polls_model.get_option(poll(state=state), "a", NOW)
        with pytest.raises(polls_model.PollDecided):
            polls_model.end_poll(poll(state=state), None, NOW)
    assert polls_model.end_poll(poll(), "Snow", NOW).state == "cancelled"
    assert polls_model.end_poll(poll(state="closed"), None, NOW).state == "unfit"


def test_a_date_further_off_than_holidays_are_known_is_refused():
    last = data.load("holidays")["to"]
    assert date_warnings.find_problem(datetime(last, 1, 2, 10), NOW)
    assert date_warnings.find_problem(datetime(last - 1, 1, 2, 10), NOW) is None
    assert date_warnings.find_problem(AT, to_instant(AT))
