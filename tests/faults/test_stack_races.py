"""The same races through the whole stack: real workers, many requests at once, conflicts injected."""

import re
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from comhar.membership import model as membership_model
from comhar.membership import repository as membership_repository
from tests.support.proof_sizes import sized
from tests.support.stack import BEGINNING, Stack
from tests.support.stack_users import OFFICE

AT_ONCE = sized(8, 64)
MAILERS = sized(3, 8)
AGENDAS = sized(16, 120)
FORM = {"name": "Pádraig Ó Súilleabháin", "region": "MW", "role": "peer_educator"}
CONFLICTS = {"dynamodb": {"conflict": 0.2}}


@pytest.fixture(scope="module")
def own_stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """One for both: each has a region of its own."""
    running = Stack(tmp_path_factory.mktemp("stack") / "stack", COMHAR_FAULTS="1")
    running.start()
    yield running
    running.stop()


def at_once(count: int, call) -> list:
    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(lambda _: call(), range(count)))


def members(stack: Stack, count: int) -> None:
    """So many active members of the South West, as if they had joined long ago."""
    table = stack.table()
    for number in range(count):
        member = membership_model.Member(
            id=f"m{number:04d}",
            name=f"Gráinne Ní Mháille {number}",
            email=f"grainne{number}@hse.ie",
            region="SW",
            role="peer_educator",
        )
        member = membership_model.activate_member(member, BEGINNING.date())
        table.transact(membership_repository.insert_member_writes(member))


def test_sign_ups_at_once_make_one_member_and_one_welcome(own_stack: Stack):
    own_stack.post("/join", {"email": "padraig@hse.ie"})
    link = own_stack.link(own_stack.letter("padraig@hse.ie"), "/sign-up/")
    own_stack.faults(**CONFLICTS)
    answers = Counter(at_once(AT_ONCE, lambda: own_stack.post(link, FORM).status))
    assert answers[201] == 1
    assert set(answers) <= {201, 409, 410}
    own_stack.faults()
    own_stack.settle()
    assert len(own_stack.mail("padraig@hse.ie", "Welcome")) == 1
    office = own_stack.sign_in(OFFICE)
    assert len(own_stack.get("/members?region=MW", session=office).json["members"]) == 1


def test_sweeps_at_once_send_all_agendas_none_twice(own_stack: Stack):
    members(own_stack, AGENDAS)
    office = own_stack.sign_in(OFFICE)
    day = {"kind": "quarterly", "starts_at": "2027-01-05T16:00", "mode": "online"}
    made = own_stack.post("/communities/SW/meetings", day, session=office)
    assert re.match("SW-", made.json["id"])
    own_stack.advance("PT50M")
    assert len(own_stack.mail(subject="Invitation")) == AGENDAS
    own_stack.faults(**CONFLICTS)
    with ThreadPoolExecutor(1) as beside:  # at short notice the agenda is due after an hour
        hour = beside.submit(own_stack.advance, "PT10M")
        at_once(AT_ONCE, lambda: own_stack.invoke("clock", {}))
        at_once(MAILERS, lambda: own_stack.invoke("mailer", {}))
        hour.result()
    own_stack.faults()
    own_stack.advance("PT2H")
    assert Counter(one["to"] for one in own_stack.mail(subject="Agenda")) == {
        f"grainne{number}@hse.ie": 1 for number in range(AGENDAS)
    }
