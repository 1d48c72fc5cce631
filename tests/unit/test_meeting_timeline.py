"""What the clock does for a meeting and when, on every date of ten years."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from comhar.meetings import repository as meetings_repository
from comhar.meetings.model import Meeting
from comhar.meetings.timeline import (
    Rules,
    agenda_due_at,
    find_next_due,
    is_late,
    is_overtaken,
    list_steps,
)
from tests.support.holidays import WorkingDays

RULES = Rules(agenda_days=5, floor_days=3)
LONG_AGO = datetime(2025, 1, 2, 9, tzinfo=UTC)
DUBLIN = ZoneInfo("Europe/Dublin")
DAYS = [date(2026, 1, 1) + timedelta(days=n) for n in range(3652)]


def meeting(day: date, **more) -> Meeting:
    starts_at = datetime(day.year, day.month, day.day, 10)
    facts = {"id": "SW-1", "region": "SW", "kind": "quarterly", "mode": "online", "minutes": 120}
    return Meeting(**{**facts, "starts_at": starts_at, "made_at": LONG_AGO, **more})


def issued(day: date, **more) -> Meeting:
    one = meeting(day, **more)
    return one.model_copy(update={"agenda_for": one.starts_at, "agenda_version": 1})


def planned(one: Meeting, rules: Rules = RULES) -> dict[str, datetime]:
    return {step: at for at, step in list_steps(one, rules)}


def nine(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 9, tzinfo=DUBLIN)


CLOSED = {date(year, 12, day) for year in range(2025, 2037) for day in range(27, 32)}
CLOSED |= {date(2027, 2, 9), date(2030, 6, 12), date(2033, 9, 1)}


@pytest.mark.parametrize("closures", [frozenset(), frozenset(CLOSED)], ids=["none", "closures"])
def test_on_every_day_of_ten_years_each_step_is_as_reckoned_from_the_law(closures):
    working = WorkingDays(2024, 2037, closures)
    rules = RULES.model_copy(update={"closures": closures})
    for day in DAYS:
        held_back = planned(meeting(day, held_back=True), rules)
        issue = working.before(day, 5)
        assert planned(meeting(day), rules) == {
            "call": nine(working.before(day, 10)),
            "nudge": nine(working.before(issue, 3)),
            "undecided": nine(working.before(issue, 1)),
            "issue": nine(issue),
            "ask.1": nine(working.after(day, 2)),
            "ask.2": nine(working.after(day, 5)),
        }
        made = nine(working.before(day, 15))
        near = planned(meeting(day, made_at=made), rules)
        assert "call" not in near
        assert near["remind"] == nine(working.before(day, 2))
        a_day_earlier = meeting(day, made_at=made - timedelta(days=1))
        assert {"call", "remind"} & planned(a_day_earlier, rules).keys() == {"call"}
        floor = working.before(day, 3)
        assert held_back["issue"] == nine(floor)
        assert not is_late(meeting(day), nine(floor) + timedelta(hours=14), rules)
        assert is_late(meeting(day), nine(floor) + timedelta(hours=15), rules)


def test_what_lay_before_the_meeting_was_made_is_not_caught_up_with_but_for_the_agenda():
    made = datetime(2027, 2, 16, 12, tzinfo=UTC)
    one = meeting(date(2027, 2, 18), made_at=made)
    assert set(planned(one)) == {"issue", "ask.1", "ask.2"}
    assert planned(one)["issue"] == made + timedelta(hours=1)


def test_an_agenda_for_a_meeting_within_the_hour_waits_for_nothing():
    made = datetime(2027, 2, 18, 9, 20, tzinfo=UTC)
    assert agenda_due_at(meeting(date(2027, 2, 18), made_at=made), RULES) == made


def test_once_the_agenda_is_out_nobody_is_asked_about_it_any_more():
    assert set(planned(issued(date(2027, 2, 18)))) == {"remind", "ask.1", "ask.2"}


def test_where_the_agenda_is_out_early_who_was_not_asked_yet_is_asked_later():
    """Whether they come; of one email about both there is no more than one."""
    assert "remind" in planned(issued(date(2027, 2, 18)))
    assert "remind" not in planned(issued(date(2027, 2, 18), done=("call",)))


def test_an_agenda_for_a_date_that_was_moved_is_due_again():
    one = issued(date(2027, 2, 18)).model_copy(update={"starts_at": datetime(2027, 3, 18, 10)})
    assert "issue" in planned(one)


def test_a_changed_agenda_goes_out_an_hour_after_the_last_change():
    changed = datetime(2027, 2, 15, 14, tzinfo=UTC)
    one = issued(date(2027, 2, 18), agenda_changed_at=changed)
    assert planned(one)["reissue"] == changed + timedelta(hours=1)


@pytest.mark.parametrize("state", ["held", "cancelled"])
def test_a_meeting_that_is_over_or_off_needs_the_clock_no_more(state):
    assert find_next_due(meeting(date(2027, 2, 18), state=state), RULES) is None


def test_a_step_that_was_taken_is_not_due_again():
    one = meeting(date(2027, 2, 18), done=("call", "nudge"))
    assert find_next_due(one, RULES) == planned(one)["undecided"]
    everything = tuple(planned(one))
    assert find_next_due(one.model_copy(update={"done": (*one.done, *everything)}), RULES) is None


@pytest.mark.parametrize(
    ("step", "due", "passed"),
    [
        ("call", ["call", "nudge"], False),
        ("call", ["call", "nudge", "undecided", "issue"], False),
        ("nudge", ["nudge", "undecided"], True),
        ("undecided", ["undecided", "issue"], True),
        ("issue", ["issue", "remind"], False),
        ("remind", ["remind"], False),
    ],
)
def test_a_clock_that_comes_late_says_a_thing_once(step, due, passed):
    one = meeting(date(2027, 2, 18))
    assert is_overtaken(step, due, one, one.start - timedelta(hours=1)) is passed


@pytest.mark.parametrize("step", ["call", "remind", "reissue"])
def test_what_is_for_before_the_meeting_is_not_done_after_its_start(step):
    one = meeting(date(2027, 2, 18))
    assert is_overtaken(step, [step], one, one.start)


def test_an_agenda_of_another_date_does_not_stand_in_the_row_that_figures_read() -> None:
    facts = {"agenda_issued_at": LONG_AGO, "agenda_late": True}
    stored = meetings_repository.row_write(issued(DAYS[50], **facts)).item
    assert (stored["agenda_issued_at"], stored["agenda_late"]) == ("2025-01-02T09:00:00.000Z", True)
    moved = issued(DAYS[50], **facts).model_copy(update={"starts_at": datetime(2026, 4, 1, 10)})
    void = meetings_repository.row_write(moved).item
    assert (void["agenda_issued_at"], void["agenda_late"]) == (None, False)
