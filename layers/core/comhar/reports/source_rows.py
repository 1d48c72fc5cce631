"""What a report reads of other topics: rows, reduced to what figures need."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from comhar.aws.conditions import Item
from comhar.communities.model import Rest
from comhar.membership.chair_terms import Terms, add_missing_ends
from comhar.surveys.disclosure import disclose_rating, is_telling_sum

Records = Literal["meetings", "members", "actions", "chairs", "terms"]  # behind a figure


class Row(BaseModel):
    """One stored row; what a figure does not need is left out."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class Period(Row):
    """From the first day on, up to but without the day `until`."""

    since: date = Field(alias="from")
    until: date | None = None

    def covers(self, day: date) -> bool:
        return self.since <= day and (self.until is None or day < self.until)


class MemberRow(Row):
    """`periods` are those of being active in the region, `away` those of being away."""

    id: str
    role: str | None = None
    periods: tuple[Period, ...] = ()
    away: tuple[Period, ...] = ()

    def find_period(self, day: date) -> Period | None:
        return next((period for period in self.periods if period.covers(day)), None)

    def active_on(self, day: date) -> bool:
        return self.find_period(day) is not None

    def is_expected_on(self, day: date) -> bool:
        """Whether they count in a rate of that day: active, and not away."""
        return self.active_on(day) and not any(period.covers(day) for period in self.away)


class MeetingRow(Row):
    """A meeting in the region's list.

    `starts_at` is Dublin wall time. `agenda_late` is decided when the agenda goes out.
    """

    id: str = ""
    kind: str
    starts_at: datetime
    state: Literal["scheduled", "held", "not_held", "cancelled"]
    attended: tuple[str, ...] = ()
    agenda_issued_at: str | None = None
    agenda_late: bool = False

    @property
    def has_agenda_on_time(self) -> bool:
        return bool(self.agenda_issued_at) and not self.agenda_late


class ReflectionRow(Row):
    """One shared or counted reflection; whose it is, is not known here.

    `first_of_quarter` marks each person's first one, so that people can be counted without names.
    """

    first_of_quarter: bool = False


class SurveyRow(Row):
    """A survey that closed in the quarter, in sum.

    The ratings are those of its question on satisfaction, if it has one.

    `few` and `satisfaction_few` say that 1 to 4 people answered, and stand for their numbers. Rows of
    older surveys do not say how many gave each rating.
    """

    invited: int = 0
    few: bool = False
    responses: int = 0
    satisfaction_few: bool = False
    satisfaction_count: int = 0
    satisfaction_sum: int = 0
    satisfaction_counts: dict[str, int] = Field(default_factory=dict)

    @property
    def mean_hidden(self) -> bool:
        """Whether the mean of its ratings would tell what one person, or nearly all, gave."""
        if self.satisfaction_few or not self.satisfaction_count:
            return self.satisfaction_few
        if not self.satisfaction_counts:
            return is_telling_sum(self.satisfaction_count, self.satisfaction_sum)
        counts = [self.satisfaction_counts.get(each, 0) for each in "12345"]
        return disclose_rating(self.satisfaction_count, counts).mean is None


class Approval(Row):
    """The terms of reference as signed by all, and until when they hold.

    `ended_on` is the day on which their wording changed. `earlier` are the approvals before this one.
    """

    approved_on: date | None = None
    until: date | None = None
    ended_on: date | None = None
    earlier: tuple["Approval", ...] = ()

    def is_in_force_on(self, day: date) -> bool:
        approved = self.approved_on is not None and self.approved_on <= day
        ends = [end for end in (self.until, self.ended_on) if end is not None]
        now = approved and all(day < end for end in ends)
        return now or any(approval.is_in_force_on(day) for approval in self.earlier)

    def find_as_of(self, day: date) -> "Approval | None":
        """The newest approval made by that day, without a change that came later."""
        newest_first = (self, *reversed(self.earlier))
        for approval in newest_first:
            if approval.approved_on is not None and approval.approved_on <= day:
                ended = approval.ended_on is not None and approval.ended_on <= day
                return approval if ended else approval.model_copy(update={"ended_on": None})
        return None


def read_approval(terms: Item | None) -> Approval | None:
    """The last approval of the terms; None where nobody has begun any."""
    if terms is None:
        return None
    *earlier, last = terms.get("approvals") or [{}]
    return Approval.model_validate({**last, "earlier": earlier})


class CommunityRow(Row):
    """A community's co-chairs and terms of reference, if it has any."""

    chairs: tuple[dict[str, str], ...] = ()
    terms: Terms = ()
    rests: tuple[Rest, ...] = ()
    closed_on: date | None = None
    terms_of_reference: Approval | None = None

    @property
    def chair_terms(self) -> Terms:
        """Every co-chair's term, with the day it ended."""
        return add_missing_ends(self.terms, {each["id"] for each in self.chairs})


def to_community(community: Item | None, terms: Item | None) -> CommunityRow:
    """The row of a region by the items of its community and of its terms of reference."""
    return CommunityRow.model_validate(
        {**(community or {}), "terms_of_reference": read_approval(terms)}
    )


@dataclass(frozen=True)
class RegionRows:
    """All that the figures of one region and quarter are built on.

    The meetings are those of the year up to the quarter's end.
    """

    members: tuple[MemberRow, ...] = ()
    meetings: tuple[MeetingRow, ...] = ()
    actions_opened: int = 0
    actions_done: int = 0
    reflections: tuple[ReflectionRow, ...] = ()
    surveys: tuple[SurveyRow, ...] = ()
    community: CommunityRow = field(default_factory=CommunityRow)
