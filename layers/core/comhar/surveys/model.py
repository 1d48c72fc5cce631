"""A survey: its questions, whom it asks, and when it is open.

It asks confirmed members who were in the community before it was coming (DESIGN, "Who is asked"). That is
settled when it opens and never changed, so that nobody gets a ballot by signing up for it, or by signing up
often.
"""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from comhar import data
from comhar.dates.dublin_time import local_date, to_instant
from comhar.dates.working_days import issue_instant, working_days_before
from comhar.errors import Conflict, Gone
from comhar.membership.model import may_be_asked_to_act

# Of rows of the register.
AUDIENCE_FIELDS = ("id", "status", "confirmed", "region", "periods", "away", "do_not_write")
OPEN_DAYS = 14
COMPARED_RUNS = 7  # earlier runs that a survey is compared with
CLOSING_HOUR = time(17)
REMINDED_BEFORE = 3  # working days before it closes everyone who was asked is reminded
SETTLING_TIME = timedelta(days=7)  # how long before a survey opens a period has to have begun
RESPONSE_THRESHOLD = 5  # responses: below, nothing is shown (DOMAIN, "small groups are protected")

Answers = dict[str, Any]  # of one person, by question
State = Literal["waiting", "open", "closed"]
Step = Literal["remind", "count", "close"]


class SurveyClosed(Gone):
    title = "This survey is closed."
    next = (
        "Nothing can be added any more. If at least five people answered, the members of your community "
        "can see the results on its page of surveys."
    )


class SurveyAlreadyRunning(Conflict):
    kind = "runs-already"
    title = "This survey is running in the community already, or about to."
    next = "Wait until it has closed, or call it off before it opens. Then it can be started again."


class BallotUsed(Gone):
    title = "This link has been used already, or it is not complete."
    next = (
        "If you have answered, your answers were received and cannot be changed. If you have not, "
        "open the link again from your email, to its last character."
    )


class Option(BaseModel):
    model_config = ConfigDict(frozen=True)

    value: str
    text: str


class Question(BaseModel):
    """One question. A rating goes from 1 (`low`) to 5 (`high`)."""

    model_config = ConfigDict(frozen=True)

    key: str
    kind: Literal["single", "many", "rating", "yes_no", "short", "long"]
    text: str
    help: str | None = None
    required: bool = False
    section: str | None = None
    options: tuple[Option, ...] = ()
    low: str | None = None
    high: str | None = None

    @property
    def is_text(self) -> bool:
        return self.kind in ("short", "long")

    @property
    def choices(self) -> tuple[Option, ...]:
        """What can be chosen, as value and text; empty where the answer is in words."""
        if self.kind == "yes_no":
            return (Option(value="yes", text="Yes"), Option(value="no", text="No"))
        if self.kind == "rating":
            ends = {"1": self.low, "5": self.high}
            return tuple(
                Option(value=n, text=f"{n}: {ends[n]}" if ends.get(n) else n) for n in "12345"
            )
        return self.options


class Section(BaseModel):
    model_config = ConfigDict(frozen=True)

    key: str
    title: str
    intro: str | None = None


class Definition(BaseModel):
    """The questions of a survey.

    A survey has its own copy: later changes never alter what was asked.
    """

    model_config = ConfigDict(frozen=True)

    title: str
    intro: str
    thanks: str = "Thank you."
    sections: tuple[Section, ...] = ()
    questions: tuple[Question, ...]


class Survey(BaseModel):
    """One run of a definition in one community; instants are aware, UTC.

    `kind` is the key of a built-in survey, or the id of a questionnaire, asked in its `version`. `people`
    are the ids of those asked, as a survey starts with them; stored, they lie beside it (older surveys
    have them inside), and `audience_size` is how many they are, None until that is settled. Where it asks
    `everyone`, that is as it opens. `about` is the local start of the meeting it is about, as text.

    When it is closed, `responses` and `results` (by question: how many answered, and how many made each
    choice) are written, or of a small group's answers only that they were `few`; and `earlier`, the runs
    before it, newest first. `so_far` is all that is shown while it is open of how many have answered
    (`count_due_at`).
    """

    model_config = ConfigDict(frozen=True)

    id: str
    kind: str
    version: int | None = None
    definition: Definition
    region: str
    meeting: str | None = None
    about: str | None = None
    everyone: bool = False
    people: tuple[str, ...] = ()
    audience_size: int | None = None
    opens_at: datetime
    closes_at: datetime
    state: State = "waiting"
    responses: int | None = None
    few: bool = False
    results: dict[str, Any] = Field(default_factory=dict)
    earlier: tuple[str, ...] = ()
    so_far: Literal["few", "enough"] | None = None

    @property
    def exclusive(self) -> bool:
        """Whether it never runs twice at once in a community.

        Two meetings may be asked about, but the whole community is asked the same thing once.
        """
        return self.meeting is None

    @property
    def invited(self) -> int:
        """How many are asked; 0 as long as it waits to be settled."""
        return len(self.people) if self.audience_size is None else self.audience_size

    def is_open(self, now: datetime) -> bool:
        return self.state == "open" and now < self.closes_at


