"""The budget of letters to strangers holds though mailers run at once or die anywhere."""

import contextlib
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from comhar import wiring
from comhar.membership import email_addresses
from comhar.settings import Settings
from tests.faults.faulty_system import FaultySystem, Fuse, Killed
from tests.support.deployment import VARIABLES

FEW = Settings(VARIABLES | {"OTHER_LETTERS": "12", "DOMAIN_LETTERS": "3"})


def ask(system: FaultySystem, count: int, domains: int) -> None:
    """So many links to join, for addresses that are nobody's."""
    for number in range(count):
        email = f"p{number}@d{number % domains}.example"
        system.table.transact([email_addresses.link_letter_write("join", email, {}, system.now)])


def wire(system: FaultySystem, conflicts: float = 0.0) -> None:
    system.wire(conflicts)
    wiring.settings = lambda: FEW  # type: ignore[assignment]


def swept(system: FaultySystem, sweeps: int) -> int:
    """How many letters have gone out after so many sweeps at once."""
    with ThreadPoolExecutor(sweeps) as pool:
        list(pool.map(lambda _: system.run("mailer"), range(sweeps)))
    return len(system.ses.sent)


@pytest.mark.parametrize("conflicts", [0.0, 0.2])
@pytest.mark.parametrize(("domains", "most"), [(30, 12), (2, 6)])
def test_sweeps_at_once_send_the_hours_letters_and_none_beyond(
    system: FaultySystem, conflicts: float, domains: int, most: int
):
    ask(system, 30, domains)
    wire(system, conflicts)
    assert swept(system, 6) == most
    system.now += timedelta(minutes=30)
    assert swept(system, 2) == most
    system.now += timedelta(minutes=45)
    assert swept(system, 6) == 2 * most
    assert len({to for _, to, _ in system.ses.sent}) == 2 * most


@pytest.mark.parametrize("point", range(1, 40, 3))
def test_a_mailer_that_dies_sends_no_more_than_the_budget_and_nothing_twice(
    system: FaultySystem, point: int
):
    ask(system, 14, 14)
    system.fuse = Fuse(kill_at=point)
    wire(system)
    with contextlib.suppress(Killed):
        system.run("mailer")
    system.fuse = Fuse()
    wire(system)
    for minutes in (0, 6, 40):
        system.now = system.now.replace(minute=0) + timedelta(minutes=minutes)
        system.sweep()
        wire(system)
    assert len(system.ses.sent) <= 12
    for _ in range(4):
        system.now += timedelta(minutes=45)
        system.sweep()
    sent = [to for _, to, _ in system.ses.sent]
    assert len(sent) == len(set(sent)) == 14
