"""What is missing for a region's figures of a quarter, and where it is put in."""

from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from datetime import date, datetime, timedelta
from functools import cache
from typing import Literal, NamedTuple

from pydantic import BaseModel, ConfigDict

from comhar import data
from comhar.communities.model import Community
from comhar.dates.dublin_time import local_date, to_instant
from comhar.dates.quarters import Quarter, report_instant
from comhar.dates.working_days import working_days_before
from comhar.formatting import format_day
from comhar.meetings.timeline import Rules
from comhar.membership.chair_terms import leading_terms
from comhar.membership.model import last_day_of_grace
from comhar.reports.model import Status
from comhar.reports.source_rows import Approval, MeetingRow

_COUNTED = {"first", "quarterly", "reflective"}

Kind = Literal[
    "meeting_unrecorded",
    "attendance_empty",
    "agenda_not_sent",
    "agenda_late",
    "no_meeting",
    "no_meeting_next",
    "no_meeting_later",
    "no_meeting_over",
    "co_chair_missing",
    "co_chairs_missing",
    "term_ended",
    "terms_not_approved",
]


class RegionMeeting(MeetingRow):
    """A meeting in its region's list, with the id and length that figures do not need."""

    id: str
    minutes: int = 0

    @property
    def day(self) -> date:
        return self.starts_at.date()

    def is_over(self, now: datetime) -> bool:
        return to_instant(self.starts_at) + timedelta(minutes=self.minutes) <= now


class Gap(BaseModel):
    """One thing that is missing.

    `day` is that of the meeting, or on which a term ended; with `until`, the last day of its grace.
    """

    model_config = ConfigDict(frozen=True)

    kind: Kind
    meeting: str | None = None
    day: date | None = None
    until: date | None = None

    @property
    def code(self) -> str:
        """Names it within its region and quarter."""
        return f"{self.kind}.{self.meeting}" if self.meeting else self.kind


class GapText(NamedTuple):
    """A gap in words: `what`, the `question` to co-chairs, the `step` that fills it."""

    what: str
    question: str
    step: str
    path: str


class RegionRecords(BaseModel):
    """What the gaps of a region are found in.

    `meetings` are those from the quarter's first day on or earlier, in order, later ones included.
    """

    model_config = ConfigDict(frozen=True)

    community: Community
    terms_of_reference: Approval | None = None
    meetings: tuple[RegionMeeting, ...] = ()


class QuarterRecords(NamedTuple):
    """What gaps are found in, by the region's code; and the rules of agendas."""

    rules: Rules
    regions: dict[str, RegionRecords]


def list_open_quarters(
    last_status: Status | None, closures: AbstractSet[date], now: datetime
) -> list[Quarter]:
    """The quarters whose figures can still change, the last one until it is final.

    `last_status` is that of the last quarter's newest version; None where it has none: it is open until the
    morning of its report.
    """
    running = Quarter.at(now)
    last = running.previous()
    waits = last_status is None and now < report_instant(last, closures)
    return [last, running] if waits or last_status == "provisional" else [running]


def list_gaps(records: RegionRecords, quarter: Quarter, rules: Rules, now: datetime) -> list[Gap]:
    """The gaps of a region, those of meetings first.

    Once the quarter has ended, what stands on its last day is left out: nobody can fill it any more.
    """
    today = local_date(now)
    own = [
        meeting
        for meeting in records.meetings
        if meeting.kind != "national" and meeting.day >= quarter.first
    ]
    within = [meeting for meeting in own if meeting.day <= quarter.last]
    gaps = [*filter(None, (_find_meeting_gap(meeting, rules, now) for meeting in within))]
    gaps += _quarter_gap(own, quarter, now)
    if today <= quarter.last:
        gaps += [*_leadership_gaps(records.community, today), *_terms_gap(records, today)]
    return gaps


def _find_meeting_gap(meeting: RegionMeeting, rules: Rules, now: datetime) -> Gap | None:
    """The first gap of a meeting: what is put in about it may show the next."""

    def gap(kind: Kind) -> Gap:
        return Gap(kind=kind, meeting=meeting.id, day=meeting.day)

    if meeting.state == "scheduled" and meeting.is_over(now):
        return gap("meeting_unrecorded")
    if meeting.state not in ("scheduled", "held"):
        return None
    if meeting.state == "held" and not meeting.attended:
        return gap("attendance_empty")
    if meeting.kind == "additional" or not _has_late_agenda(meeting, rules, now):
        return None
    is_missing = meeting.state == "scheduled" and not meeting.agenda_issued_at
    return gap("agenda_not_sent" if is_missing else "agenda_late")


def _has_late_agenda(meeting: RegionMeeting, rules: Rules, now: datetime) -> bool:
    if meeting.agenda_issued_at:
        return meeting.agenda_late
    floor = working_days_before(meeting.day, rules.floor_days, rules.closures)
    return local_date(now) > floor


def _quarter_gap(
    meetings: Sequence[RegionMeeting], quarter: Quarter, now: datetime
) -> Iterator[Gap]:
    """That no meeting was held, unless one waits to be recorded."""
    counted = [each for each in meetings if each.kind in _COUNTED]
    planned = [each for each in counted if each.state == "scheduled"]
    coming = [each for each in planned if not each.is_over(now)]
    done = [each for each in counted if each.state == "held" or each in planned]
    if any(each.day <= quarter.last and each not in coming for each in done):
        return
    if local_date(now) > quarter.last:
        yield Gap(kind="no_meeting_over")
    elif not coming:
        yield Gap(kind="no_meeting")
    elif coming[0].day <= quarter.last:
        yield Gap(kind="no_meeting_next", meeting=coming[0].id, day=coming[0].day)
    else:
        yield Gap(kind="no_meeting_later", meeting=coming[0].id, day=coming[0].day)


def _leadership_gaps(community: Community, today: date) -> Iterator[Gap]:
    terms = leading_terms(community.terms, today)
    if len(terms) < 2:
        yield Gap(kind="co_chair_missing" if terms else "co_chairs_missing")
    if over := [term.until for term in terms if term.is_in_grace_on(today)]:
        yield Gap(kind="term_ended", day=max(over), until=last_day_of_grace(max(over)))


def _terms_gap(records: RegionRecords, today: date) -> Iterator[Gap]:
    """Where the product has no terms of reference yet, there is nothing to approve."""
    terms = records.terms_of_reference
    if terms and not terms.is_in_force_on(today):
        yield Gap(kind="terms_not_approved")


@cache
def _texts() -> dict[str, dict[str, str]]:
    return {each["kind"]: each for each in data.load("gaps")}


def describe_gap(gap: Gap, region: str, quarter: Quarter) -> GapText:
    """The gap in words, and the path of the page where it is filled."""
    days = {"day": gap.day, "until": gap.until, "last": quarter.last}
    values = {name: format_day(day) for name, day in days.items() if day}
    values |= {"region": region, "meeting": gap.meeting or ""}
    texts = _texts()[gap.kind]
    return GapText(*(texts[part].format(**values) for part in GapText._fields))
