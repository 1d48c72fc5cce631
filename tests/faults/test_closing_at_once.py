"""Closing a survey under faults: killed at any call, raced, stalled; every answer is counted once."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

from comhar import wiring
from comhar.aws.dynamodb import Table
from comhar.context import Context
from comhar.due_work import leases
from comhar.errors import AppError
from comhar.surveys import ballots
from comhar.surveys import jobs as surveys_jobs
from comhar.surveys import repository as surveys_repository
from comhar.surveys import service as surveys_service
from comhar.surveys.service import AnswerSheet
from tests.faults.faulty_system import FaultySystem
from tests.faults.test_surveys_at_once import (
    ID,
    RATED,
    answer,
    closing,
    links,
    list_ballot_items,
    open_survey,
)

WRITTEN = [
    AnswerSheet(answers={"satisfaction": 4, "went_well": f"Well {n}", "do_differently": f"Not {n}"})
    for n in range(7)
]


def words(system: FaultySystem) -> dict[str, list[str]]:
    """By question the words that are kept."""
    return {key: sorted(each) for key, each in ballots.get_texts(system.table, ID).items()}


def test_closing_killed_at_any_call_counts_each_answer_once_and_leaves_no_secret(
    new_system,
) -> None:
    for point in range(1, 1000):
        system = new_system()
        people = open_survey(system, 7)
        system.run("clock")
        late = links(system, people)
        assert [answer(system, late[n], WRITTEN[n]) for n in range(5)] == [201] * 5
        before, system.now = system.now, closing(system)
        if not system.killed(point, surveys_jobs.take_next_step):
            break
        after, system.now = system.now, before
        came_late = answer(
            system, late[5], WRITTEN[5]
        )  # its request was on its way before the closing
        for _ in range(2):
            system.now = after = after + leases.LEASE + timedelta(minutes=1)
            system.run("clock")
        count = 5 + (came_late == 201)
        assert list_ballot_items(system, "") == [], point
        assert words(system) == {
            "went_well": [f"Well {n}" for n in range(count)],
            "do_differently": [f"Not {n}" for n in range(count)],
        }, point
        survey = system.table.get(surveys_repository.key(ID))
        row = system.table.query("REGION#SW", "SURVEY#").items[0]
        assert survey is not None
        assert survey["state"] == "closed" and "due" not in survey and "due_at" not in survey
        assert (survey["responses"], row["responses"], row["invited"]) == (count, count, 7)
        assert (row["satisfaction_count"], row["satisfaction_sum"]) == (count, 4 * count)
        assert row["closed_on"] == "2027-01-18"
        assert survey["results"]["satisfaction"]["counts"]["4"] == count
    assert point > 10


def test_closing_on_few_answers_killed_at_any_call_leaves_neither_them_nor_their_number(
    new_system,
) -> None:
    for point in range(1, 1000):
        system = new_system()
        people = open_survey(system, 7)
        system.run("clock")
        assert [answer(system, link) for link in links(system, people)[:3]] == [201] * 3
        system.now = closing(system)
        done = not system.killed(point, surveys_jobs.take_next_step)
        system.now += leases.LEASE + timedelta(minutes=1)
        system.run("clock")
        assert list_ballot_items(system, "") == [] == ballots.list_text_keys(system.table, ID), (
            point
        )
        survey = system.table.get(surveys_repository.key(ID))
        row = system.table.query("REGION#SW", "SURVEY#").items[0]
        assert survey is not None and survey["state"] == "closed"
        assert survey["few"] and row["few"] and row["satisfaction_few"], point
        numbers = {"responses", "satisfaction_count", "satisfaction_sum"}
        assert not numbers & {*survey, *row}
        if done:
            break
    assert point > 10


def test_closing_deletes_words_of_an_earlier_run_that_are_too_many(system: FaultySystem) -> None:
    people = open_survey(system, 7)
    system.run("clock")
    for link, sheet in zip(links(system, people), WRITTEN, strict=True):
        assert answer(system, link, sheet) == 201
    earlier = ballots.text_writes(ID, {f"q{n}": ["Earlier"] for n in range(150)})
    earlier |= ballots.text_writes(ID, {"went_well": ["Earlier" * 10_000] * 9})
    for put in earlier.values():
        system.table.transact([put])
    system.now = closing(system)
    system.run("clock")
    assert words(system) == {
        "went_well": [f"Well {n}" for n in range(7)],
        "do_differently": [f"Not {n}" for n in range(7)],
    }


def test_a_worker_that_stalled_while_another_closed_overwrites_no_words(
    system: FaultySystem,
) -> None:
    people = open_survey(system, 7)
    system.run("clock")
    for link, sheet in zip(links(system, people), WRITTEN, strict=True):
        assert answer(system, link, sheet) == 201
    system.now = closing(system)
    stalled = system.table.claim(
        surveys_repository.key(ID),
        set=leases.lease_attributes(system.now),
        condition={"state": "open"},
    )
    half_read = AtAnswers(system)
    table = Table(half_read, system.names)
    surveys_jobs.take_next_step(stalled, Context(None, system.now, table, wiring.settings()))
    assert half_read.others == 1
    assert words(system)["went_well"] == [f"Well {n}" for n in range(7)]
    survey = surveys_repository.find_survey(system.table, ID)
    assert survey is not None and survey.responses == 7


class AtAnswers:
    """A client under which others close the survey, between the first look at its answers and the next."""

    def __init__(self, system: FaultySystem):
        self.system, self.others = system, 0

    def __getattr__(self, name: str) -> Any:
        def call(**request: Any) -> Any:
            values = request.get("ExpressionAttributeValues", {})
            if {"S": "ANSWER#"} in values.values() and not self.others:
                self.others += 1
                self.system.now += leases.LEASE + timedelta(minutes=1)
                self.system.run("clock")
            return getattr(self.system.client, name)(**request)

        return call


def test_answers_sent_while_it_closes_are_counted_or_refused(system: FaultySystem) -> None:
    people = open_survey(system, 40)
    system.run("clock")
    all_links = links(system, people)
    closes, wire_time = closing(system), system.now
    item = system.table.claim(
        surveys_repository.key(ID), set=leases.lease_attributes(closes), condition={"state": "open"}
    )

    def one(n: int) -> int:
        if n == 20:
            surveys_jobs.take_next_step(
                item, Context(None, closes, wiring.table(), wiring.settings())
            )
            return 0
        try:
            ctx = Context(None, wire_time, wiring.table(), wiring.settings())
            surveys_service.submit_answers(all_links[n], RATED, ctx)
        except AppError as fact:
            return fact.status
        return 201

    with ThreadPoolExecutor(16) as pool:
        came_back = Counter(pool.map(one, range(40)))
    assert set(came_back) <= {0, 201, 410}
    survey = surveys_repository.find_survey(system.table, ID)
    assert survey is not None
    assert survey.responses == came_back[201] == len(words(system)["went_well"])
    assert list_ballot_items(system, "") == []
