"""Lists sent by many at once, and by workers that are killed: everybody is invited, nobody twice."""

import base64
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import count

import pytest

from comhar import wiring
from comhar.context import Context
from comhar.errors import AppError
from comhar.invitations import bulk
from comhar.invitations import forms as invitations_forms
from comhar.invitations import repository as invitations_repository
from comhar.invitations import service as invitations_service
from tests.faults.faulty_system import OFFICE, FaultySystem, Fuse, Killed
from tests.faults.test_races import at_once
from tests.support import invitation_list

PEOPLE = [f"p{n}@hse.ie" for n in range(3)]


@pytest.fixture(autouse=True)
def small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(invitations_repository, "PIECE_SIZE", 2)
    monkeypatch.setattr(invitations_service, "_AT_ONCE", 2)


def office() -> Context:
    return wiring.context(OFFICE)


def checked(system: FaultySystem, *emails: str) -> str:
    form = invitations_forms.PeopleList(text="\n".join(emails))
    return bulk.check_list(form, office()).id


def counts(system: FaultySystem, list_id: str) -> Counter[str]:
    """What became of the list's rows, after a look that they add up."""
    found = Counter(bulk.get_list(list_id, None, office()).counts.model_dump())
    assert found.total() == 2 * found["rows"]
    return found


def invited(system: FaultySystem) -> Counter[str]:
    """How many letters with an invitation there are to each address."""
    return Counter(
        item["facts"]["M"]["email"]["S"]
        for item in system.every("LETTER#join")
        if item["state"]["S"] == "queued"
    )


def killed_at_each_call(
    make: Callable[[], FaultySystem], work: Callable[[FaultySystem], None]
) -> Iterator[FaultySystem]:
    """Worlds in which the work was killed at one call after another, till it came through."""
    for point in count(1):
        system = make()
        system.fuse = Fuse(kill_at=point)
        with suppress(Killed):
            work(system)
            return
        system.fuse = Fuse()
        system.wire()
        yield system


def test_a_list_whose_sending_is_killed_at_any_call_is_sent_once(new_system) -> None:
    sent: dict[int, str] = {}

    def send(system: FaultySystem) -> None:
        fuse, system.fuse = system.fuse, Fuse()
        system.wire()
        sent[id(system)] = list_id = checked(system, *PEOPLE)
        system.fuse = fuse
        system.wire()
        bulk.send_list(list_id, office())
        system.run("clock")

    points = 0
    for system in killed_at_each_call(new_system, send):
        points += 1
        bulk.send_list(sent[id(system)], office())  # the page is asked for again
        system.run_on(0, 6)
        assert invited(system) + Counter(to for _, to, _ in system.ses.sent) == Counter(PEOPLE)
        assert counts(system, sent[id(system)])["sent"] == len(PEOPLE)
    assert points > 12


def test_an_invitation_at_once_that_is_killed_at_any_call_invites_nobody_twice(new_system) -> None:
    form = invitations_forms.Invite(emails=PEOPLE)

    def invite(system: FaultySystem) -> None:
        system.wire()
        invitations_service.invite(form, office())

    points = 0
    for system in killed_at_each_call(new_system, invite):
        points += 1
        invitations_service.invite(form, office())  # whoever got no answer sends it again
        system.run_on(0, 6)
        assert Counter(to for _, to, _ in system.ses.sent) == Counter(PEOPLE)
    assert points > 12


@pytest.mark.parametrize("conflicts", [0.0, 0.2])
def test_a_list_that_many_send_at_once_is_sent_once(system: FaultySystem, conflicts: float) -> None:
    list_id = checked(system, *PEOPLE)
    system.wire(conflicts)
    at_once(16, lambda: bulk.send_list(list_id, office()).state)
    at_once(16, lambda: system.run("clock") is None)
    assert invited(system) == Counter(PEOPLE)
    assert counts(system, list_id)["sent"] == len(PEOPLE)
    lines = system.client.scan(TableName=system.names["audit"])["Items"]
    assert sum(int(line["count"]["N"]) for line in lines) == len(PEOPLE)


def test_lists_with_the_same_people_sent_at_once_invite_each_once(system: FaultySystem) -> None:
    ids = [checked(system, *PEOPLE) for _ in range(4)]
    for list_id in ids:
        bulk.send_list(list_id, office())
    at_once(8, lambda: system.run("clock") is None)
    system.run_on(6, 12)
    assert Counter(to for _, to, _ in system.ses.sent) == Counter(PEOPLE)
    ended = [counts(system, list_id) for list_id in ids]
    assert sum(each["sent"] for each in ended) == len(PEOPLE)
    assert all(each["sent"] + each["invited"] == len(PEOPLE) for each in ended)


def test_a_list_is_sent_or_thrown_away_never_both(system: FaultySystem) -> None:
    list_id = checked(system, *PEOPLE)
    turns = iter(range(16))

    def press() -> str:
        odd = next(turns) % 2
        try:
            if odd:
                return bulk.send_list(list_id, office()).state
            bulk.discard_list(list_id, office())
            return "discarded"
        except AppError as fact:
            return str(fact.status)

    came_back = at_once(16, press)
    system.run("clock")
    assert sum(invited(system).values()) == (0 if came_back["discarded"] else len(PEOPLE))
    assert not (came_back["discarded"] and came_back["sending"])


def test_a_messy_list_of_2000_rows_is_checked_within_3_seconds_and_adds_up(
    system: FaultySystem, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(invitations_repository, "PIECE_SIZE", 32)
    known = [system.member(number).email for number in range(10)]
    emails = [f"o{n}@hse.ie" for n in range(10)]
    invitations_service.invite(invitations_forms.Invite(emails=emails), office())
    lines, wanted = invitation_list.rows(known, emails)
    content = base64.b64encode(invitation_list.workbook(lines)).decode()
    form = invitations_forms.PeopleList(
        file=invitations_forms.Upload(filename="list.xlsx", base64=content)
    )
    begun = time.process_time()
    list_id = bulk.check_list(form, office()).id
    assert time.process_time() - begun < 3
    assert counts(system, list_id) == wanted + Counter(rows=2_000)
    bulk.send_list(list_id, office())
    system.run("clock")
    ended = counts(system, list_id)
    assert (ended["sent"], ended["new"], ended["rows"]) == (wanted["new"], 0, 2_000)
    assert set(invited(system).values()) == {1}
    assert len(invited(system)) == wanted["new"] + len(emails)
