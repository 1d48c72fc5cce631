"""Many at a poll or a year at once, or a worker killed: one meeting, every answer kept or refused."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest

from comhar import wiring
from comhar.aws.conditions import Item, Put
from comhar.communities import repository as communities_repository
from comhar.errors import AppError
from comhar.meetings.year_plan import service as year_plan_service
from comhar.meetings.year_plan.forms import LayOut
from comhar.membership.model import Member
from comhar.polls import forms as polls_forms
from comhar.polls import poll_results
from comhar.polls import repository as polls_repository
from comhar.polls import responses as polls_responses
from comhar.polls import service as polls_service
from tests.faults.faulty_system import OFFICE, FaultySystem, Fuse, Killed

DATES = ["2027-02-18T10:00", "2027-02-25T10:00"]
FORM = polls_forms.OpenPoll(kind="quarterly", mode="online", options=DATES)
VOTES = polls_forms.DateVotes(votes={"a": "yes", "b": "no"})
PICK = polls_forms.PickDate(option="a")
CLOSES = datetime(2027, 1, 11, 17, tzinfo=UTC)
CONFLICTS = pytest.mark.parametrize("conflicts", [0.0, 0.2])


def opened(system: FaultySystem) -> str:
    return polls_service.open_poll("SW", FORM, wiring.context(OFFICE)).id


def stored_votes(system: FaultySystem, poll: str) -> list[Item]:
    return system.table.query(f"POLL#{poll}", "VOTE#").items


def status(call) -> int:
    """What a caller is answered."""
    try:
        call()
    except AppError as fact:
        return fact.status
    return 200


@CONFLICTS
def test_of_32_picks_at_once_one_makes_a_meeting(system: FaultySystem, conflicts: float):
    system.members(3)
    poll = opened(system)
    system.wire(conflicts)
    with ThreadPoolExecutor(32) as pool:
        picks = [
            pool.submit(status, lambda: polls_service.pick_date(poll, PICK, wiring.context(OFFICE)))
            for _ in range(32)
        ]
    assert Counter(each.result() for each in picks) == {200: 1, 409: 31}
    assert len(system.every("MEETING#")) == 1
    assert len(system.every("MAILING#invitation")) == 1


@CONFLICTS
def test_an_answer_that_meets_the_pick_is_kept_or_refused(system: FaultySystem, conflicts: float):
    people = system.members(48)
    poll = opened(system)
    system.wire(conflicts)

    def answer(me: Member) -> tuple[str, int]:
        return me.id, status(lambda: polls_responses.answer_poll(poll, VOTES, wiring.context(me)))

    with ThreadPoolExecutor(32) as pool:
        given = [pool.submit(answer, me) for me in people[:24]]
        picked = pool.submit(
            status, lambda: polls_service.pick_date(poll, PICK, wiring.context(OFFICE))
        )
        given += [pool.submit(answer, me) for me in people[24:]]
    assert picked.result() == 200
    outcomes = dict(each.result() for each in given)
    assert set(outcomes.values()) <= {200, 409}
    answered = {person for person, code in outcomes.items() if code == 200}
    assert {vote["member"] for vote in stored_votes(system, poll)} == answered
    _, counts = poll_results.load_counts(poll, wiring.context(OFFICE))
    assert counts["answered"] == len(answered)


@CONFLICTS
def test_16_presses_on_remind_send_one_reminder(system: FaultySystem, conflicts: float):
    system.members(5)
    poll = opened(system)
    system.run_on(0)
    system.wire(conflicts)
    with ThreadPoolExecutor(16) as pool:
        presses = [
            pool.submit(status, lambda: polls_service.remind_poll(poll, wiring.context(OFFICE)))
            for _ in range(16)
        ]
    assert Counter(each.result() for each in presses)[200] == 1
    system.wire()
    system.run_on(0, 1)
    reminded = Counter(to for _, to, subject in system.ses.sent if subject.startswith("Still open"))
    assert set(reminded.values()) == {1} and len(reminded) == 5


@CONFLICTS
def test_of_16_who_lay_out_a_year_at_once_one_does(system: FaultySystem, conflicts: float):
    system.members(3)
    rows = {"q1": {"starts_at": DATES[0]}, "q2": {"starts_at": "2027-05-20T10:00"}}
    form = LayOut(mode="online", **rows)
    system.wire(conflicts)
    ctx = wiring.context(OFFICE)
    with ThreadPoolExecutor(16) as pool:
        tries = [
            pool.submit(status, lambda: year_plan_service.lay_out_year("SW", 2027, form, ctx))
            for _ in range(16)
        ]
    came_back = Counter(each.result() for each in tries)
    assert came_back[200] == 1 and set(came_back) <= {200, 409, 422}
    assert len(system.every("MEETING#")) == 2


def test_closing_killed_at_any_call_still_tells_the_co_chair_once(new_system):
    point = 0
    while True:
        point += 1
        system = new_system()
        chair = system.member(1)
        led = {"pk": "REGION#SW", "sk": "COMMUNITY", "region": "SW", "revision": 1}
        term = {"member": chair.id, "from": "2027-01-01", "until": "2028-01-01"}
        led |= {"chairs": [{"id": chair.id, "name": chair.name}], "terms": [term]}
        system.table.transact([Put(led)])
        assert communities_repository.get_community(system.table, "SW", system.now).chairs
        poll = opened(system)
        system.run_on(0, 1)
        system.now = CLOSES
        system.fuse = Fuse(kill_at=point)
        system.wire()
        try:
            system.run("clock")
        except Killed:
            killed = True
        else:
            killed = False
        system.fuse = Fuse()
        system.wire()
        system.run_on()
        closed = [to for _, to, subject in system.ses.sent if subject == "The poll is closed"]
        assert closed == [chair.email], f"killed at point {point}"
        assert polls_repository.get_poll(system.table, poll, system.now).state == "closed"
        if not killed:
            break
    assert point > 10
