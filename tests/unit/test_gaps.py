"""Which gaps a region has, from its meetings and its co-chairs."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from comhar import data
from comhar.communities.model import Community
from comhar.dates.quarters import Quarter
from comhar.meetings.timeline import Rules
from comhar.membership.chair_terms import Term
from comhar.reports.gaps import (
    Gap,
    RegionMeeting,
    RegionRecords,
    describe_gap,
    list_gaps,
    list_open_quarters,
)
from comhar.reports.source_rows import Approval

Q1 = Quarter(2027, 1)
NOW = datetime(2027, 3, 17, 9, tzinfo=UTC)  # a Wednesday that is a public holiday
RULES = Rules(agenda_days=5, floor_days=3)
ON_TIME = "2027-02-10T09:00:00.000Z"


def meeting(starts_at: str, state: str = "held", **about: Any) -> RegionMeeting:
    known = {"id": f"SW-{starts_at[:10]}", "kind": "quarterly", "minutes": 120, "attended": ("a",)}
    known |= {"agenda_issued_at": ON_TIME, "starts_at": datetime.fromisoformat(starts_at)}
    return RegionMeeting(state=state, **(known | about))


def term(member: str, until: str = "2027-12-31") -> Term:
    known = {"member": member, "from": date(2027, 1, 1), "until": date.fromisoformat(until)}
    return Term.model_validate(known)


TWO = (term("a"), term("b"))
HELD = meeting("2027-02-18T10:00")


def kinds(
    *meetings: RegionMeeting,
    terms: tuple[Term, ...] = TWO,
    now: datetime = NOW,
    quarter: Quarter = Q1,
    reference: Approval | None = None,
) -> list[str]:
    return [
        gap.code
        for gap in gaps(*meetings, terms=terms, now=now, quarter=quarter, reference=reference)
    ]


def gaps(*meetings: RegionMeeting, terms=TWO, now=NOW, quarter=Q1, reference=None) -> list[Gap]:
    records = RegionRecords(
        community=Community(region="SW", terms=terms),
        terms_of_reference=reference,
        meetings=meetings,
    )
    return list_gaps(records, quarter, RULES, now)


def test_a_region_with_a_recorded_meeting_and_two_co_chairs_has_no_gap() -> None:
    assert kinds(HELD) == []


def test_meetings_of_other_quarters_cancelled_ones_and_national_ones_are_no_gaps() -> None:
    others = (
        meeting("2026-12-31T10:00", "scheduled"),
        meeting("2027-04-01T10:00", "held", attended=()),
        meeting("2027-02-01T10:00", "cancelled", agenda_issued_at=None),
        meeting("2027-02-02T10:00", "not_held", attended=()),
        meeting("2027-02-03T10:00", "scheduled", kind="national"),
    )
    assert kinds(HELD, *others) == []


def test_a_meeting_is_not_recorded_from_its_end_on() -> None:
    today = meeting("2027-03-17T08:00", "scheduled", kind="additional")
    at_nine, at_ten = (datetime(2027, 3, 17, hour, tzinfo=UTC) for hour in (9, 10))
    assert kinds(HELD, today, now=at_nine) == []
    assert kinds(HELD, today, now=at_ten) == ["meeting_unrecorded.SW-2027-03-17"]


def test_a_meeting_that_waits_to_be_recorded_may_be_the_quarters_meeting() -> None:
    past = meeting("2027-02-18T10:00", "scheduled", attended=())
    assert kinds(past) == ["meeting_unrecorded.SW-2027-02-18"]
    additional = past.model_copy(update={"kind": "additional"})
    assert kinds(additional) == ["meeting_unrecorded.SW-2027-02-18", "no_meeting"]


def test_attendance_recorded_as_nobody_is_a_gap() -> None:
    assert kinds(meeting("2027-02-18T10:00", attended=())) == ["attendance_empty.SW-2027-02-18"]


@pytest.mark.parametrize(
    ("about", "gap"),
    [
        ({"agenda_late": True}, "agenda_late.SW-2027-02-18"),
        ({"agenda_issued_at": None}, "agenda_late.SW-2027-02-18"),
        ({"agenda_issued_at": None, "kind": "reflective"}, "agenda_late.SW-2027-02-18"),
    ],
)
def test_an_agenda_that_went_out_late_or_not_at_all_is_a_gap(about: dict, gap: str) -> None:
    assert kinds(meeting("2027-02-18T10:00", **about)) == [gap]


def test_of_an_additional_meeting_no_agenda_is_counted() -> None:
    late = meeting("2027-03-04T10:00", kind="additional", agenda_issued_at=None)
    assert kinds(HELD, late) == []


def test_an_agenda_to_come_is_a_gap_once_its_last_day_is_over() -> None:
    """Three working days before Wednesday 24 March is Friday 19 March."""
    coming = meeting("2027-03-24T10:00", "scheduled", agenda_issued_at=None, attended=())
    friday, monday = (datetime(2027, 3, day, 9, tzinfo=UTC) for day in (19, 22))
    assert kinds(HELD, coming, now=friday) == []
    assert kinds(HELD, coming, now=monday) == ["agenda_not_sent.SW-2027-03-24"]
    sent = coming.model_copy(update={"agenda_issued_at": ON_TIME, "agenda_late": True})
    assert kinds(HELD, sent, now=monday) == ["agenda_late.SW-2027-03-24"]


def test_without_a_meeting_the_next_planned_one_is_named() -> None:
    assert kinds() == ["no_meeting"]
    later = meeting("2027-04-08T10:00", "scheduled")
    assert kinds(later) == ["no_meeting_later.SW-2027-04-08"]
    soon = meeting("2027-03-25T10:00", "scheduled")
    assert kinds(soon, later) == ["no_meeting_next.SW-2027-03-25"]
    going_on = meeting("2027-03-17T08:00", "scheduled")
    assert kinds(going_on, later) == ["no_meeting_next.SW-2027-03-17"]


def test_a_meeting_closed_before_its_planned_end_is_held() -> None:
    assert kinds(meeting("2027-03-17T08:30")) == []


def test_an_additional_meeting_is_not_the_quarters_meeting() -> None:
    assert kinds(meeting("2027-02-18T10:00", kind="additional")) == ["no_meeting"]


@pytest.mark.parametrize(
    ("terms", "expected"),
    [
        ((), ["co_chairs_missing"]),
        ((term("a"),), ["co_chair_missing"]),
        ((term("a"), term("b", "2027-03-01")), ["term_ended"]),
        ((term("a", "2027-03-01"),), ["co_chair_missing", "term_ended"]),
        ((term("a", "2027-02-01"), term("b", "2027-02-01")), ["co_chairs_missing"]),
    ],
)
def test_a_vacant_place_and_a_term_that_ran_out_are_gaps(terms: tuple, expected: list[str]) -> None:
    assert kinds(HELD, terms=terms) == expected


def test_terms_of_reference_are_a_gap_only_where_there_are_some() -> None:
    assert kinds(HELD, reference=Approval(approved_on=date(2027, 1, 1))) == []
    assert kinds(HELD, reference=Approval()) == ["terms_not_approved"]
    ran_out = Approval(approved_on=date(2026, 1, 1), until=date(2027, 1, 1))
    assert kinds(HELD, reference=ran_out) == ["terms_not_approved"]


def test_after_the_quarter_only_what_its_meetings_lack_is_a_gap() -> None:
    after = datetime(2027, 4, 1, 9, tzinfo=UTC)
    past = meeting("2027-03-25T10:00", "scheduled")
    assert kinds(past, terms=(), now=after) == ["meeting_unrecorded.SW-2027-03-25"]
    later = meeting("2027-04-08T10:00", "scheduled")
    assert kinds(later, terms=(), now=after, reference=Approval()) == ["no_meeting_over"]


def test_on_the_last_day_itself_the_quarter_runs() -> None:
    assert kinds(terms=(), now=datetime(2027, 3, 31, 22, 59, tzinfo=UTC)) == [
        "no_meeting",
        "co_chairs_missing",
    ]


def test_every_gap_has_words_without_blame_and_a_page() -> None:
    day = date(2027, 3, 25)
    texts = {each["kind"]: each for each in data.load("gaps")}
    for kind in texts:
        gap = Gap(kind=kind, meeting="SW-1", day=day, until=day)
        text = describe_gap(gap, "SW", Q1)
        assert text.path.startswith("/") and "{" not in "".join(text)
        assert not {"failed", "missed", "overdue", "still"} & set(text.question.lower().split())
    recorded = describe_gap(Gap(kind="meeting_unrecorded", meeting="SW-1", day=day), "SW", Q1)
    assert recorded.what == "The meeting on Thursday 25 March 2027 is not recorded yet."
    assert recorded.path == "/meetings/SW-1/close"


def test_the_last_quarter_is_open_until_it_is_final() -> None:
    morning = datetime(2027, 4, 1, 8, tzinfo=UTC)  # 09:00 in Dublin, when its report is made
    q2, night = Quarter(2027, 2), datetime(2027, 3, 31, 23, tzinfo=UTC)
    assert list_open_quarters(None, frozenset(), night) == [Q1, q2]
    assert list_open_quarters(None, frozenset(), morning) == [q2]
    assert list_open_quarters("provisional", frozenset(), morning) == [Q1, q2]
    assert list_open_quarters("final", frozenset(), morning) == [q2]
