"""The same races through the whole stack: real workers, 64 requests at once, conflicts injected."""

import re
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

from comhar.membership import model, records
from tests.support.people import OFFICE
from tests.support.stack import BEGINNING, Stack

FORM = {"name": "Pádraig Ó Súilleabháin", "region": "SW", "role": "peer_educator"}
CONFLICTS = {"dynamodb": {"conflict": 0.2}}


def at_once(count: int, call) -> list:
    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(lambda _: call(), range(count)))


def members(stack: Stack, count: int) -> None:
    """So many active members of the South West, as if they had joined long ago."""
    table = stack.table()
    for number in range(count):
        member = model.Member(
            id=f"m{number:04d}",
            name=f"Gráinne Ní Mháille {number}",
            email=f"grainne{number}@hse.ie",
            region="SW",
            role="peer_educator",
        )
        member = model.activated(member, BEGINNING.date())
        table.transact(*records.born(member))


def test_64_sign_ups_at_once_make_one_member_and_one_welcome(own_stack: Stack):
    own_stack.post("/join", {"email": "padraig@hse.ie"})
    link = own_stack.link(own_stack.letter("padraig@hse.ie"), "/sign-up/")
    own_stack.faults(**CONFLICTS)
    answers = Counter(at_once(64, lambda: own_stack.post(link, FORM).status))
    assert answers[201] == 1
    assert set(answers) <= {201, 409, 410}
    own_stack.faults()
    own_stack.settle()
    assert len(own_stack.mail("padraig@hse.ie", "Welcome")) == 1
    office = own_stack.sign_in(OFFICE)
    assert len(own_stack.get("/members?region=SW", session=office).json["members"]) == 1


def test_64_sweeps_at_once_send_120_agendas_none_twice(own_stack: Stack):
    members(own_stack, 120)
    office = own_stack.sign_in(OFFICE)
    day = {"kind": "quarterly", "starts_at": "2027-01-05T16:00", "mode": "online"}
    made = own_stack.post("/communities/SW/meetings", day, session=office)
    assert re.match("SW-", made.json["id"])
    own_stack.advance("PT50M")
    assert len(own_stack.mail(subject="Invitation")) == 120
    own_stack.faults(**CONFLICTS)
    with ThreadPoolExecutor(1) as beside:  # at short notice the agenda is due after an hour
        hour = beside.submit(own_stack.advance, "PT10M")
        at_once(64, lambda: own_stack.invoke("clock", {}))
        at_once(8, lambda: own_stack.invoke("mailer", {}))
        hour.result()
    own_stack.faults()
    own_stack.advance("PT2H")
    assert Counter(one["to"] for one in own_stack.mail(subject="Agenda")) == {
        f"grainne{number}@hse.ie": 1 for number in range(120)
    }
