"""20,000 answers to one survey: counted in little memory, and shown within a second."""

import random
import time
import tracemalloc
from datetime import UTC, datetime

import pytest

from comhar import wiring
from comhar.aws.conditions import Put
from comhar.aws.dynamodb import Table
from comhar.context import Context
from comhar.membership.model import Member
from comhar.results import service as results_service
from comhar.surveys import ballots
from comhar.surveys import jobs as surveys_jobs
from comhar.surveys import repository as surveys_repository
from comhar.surveys.model import Survey, new_meeting_feedback
from comhar.surveys.samples import MOST_TEXTS
from comhar.tokens import new_secret
from tests.support.memory_tables import memory_table

ANSWERS = 20_000
OPENED = datetime(2027, 1, 11, 9, tzinfo=UTC)
SURVEY = "IE-many"
READER = Member(id="m1", name="Niamh", email="niamh@hse.ie", region="IE", confirmed=True)


@pytest.fixture(scope="module")
def table() -> Table:
    """A survey of which all is answered, just before it closes; all wrote a line, a third a page."""
    dice, table = random.Random(1), memory_table()
    people = [f"m{n}" for n in range(ANSWERS)]
    survey = new_meeting_feedback(SURVEY, "IE", "IE-m", datetime(2027, 1, 11, 8), people, OPENED)
    table.transact(
        [*surveys_repository.insert_survey_writes(survey), ballots.insert_secret_write(SURVEY)]
    )
    for number in range(ANSWERS):
        answers = {"satisfaction": dice.randint(1, 5), "took_away": ["idea"], "useful": "yes"}
        answers["do_differently"] = f"Níos mó tae, {number} 😔"
        if number % 3 == 0:
            answers["went_well"] = f"Sheet {number} " * 100
        sheet = {"pk": f"SURVEY#{SURVEY}", "sk": f"ANSWER#{new_secret()}", "answers": answers}
        table.transact([Put(sheet, table="ballots")])
    return table


def get_survey(table: Table) -> Survey:
    found = surveys_repository.find_survey(table, SURVEY)
    assert found is not None
    return found


def test_closing_counts_them_all_in_bounded_memory_and_the_page_comes_within_a_second(
    table: Table,
) -> None:
    item = table.get(surveys_repository.key(SURVEY))
    assert item is not None
    item |= {"state": "open"}
    table.transact([Put(item)])
    tracemalloc.start()
    surveys_jobs.take_next_step(
        item, Context(None, get_survey(table).closes_at, table, wiring.settings())
    )
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert get_survey(table).responses == ANSWERS
    assert peak < 40_000_000  # bytes; all answers together are more than 100 million
    began = time.perf_counter()
    result = results_service.get_results(
        "IE", SURVEY, Context(READER, wiring.clock(), table, wiring.settings())
    )
    took = time.perf_counter() - began
    assert took < 1, f"{took:.2f} s"
    satisfaction = result.questions[0]
    assert satisfaction.answered == sum(row.count for row in satisfaction.rows) == ANSWERS
    texts = {each.key: each.texts for each in result.questions}
    for key in ("went_well", "do_differently"):
        assert len(texts[key]) == len({*texts[key]}) == MOST_TEXTS
    assert ballots.list_keys(table, SURVEY, 1) == []
