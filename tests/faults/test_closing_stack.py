"""A whole stack whose power fails at each step of closing a survey, and that then runs on."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import batched

from comhar import wiring
from comhar.aws.conditions import Update
from comhar.aws.dynamodb import Table
from comhar.context import Context
from comhar.dates.dublin_time import stamp
from comhar.surveys import ballots
from comhar.surveys import repository as surveys_repository
from comhar.surveys import service as surveys_service
from comhar.surveys.service import AnswerSheet
from comhar.tokens import digest
from tests.support.past_surveys import GOOD, insert_undue_survey_writes, make_survey
from tests.support.proof_sizes import sized
from tests.support.stack import Stack

ANSWERS = sized(120, 2_000)

type Step = Callable[[Table, str], bool]

STEPS: list[Step] = [
    lambda table, survey: table.get(ballots.secret_key(survey), table="ballots") is None,
    lambda table, survey: bool(ballots.list_text_keys(table, survey)),
    lambda table, survey: (table.get(surveys_repository.key(survey)) or {})["state"] == "closed",
    lambda table, survey: len(ballots.list_keys(table, survey, ANSWERS)) < ANSWERS,
]


def answered(stack: Stack, survey_id: str) -> None:
    """A survey that is about to close, all of whose answers were acknowledged."""
    table, now = stack.table(), stack.now
    people = tuple(f"p{n}" for n in range(ANSWERS + 5))
    opened = now - timedelta(days=14)
    survey = make_survey(opened, id=survey_id, kind=survey_id, people=people, state="open")
    table.transact([*insert_undue_survey_writes(survey), ballots.insert_secret_write(survey_id)])
    secret = ballots.get_secret(table, survey_id)
    tokens = [ballots.derive_token(secret, person) for person in people]
    for some in batched(tokens, 100, strict=False):
        table.transact([ballots.ballot_write(survey_id, digest(each)) for each in some])
    for number, token in enumerate(tokens[:ANSWERS]):
        sheet = AnswerSheet(answers=GOOD | {"words": f"Text {number}"})
        ctx = Context(None, opened + timedelta(hours=1), table, wiring.settings())
        surveys_service.submit_answers(f"{survey_id}.{token}", sheet, ctx)
    table.transact([Update(surveys_repository.key(survey_id), set={"due_at": stamp(now)})])


def cut_off(stack: Stack, survey_id: str, reached: Step) -> bool:
    """Kills the stack once the step is reached; whether that was before the closing was over."""
    table = stack.table()
    with ThreadPoolExecutor(1) as beside:
        minute = beside.submit(stack.advance, "PT1M")
        while not reached(table, survey_id) and not minute.done():
            pass
        stack.kill()
        over = minute.exception() is None
    stack.start()
    return not over


def test_a_stack_killed_at_each_step_of_closing_counts_every_answer_once(own_stack: Stack) -> None:
    cut = 0
    for number, reached in enumerate(STEPS[-sized(2, 4) :]):
        survey_id = f"SW-0closing{number}"
        answered(own_stack, survey_id)
        cut += cut_off(own_stack, survey_id, reached)
        own_stack.advance("PT10M")
        table = own_stack.table()
        survey = table.get(surveys_repository.key(survey_id))
        assert survey is not None and survey["state"] == "closed" and "due_at" not in survey
        assert survey["responses"] == survey["results"]["rating"]["answered"] == ANSWERS
        words = ballots.get_texts(table, survey_id)["words"]
        assert len({*words}) == len(words) == min(ANSWERS, 500)
        assert ballots.list_keys(table, survey_id, 1) == []
    assert cut
