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
from comhar.surveys import ballots
from comhar.surveys import jobs as surveys_jobs
from comhar.surveys import repository as surveys_repository
from comhar.surveys import service as surveys_service
from comhar.surveys.model import Survey, new_meeting_feedback
from comhar.surveys.service import AnswerSheet
from comhar.tokens import digest
from tests.faults.faulty_system import FaultySystem

ID = "SW-0survey"
RATED = AnswerSheet(answers={"satisfaction": 4, "went_well": "The biscuits"})


def asked(world: FaultySystem, count: int, everyone: bool = False) -> list[str]:
    """People who were at a meeting that is closed now, or whose whole community is asked; their ids."""
    people = [member.id for member in world.settled(count)]
    survey = new_meeting_feedback(ID, "SW", "SW-m", datetime(2027, 1, 4, 8), people, world.now)
    if everyone:
        whole = {"everyone": True, "people": (), "meeting": None, "about": None}
        survey = survey.model_copy(update=whole)
    world.table.transact(surveys_repository.insert_survey_writes(survey))
    return people


def kept(world: FaultySystem, begins: str) -> list[dict[str, Any]]:
    return world.table.query(f"SURVEY#{ID}", begins, table="ballots").items


def links(world: FaultySystem, people: list[str]) -> list[str]:
    secret = ballots.get_secret(world.table, ID)
    return [f"{ID}.{ballots.derive_token(secret, person)}" for person in people]


def answer(world: FaultySystem, link: str, sheet: AnswerSheet = RATED) -> int:
    try:
        surveys_service.submit_answers(link, sheet, wiring.context(None))
    except AppError as fact:
        return fact.status
    return 201


def closing(world: FaultySystem) -> datetime:
    survey = surveys_repository.find_survey(world.table, ID)
    assert survey is not None
    return survey.closes_at


@pytest.mark.parametrize("everyone", [False, True])
def test_opening_killed_at_any_call_asks_everyone_once_and_revives_no_ballot(
    new_world, everyone: bool
) -> None:
    for point in range(1, 1000):
        world = new_world()
        people = asked(world, 3, everyone)
        if not world.killed(point, surveys_jobs.take_next_step):
            break
        world.now += leases.LEASE  # and then another takes it up
        world.sweep()  # whoever has a letter by now answers at once
        early = links(world, people) if world.ses.sent else []
        assert [answer(world, link) for link in early] == [201] * len(early)
        world.run_on()
        assert Counter(to for _, to, _ in world.ses.sent) == Counter(
            f"m{n}@hse.ie" for n in range(3)
        )
        outcome = [answer(world, link) for link in links(world, people)]
        assert outcome == ([410] if early else [201]) * 3, point
        assert len(kept(world, "ANSWER#")) == 3
        assert not kept(world, "BALLOT#")
    assert point > (12 if everyone else 8)


def test_who_joins_while_its_opening_is_killed_is_asked_with_all_or_not_at_all(new_world) -> None:
    ways = set()
    for point in range(1, 1000):
        world = new_world()
        asked(world, 3, everyone=True)
        if not world.killed(point, surveys_jobs.take_next_step):
            break
        world.settled(1, first=3)
        world.run_on()
        survey = surveys_repository.find_survey(world.table, ID)
        assert survey is not None
        letters = Counter(to for _, to, _ in world.ses.sent)
        people = surveys_repository.list_invited_ids(world.table, survey)
        assert letters == Counter(f"m{int(one[1:])}@hse.ie" for one in people)
        assert len(kept(world, "BALLOT#")) == len(people), point
        row = world.table.query("REGION#SW", "SURVEY#").items[0]
        assert row["invited"] == survey.invited == len(people)
        ways.add(len(people))
    assert ways == {3, 4}


def test_a_worker_that_stalled_while_opening_or_closing_changes_nothing(
    world: FaultySystem,
) -> None:
    people = asked(world, 3)
    [(key, seen)] = leases.list_due(world.table, "work", world.now)
    stalled = leases.claim(world.table, key, seen, world.now)
    assert stalled is not None
    world.run_on(6, 7)
    assert answer(world, links(world, people)[0]) == 201
    surveys_jobs.take_next_step(stalled, wiring.context(None))
    assert len(kept(world, "BALLOT#")) == 2
    world.now = closing(world)
    world.run_on(0)
    surveys_jobs.take_next_step(stalled, wiring.context(None))
    assert not kept(world, "SECRET")
    assert not kept(world, "BALLOT#")
    assert len(world.ses.sent) == 3


