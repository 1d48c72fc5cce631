"""The attack on small groups: thousands of random tables, and two adversaries with all that is published.

One subtracts (`attack`). The other knows everything but what is hidden, and still cannot tell which of
two tables it is that only differ there: what is published of both is the same, byte for byte. That is
the stronger proof, because it holds against whatever one may think of reckoning.

What is promised is what `surveys.disclosure` hides, and that no other figure gives it away: of 1 to 4
answers all; of 5 to 9 how many gave each, unless several gave each that was given; whether all gave the
same one, or all but one. Whoever knows all answers but one can still reckon it from a number and a mean:
who can be asked is what stands against that (`test_survey_audience`).
"""

import random

import pytest

from comhar.reports import figures as reports_figures
from comhar.reports.aggregate import tally
from comhar.reports.model import NATION
from comhar.reports.source_rows import RegionRows
from comhar.results.region_comparison import AcrossSurvey
from comhar.surveys.model import RESPONSE_THRESHOLD, is_below_threshold
from tests.support import disclosure_attack, random_results
from tests.support.proof_sizes import sized
from tests.support.random_results import Publisher, Run

TABLES = sized(800, 10_000)
PARTS = 8
SOME = sized(100, 300)  # tables, to see that an attack finds what there is to be found


def twin(runs: list[Run], dice: random.Random) -> list[Run]:
    """A table that differs from this one only in what is hidden."""
    return [
        random_results.redraw_hidden_counts(each, dice) if each.hidden or each.veiled else each
        for each in runs
    ]


@pytest.mark.parametrize("part", range(PARTS))
def test_no_adversary_learns_anything_that_is_hidden(part: int) -> None:
    dice = random.Random(part)
    other = 0
    for _ in range(TABLES // PARTS):
        runs, publisher = random_results.random_runs(dice), Publisher()
        published = publisher.published(runs)
        assert not disclosure_attack.read_everything(published).recovers(), runs
        redrawn = twin(runs, dice)
        assert publisher.published(redrawn).text() == published.text(), (runs, redrawn)
        other += redrawn != runs
    assert other > TABLES / PARTS * 0.9  # nearly every table has something to hide


def test_the_adversary_who_subtracts_finds_what_a_sum_of_all_communities_gives_away() -> None:
    dice = random.Random(1)
    hiding, found, right, cells = 0, 0, 0, 0
    for _ in range(SOME):
        runs = random_results.random_runs(dice)
        adversary = disclosure_attack.read_everything(Publisher().published(runs))
        for number in (0, 1):
            disclosure_attack.guess_totals(
                adversary, number, disclosure_attack.unprotected_sums(runs, number)
            )
        known = adversary.recovers()
        hiding += any(each.hidden for each in runs)
        cells += len(known)
        correct = sum(
            disclosure_attack.true_count(runs, cell) == low for cell, (low, _) in known.items()
        )
        right += correct
        found += correct > 0
    assert found > 0.9 * hiding > 0.6 * SOME
    assert right > 0.7 * cells  # the rest are wrong guesses at what the sum holds


def test_two_tables_can_be_told_apart_by_a_sum_of_all_communities() -> None:
    dice = random.Random(2)
    distinguished = tables = 0
    for _ in range(SOME):
        runs = random_results.random_runs(dice)
        redrawn = twin(runs, dice)
        tables += redrawn != runs
        distinguished += any(
            disclosure_attack.unprotected_sums(runs, n)
            != disclosure_attack.unprotected_sums(redrawn, n)
            for n in (0, 1)
        )
    assert distinguished > 0.9 * tables > 0.6 * SOME


@pytest.mark.parametrize(("kind", "tables"), [("csv", sized(100, 1000)), ("xlsx", sized(10, 25))])
def test_files_tell_no_more_than_the_pages(
    kind: random_results.downloads.Kind, tables: int
) -> None:
    dice, files = random.Random(3), 0
    for _ in range(tables):
        runs, publisher = random_results.random_runs(dice), Publisher()
        made = [
            random_results.result_files(publisher.published(each), kind)
            for each in (runs, twin(runs, dice))
        ]
        assert made[0] == made[1], runs
        files += len(made[0])
    assert files > 7 * tables


def test_the_figures_attacked_are_those_of_the_whole_report() -> None:
    dice = random.Random(4)
    for _ in range(20):
        runs = random_results.random_runs(dice)
        published = Publisher().published(runs)
        for number, quarter in enumerate(random_results.QUARTERS):
            rows = {region: RegionRows() for region in random_results.REGIONS}
            for run in runs:
                if run.number == number:
                    row = random_results.close_run(run)[1]
                    rows[run.region] = RegionRows(surveys=(row,))
            now = random_results.NOW
            tallies = {region: tally(each, quarter, now) for region, each in rows.items()}
            made = reports_figures.make_report(tallies, quarter, now)
            for row in made.rows:
                for region in (*made.regions, NATION):
                    known = published.figures.get((row.kpi, number, region))
                    assert known is None or known == row.figure(region)


def test_every_page_is_there_and_says_what_it_hides() -> None:
    dice, states = random.Random(5), set()
    for _ in range(300):
        runs = random_results.random_runs(dice)
        published = Publisher().published(runs)
        for run in runs:
            page = published.pages[run.region, run.number]
            assert (page.withheld == "few") == is_below_threshold(len(run.sheets))
            for question in page.questions:
                if question.key in random_results.questions_with_figures(run.definition):
                    assert question.is_shown == (question.key not in run.hidden)
                    assert question.is_shown or not (
                        question.rows or question.mean or question.answered
                    )
        states |= {
            row.state
            for table in published.across
            for each in table.questions
            for row in each.communities
        }
        for table in published.across:
            adds_up(table)
    assert states == {"shown", "hidden", "nobody", "number", "nearly_all"}


def adds_up(table: AcrossSurvey) -> None:
    """“Together” is exactly the sum of those of which every figure is shown."""
    for question in table.questions:
        result = [
            row for row in question.communities if row.state == "shown" and None not in row.counts
        ]
        assert all((row.answered or 0) >= RESPONSE_THRESHOLD for row in result)
        if question.together is None:
            assert len(result) < 2
        else:
            columns = zip(*(row.counts for row in result), strict=True)
            assert question.together.answered == sum(row.answered or 0 for row in result)
            assert question.together.counts == tuple(map(sum, columns))
