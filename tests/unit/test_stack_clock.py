"""The embedded stack's sense of time: cron expressions, durations, the shared clock."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from local.clock import Clock
from local.control import duration, wanted
from local.cron import Cron


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


@pytest.mark.parametrize(
    ("expression", "since", "fires"),
    [
        ("cron(0 9 * * ? *)", "2027-01-10T09:00:00+00:00", "2027-01-11T09:00:00+00:00"),
        ("cron(0 9 * * ? *)", "2027-03-27T09:00:00+00:00", "2027-03-28T08:00:00+00:00"),
        ("cron(0 9 * * ? *)", "2027-10-30T08:00:00+00:00", "2027-10-31T09:00:00+00:00"),
        ("cron(30 6 1 1/3 ? *)", "2027-01-02T00:00:00+00:00", "2027-04-01T05:30:00+00:00"),
        ("cron(0/20 8-9 ? * MON-FRI *)", "2027-01-08T09:40:00+00:00", "2027-01-11T08:00:00+00:00"),
    ],
)
def test_a_schedule_fires_at_dublin_time(expression: str, since: str, fires: str) -> None:
    assert Cron.parse(expression, "Europe/Dublin").after(at(since)) == at(fires)


def test_a_schedule_of_the_past_fires_no_more() -> None:
    assert Cron.parse("cron(0 9 1 1 ? 2020)", "UTC").after(at("2027-01-01T00:00:00+00:00")) is None


def test_an_expression_this_stack_does_not_know_stops_it_at_once() -> None:
    with pytest.raises(ValueError):
        Cron.parse("cron(0 9 L * ? *)", "UTC")


@pytest.mark.parametrize(
    "text", ["", "P", "PT", "7D", "P1Y", "P1M", "-P1D", "P-1D", "7 days", "P1D\n"]
)
def test_a_duration_that_is_none_is_refused_in_words(text: str) -> None:
    with pytest.raises(ValueError, match="P7D"):
        duration(text)


def test_a_duration_adds_up() -> None:
    assert duration("P1W") == timedelta(days=7)
    assert duration("PT1.5H") == timedelta(minutes=90)
    assert duration("P1DT2H3M4S") == timedelta(days=1, hours=2, minutes=3, seconds=4)


def test_an_instant_needs_its_offset() -> None:
    with pytest.raises(ValueError, match="offset"):
        wanted({"now": "2027-02-11T09:00:00"}, at("2027-01-01T00:00:00+00:00"))


def test_the_clock_stands_and_runs_on_and_is_kept(tmp_path: Path) -> None:
    clock = Clock(tmp_path / "clock")
    assert abs(clock.now() - datetime.now(UTC)) < timedelta(seconds=2)
    clock.stand(at("2030-01-01T00:00:00+00:00"))
    assert clock.now() == at("2030-01-01T00:00:00+00:00")
    assert Clock(tmp_path / "clock").standing
    clock.run(at("2030-01-02T00:00:00+00:00"))
    later = Clock(tmp_path / "clock")
    assert timedelta() <= later.now() - at("2030-01-02T00:00:00+00:00") < timedelta(seconds=2)
    clock.beat(at("2030-01-02T00:00:00+00:00"))
    assert later.seen == at("2030-01-02T00:00:00+00:00")
