"""Surveys that have run, by the parts that run them: opened, answered by so many, closed and counted."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from comhar import wiring
from comhar.aws.conditions import Key, Put, Write
from comhar.aws.dynamodb import Table
from comhar.context import Context
from comhar.dates.dublin_time import stamp
from comhar.surveys import audience, ballots
from comhar.surveys import jobs as surveys_jobs
from comhar.surveys import repository as surveys_repository
from comhar.surveys.model import Definition, Survey
from comhar.tokens import new_id, new_secret
from tests.support.cloud import Cloud, GatewayResponse

RATING = {"key": "rating", "kind": "rating", "text": "How is it?", "low": "Poor", "high": "Great"}
HELPS = {"key": "helps", "kind": "yes_no", "text": "Does it help?"}
PICK = {"key": "pick", "kind": "single", "text": "Which one?"}
PICK |= {"options": [{"value": "a", "text": "Tea"}, {"value": "b", "text": "Coffee"}]}
WORDS = {"key": "words", "kind": "long", "text": "What else?"}
QUESTIONS = (RATING, HELPS, PICK, WORDS)
GOOD = {"rating": 4, "helps": "yes", "pick": "a", "words": "Go maith"}


def make_survey(
    now: datetime, questions: Sequence[dict[str, Any]] = QUESTIONS, **about: Any
) -> Survey:
    """A survey of the South West that opens now, for ten people."""
    definition = {"title": "How are we doing?", "intro": "Four questions.", "questions": questions}
    known: dict[str, Any] = {"kind": "ours", "region": "SW", "opens_at": now}
    known |= {"people": tuple(f"p{n}" for n in range(10)), "closes_at": now + timedelta(days=14)}
    known |= {"id": new_id(now, "SW"), "definition": Definition.model_validate(definition)}
    return Survey(**(known | about))


def recipient_ids(survey: Survey, table: Table | None = None) -> set[str]:
    """The ids of those whom a survey asks."""
    return set(audience.list_invited_ids(table or wiring.table(), survey))


def store_answers_as_before(survey_id: str, sheets: Sequence[dict[str, Any]], table: Table) -> None:
    """Leaves a closed survey as versions did that kept its answers."""
    for key in ballots.list_text_keys(table, survey_id):
        table.transact([ballots.delete_write(key)])
    for each in sheets:
        sheet = {"pk": f"SURVEY#{survey_id}", "sk": f"ANSWER#{new_secret()}", "answers": each}
        table.transact([Put(sheet, table="ballots")])


def ballot_keys(survey_id: str) -> list[Key]:
    """Keys of a survey's ballots that were not used."""
    found = wiring.table().query(f"SURVEY#{survey_id}", "BALLOT#", table="ballots").items
    return [(item["pk"], item["sk"]) for item in found]


def insert_undue_survey_writes(survey: Survey) -> list[Write]:
    """What makes a survey, but due in another age, so that a stack that runs leaves it to us."""
    later = {"due_at": stamp(survey.opens_at.replace(year=2999))}
    return [
        replace(each, item=each.item | later)
        if isinstance(each, Put) and "due_at" in each.item
        else each
        for each in surveys_repository.insert_survey_writes(survey)
    ]


def run_survey(
    now: datetime,
    sheets: Sequence[dict[str, Any]],
    questions: Sequence[dict[str, Any]] = QUESTIONS,
    table: Table | None = None,
    **about: Any,
) -> str:
    """The id of a survey that was open from then on for two weeks, and got these answers."""
    table = table or wiring.table()
    survey = make_survey(now, questions, **about)
    table.transact(insert_undue_survey_writes(survey))
    for each in sheets:
        sheet = {"pk": f"SURVEY#{survey.id}", "sk": f"ANSWER#{new_secret()}", "answers": each}
        table.transact([Put(sheet, table="ballots")])
    item = table.get(surveys_repository.key(survey.id))
    assert item is not None
    item |= {"state": "open"}
    table.transact([Put(item)])
    surveys_jobs.take_next_step(item, Context(None, survey.closes_at, table, wiring.settings()))
    return survey.id


def answer_open_surveys(region: str, count: int, table: Table | None = None) -> None:
    """Leaves so many answers that say nothing in each survey of the region that is not closed."""
    table = table or wiring.table()
    rows = table.query(f"REGION#{region}", "SURVEY#").items
    for survey_id in (row["id"] for row in rows if "closed_on" not in row):
        for _ in range(count):
            sheet = {"pk": f"SURVEY#{survey_id}", "sk": f"ANSWER#{new_secret()}", "answers": {}}
            table.transact([Put(sheet, table="ballots")])


def get_page(cloud: Cloud, path: str, who: int | str = 1, html: bool = False) -> GatewayResponse:
    """What somebody is answered: the member unless said, 0 is the co-chair, or the office's address."""
    bearer = cloud.session(cloud.people[who] if isinstance(who, int) else who)
    return cloud.call("GET", path, bearer=bearer, html=html)
