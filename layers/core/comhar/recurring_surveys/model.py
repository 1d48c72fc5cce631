"""Which surveys recur in a community, how often, and when each is next."""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from datetime import date, datetime, timedelta
from itertools import takewhile
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from comhar.communities.model import add_months
from comhar.dates.working_days import issue_instant, next_working_day_after
from comhar.errors import Conflict, FieldError, Invalid
from comhar.fields import Form, Revision
from comhar.surveys.model import RESPONSE_THRESHOLD, Survey, default_closes_at, get_built_in

KINDS = ("cop_review", "annual_value")
MONTHS = {"cop_review": 6, "annual_value": 12}  # DOMAIN, "a review at 6 months"; once a year
MAX_MONTHS_AHEAD = 18  # months ahead that a survey can be planned
RUNS_OF_FEW = 2  # in a row, with fewer than five answers, after which the co-chairs are asked

Pause = Literal["asked", "stopped"]


class PlanChanged(Conflict):
    kind = "plan-changed-meanwhile"
    title = "When the surveys open has changed since you opened this page."
    next = "Compare this page with what you entered, then save again."


class Evaluation(BaseModel):
    """One survey that recurs: every so many `months`, next on `next_on` (Dublin).

    It runs where the community met since `since`: since it last ran, or was planned. On `left_out_on` it
    did not. While `paused` nothing is sent: it was `asked` on that day whether to go on, or `stopped`.
    `decided_at` is the newest run at which somebody said to go on: runs up to it are no reason to ask again.
    """

    model_config = ConfigDict(frozen=True)

    region: str
    kind: str
    months: int
    next_on: date
    revision: int = 0
    since: date | None = None
    left_out_on: date | None = None
    paused: Pause | None = None
    paused_on: date | None = None
    decided_at: str | None = None

    @property
    def met_since(self) -> date:
        """The first day of which a meeting counts; an earlier version did not store it."""
        return self.since or add_months(self.next_on, -self.months)

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

    def advance(self, today: date, **changes: Any) -> "Evaluation":
        """The same with its next day after `today`; a day that was missed is left out."""
        day = self.next_on
        while day <= today:
            day = add_months(day, self.months)
        return self._change(**{"next_on": day, "since": self.met_since, **changes})

    def pause(self, pause: Pause, today: date) -> "Evaluation":
        """The same, of which nothing is sent from `today` on."""
        return self._change(paused=pause, paused_on=today)

    def go_on(self, today: date, newest_run: str | None) -> "Evaluation":
        """The same, that runs again: on its next day, or tomorrow where that has passed."""
        day = self.next_day(today)
        return self._change(
            next_on=day, since=self.met_since, paused=None, paused_on=None, decided_at=newest_run
        )

    def next_day(self, today: date) -> date:
        """The day on which it is next, if somebody says today to go on."""
        return max(self.next_on, today + timedelta(days=1))

    def asks_whether_to_go_on(self, runs: Sequence[Survey]) -> bool:
        """Whether so few answered the last runs that it is asked; newest first."""
        last = list(takewhile(lambda run: run.id != self.decided_at, runs))[:RUNS_OF_FEW]
        return (
            self.paused is None
            and len(last) == RUNS_OF_FEW
            and all(run.few or (run.responses or 0) < RESPONSE_THRESHOLD for run in last)
        )

    def _change(self, **changes: Any) -> "Evaluation":
        return self.model_copy(update={**changes, "revision": self.revision + 1})


def first_evaluation(region: str, kind: str, today: date) -> Evaluation:
    """The plan of a community that has its first two co-chairs on `today`."""
    months = MONTHS[kind]
    day = add_months(today, months)
    return Evaluation(region=region, kind=kind, months=months, next_on=day, since=today, revision=1)


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


class Decision(Form):
    """Whether a survey that recurs goes on."""

    go_on: bool


def apply_plan(
    kind: str, before: Evaluation | None, plan: Plan, region: str, today: date
) -> Evaluation | None:
    """The survey of this kind as `plan` has it; None where nothing changes.

    One that is paused stays so: to go on is said by itself.
    """
    wanted: Yearly = getattr(plan, kind)
    months = int(wanted.months) if isinstance(wanted, Review) else MONTHS[kind]
    if before and (before.months, before.next_on) == (months, wanted.next_on):
        return None
    current = before or first_evaluation(region, kind, today)
    changes = {"months": months, "next_on": wanted.next_on, "since": current.met_since}
    return current.model_copy(update={**changes, "revision": wanted.revision + 1})


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
