"""Owns what the office is shown of one survey in all communities, side by side and together."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Literal

from comhar.fields import View
from comhar.results.comparing import counted, moments, percent, same
from comhar.results.views import rate
from comhar.surveys.model import Option, Question, Survey

Counted = Mapping[str, Any]


class SurveyKind(View):
    """A survey that came with the service, by its key."""

    kind: str
    title: str


class SurveyKinds(View):
    kinds: tuple[SurveyKind, ...]


class CommunityRun(View):
    """A community's newest closed run, if it has any; `running` where another waits or is open.

    `withheld`: `none` has been closed, `few` (1 to 4) answered, or `nobody` did.
    """

    region: str
    survey: str | None
    closes_at: datetime | None
    invited: int | None
    responses: int | None
    rate: int | None
    withheld: Literal["none", "few", "nobody"] | None
    running: Literal["waiting", "open"] | None


class AcrossRow(View):
    """What one question came to in a community, or in those `together` that are shown.

    `state`: `shown`; `hidden`, because 1 to 4 people answered the question or the survey; `nobody`
    answered; `other` was asked, or nothing. `counts` and `shares` (in percent) go by the answers.
    """

    region: str
    state: Literal["shown", "hidden", "nobody", "other"]
    answered: int | None = None
    counts: tuple[int, ...] = ()
    shares: tuple[int, ...] = ()
    mean: float | None = None
    spread: float | None = None


class AcrossQuestion(View):
    """A question and its possible answers; `together` adds up at least two communities that are shown,
    and is None where there are fewer."""

    key: str
    text: str
    kind: str
    section: str | None
    answers: tuple[str, ...]
    communities: tuple[AcrossRow, ...]
    together: AcrossRow | None


class AcrossSurvey(View):
    kind: str
    title: str
    communities: tuple[CommunityRun, ...]
    questions: tuple[AcrossQuestion, ...]


def across(
    kind: str,
    title: str,
    newest: Mapping[str, Survey | None],
    running: Mapping[str, Survey],
) -> AcrossSurvey:
    """By region the newest closed run, and the one that waits or is open.

    The questions are those of the run that closed last, or of its newest version; where another run
    asked a question otherwise, that is said instead of a figure.
    """
    runs = [run for run in newest.values() if run]
    latest = max(runs, key=lambda run: (run.version or 0, run.closes_at), default=None)
    return AcrossSurvey(
        kind=kind,
        title=latest.definition.title if latest else title,
        communities=tuple(_run(region, run, running.get(region)) for region, run in newest.items()),
        questions=tuple(
            _question(each, {region: run for region, run in newest.items() if run})
            for each in (latest.definition.questions if latest else ())
            if not each.in_words
        ),
    )


def _run(region: str, run: Survey | None, running: Survey | None) -> CommunityRun:
    state = running.state if running and running.state != "closed" else None
    if run is None:
        blank = dict.fromkeys(("survey", "closes_at", "invited", "responses", "rate"))
        return CommunityRun(region=region, withheld="none", running=state, **blank)
    return CommunityRun(
        region=region,
        survey=run.id,
        closes_at=run.closes_at,
        invited=run.invited,
        responses=run.responses,
        rate=rate(run.responses, run.invited),
        withheld="few" if run.few else None if run.responses else "nobody",
        running=state,
    )


def _question(question: Question, runs: Mapping[str, Survey]) -> AcrossQuestion:
    found = {region: _counted(question, run) for region, run in runs.items()}
    shown = [each for each in found.values() if each and each.get("answered")]
    return AcrossQuestion(
        key=question.key,
        text=question.text,
        kind=question.kind,
        section=question.section,
        answers=tuple(each.text for each in question.choices),
        communities=tuple(_row(question, region, each) for region, each in found.items()),
        together=_row(question, "ALL", _sum(question, shown)) if len(shown) > 1 else None,
    )


def _counted(question: Question, run: Survey) -> Counted | None:
    """The run's figures of the question: None where it asked otherwise, empty where they are hidden."""
    asked = same(question, run)
    if asked is None or _words(asked) != _words(question):
        return None
    return counted(asked, run)


def _words(question: Question) -> tuple[str, set[Option]]:
    """How it and its answers were worded, in whatever order they were offered."""
    return question.text, set(question.choices)


def _sum(question: Question, shown: Sequence[Counted]) -> Counted:
    """Only what is shown is added up: so the sum tells nothing that its parts do not."""
    return {
        "answered": sum(each["answered"] for each in shown),
        "counts": {
            each.value: sum(one["counts"][each.value] for one in shown) for each in question.choices
        },
    }


def _row(question: Question, region: str, figures: Counted | None) -> AcrossRow:
    if figures is None:
        return AcrossRow(region=region, state="other")
    answered = figures.get("answered")
    if answered is None:
        return AcrossRow(region=region, state="hidden")
    if not answered:
        return AcrossRow(region=region, state="nobody", answered=0)
    counts = figures["counts"]
    in_order = tuple(counts[each.value] for each in question.choices)
    mean, spread = moments(counts, answered) if question.kind == "rating" else (None, None)
    return AcrossRow(
        region=region,
        state="shown",
        answered=answered,
        counts=in_order,
        shares=tuple(percent(count, answered) for count in in_order),
        mean=mean,
        spread=spread,
    )
