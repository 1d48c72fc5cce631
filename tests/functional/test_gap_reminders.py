"""The mornings before a quarter ends: one email about gaps to who can fill them, ten and five days before."""

from datetime import UTC, date, datetime, timedelta

import pytest

from comhar import regions, wiring
from comhar.aws.conditions import Delete
from comhar.context import Context
from comhar.dates.quarters import Quarter
from comhar.reports import gap_reminders, gap_repository
from comhar.reports import service as reports_service
from comhar.settings import Settings
from tests.support.cloud import Cloud
from tests.support.cloud import Context as LambdaContext
from tests.support.deployment import VARIABLES
from tests.support.sample_region import OFFICE, Region, text

CHAIRS = "Figures for January to March 2027: what we do not have yet"
OFFICES = "Figures for January to March 2027: gaps to fill by 31 March"
TEN, FIVE = date(2027, 3, 15), date(2027, 3, 23)


def morning(region: Region, day: date, hour: int = 9) -> None:
    """The run of a morning; 09:00 in Dublin is 09:00 UTC until the clocks change on 28 March."""
    region.cloud.now = datetime(day.year, day.month, day.day, hour, tzinfo=UTC)
    region.cloud.run("KpiExportFunction", {}, LambdaContext())


def subjects(cloud: Cloud, to: str) -> list[str]:
    """The subjects of the emails about gaps that somebody got."""
    return [
        mail["Subject"]
        for mail in cloud.mail()
        if mail["To"] == to and mail["Subject"].startswith("Figures for")
    ]


def fill(region: Region) -> None:
    """A meeting is held and recorded."""
    path = region.meeting(starts_at="2027-02-18T10:00")
    region.at(2027, 2, 11, 9)  # its agenda goes out
    region.at(2027, 2, 18, 12)
    region.done(region.chair, f"{path}/close", {"attended": [region.ann.id]})


def letters(step: str) -> set[tuple[str, str]]:
    """Subject and person of each letter of a step."""
    table = wiring.table()
    return {
        (subject, item["sk"])
        for subject in ("2027-Q1", "2027-Q1.SW", "2027-Q1.MW")
        for item in table.query(f"LETTER#kpi_gaps#{subject}#{step}").items
    }


def test_nobody_is_written_to_before_the_tenth_working_day_at_nine(region: Region) -> None:
    for day in (TEN - timedelta(days=4), TEN - timedelta(days=3), TEN - timedelta(days=1)):
        morning(region, day)
    morning(region, TEN, hour=8)
    assert letters("10") == set()


def test_on_the_tenth_and_fifth_working_day_co_chairs_and_office_get_one_email_each(
    region: Region,
) -> None:
    morning(region, TEN)
    for who in (region.chair, region.other_chair):
        assert subjects(region.cloud, who.email) == [CHAIRS]
    assert subjects(region.cloud, OFFICE) == [OFFICES]
    for day in range(1, 8):
        morning(region, TEN + timedelta(days=day))
    assert subjects(region.cloud, region.chair.email) == [CHAIRS]
    morning(region, FIVE)
    for day in range(1, 12):
        morning(region, FIVE + timedelta(days=day))
    assert subjects(region.cloud, region.chair.email) == [CHAIRS] * 2
    assert subjects(region.cloud, OFFICE) == [OFFICES] * 2
    assert not subjects(region.cloud, region.ann.email)


def test_run_five_times_a_morning_writes_each_email_once(region: Region) -> None:
    for _ in range(5):
        morning(region, TEN)
    wiring.table().transact([Delete(gap_repository._reminder_key(Quarter(2027, 1), "10"))])
    morning(region, TEN)  # as two at once, of which neither sees what the other has done
    assert len(letters("10")) == 3
    assert subjects(region.cloud, region.chair.email) == [CHAIRS]
    assert subjects(region.cloud, OFFICE) == [OFFICES]


def test_a_region_without_a_gap_gets_no_email(region: Region) -> None:
    fill(region)
    morning(region, TEN)
    assert not subjects(region.cloud, region.chair.email)
    [message] = [mail for mail in region.cloud.mail() if mail["Subject"] == OFFICES]
    words = " ".join(text(message).split())
    assert "There are 10 gaps in the figures of 5 regions." in words
    assert "5 of these regions have no co-chairs, so nobody there was asked." in words


