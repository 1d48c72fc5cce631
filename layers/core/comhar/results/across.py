"""Owns the look at one survey in all communities at once, which is the office's."""

from comhar import data
from comhar.aws.dynamodb import Table
from comhar.errors import NotFound
from comhar.questionnaires.repository import with_runs
from comhar.results import across_views as views
from comhar.surveys import repository
from comhar.surveys.model import Survey


class NoSuchSurvey(NotFound):
    title = "No such survey has run in any community."
    next = "See the list of surveys."


def kinds() -> views.SurveyKinds:
    """The surveys that came with the service."""
    held = data.load("surveys")
    return views.SurveyKinds(
        kinds=tuple(views.SurveyKind(kind=key, title=each["title"]) for key, each in held.items())
    )


def side_by_side(kind: str, table: Table) -> views.AcrossSurvey:
    """The newest closed run of each community, by the survey's key or the questionnaire's id; two reads.

    Raises NoSuchSurvey.
    """
    own, runs = with_runs(table, kind)
    regions = [each["code"] for each in data.load("regions")]
    wanted = {
        region: [*runs.get(region, {}).get("surveys", [])[:1], *_running(runs.get(region, {}))]
        for region in regions
    }
    found = repository.by_ids(table, [survey for ids in wanted.values() for survey in ids])
    titles = {each.kind: each.title for each in kinds().kinds}
    title = own.title if own else titles.get(kind) or _title(found)
    if title is None:
        raise NoSuchSurvey
    newest: dict[str, Survey | None] = dict.fromkeys(regions)
    newest |= {each.region: each for each in found if each.state == "closed"}
    running = {each.region: each for each in found if each.state != "closed"}
    return views.across(kind, title, newest, running)


def _running(runs: dict[str, str]) -> list[str]:
    return [runs["running"]] if "running" in runs else []


def _title(runs: list[Survey]) -> str | None:
    """Where the questions themselves have been deleted since."""
    return runs[0].definition.title if runs else None
