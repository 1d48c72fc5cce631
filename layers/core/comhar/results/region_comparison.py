"""One survey in all communities, side by side and together, for the office."""

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
    """A community's newest closed run, if it has any.

    `withheld`: `none` has been closed, `few` (1 to 4) answered, or `nobody` did. `running` is the state
    of another run that waits or is open.
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
    """The result of one question in one community, or in several together.

    `state` is that of a question's results, or `other`: it was asked otherwise, or not at all. `counts`
    and `shares` (in percent) go by the answers, and so does `instead`, which stands for them.
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
    """A question with its possible answers, and its result in each community.

    `together` adds up at least two communities whose every figure is shown; None where there are fewer.
    """

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
    """The built-in surveys."""
    built_in = data.load("surveys").items()
    return SurveyKinds(kinds=tuple(SurveyKind(kind=key, title=it["title"]) for key, it in built_in))


def compare_regions(kind: str, ctx: Context) -> AcrossSurvey:
    """The newest closed run of each community; two reads.

    `kind` is the survey's key, or the questionnaire's id.

    Raises:
        SurveyNotFound: none of this kind has run, or could.
    """
    questionnaire, runs = find_with_runs(ctx.table, kind)
    codes = regions.codes()
    ids = [survey_id for code in codes for survey_id in _newest_ids(runs.get(code, {}))]
    surveys = surveys_repository.list_surveys(ctx.table, ids)
    titles = {kind_view.kind: kind_view.title for kind_view in list_kinds().kinds}
    title = questionnaire.title if questionnaire else titles.get(kind) or _title(surveys)
    if title is None:
        raise SurveyNotFound
    newest: dict[str, Survey | None] = dict.fromkeys(codes)
    newest |= {run.region: run for run in surveys if run.state == "closed"}
    running = {run.region: run for run in surveys if run.state != "closed"}
    return build_comparison(kind, title, newest, running)


def _newest_ids(runs: Mapping[str, Any]) -> list[str]:
    """The ids of a community's newest closed run, and of its waiting or open one."""
    running = [runs["running"]] if "running" in runs else []
    return [*runs.get("surveys", [])[:1], *running]


def _title(runs: list[Survey]) -> str | None:
    """The title of a run, where the questionnaire itself has been deleted."""
    return runs[0].definition.title if runs else None


def build_comparison(
    kind: str,
    title: str,
    newest: Mapping[str, Survey | None],
    running: Mapping[str, Survey],
) -> AcrossSurvey:
    """The newest closed runs of all regions side by side.

    `running` are those that wait or are open. The questions are those of the run that closed last, or of
    its newest version; where another run asked a question otherwise, its row is `other`.
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
            _across_question(question, {region: run for region, run in newest.items() if run})
            for question in (latest.definition.questions if latest else ())
            if not question.is_text
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
    figures_by_region = {region: _comparable_figures(question, run) for region, run in runs.items()}
    disclosures = {
        region: None if figures is None else disclose(question, figures)
        for region, figures in figures_by_region.items()
    }
    whole = [
        figures_by_region[region] or {}
        for region, disclosure in disclosures.items()
        if disclosure and disclosure.is_whole
    ]
    total = disclose(question, _sum_figures(question, whole)) if len(whole) > 1 else None
    return AcrossQuestion(
        key=question.key,
        text=question.text,
        kind=question.kind,
        section=question.section,
        answers=tuple(option.text for option in question.choices),
        communities=tuple(
            _across_row(region, disclosure) for region, disclosure in disclosures.items()
        ),
        together=_across_row("ALL", total) if total else None,
    )


def _comparable_figures(question: Question, run: Survey) -> Figures | None:
    """The stored figures of the question, None where the run asked it otherwise."""
    then = find_same_question(question, run)
    if then is None or _wording(then) != _wording(question):
        return None
    return stored_figures(then, run)


def _wording(question: Question) -> tuple[str, set[Option]]:
    """The words of a question and of its answers, in whatever order they were offered."""
    return question.text, set(question.choices)


def _sum_figures(question: Question, whole: Sequence[Figures]) -> Figures:
    """Adds up figures that are all shown, so that the sum reveals nothing more."""
    return {
        "answered": sum(figures["answered"] for figures in whole),
        "counts": {
            option.value: sum(figures["counts"][option.value] for figures in whole)
            for option in question.choices
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
