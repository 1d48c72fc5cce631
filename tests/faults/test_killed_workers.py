"""A worker killed before or after any AWS call: the clock runs on, and everyone gets one agenda."""

from datetime import UTC, datetime, timedelta

from tests.faults.faulty_system import FaultySystem, Fuse, Killed

ISSUE = datetime(2027, 2, 11, 9, 0, tzinfo=UTC)
PEOPLE = 2


def ready(world: FaultySystem) -> None:
    """A meeting whose agenda falls due now; its invitations are out."""
    world.members(PEOPLE)
    world.meeting()
    world.run_on(0, 1)
    world.ses.sent.clear()
    world.now = ISSUE


def killed_at(world: FaultySystem, point: int, function: str) -> bool:
    """Runs one function with the fuse set; whether it was killed (else it had fewer calls)."""
    world.fuse = Fuse(kill_at=point)
    world.wire()
    try:
        world.run(function)
    except Killed:
        return True
    finally:
        world.fuse = Fuse()
        world.wire()
    return False


def each_point(make, function: str, before) -> int:
    """Kills at every point in turn, each in a fresh world, and checks the end. How many points."""
    point = 0
    while True:
        point += 1
        world = make()
        ready(world)
        before(world)
        if not killed_at(world, point, function):
            return point - 1
        world.tell()
        world.run_on()
        everyone = {f"m{n}@hse.ie": 1 for n in range(PEOPLE)}
        assert dict(world.ses.agendas()) == everyone, f"{function} killed at point {point}"


def test_issuing_killed_at_any_call_still_gives_everyone_one_agenda(new_world):
    killed = each_point(new_world, "clock", lambda world: None)
    assert killed >= 20


def test_mailer_killed_at_any_call_still_gives_everyone_one_agenda(new_world):
    killed = each_point(new_world, "mailer", lambda world: world.run("clock"))
    assert killed >= 2 * (1 + 4 * PEOPLE)


def test_the_residual_a_letter_goes_twice_only_if_its_send_event_never_comes(new_world):
    """SES took the letter, the mailer died before noting it, and no event arrived for an hour."""
    world = new_world()
    ready(world)
    world.run("clock")
    world.fuse = Fuse()
    world.wire()
    world.ses.faults = lambda: "answer lost"
    world.run("mailer")
    world.ses.faults = lambda: None
    world.ses.untold.clear()  # the events are lost too
    world.now += timedelta(minutes=59)
    world.sweep()
    assert set(world.ses.agendas().values()) == {1}
    world.now += timedelta(minutes=2)
    world.sweep()
    assert set(world.ses.agendas().values()) == {2}
