"""The budget of letters to strangers holds though mailers run at once or die anywhere."""

import contextlib
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from comhar import wiring
from comhar.membership import email_addresses
from comhar.settings import Settings
from tests.faults.faulty_system import VARIABLES, FaultySystem, Fuse, Killed

FEW = Settings(VARIABLES | {"OTHER_LETTERS": "12", "DOMAIN_LETTERS": "3"})


def ask(world: FaultySystem, count: int, domains: int) -> None:
    """So many links to join, for addresses that are nobody's."""
    for number in range(count):
        email = f"p{number}@d{number % domains}.example"
        world.table.transact([email_addresses.link_letter_write("join", email, {}, world.now)])


def wire(world: FaultySystem, conflicts: float = 0.0) -> None:
    world.wire(conflicts)
    wiring.settings = lambda: FEW  # type: ignore[assignment]


def swept(world: FaultySystem, sweeps: int) -> int:
    """How many letters have gone out after so many sweeps at once."""
    with ThreadPoolExecutor(sweeps) as pool:
        list(pool.map(lambda _: world.run("mailer"), range(sweeps)))
    return len(world.ses.sent)


@pytest.mark.parametrize("conflicts", [0.0, 0.2])
@pytest.mark.parametrize(("domains", "most"), [(30, 12), (2, 6)])
def test_sweeps_at_once_send_the_hours_letters_and_none_beyond(
    world: FaultySystem, conflicts: float, domains: int, most: int
):
    ask(world, 30, domains)
    wire(world, conflicts)
    assert swept(world, 6) == most
    world.now += timedelta(minutes=30)
    assert swept(world, 2) == most
    world.now += timedelta(minutes=45)
    assert swept(world, 6) == 2 * most
    assert len({to for _, to, _ in world.ses.sent}) == 2 * most


@pytest.mark.parametrize("point", range(1, 40, 3))
def test_a_mailer_that_dies_sends_no_more_than_the_budget_and_nothing_twice(
    world: FaultySystem, point: int
):
    ask(world, 14, 14)
    world.fuse = Fuse(kill_at=point)
    wire(world)
    with contextlib.suppress(Killed):
        world.run("mailer")
    world.fuse = Fuse()
    wire(world)
    for minutes in (0, 6, 40):
        world.now = world.now.replace(minute=0) + timedelta(minutes=minutes)
        world.sweep()
        wire(world)
    assert len(world.ses.sent) <= 12
    for _ in range(4):
        world.now += timedelta(minutes=45)
        world.sweep()
    sent = [to for _, to, _ in world.ses.sent]
    assert len(sent) == len(set(sent)) == 14
