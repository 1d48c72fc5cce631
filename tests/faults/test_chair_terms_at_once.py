"""The end of a term, under faults: whoever is killed, co-chairs and office are reminded once each step."""

from collections import Counter
from datetime import UTC, datetime

from comhar import wiring
from comhar.aws.conditions import Delete, Update
from comhar.communities import repository as communities_repository
from comhar.leadership import jobs as leadership_jobs
from comhar.leadership import service as leadership_service
from comhar.leadership.forms import Chairs
from comhar.membership import repository as membership_repository
from tests.faults.faulty_system import OFFICE, SETTINGS, FaultySystem, Fuse, Killed
from tests.support.sample_region import delete_chair_letters

BEFORE, ENDED = (datetime(2027, 6, 6, 8, tzinfo=UTC), datetime(2027, 7, 4, 8, tzinfo=UTC))
READERS = ("m0@hse.ie", "m1@hse.ie", *SETTINGS.office_emails)


def led(system: FaultySystem) -> FaultySystem:
    """Co-chairs for six months from 4 January on."""
    pair = [each.id for each in system.members(2)]
    form = Chairs(members=pair, term_months=6)
    leadership_service.appoint_chairs("SW", form, wiring.context(OFFICE))
    delete_chair_letters("SW", "2")
    return system


def test_reminding_killed_at_any_call_reminds_everyone_once(new_system) -> None:
    for point in range(1, 100):
        system = led(new_system())
        system.now = BEFORE
        done = not system.killed(point, leadership_jobs.send_reminder)
        system.run_on()
        assert Counter(to for _, to, _ in system.ses.sent) == Counter(READERS), point
        system.now = ENDED
        system.run_on()
        assert Counter(to for _, to, _ in system.ses.sent) == Counter([*READERS, *READERS]), point
        assert system.table.get(("REGION#SW", "TERM")) is None
        if done:
            break
    assert point > 3


def test_noting_old_terms_killed_at_any_call_notes_all_of_them(new_system) -> None:
    for point in range(1, 100):
        system = led(new_system())
        for number in range(2):
            for key in (
                membership_repository.key(f"m{number:04d}"),
                membership_repository.row_key("SW", f"m{number:04d}"),
            ):
                system.table.transact([Update(key, remove=["chair_until"])])
        system.table.transact(
            [Delete(("REGION#SW", "TERM")), Delete(communities_repository.TERMS_NOTED)]
        )
        system.fuse = Fuse(kill_at=point)
        system.wire()
        try:
            leadership_jobs.record_terms_once(wiring.context(None))
            done = True
        except Killed:
            done = False
        system.fuse = Fuse()
        system.wire()
        system.run("clock")
        rows = membership_repository.find_members(system.table, SETTINGS, ["m0000", "m0001"])
        for row in (*rows, *membership_repository.list_members(system.table, SETTINGS, "SW")):
            assert row is not None
            assert (row.chair_of, row.chair_until) == (("SW",), {"SW": "2027-07-04"}), point
        assert system.table.get(("REGION#SW", "TERM"))["until"] == "2027-07-04"
        if done:
            break
    assert point > 8


def test_choosing_and_stepping_down_killed_at_any_call_tell_each_once(new_system) -> None:
    for point in range(1, 60):
        system = new_system()
        people = [each.id for each in system.members(4)]
        form = Chairs(members=people[:2], term_months=6)
        system.fuse = Fuse(kill_at=point)
        system.wire()
        try:
            leadership_service.appoint_chairs("SW", form, wiring.context(OFFICE))
            leaver = membership_repository.find_member(system.table, SETTINGS, people[0])
            leadership_service.step_down("SW", wiring.context(leaver))
            done = True
        except Killed:
            done = False
        system.fuse = Fuse()
        system.wire()
        leadership_service.appoint_chairs("SW", form, wiring.context(OFFICE))  # sent again
        system.run_on()
        sent = Counter((to, subject) for _, to, subject in system.ses.sent)
        assert set(sent.values()) == {1}, (point, sent)
        leading = communities_repository.get_community(system.table, "SW", system.now).chairs
        assert [each["id"] for each in leading] == people[:2], point
        if done:
            break
    assert point > 8
