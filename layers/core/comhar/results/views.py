"""Responses: a survey's results, the list of surveys, “You said, we did”."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, Literal

from comhar.aws.conditions import Item
from comhar.dates.dublin_time import unstamp
from comhar.fields import View, json_name
from comhar.results.questions import QuestionResult, WheelRow, question_result, wheel_rows
from comhar.surveys.disclosure import to_percent
from comhar.surveys.model import State, Survey
from comhar.surveys.views import TalkInstead


class SaidEntry(View):
    """What was said in a survey, and what the community did or will do about it."""

    id: str
    you_said: Annotated[str, json_name("said")]
    did: str | None = None


class RunBefore(View):
    """An earlier run of the same survey in the community."""

    id: str
    about: str | None
    closes_at: datetime


class SurveyResults(View):
    """A survey's results, or why there are none.

    `kind` is the built-in survey's key or the questionnaire's id, by which it is asked again. `withheld`
    says why there are no results: the survey is `waiting` to open or is `open`, `few` (1 to 4) or
    `nobody` answered. Of few, and while it is open, there are no `responses` and no `rate`; who leads the
    community sees `invited` from when it opens. `so_far` says from 09:00 on the day before it closes
    whether, at that moment, at least five had answered (`enough`) or fewer (`few`).

    Where few are asked, who leads the community is offered to `talk` about the questions instead.

    `last` is the run that the figures are compared with, the newest before it that has results. `earlier`
    is whether there was any run before it.
    """

    id: str
    region: str
    kind: str
    title: str
    about: str | None
    meeting: str | None
    opens_at: datetime
    closes_at: datetime
    invited: int | None
    responses: int | None
    rate: int | None
    so_far: Literal["few", "enough"] | None
    withheld: Literal["waiting", "open", "few", "nobody"] | None
    may_lead: bool
    earlier: bool
    talk: TalkInstead | None = None
    last: RunBefore | None = None
    questions: tuple[QuestionResult, ...] = ()
    wheel: tuple[WheelRow, ...] = ()
    said_entries: Annotated[tuple[SaidEntry, ...], json_name("said")] = ()


class SurveyRow(View):
    """`few`: 1 to 4 people answered, and no more is said of them. `invited` is None as long as nobody
    was asked; while the survey is open, who leads the community alone sees it."""

    id: str
    title: str
    about: str | None
    opens_at: datetime
    closes_at: datetime
    state: State
    invited: int | None
    few: bool
    responses: int | None
    rate: int | None


class SurveyList(View):
    region: str
    surveys: list[SurveyRow]
    may_lead: bool
    next: str | None = None


class CallOff(View):
    """A survey that waits, as whoever would call it off is shown it."""

    id: str
    region: str
    title: str
    about: str | None
    opens_at: datetime
    closes_at: datetime


class CalledOff(View):
    region: str
    survey: str


class SaidForm(View):
    """The survey about which something is to be said."""

    id: str
    region: str
    title: str
    about: str | None
    closes_at: datetime


class SaidPage(SaidForm):
    """One entry as it stands, and the revision to change it from."""

    entry: str
    you_said: Annotated[str, json_name("said")]
    did: str | None
    revision: int


class SaidKept(View):
    region: str
    survey: str
    entry: str


def response_rate(responses: int | None, invited: int) -> int | None:
    """The share of those asked who answered, in whole percent; None if unknown."""
    return None if responses is None or not invited else to_percent(responses, invited)


def survey_row(item: Item, leads: bool, now: datetime) -> SurveyRow:
    """One survey of a community's list, for who leads it or for its members."""
    opens_at = unstamp(item["opens_at"])
    state: State = "closed" if "closed_on" in item else "waiting" if now < opens_at else "open"
    return SurveyRow(
        id=item["id"],
        title=item["title"],
        about=item.get("about"),
        opens_at=opens_at,
        closes_at=unstamp(item["closes_at"]),
        state=state,
        invited=_invited(item["invited"], state, leads),
        few=item.get("few", False),
        responses=item.get("responses"),
        rate=response_rate(item.get("responses"), item["invited"]),
    )


def _invited(people: int, state: State, leads: bool) -> int | None:
    return people if state == "closed" or (leads and people) else None


def survey_results(
    survey: Survey,
    texts: dict[str, list[str]],
    before: Survey | None = None,
    entries: Sequence[Item] = (),
    leads: bool = False,
) -> SurveyResults:
    """A survey with its results, as far as they may be shown.

    `texts` are the answers in words, by question, shuffled; `before` is the run to compare with;
    `entries` are those of “You said, we did”.
    """
    counted = survey.definition.questions if survey.results else ()
    questions = tuple(question_result(q, survey.results[q.key], texts, before) for q in counted)
    return SurveyResults(
        id=survey.id,
        region=survey.region,
        kind=survey.kind,
        title=survey.definition.title,
        about=survey.about,
        meeting=survey.meeting,
        opens_at=survey.opens_at,
        closes_at=survey.closes_at,
        invited=_invited(survey.invited, survey.state, leads),
        responses=survey.responses,
        rate=response_rate(survey.responses, survey.invited),
        so_far=survey.so_far,
        withheld=_withheld(survey),
        may_lead=leads,
        earlier=bool(survey.earlier),
        last=RunBefore(**before.model_dump(include=set(RunBefore.model_fields)))
        if before
        else None,
        questions=questions,
        wheel=wheel_rows(questions),
        said_entries=tuple(said_entry(item) for item in entries),
    )


def said_entry(item: Item) -> SaidEntry:
    return SaidEntry(id=item["id"], you_said=item["said"], did=item.get("did"))


def _withheld(survey: Survey) -> Literal["waiting", "open", "few", "nobody"] | None:
    if survey.state != "closed":
        return survey.state
    if survey.few:
        return "few"
    return None if survey.responses else "nobody"


def call_off(survey: Survey) -> CallOff:
    return CallOff(**_head(survey, CallOff))


def said_form(survey: Survey) -> SaidForm:
    return SaidForm(**_head(survey, SaidForm))


def said_page(survey: Survey, item: Item) -> SaidPage:
    return SaidPage(
        **_head(survey, SaidForm),
        entry=item["id"],
        you_said=item["said"],
        did=item.get("did"),
        revision=item["revision"],
    )


def _head(survey: Survey, view: type[View]) -> dict[str, Any]:
    """The fields of the survey at the head of a page."""
    fields = survey.model_dump(include=set(view.model_fields))
    return {"title": survey.definition.title, **fields}
