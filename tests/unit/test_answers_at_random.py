"""Any survey, answered by anybody: what is right is stored and counted exactly, what is wrong is refused
by the name of its field."""

import json
from datetime import UTC, datetime
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from comhar import wiring
from comhar.aws.dynamodb import Table
from comhar.context import Context
from comhar.dates.dublin_time import stamp
from comhar.due_work import leases
from comhar.errors import Invalid
from comhar.surveys import ballots
from comhar.surveys import jobs as surveys_jobs
from comhar.surveys import repository as surveys_repository
from comhar.surveys import service as surveys_service
from comhar.surveys.model import Survey, count_due_at, default_closes_at
from comhar.surveys.service import AnswerSheet
from tests.support import random_surveys
from tests.support.memory_tables import memory_table
from tests.support.proof_sizes import sized

EXAMPLES = sized(300, 5_000)
NOW = datetime(2027, 2, 18, 12, 30, tzinfo=UTC)


def opened(table: Table, kinds: list[str], invited: int, dice: Random) -> Survey:
    """A survey of these kinds of questions, opened by the clock."""
    survey = Survey(
        id="SW-0survey",
        kind="SW-0q",
        version=1,
        definition=random_surveys.random_definition(kinds, dice),
        region="SW",
        people=tuple(f"m{n}" for n in range(invited)),
        opens_at=NOW,
        closes_at=default_closes_at(NOW),
    )
    table.transact(surveys_repository.insert_survey_writes(survey))
    worked(table, survey, NOW)
    return survey


def worked(table: Table, survey: Survey, now: datetime) -> None:
    item = table.claim(
        surveys_repository.key(survey.id), set=leases.lease_attributes(now), condition={}
    )
    surveys_jobs.take_next_step(item, Context(None, now, table, wiring.settings()))


def refused(table: Table, link: str, sheet: random_surveys.Sheet) -> bool:
    """Whether these answers are refused, by the names of the wrong ones and of no other."""
    try:
        ctx = Context(None, NOW, table, wiring.settings())
        surveys_service.submit_answers(link, AnswerSheet(answers=sheet.sent), ctx)
    except Invalid as invalid:
        assert {error.field for error in invalid.errors} == sheet.refused
        assert len(invalid.errors) == len(sheet.refused)
        return True
    return False


def as_text(sheets: list[dict]) -> list[str]:
    """In an order that says nothing."""
    return sorted(json.dumps(each, sort_keys=True) for each in sheets)


def written(survey: Survey, sheets: list[dict]) -> dict[str, list[str]]:
    """By question what was written in words, of those that five people answered."""
    texts = {
        each.key: sorted(sheet[each.key] for sheet in sheets if each.key in sheet)
        for each in survey.definition.questions
        if each.is_text
    }
    return {key: found for key, found in texts.items() if len(found) > 4}


@settings(max_examples=EXAMPLES, deadline=None)
@given(
    kinds=st.lists(st.sampled_from(random_surveys.KINDS), min_size=1, max_size=8),
    invited=st.integers(1, 12),
    seed=st.integers(0, 2**32 - 1),
)
def test_any_answers_are_stored_and_counted_exactly_or_refused_by_name(
    kinds: list[str], invited: int, seed: int
) -> None:
    table, dice = memory_table(), Random(seed)
    survey = opened(table, kinds, invited, dice)
    secret = ballots.get_secret(table, survey.id)
    stored = []
    for person in dice.sample(
        survey.people, max(dice.randint(0, invited), dice.randint(0, invited))
    ):
        link = f"{survey.id}.{ballots.derive_token(secret, person)}"
        if dice.random() < 0.5:  # a mistake costs nobody their answer
            assert refused(table, link, random_surveys.invalid_answers(survey.definition, dice))
        sheet = random_surveys.valid_answers(survey.definition, dice)
        assert not refused(table, link, sheet)
        stored.append(sheet.stored)
    assert as_text(list(ballots.list_answers(table, survey.id))) == as_text(stored)
    worked(table, survey, survey.closes_at)
    closed = surveys_repository.find_survey(table, survey.id)
    assert closed is not None and closed.state == "closed"
    few = 1 <= len(stored) <= 4
    assert (closed.few, closed.responses) == (few, None if few else len(stored))
    counted = random_surveys.expected_counts(survey.definition, stored)
    assert closed.results == (counted if len(stored) > 4 else {})
    assert ballots.list_keys(table, survey.id, 1) == []
    words = ballots.get_texts(table, survey.id)
    assert {key: sorted(texts) for key, texts in words.items()} == written(survey, stored)


def test_the_stored_survey_is_closed_at_its_hour_and_not_by_the_test() -> None:
    table = memory_table()
    survey = opened(table, ["rating"], 1, Random(1))
    worked(table, survey, NOW)  # the reminder
    item = table.get(surveys_repository.key(survey.id))
    assert item is not None
    assert (item["state"], item["due_at"]) == ("open", stamp(count_due_at(survey)))
    worked(table, survey, count_due_at(survey))
    item = table.get(surveys_repository.key(survey.id))
    assert item is not None
    assert (item["state"], item["due_at"]) == ("open", stamp(survey.closes_at))
