"""Counts a region's rows into the plain numbers behind its figures."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import partial

from comhar.dates.date_ranges import DateRange
from comhar.dates.dublin_time import local_date, to_instant
from comhar.dates.quarters import Quarter
from comhar.formatting import format_day
from comhar.membership.chair_terms import Terms, leading_terms
from comhar.membership.model import last_day_of_grace
from comhar.reports.source_rows import (
    MeetingRow,
    MemberRow,
    Period,
    RegionRows,
    SurveyRow,
)

SMALL_GROUP = 5  # DOMAIN, "KPIs": a figure built on fewer people's answers is not shown
BY_ROLE = "members_by_role."
type Span = Quarter | DateRange  # what is counted


@dataclass(frozen=True)
class Tally:
    """Numbers of one region and quarter, or their sum.

    `counts` holds what simply adds up.

    `few_wrote` says that reflections must not be counted aloud: `writers` is the number of people, as
    far as it is certain, who would come to light. `few_answered` says that a small group is among those
    who did: its numbers are not known, so that no sum holds them. `mean_hidden` says that among the ratings
    are those of a survey whose mean is not shown. `has_members` is whether anybody had joined by the
    quarter's end.
    """

    counts: Counter[str] = field(default_factory=Counter)
    few_wrote: bool = False
    writers: int = 0
    few_answered: bool = False
    mean_hidden: bool = False
    terms_approved: int | None = None
    chairs_note: str | None = None
    rest_note: str | None = None
    has_members: bool = False

    def __add__(self, other: "Tally") -> "Tally":
        known = [t for t in (self.terms_approved, other.terms_approved) if t is not None]
        return Tally(
            self.counts + other.counts,
            self.few_wrote or other.few_wrote,
            self.writers + other.writers,
            self.few_answered or other.few_answered,
            self.mean_hidden or other.mean_hidden,
            sum(known) if known else None,
            has_members=self.has_members or other.has_members,
        )


def tally(rows: RegionRows, quarter: Span, now: datetime, *, reflective: bool = True) -> Tally:
    """Counts a region's quarter as DOMAIN.md defines each figure.

    See "KPIs, per region and quarter". Of other dates the same, but for what is counted by quarters only.

    `now`, aware, decides which meetings lie in the past; while the quarter runs, what counts on its last
    day counts today. `reflective` says whether the yearly session counts as a meeting held.
    """
    day = min(quarter.last, local_date(now))
    counts = _meetings(rows, quarter, now, reflective) + _members(rows, quarter, now)
    counts["reflections"] = len(rows.reflections)
    counts["actions_opened"] = rows.actions_opened
    counts["actions_done"] = rows.actions_done
    counts += _surveys(rows.surveys)
    terms = rows.community.chair_terms
    counts["chairs_in_term"] = _in_term(terms, day)
    people = sum(row.first_of_quarter for row in rows.reflections)
    few_wrote = bool(rows.reflections) and people < SMALL_GROUP
    return Tally(
        counts,
        few_wrote=few_wrote,
        # Who moved may be among another region's people as well, and nobody can tell.
        writers=max(people - counts["members_left"], 0) if few_wrote else 0,
        few_answered=any(row.few for row in rows.surveys),
        mean_hidden=any(row.mean_hidden for row in rows.surveys),
        terms_approved=_approved(rows, day),
        chairs_note=_chairs_note(terms, day),
        rest_note=_rest_note(rows, quarter),
        has_members=any(p.since <= day for row in rows.members for p in row.periods),
    )


def _within(day: date | None, quarter: Span) -> bool:
    return day is not None and quarter.first <= day <= quarter.last


def list_meetings(
    code: str, rows: RegionRows, quarter: Span, now: datetime, *, reflective: bool = True
) -> list[MeetingRow]:
    """The meetings behind a figure, in order; of a rate those that it divides by.

    `now` and `reflective` as in `tally`.

    Raises:
        KeyError: no meetings are behind it.
    """
    counted = {"first", "quarterly"} | ({"reflective"} if reflective else set())
    own = [row for row in rows.meetings if row.kind != "national"]
    here = [row for row in own if _within(row.starts_at.date(), quarter)]
    done = [row for row in here if row.state == "held"]
    this_year = [
        row for row in own if row.state == "held" and row.starts_at.year == quarter.last.year
    ]
    return {
        "meetings_held": [row for row in done if row.kind in counted],
        "meetings_additional": [row for row in done if row.kind == "additional"],
        "meetings_unconfirmed": [
            row for row in here if row.state == "scheduled" and to_instant(row.starts_at) < now
        ],
        "quarters_met": [
            row for row in this_year if row.kind in counted and row.starts_at.date() <= quarter.last
        ],
        "attendance_rate": done,
        "agendas_on_time": [row for row in done if row.kind != "additional"],
    }[code]


def _meetings(rows: RegionRows, quarter: Span, now: datetime, reflective: bool) -> Counter[str]:
    list_for = partial(list_meetings, rows=rows, quarter=quarter, now=now, reflective=reflective)
    due = list_for("agendas_on_time")
    met = {Quarter.of(row.starts_at.date()) for row in list_for("quarters_met")}
    counts = Counter(
        meetings_held=len(list_for("meetings_held")),
        meetings_additional=len(list_for("meetings_additional")),
        meetings_unconfirmed=len(list_for("meetings_unconfirmed")),
        quarters_met=len(met),
        held=len(list_for("attendance_rate")),
        agendas_due=len(due),
        agendas_on_time=sum(row.has_agenda_on_time for row in due),
    )
    for meeting in list_for("attendance_rate"):
        attended, expected = count_attendance(meeting, rows)
        counts += Counter(attended=attended, expected=expected)
    return counts


def count_attendance(meeting: MeetingRow, rows: RegionRows) -> tuple[int, int]:
    """How many members were there, of how many who were active and not away.

    Others who came are left out.
    """
    expected = {row.id for row in rows.members if row.is_expected_on(meeting.starts_at.date())}
    return len(expected & set(meeting.attended)), len(expected)


def list_members(
    code: str, rows: RegionRows, quarter: Span, now: datetime
) -> list[tuple[MemberRow, Period]]:
    """The members behind a figure, each with the period by which they count there.

    `now` as in `tally`.

    Raises:
        KeyError: no members are behind it.
    """
    day = min(quarter.last, local_date(now))
    active = [(row, period) for row in rows.members if (period := row.find_period(day)) is not None]
    own = [(row, period) for row in rows.members for period in row.periods]
    if code.startswith(BY_ROLE):
        return [
            (row, period) for row, period in active if f"{BY_ROLE}{row.role or 'other'}" == code
        ]
    # without a slip, put right that day
    moves = [(row, period) for row, period in own if period.since != period.until]
    return {
        "members_active": active,
        "members_joined": [each for each in moves if _within(each[1].since, quarter)],
        "members_left": [each for each in moves if _within(each[1].until, quarter)],
    }[code]


def _members(rows: RegionRows, quarter: Span, now: datetime) -> Counter[str]:
    active = list_members("members_active", rows, quarter, now)
    by_role = Counter(f"{BY_ROLE}{row.role or 'other'}" for row, _ in active)
    return by_role + Counter(
        members_active=len(active),
        members_joined=len(list_members("members_joined", rows, quarter, now)),
        members_left=len(list_members("members_left", rows, quarter, now)),
    )


def _surveys(surveys: tuple[SurveyRow, ...]) -> Counter[str]:
    return Counter(
        surveys=len(surveys),
        invited=sum(row.invited for row in surveys),
        survey_responses=sum(row.responses for row in surveys),
        ratings=sum(row.satisfaction_count for row in surveys),
        rating_sum=sum(row.satisfaction_sum for row in surveys),
    )


def _in_term(terms: Terms, day: date) -> int:
    """The places that are filled on that day, of which there are two."""
    return min(2, len(leading_terms(terms, day)))


def _chairs_note(terms: Terms, day: date) -> str | None:
    """Which places are filled by a term that ran out, and since when one is vacant; None for neither."""
    notes = []
    if over := [each.until for each in leading_terms(terms, day) if each.is_in_grace_on(day)]:
        notes.append(
            f"term ended on {_spelt(max(over))}, filled until {_spelt(last_day_of_grace(max(over)))}"
        )
    if _in_term(terms, day) < 2:
        notes.append(_vacant(terms, day))
    return "; ".join(notes) or None


def _spelt(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def _vacant(terms: Terms, last: date) -> str:
    """Since when a place of the two has been vacant without a break, in words."""
    ends = sorted(each.ends_on for each in terms if each.ends_on <= last)
    for end in reversed(ends):
        if _in_term(terms, end - timedelta(days=1)) == 2 and _in_term(terms, end) < 2:
            return f"vacant since {_spelt(end)}"
    return "vacant from the start"


def _rest_note(rows: RegionRows, quarter: Span) -> str | None:
    """That the community rested in the quarter, or was closed before its end."""
    closed_on = rows.community.closed_on
    if closed_on and closed_on <= quarter.last:
        return f"The community was closed on {format_day(closed_on)}."
    rests = [
        rest
        for rest in rows.community.rests
        if rest.first <= quarter.last and rest.until > quarter.first
    ]
    if not rests:
        return None
    return f"Resting from {format_day(rests[-1].first)} until {format_day(rests[-1].until)}."


def _approved(rows: RegionRows, last: date) -> int | None:
    terms = rows.community.terms_of_reference
    return None if terms is None else int(terms.is_in_force_on(last))
