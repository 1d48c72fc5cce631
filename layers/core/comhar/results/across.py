"""Owns the look at one survey in all communities at once, which is the office's."""

from comhar import data
from comhar.errors import NotFound
from comhar.results import across_views as views
from comhar.surveys import records
from comhar.surveys.model import Survey
from comhar.table import Table


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
    runs = records.runs_everywhere(table, kind)
    regions = [each["code"] for each in data.load("regions")]
    wanted = {
        region: [*runs.get(region, {}).get("surveys", [])[:1], *_running(runs.get(region, {}))]
        for region in regions
    }
    found = records.by_ids(table, [survey for ids in wanted.values() for survey in ids])
    known = {each.kind: each.title for each in kinds().kinds}
    if not found and kind not in known:
        raise NoSuchSurvey
    newest: dict[str, Survey | None] = dict.fromkeys(regions)
    newest |= {each.region: each for each in found if each.state == "closed"}
    running = {each.region: each for each in found if each.state != "closed"}
    title = known.get(kind) or next(each.definition.title for each in found)
    return views.across(kind, title, newest, running)


def _running(runs: dict[str, str]) -> list[str]:
    return [runs["running"]] if "running" in runs else []