@pytest.mark.parametrize("conflicts", [0.0, 0.2])
def test_64_answers_by_one_link_are_one_answer(world: FaultySystem, conflicts: float) -> None:
    people = asked(world, 2)
    world.run("clock")
    link = links(world, people)[0]
    world.wire(conflicts)
    with ThreadPoolExecutor(64) as pool:
        came_back = Counter(pool.map(lambda _: answer(world, link), range(64)))
    assert came_back == {201: 1, 410: 63}
    assert len(kept(world, "ANSWER#")) == 1
    assert len(kept(world, "BALLOT#")) == 1


def test_a_survey_called_off_as_it_opens_is_called_off_or_open_never_half(new_world) -> None:
    ways = set()
    for turn in range(24):
        world = new_world()
        asked(world, 3, everyone=True)
        survey = surveys_repository.find_survey(world.table, ID)
        assert survey is not None
        first = turn % 3  # which of the two starts, or both at once
        before, after = partial(call_off, survey), partial(world.run, "clock")
        with ThreadPoolExecutor(2 if first == 2 else 1) as pool:
            both = (after, before) if first == 1 else (before, after)
            off = [done.result() for done in [pool.submit(each) for each in both]]
        world.run_on()
        called_off = True in off
        item = world.table.query(f"SURVEY#{ID}").items
        runs = world.table.get(surveys_repository.runs_key("meeting_feedback", "SW")) or {}
        secrets = kept(world, "")
        if called_off:
            assert item == secrets == world.ses.sent == []
            assert world.table.query("REGION#SW", "SURVEY#").items == []
            assert "running" not in runs
        else:
            assert [each["state"] for each in item if each["sk"] == "SURVEY"] == ["open"]
            assert (len(secrets), len(world.ses.sent)) == (4, 3)
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


def test_ballots_are_put_in_no_order_that_follows_the_people(world: FaultySystem) -> None:
    people = asked(world, 150)
    put: list[str] = []

    class Watched:
        """The client, with an eye on the sort keys of what is put, in the order of the calls."""

        def __getattr__(self, name: str) -> Any:
            def call(**request: Any) -> Any:
                puts = [each["Put"] for each in request.get("TransactItems", ()) if "Put" in each]
                put.extend(each["Item"]["sk"]["S"] for each in puts)
                return getattr(world.client, name)(**request)

            return call

    item = world.table.claim(
        surveys_repository.key(ID),
        set=leases.lease_attributes(world.now),
        condition={"state": "waiting"},
    )
    table = Table(Watched(), world.names)
    surveys_jobs.take_next_step(item, Context(None, world.now, table, wiring.settings()))
    secret = ballots.get_secret(world.table, ID)
    wanted = [
        ballots.ballot_write(ID, digest(ballots.derive_token(secret, person))).item["sk"]
        for person in people
    ]
    order = [sk for sk in put if sk.startswith("BALLOT#")]
    assert sorted(order) == sorted(wanted)
    places = [order.index(sk) for sk in wanted]
    apart = sum(abs(place - n) for n, place in enumerate(places)) / len(places)
    assert 35 < apart < 65  # a third of 150 on average for a random order; 0 for that of people
    stored = kept(world, "BALLOT#")
    assert {tuple(sorted(item)) for item in stored} == {("pk", "sk")}


def test_an_answer_holds_its_survey_and_quarter_and_no_more(world: FaultySystem) -> None:
    people = asked(world, 5)
    world.run("clock")
    for link in links(world, people):
        world.now += timedelta(hours=1)
        assert answer(world, link) == 201
    found = kept(world, "ANSWER#")
    for item in found:
        about = {name: item[name] for name in item if name != "sk"}
        assert about == {
            "pk": f"SURVEY#{ID}",
            "answers": RATED.answers,
            "survey": ID,
            "quarter": "2027-Q1",
        }
        assert len(item["sk"]) == len("ANSWER#") + 43