@dataclass(frozen=True)
class AudienceSize:
    """How many members of a community are active, and how many of them can be asked."""

    members: int = 0
    invited: int = 0


def last_settled_day(opens_on: date) -> date:
    """The last Dublin day on which a member who is asked may have joined the region."""
    return opens_on - SETTLING_TIME


def last_settled_day_for_meeting(meeting_on: date, *, first: bool) -> date:
    """The same, where those present at a meeting are asked: the day before it.

    At a community's first meeting it is the day itself, because that is when its people come in.
    """
    return meeting_on if first else meeting_on - timedelta(days=1)


def may_be_asked(row: Mapping[str, Any], last_day: date, opens_on: date) -> bool:
    """Whether a survey asks the person of this row of the register.

    They are active, confirmed, in the region since `last_day` at the latest, and on the day it opens neither
    away nor not to be written to. The one place that decides it. The row has AUDIENCE_FIELDS.
    """
    if row["status"] != "active" or not row.get("confirmed"):
        return False
    if not may_be_asked_to_act(row, opens_on):
        return False
    began_on = _present_period_start(row)
    return began_on is not None and began_on <= last_day.isoformat()


def _present_period_start(row: Mapping[str, Any]) -> str | None:
    """The ISO day on which the row's open period in its region began."""
    for period in reversed(row.get("periods", ())):
        if period["until"] is None and period.get("region", row["region"]) == row["region"]:
            return str(period["from"])
    return None


def reminder_due_at(survey: Survey, closures: AbstractSet[date]) -> datetime:
    """When everyone who was asked is reminded, as a UTC instant.

    It is 09:00 Dublin on the third working day before it closes. Everyone is, because nobody can see who
    has answered.
    """
    last = local_date(survey.closes_at)
    return issue_instant(working_days_before(last, REMINDED_BEFORE, closures))


def count_due_at(survey: Survey) -> datetime:
    """When the clock checks, once, whether five have answered, as a UTC instant.

    It is 09:00 Dublin on the day before it closes. Whoever saw a count rise would know who had just
    answered.
    """
    return issue_instant(local_date(survey.closes_at) - timedelta(days=1))


def next_step(
    survey: Survey, after: Step | None, now: datetime, closures: AbstractSet[date] = frozenset()
) -> tuple[Step, datetime]:
    """The clock's next step with an open survey, and its UTC instant.

    A step whose time is past is left out.
    """
    steps: list[tuple[Step, datetime]] = [("count", count_due_at(survey))]
    if after is None:
        steps.insert(0, ("remind", reminder_due_at(survey, closures)))
    if after == "count":
        steps.clear()
    return next((step for step in steps if step[1] > now), ("close", survey.closes_at))


def is_below_threshold(people: int) -> bool:
    """Whether so few people answered that not even their number is stored or shown.

    Nobody is not few: a zero is shown as zero.
    """
    return 0 < people < RESPONSE_THRESHOLD


def get_built_in(key: str) -> Definition:
    """The questions of a built-in survey, raising KeyError."""
    return Definition.model_validate(data.load("surveys")[key])


def new_meeting_feedback(
    id: str, region: str, meeting: str, about: datetime, people: list[str], now: datetime
) -> Survey:
    """The survey for those present at a meeting, open from now on.

    `about` is the meeting's start, as naive Dublin wall time.
    """
    return Survey(
        id=id,
        kind="meeting_feedback",
        definition=get_built_in("meeting_feedback"),
        region=region,
        meeting=meeting,
        about=about.isoformat(timespec="minutes"),
        people=tuple(dict.fromkeys(people)),
        opens_at=now,
        closes_at=default_closes_at(now),
    )


def default_closes_at(opens_at: datetime) -> datetime:
    """When a survey opened at that instant closes: 17:00 Dublin, 14 days later.

    A UTC instant.
    """
    day = local_date(opens_at) + timedelta(days=OPEN_DAYS)
    return to_instant(datetime.combine(day, CLOSING_HOUR))
