"""The attack on small groups through the routes: two worlds that only differ in what is hidden answer alike.

A few tables of `tests/unit/test_small_groups.py`, answered by ballots' places, closed by the clock, and
asked for by the office as JSON, as a page, as a file and as a picture. In a third world one that is shown
differs too: there the answers do.
"""

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from comhar import wiring
from comhar.dates.quarters import Quarter
from comhar.reports.figures import make_report
from comhar.reports.service import tally_regions
from comhar.surveys.model import is_below_threshold
from tests.support import random_results, snapshots
from tests.support.cloud import Cloud
from tests.support.past_surveys import run_survey
from tests.support.proof_sizes import sized
from tests.support.random_results import Run

OFFICE = "office@example.com"
OPEN = timedelta(days=14)


def answers(cloud: Cloud, runs: list[Run]) -> Iterator[tuple[str, str]]:
    """Each address and what it answers in a world where these runs took place."""
    snapshots.empty(cloud)
    for run in runs:
        run_survey(
            run.closes_at - OPEN,
            run.sheets,
            [each.model_dump() for each in run.definition.questions],
            id=f"{run.region}-{run.number}",
            region=run.region,
            people=tuple(f"p{number}" for number in range(len(run.roles))),
        )
    cloud.now = random_results.NOW
    session = cloud.session(OFFICE)
    for path in paths(runs):
        for html in (False, True):
            answer = cloud.call("GET", path, bearer=session, html=html)
            assert answer.status in (200, 409), (path, answer.text)
            yield f"{path} {html}", answer.text
    for quarter in (Quarter(2027, 1), Quarter(2027, 2)):
        made = make_report(tally_regions(quarter, wiring.context(None)), quarter, cloud.now)
        yield str(quarter), made.model_dump_json()


def paths(runs: list[Run]) -> Iterator[str]:
    for region in {run.region: None for run in runs}:
        yield f"/communities/{region}/surveys"
    for run in runs:
        here = f"/communities/{run.region}/surveys/{run.region}-{run.number}"
        yield from (
            f"{here}{more}" for more in ("", ".csv", ".xlsx", "/over-time", "/over-time.svg")
        )
    yield from (f"/national/surveys/ours{suffix}" for suffix in ("", ".csv", ".xlsx"))


def tables() -> Iterator[list[Run]]:
    """Some of those of the attack, with no answers in words: these are shuffled anew for every reader."""
    dice = random.Random(11)
    while True:
        runs = random_results.random_runs(dice)
        if len(runs) <= 6 and all(not each.is_text for each in runs[0].definition.questions):
            yield runs


def with_one_more(runs: list[Run]) -> list[Run]:
    """A table in which one more person has answered what is shown, or the first."""
    result = [each for each in runs if not is_below_threshold(len(each.sheets)) and each.sheets]
    changed = (result or runs)[0]
    sheet = {
        key: random_results.QUESTIONS[key].choices[0].value
        for key in random_results.questions_with_figures(changed.definition)
    }
    more = replace(changed, sheets=(*changed.sheets, *([sheet] * (1 if result else 5))))
    return [more if each is changed else each for each in runs]


@pytest.mark.parametrize("number", range(sized(2, 5)))
def test_two_worlds_that_differ_in_what_is_hidden_answer_alike(shared: Cloud, number: int) -> None:
    dice, found = random.Random(number), tables()
    for _ in range(number):
        next(found)
    runs = next(each for each in found if any(run.hidden or run.veiled for run in each))
    twin = [
        random_results.redraw_hidden_counts(each, dice) if each.hidden or each.veiled else each
        for each in runs
    ]
    assert twin != runs
    answered = dict(answers(shared, runs))
    assert answered == dict(answers(shared, twin))
    assert answered != dict(answers(shared, with_one_more(runs)))
