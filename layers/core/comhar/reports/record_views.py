"""Responses with the records behind a figure, for the office."""

from datetime import date

from comhar.fields import View
from comhar.meetings import repository as meetings_repository
from comhar.membership.chair_terms import Term
from comhar.reports.model import Figure, KpiReport, Status
from comhar.reports.source_rows import Approval, MeetingRow, Period, Records


class MeetingBehind(View):
    """A meeting, and how many of its region's members were there.

    `starts_at` is Dublin wall time; `expected` are the members who were active on that day.
    """

    id: str
    kind: str
    starts_at: str
    is_closed: bool
    attended: int
    expected: int
    agenda_issued_at: str | None
    agenda_late: bool


class MemberBehind(View):
    """A member, and since when they are active in the region; `until` is the first day they are not.

    `id` is None for who was erased.
    """

    id: str | None
    name: str
    since: date
    until: date | None


class TermBehind(View):
    """A co-chair's term; `leads` says whether they led on the day that counts."""

    name: str
    since: date
    until: date
    ended_on: date | None
    leads: bool


class ApprovalBehind(View):
    approved_on: date | None
    until: date | None
    ended_on: date | None = None


class KpiRecords(View):
    """The records behind one figure of a region, a page at a time.

    `figure` is that of the newest version of the report, `current` what the records say now, and `changed`
    says how they differ. `records` is None where nothing is listed.
    """

    quarter: str
    region: str
    kpi: str
    label: str
    note: str
    protected: bool
    target: int | None
    version: int | None
    status: Status
    figure: Figure | None
    current: Figure | None
    changed: str | None
    records: Records | None
    meetings: list[MeetingBehind] = []
    members: list[MemberBehind] = []
    total: int = 0
    next: str | None = None
    terms: list[TermBehind] = []
    approval: ApprovalBehind | None = None


def find_figure(report: KpiReport | None, kpi: str, region: str) -> Figure | None:
    """A region's figure in a report, which may be older than the figure or the region."""
    rows = [row for row in report.rows if row.kpi == kpi] if report else []
    return rows[0].values.get(region) if rows else None


def describe_change(figure: Figure | None, current: Figure | None) -> str | None:
    """How the records differ from the report, in words; never of a hidden figure."""
    if figure is None or current is None or figure.state == "hidden":
        return None
    if (figure.state, figure.value) == (current.state, current.value):
        return None
    return f"{figure.text} in the report, {current.text} in the records now"


def meeting_behind(row: MeetingRow, attended: int, expected: int) -> MeetingBehind:
    return MeetingBehind(
        id=row.id,
        kind=row.kind,
        starts_at=meetings_repository.format_local(row.starts_at),
        is_closed=row.state == "held",
        attended=attended,
        expected=expected,
        agenda_issued_at=row.agenda_issued_at,
        agenda_late=row.agenda_late,
    )


def member_behind(member_id: str | None, name: str, period: Period) -> MemberBehind:
    return MemberBehind(id=member_id, name=name, since=period.since, until=period.until)


def term_behind(term: Term, name: str, day: date) -> TermBehind:
    return TermBehind(
        name=name,
        **term.model_dump(include={"since", "until", "ended_on"}),
        leads=term.is_leading_on(day),
    )


def approval_behind(approval: Approval) -> ApprovalBehind:
    days = approval.model_dump(include={"approved_on", "until", "ended_on"})
    return ApprovalBehind(**days)
