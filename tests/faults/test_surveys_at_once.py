"""A survey under faults: killed at any call, raced by many, stalled; nobody is asked or counted twice."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest

from comhar import wiring
from comhar.aws.conditions import ConditionFailed
from comhar.aws.dynamodb import Table
from comhar.context import Context
from comhar.due_work import leases
from comhar.errors import AppError
from comhar.surveys import audience, ballots
from comhar.surveys import jobs as surveys_jobs
from comhar.surveys import repository as surveys_repository
from comhar.surveys import service as surveys_service
from comhar.surveys.model import Survey, new_meeting_feedback
from comhar.surveys.service import AnswerSheet
from comhar.tokens import digest
from tests.faults.faulty_system import FaultySystem

ID = "SW-0survey"
RATED = AnswerSheet(answers={"satisfaction": 4, "went_well": "The biscuits"})


def open_survey(system: FaultySystem, count: int, everyone: bool = False) -> list[str]:
    """People who were named as it was made, or whose whole community is asked; their ids.

    It is of no meeting: that one's link is in the email after the meeting.
    """
    people = [member.id for member in system.settled(count)]
    survey = new_meeting_feedback(ID, "SW", "SW-m", datetime(2027, 1, 4, 8), people, system.now)
    whole = {"everyone": True, "people": ()} if everyone else {}
    survey = survey.model_copy(update={**whole, "meeting": None, "about": None})
    system.table.transact(surveys_repository.insert_survey_writes(survey))
    return people


def list_ballot_items(system: FaultySystem, begins: str) -> list[dict[str, Any]]:
    return system.table.query(f"SURVEY#{ID}", begins, table="ballots").items


def links(system: FaultySystem, people: list[str]) -> list[str]:
    secret = ballots.get_secret(system.table, ID)
    return [f"{ID}.{ballots.derive_token(secret, person)}" for person in people]


def answer(system: FaultySystem, link: str, sheet: AnswerSheet = RATED) -> int:
    try:
        surveys_service.submit_answers(link, sheet, wiring.context(None))
    except AppError as fact:
        return fact.status
    return 201


def closing(system: FaultySystem) -> datetime:
    survey = surveys_repository.find_survey(system.table, ID)
    assert survey is not None
    return survey.closes_at


@pytest.mark.parametrize("everyone", [False, True])
def test_opening_killed_at_any_call_asks_everyone_once_and_revives_no_ballot(
    new_system, everyone: bool
) -> None:
    for point in range(1, 1000):
        system = new_system()
        people = open_survey(system, 3, everyone)
        if not system.killed(point, surveys_jobs.take_next_step):
            break
        system.now += leases.LEASE  # and then another takes it up
        system.sweep()  # whoever has a letter by now answers at once
        early = links(system, people) if system.ses.sent else []
        assert [answer(system, link) for link in early] == [201] * len(early)
        system.run_on()
        assert Counter(to for _, to, _ in system.ses.sent) == Counter(
            f"m{n}@hse.ie" for n in range(3)
        )
        outcome = [answer(system, link) for link in links(system, people)]
        assert outcome == ([410] if early else [201]) * 3, point
        assert len(list_ballot_items(system, "ANSWER#")) == 3
        assert not list_ballot_items(system, "BALLOT#")
    assert point > (12 if everyone else 8)


def test_who_joins_while_its_opening_is_killed_is_asked_with_all_or_not_at_all(new_system) -> None:
    ways = set()
    for point in range(1, 1000):
        system = new_system()
        open_survey(system, 3, everyone=True)
        if not system.killed(point, surveys_jobs.take_next_step):
            break
        system.settled(1, first=3)
        system.run_on()
        survey = surveys_repository.find_survey(system.table, ID)
        assert survey is not None
        letters = Counter(to for _, to, _ in system.ses.sent)
        people = audience.list_invited_ids(system.table, survey)
        assert letters == Counter(f"m{int(one[1:])}@hse.ie" for one in people)
        assert len(list_ballot_items(system, "BALLOT#")) == len(people), point
        row = system.table.query("REGION#SW", "SURVEY#").items[0]
        assert row["invited"] == survey.invited == len(people)
        ways.add(len(people))
    assert ways == {3, 4}


def test_a_worker_that_stalled_while_opening_or_closing_changes_nothing(
    system: FaultySystem,
) -> None:
    people = open_survey(system, 3)
    [(key, seen)] = leases.list_due(system.table, "work", system.now)
    stalled = leases.claim(system.table, key, seen, system.now)
    assert stalled is not None
    system.run_on(6, 7)
    assert answer(system, links(system, people)[0]) == 201
    surveys_jobs.take_next_step(stalled, wiring.context(None))
    assert len(list_ballot_items(system, "BALLOT#")) == 2
    system.now = closing(system)
    system.run_on(0)
    surveys_jobs.take_next_step(stalled, wiring.context(None))
    assert not list_ballot_items(system, "SECRET")
    assert not list_ballot_items(system, "BALLOT#")
    assert len(system.ses.sent) == 3


@pytest.mark.parametrize("conflicts", [0.0, 0.2])
def test_64_answers_by_one_link_are_one_answer(system: FaultySystem, conflicts: float) -> None:
    people = open_survey(system, 2)
    system.run("clock")
    link = links(system, people)[0]
    system.wire(conflicts)
    with ThreadPoolExecutor(64) as pool:
        came_back = Counter(pool.map(lambda _: answer(system, link), range(64)))
    assert came_back == {201: 1, 410: 63}
    assert len(list_ballot_items(system, "ANSWER#")) == 1
    assert len(list_ballot_items(system, "BALLOT#")) == 1


def test_a_survey_called_off_as_it_opens_is_called_off_or_open_never_half(new_system) -> None:
    ways = set()
    for turn in range(24):
        system = new_system()
        open_survey(system, 3, everyone=True)
        survey = surveys_repository.find_survey(system.table, ID)
        assert survey is not None
        first = turn % 3  # which of the two starts, or both at once
        before, after = partial(call_off, survey), partial(system.run, "clock")
        with ThreadPoolExecutor(2 if first == 2 else 1) as pool:
            both = (after, before) if first == 1 else (before, after)
            off = [done.result() for done in [pool.submit(each) for each in both]]
        system.run_on()
        called_off = True in off
        item = system.table.query(f"SURVEY#{ID}").items
        runs = system.table.get(surveys_repository.runs_key("meeting_feedback", "SW")) or {}
        secrets = list_ballot_items(system, "")
        if called_off:
            assert item == secrets == system.ses.sent == []
            assert system.table.query("REGION#SW", "SURVEY#").items == []
            assert "running" not in runs
        else:
            assert [each["state"] for each in item if each["sk"] == "SURVEY"] == ["open"]
            assert (len(secrets), len(system.ses.sent)) == (4, 3)
            assert runs["running"] == ID
        ways.add(called_off)
    assert ways == {True, False}


def call_off(survey: Survey) -> bool:
    try:
        wiring.table().transact(surveys_repository.cancel_writes(survey))
    except ConditionFailed as failure:
        assert 0 in failure.failed
        return False
    return True


def test_ballots_are_put_in_no_order_that_follows_the_people(system: FaultySystem) -> None:
    people = open_survey(system, 150)
    put: list[str] = []

    class Watched:
        """The client, with an eye on the sort keys of what is put, in the order of the calls."""

        def __getattr__(self, name: str) -> Any:
            def call(**request: Any) -> Any:
                puts = [each["Put"] for each in request.get("TransactItems", ()) if "Put" in each]
                put.extend(each["Item"]["sk"]["S"] for each in puts)
                return getattr(system.client, name)(**request)

            return call

    item = system.table.claim(
        surveys_repository.key(ID),
        set=leases.lease_attributes(system.now),
        condition={"state": "waiting"},
    )
    table = Table(Watched(), system.names)
    surveys_jobs.take_next_step(item, Context(None, system.now, table, wiring.settings()))
    secret = ballots.get_secret(system.table, ID)
    wanted = [
        ballots.ballot_write(ID, digest(ballots.derive_token(secret, person))).item["sk"]
        for person in people
    ]
    order = [sk for sk in put if sk.startswith("BALLOT#")]
    assert sorted(order) == sorted(wanted)
    places = [order.index(sk) for sk in wanted]
    apart = sum(abs(place - n) for n, place in enumerate(places)) / len(places)
    assert 35 < apart < 65  # a third of 150 on average for a random order; 0 for that of people
    stored = list_ballot_items(system, "BALLOT#")
    assert {tuple(sorted(item)) for item in stored} == {("pk", "sk")}


def test_an_answer_holds_its_survey_and_quarter_and_no_more(system: FaultySystem) -> None:
    people = open_survey(system, 5)
    system.run("clock")
    for link in links(system, people):
        system.now += timedelta(hours=1)
        assert answer(system, link) == 201
    found = list_ballot_items(system, "ANSWER#")
    for item in found:
        about = {name: item[name] for name in item if name != "sk"}
        assert about == {
            "pk": f"SURVEY#{ID}",
            "answers": RATED.answers,
            "survey": ID,
            "quarter": "2027-Q1",
        }
        assert len(item["sk"]) == len("ANSWER#") + 43
