"""A worker killed before or after any AWS call: the clock runs on, and everyone gets one agenda."""

from datetime import UTC, datetime, timedelta

from tests.faults.faulty_system import FaultySystem, Fuse

ISSUE = datetime(2027, 2, 11, 9, 0, tzinfo=UTC)
PEOPLE = 2


def ready(system: FaultySystem) -> None:
    """A meeting whose agenda falls due now; its invitations are out."""
    system.members(PEOPLE)
    system.meeting()
    system.run_on(0, 1)
    system.ses.sent.clear()
    system.now = ISSUE


def each_point(make, function: str, before) -> int:
    """Kills at every point in turn, each in a fresh system, and checks the end. How many points."""
    point = 0
    while True:
        point += 1
        system = make()
        ready(system)
        before(system)
        if not system.is_killed(function, point):
            return point - 1
        system.tell()
        system.run_on()
        everyone = {f"m{n}@hse.ie": 1 for n in range(PEOPLE)}
        assert dict(system.ses.agendas()) == everyone, f"{function} killed at point {point}"


def test_issuing_killed_at_any_call_still_gives_everyone_one_agenda(new_system):
    killed = each_point(new_system, "clock", lambda system: None)
    assert killed >= 20


def test_mailer_killed_at_any_call_still_gives_everyone_one_agenda(new_system):
    killed = each_point(new_system, "mailer", lambda system: system.run("clock"))
    assert killed >= 2 * (1 + 4 * PEOPLE)


def test_the_residual_a_letter_goes_twice_only_if_its_send_event_never_comes(new_system):
    """SES took the letter, the mailer died before noting it, and no event arrived for an hour."""
    system = new_system()
    ready(system)
    system.run("clock")
    system.fuse = Fuse()
    system.wire()
    system.ses.faults = lambda: "answer lost"
    system.run("mailer")
    system.ses.faults = lambda: None
    system.ses.untold.clear()  # the events are lost too
    system.now += timedelta(minutes=59)
    system.sweep()
    assert set(system.ses.agendas().values()) == {1}
    system.now += timedelta(minutes=2)
    system.sweep()
    assert set(system.ses.agendas().values()) == {2}
