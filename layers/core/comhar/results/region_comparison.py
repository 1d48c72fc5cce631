"""One survey in all communities, side by side and together, which is the office's to see."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Literal

from comhar import data, regions
from comhar.context import Context
from comhar.errors import NotFound
from comhar.fields import View
from comhar.questionnaires.repository import find_with_runs
from comhar.results.questions import find_same_question, stored_figures
from comhar.results.views import response_rate
from comhar.surveys import repository as surveys_repository
from comhar.surveys.disclosure import Disclosure, Instead, State, disclose
from comhar.surveys.model import Option, Question, Survey

Figures = Mapping[str, Any]


class SurveyNotFound(NotFound):
    kind = "no-such-survey"
    title = "No such survey has run in any community."
    next = "See the list of surveys."


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

    `state` is that of a question's results, or `other`: it was asked otherwise, or not at all. `counts`
    and `shares` (in percent) go by the answers, and so does what is said `instead` of them.
    """

    region: str
    state: State | Literal["other"]
    answered: int | None = None
    counts: tuple[int | None, ...] = ()
    shares: tuple[int | None, ...] = ()
    instead: tuple[Instead | None, ...] = ()
    mean: float | None = None
    spread: float | None = None


class AcrossQuestion(View):
    """A question and its possible answers; `together` adds up at least two communities whose every figure
    is shown, and is None where there are fewer."""

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


def list_kinds() -> SurveyKinds:
    """The surveys that came with the service."""
    built_in = data.load("surveys").items()
    return SurveyKinds(kinds=tuple(SurveyKind(kind=key, title=it["title"]) for key, it in built_in))


def compare_regions(kind: str, ctx: Context) -> AcrossSurvey:
    """The newest closed run of each community, by the survey's key or the questionnaire's id; two reads.

    Raises:
        SurveyNotFound: none of this kind has run, or could.
    """
    questionnaire, runs = find_with_runs(ctx.table, kind)
    codes = regions.codes()
    ids = [each for code in codes for each in _newest_ids(runs.get(code, {}))]
    found = surveys_repository.list_surveys(ctx.table, ids)
    titles = {each.kind: each.title for each in list_kinds().kinds}
    title = questionnaire.title if questionnaire else titles.get(kind) or _title(found)
    if title is None:
        raise SurveyNotFound
    newest: dict[str, Survey | None] = dict.fromkeys(codes)
    newest |= {each.region: each for each in found if each.state == "closed"}
    running = {each.region: each for each in found if each.state != "closed"}
    return build_comparison(kind, title, newest, running)


def _newest_ids(runs: Mapping[str, Any]) -> list[str]:
    """The ids of a community's newest closed run, and of the one that waits or is open."""
    running = [runs["running"]] if "running" in runs else []
    return [*runs.get("surveys", [])[:1], *running]


def _title(runs: list[Survey]) -> str | None:
    """Where the questions themselves have been deleted since."""
    return runs[0].definition.title if runs else None


def build_comparison(
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
        communities=tuple(
            _community_run(region, run, running.get(region)) for region, run in newest.items()
        ),
        questions=tuple(
            _across_question(each, {region: run for region, run in newest.items() if run})
            for each in (latest.definition.questions if latest else ())
            if not each.is_text
        ),
    )


def _community_run(region: str, run: Survey | None, running: Survey | None) -> CommunityRun:
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
        rate=response_rate(run.responses, run.invited),
        withheld="few" if run.few else None if run.responses else "nobody",
        running=state,
    )


def _across_question(question: Question, runs: Mapping[str, Survey]) -> AcrossQuestion:
    found = {region: _comparable_figures(question, run) for region, run in runs.items()}
    disclosures = {
        region: None if figures is None else disclose(question, figures)
        for region, figures in found.items()
    }
    whole = [found[region] or {} for region, each in disclosures.items() if each and each.is_whole]
    total = disclose(question, _sum_figures(question, whole)) if len(whole) > 1 else None
    return AcrossQuestion(
        key=question.key,
        text=question.text,
        kind=question.kind,
        section=question.section,
        answers=tuple(each.text for each in question.choices),
        communities=tuple(_across_row(region, each) for region, each in disclosures.items()),
        together=_across_row("ALL", total) if total else None,
    )


def _comparable_figures(question: Question, run: Survey) -> Figures | None:
    """The run's figures of the question: None where it asked otherwise, empty where none are stored."""
    then = find_same_question(question, run)
    if then is None or _wording(then) != _wording(question):
        return None
    return stored_figures(then, run)


def _wording(question: Question) -> tuple[str, set[Option]]:
    """How it and its answers were worded, in whatever order they were offered."""
    return question.text, set(question.choices)


def _sum_figures(question: Question, whole: Sequence[Figures]) -> Figures:
    """Only what is wholly shown is added up: so the sum tells nothing that its parts do not."""
    return {
        "answered": sum(each["answered"] for each in whole),
        "counts": {
            each.value: sum(one["counts"][each.value] for one in whole) for each in question.choices
        },
    }


def _across_row(region: str, disclosure: Disclosure | None) -> AcrossRow:
    if disclosure is None:
        return AcrossRow(region=region, state="other")
    return AcrossRow(
        region=region,
        state=disclosure.state,
        answered=disclosure.answered,
        counts=tuple(cell.count for cell in disclosure.cells),
        shares=tuple(cell.share for cell in disclosure.cells),
        instead=tuple(cell.instead for cell in disclosure.cells),
        mean=disclosure.mean,
        spread=disclosure.spread,
    )
