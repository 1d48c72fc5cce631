"""Which surveys recur in a community, how often, and when each is next."""

from collections.abc import Set as AbstractSet
from datetime import date, datetime, timedelta
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from comhar.communities.model import add_months
from comhar.dates.working_days import issue_instant, next_working_day_after
from comhar.errors import Conflict, FieldError, Invalid
from comhar.fields import Form, Revision
from comhar.surveys.model import Survey, default_closes_at, get_built_in

KINDS = ("cop_review", "annual_value")
MONTHS = {"cop_review": 6, "annual_value": 12}  # DOMAIN, "a review at 6 months"; once a year
MAX_MONTHS_AHEAD = 18  # months ahead that a survey can be planned


class PlanChanged(Conflict):
    kind = "plan-changed-meanwhile"
    title = "When the surveys open has changed since you opened this page."
    next = "Compare what stands here now with what you entered, then save it again."


class Evaluation(BaseModel):
    """One survey that recurs: every so many `months`, next on `next_on` (Dublin)."""

    model_config = ConfigDict(frozen=True)

    region: str
    kind: str
    months: int
    next_on: date
    revision: int = 0

    def new_survey(self, id: str, now: datetime) -> Survey:
        """The survey that asks everyone, from now on."""
        return Survey(
            id=id,
            kind=self.kind,
            definition=get_built_in(self.kind),
            region=self.region,
            everyone=True,
            opens_at=now,
            closes_at=default_closes_at(now),
        )

    def advance(self, today: date) -> "Evaluation":
        """The same with its next day after `today`; a day that was missed is left out."""
        day = self.next_on
        while day <= today:
            day = add_months(day, self.months)
        return self.model_copy(update={"next_on": day, "revision": self.revision + 1})


def first_evaluation(region: str, kind: str, today: date) -> Evaluation:
    """The plan of a community that has its first two co-chairs on `today`."""
    months = MONTHS[kind]
    day = add_months(today, months)
    return Evaluation(region=region, kind=kind, months=months, next_on=day, revision=1)


def opens_at(day: date, closures: AbstractSet[date]) -> datetime:
    """When a survey planned for that day opens, as a UTC instant.

    It is 09:00 Dublin on that day, or on the first working day after.
    """
    return issue_instant(next_working_day_after(day - timedelta(days=1), closures))


class Yearly(Form):
    """When it opens next; `revision` is that of the plan as it was shown, 0 where there was none."""

    next_on: Annotated[date, Field(strict=False)]
    revision: Revision = 0


class Review(Yearly):
    """`months` is every how many of them the community is reviewed."""

    months: Literal[6, 12, "6", "12"] = 6


class Plan(Form):
    """When the two surveys that ask the whole community open next."""

    cop_review: Review
    annual_value: Yearly


def apply_plan(kind: str, before: Evaluation | None, plan: Plan, region: str) -> Evaluation | None:
    """The survey of this kind as `plan` has it; None where nothing changes."""
    wanted: Yearly = getattr(plan, kind)
    months = int(wanted.months) if isinstance(wanted, Review) else MONTHS[kind]
    if before and (before.months, before.next_on) == (months, wanted.next_on):
        return None
    return Evaluation(
        region=region,
        kind=kind,
        months=months,
        next_on=wanted.next_on,
        revision=wanted.revision + 1,
    )


def require_valid_days(new: list[Evaluation], current: dict[str, Evaluation], today: date) -> None:
    """Raises Invalid for days that cannot be; a day that stays as it is can."""
    last = add_months(today, MAX_MONTHS_AHEAD)
    wrong = []
    for evaluation in new:
        before = current.get(evaluation.kind)
        if before and before.next_on == evaluation.next_on:
            continue
        if not today < evaluation.next_on <= last:
            why = f"Choose a day after today, and at most {MAX_MONTHS_AHEAD} months from now."
            wrong.append(FieldError(f"{evaluation.kind}.next_on", why))
    if wrong:
        raise Invalid(*wrong)
