"""Many at once: one member, one letter, one agenda each, whatever the order."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from comhar import wiring
from comhar.aws.conditions import Put
from comhar.dates.dublin_time import stamp
from comhar.errors import AppError
from comhar.letters import repository as letters_repository
from comhar.letters.model import Letter, LetterId
from comhar.membership import repository as membership_repository
from comhar.sign_up import service as sign_up_service
from comhar.sign_up.forms import SignUp
from tests.faults.faulty_system import FaultySystem
from tests.support.proof_sizes import sized

SWEEPS = sized(16, 64)
AGENDAS = sized(80, 240)
MEETING_WITHOUT_FACTS = {"pk": "MEETING#SW-0", "sk": "MEETING", "due": "work"}
FORM = SignUp(name="Pádraig Ó Súilleabháin", region="SW", role="peer_educator")


def at_once(count: int, call) -> Counter:
    """Calls it from so many threads; what came back, counted."""
    with ThreadPoolExecutor(count) as pool:
        return Counter(pool.map(lambda _: call(), range(count)))


@pytest.mark.parametrize("conflicts", [0.0, 0.2])
def test_64_sign_ups_by_one_link_make_one_member_and_one_welcome(
    system: FaultySystem, conflicts: float
):
    token = system.invitation("padraig@hse.ie")
    system.wire(conflicts)

    def sign_up() -> int:
        try:
            sign_up_service.sign_up(token, FORM, "", wiring.context(None))
        except AppError as fact:
            return fact.status
        return 201

    came_back = at_once(64, sign_up)
    assert came_back[201] == 1
    assert set(came_back) <= {201, 409, 410}
    assert len(system.every("ADDRESS#")) == 1
    assert len(system.every("REGISTER")) == 1
    assert len(system.every("LETTER#welcome")) == 1


@pytest.mark.parametrize("conflicts", [0.0, 0.2])
def test_sweeps_at_once_over_a_due_agenda_send_all_letters_none_twice(
    system: FaultySystem, conflicts: float
):
    system.members(AGENDAS)
    system.meeting()
    system.sweep()
    system.now = datetime(2027, 2, 11, 9, 0, tzinfo=UTC)
    system.wire(conflicts)
    at_once(SWEEPS, lambda: system.run("clock") is None)
    at_once(4, lambda: system.run("mailer") is None)
    assert sorted(system.ses.agendas().values()) == [1] * AGENDAS


def test_20_percent_throttling_loses_nothing(system: FaultySystem):
    system.members(30)
    system.meeting()
    refusals = iter(["throttle" if n % 5 == 0 else None for n in range(10_000)])
    system.ses.faults = lambda: next(refusals)
    system.run_on(0, 5, 10, 20, 40)
    invited = Counter(to for _, to, _ in system.ses.sent)
    assert sorted(invited.values()) == [1] * 30


def test_an_unknown_outcome_is_not_tried_again_before_its_hour(system: FaultySystem):
    system.members(1)
    system.meeting()
    system.ses.faults = lambda: "answer lost"
    system.run("clock")
    system.run("mailer")
    system.ses.faults = lambda: None
    system.run_on(1, 6, 30)  # the Send event came: never again
    assert len(system.ses.sent) == 1
    system.run_on()
    assert len(system.ses.sent) == 1


def test_letters_that_cannot_be_made_hold_up_no_others(system: FaultySystem):
    broken = [LetterId("unheard_of", "x", str(n), "p") for n in range(120)]
    for letter in broken:
        system.table.transact([letters_repository.insert_write(Letter(letter), system.now)])
    system.now += timedelta(seconds=1)
    member = system.member(1)
    system.table.transact([membership_repository.welcome_letter_write(member, system.now)])
    with pytest.raises(Exception, match="120 letters"):
        system.run("mailer")
    assert [to for _, to, _ in system.ses.sent] == ["m1@hse.ie"]


def test_work_that_fails_is_told_and_the_rest_is_done(system: FaultySystem):
    system.members(2)
    meeting = system.meeting()
    system.table.transact([Put({**MEETING_WITHOUT_FACTS, "due_at": stamp(system.now)})])
    with pytest.raises(Exception, match="1 pieces"):
        system.run("clock")
    assert len(system.every(f"LETTER#invitation#{meeting}")) == 2