def test_a_community_that_rests_gets_its_email_only_once_the_rest_is_over(region: Region) -> None:
    region.done(region.chair, "/communities/SW/rest", {"until": "2027-03-20"})
    morning(region, TEN)
    assert not subjects(region.cloud, region.chair.email)
    [message] = [mail for mail in region.cloud.mail() if mail["Subject"] == OFFICES]
    assert "in the figures of 5 regions." in " ".join(text(message).split())
    morning(region, FIVE)
    assert subjects(region.cloud, region.chair.email) == [CHAIRS]


def test_where_no_region_has_a_gap_nobody_gets_an_email(
    region: Region, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(region)
    monkeypatch.setattr(regions, "codes", lambda: ("SW",))
    morning(region, TEN)
    assert letters("10") == set()
    assert gap_repository.is_reminded(wiring.table(), Quarter(2027, 1), "10")


def test_a_gap_that_comes_up_the_day_after_waits_for_the_second_email(region: Region) -> None:
    fill(region)
    morning(region, TEN)
    region.meeting(starts_at="2027-03-16T10:00", kind="additional")
    morning(region, TEN + timedelta(days=3))
    assert not subjects(region.cloud, region.chair.email)
    morning(region, FIVE)
    assert subjects(region.cloud, region.chair.email) == [CHAIRS]


def test_a_morning_that_failed_is_made_up_the_next_one(
    region: Region, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Cut off after the first co-chairs' letters, before the office's."""
    with monkeypatch.context() as patch:
        patch.setattr(gap_repository, "reminder_write", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            morning(region, TEN)
    assert subjects(region.cloud, region.chair.email) == [CHAIRS]
    assert not subjects(region.cloud, OFFICE)
    morning(region, TEN + timedelta(days=1))
    assert subjects(region.cloud, region.chair.email) == [CHAIRS]
    assert subjects(region.cloud, OFFICE) == [OFFICES]


def test_mornings_missed_until_the_second_step_make_one_email(region: Region) -> None:
    morning(region, FIVE + timedelta(days=1))
    morning(region, FIVE + timedelta(days=2))
    assert subjects(region.cloud, region.chair.email) == [CHAIRS]
    assert letters("10") == set()


def test_a_report_that_cannot_be_frozen_keeps_no_email_back(
    region: Region, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reports_service, "freeze_last_quarter", lambda _: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        morning(region, TEN)
    assert subjects(region.cloud, region.chair.email) == [CHAIRS]


def test_closure_days_of_the_office_are_no_working_days(region: Region) -> None:
    region.done(OFFICE, "/closures", {"day": "2027-03-30"})
    monday = TEN - timedelta(days=3)  # the Friday before, one working day earlier
    morning(region, monday - timedelta(days=1))
    assert letters("10") == set()
    morning(region, monday)
    assert subjects(region.cloud, region.chair.email) == [CHAIRS]


def test_a_morning_with_nothing_due_reads_twice_at_most(region: Region) -> None:
    morning(region, TEN)
    calls: list[str] = []
    client = wiring.table()._client
    client.meta.events.register("before-call", lambda model, **_: calls.append(model.name))
    ctx = Context(None, region.cloud.now, wiring.table(), wiring.settings())
    assert gap_reminders.write_reminders(ctx) is None
    assert calls == ["GetItem", "GetItem"]


def test_the_email_says_what_is_missing_where_to_fill_it_and_what_happens(region: Region) -> None:
    path = region.meeting()
    morning(region, TEN)
    [message] = region.mail(region.chair, CHAIRS)
    words = " ".join(text(message).split())
    for expected in (
        "The quarter ends on Wednesday 31 March 2027.",
        "We do not have a record of the meeting on Thursday 18 February 2027 yet.",
        f"https://comhar.example{path}/close",
        "If you do nothing, the figures count it as it stands at the end of the quarter.",
        "https://comhar.example/reports/regions/SW",
        "because you are a co-chair",
    ):
        assert expected in words


def test_what_is_recorded_before_the_email_goes_is_not_in_it(region: Region) -> None:
    path = region.meeting()
    morning(region, TEN)
    region.done(region.chair, f"{path}/close", {"attended": [region.ann.id]})
    assert not subjects(region.cloud, region.chair.email)


def test_every_address_of_the_office_gets_the_email_and_who_left_it_does_not(
    region: Region,
) -> None:
    both = Settings(VARIABLES | {"OFFICE_EMAILS": f"{OFFICE},former@example.com"})
    now = datetime(2027, 3, 15, 9, tzinfo=UTC)
    assert gap_reminders.write_reminders(Context(None, now, wiring.table(), both)) == "10"
    assert len(letters("10")) == 4
    region.cloud.now = now
    assert subjects(region.cloud, OFFICE) == [OFFICES]
    assert not subjects(region.cloud, "former@example.com")
