"""Mail told of by many at once: each is queued once, and one address gets one answer."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from comhar import wiring
from comhar.aws.conditions import Item
from comhar.context import Context
from comhar.due_work import leases
from comhar.errors import AppError
from comhar.inbox import intake
from comhar.inbox import service as inbox_service
from local.inbound_mail import receipt_event
from tests.faults.faulty_system import OFFICE, FaultySystem
from tests.support.office_mail import read_message


class Letterbox:
    """Holds one mail whatever it is asked for; what was deleted is remembered."""

    def __init__(self, raw: bytes) -> None:
        self.raw = raw
        self.deleted: list[str] = []

    def get(self, message: str) -> bytes:
        return self.raw

    def delete(self, message: str) -> None:
        self.deleted.append(message)


def take_in(system: FaultySystem, name: str, messages: list[str]) -> tuple[list[bool], list[Item]]:
    """All messages taken in at once: which were answered, and the queue."""
    box, ctx = (
        Letterbox(read_message(name)),
        Context(None, system.now, wiring.table(), wiring.settings()),
    )

    def one(message: str) -> bool:
        ses = receipt_event(box.raw, message, system.now)["Records"][0]["ses"]
        return intake.take_in(ses, ctx, box, lambda reply: False)  # type: ignore[arg-type]

    with ThreadPoolExecutor(len(messages)) as pool:
        sent = list(pool.map(one, messages))
    return sent, wiring.table().query("INBOX#open").items


def letters() -> list[Any]:
    return wiring.table().due("letter", "9999", 100)


@pytest.mark.parametrize("name", ["gmail", "outlook"])
def test_a_message_told_of_16_times_at_once_is_one(system: FaultySystem, name: str) -> None:
    system.wire(0.1)
    sent, queue = take_in(system, name, ["m1"] * 16)
    assert (sent.count(True), len(queue), len(letters())) == (1, 1, 1)


@pytest.mark.parametrize("name", ["gmail", "outlook"])
def test_16_messages_of_one_address_at_once_are_queued_and_answered_once(
    system: FaultySystem, name: str
) -> None:
    system.wire(0.1)
    sent, queue = take_in(system, name, [f"m{n}" for n in range(16)])
    assert (sent.count(True), len(queue), len(letters())) == (1, 16, 1)
    assert [bool(item.get("answered")) for item in queue].count(True) == 1


def test_a_mail_put_away_while_it_is_deleted_does_not_come_back(system: FaultySystem) -> None:
    system.wire(0.1)
    _, [item] = take_in(system, "gmail", ["m1"])
    table, settings, box = wiring.table(), wiring.settings(), Letterbox(b"")
    clock = Context(None, system.now, table, settings)
    claimed = leases.claim(table, (item["pk"], item["sk"]), item["due_at"], system.now)
    assert claimed

    def put_away(state: Any) -> None:
        try:
            inbox_service.put_away(item["id"], state, Context(OFFICE, system.now, table, settings))
        except AppError:
            return

    with ThreadPoolExecutor(9) as pool:
        moving = [pool.submit(put_away, state) for state in ("done", "open") * 4]
        pool.submit(inbox_service.forget, claimed, clock, box).result()
        [each.result() for each in moving]
    for state in ("open", "done"):
        for left in table.query(f"INBOX#{state}").items:
            assert left["due"] == "work"  # it is deleted by the next sweep
            inbox_service.forget(left, clock, box)  # type: ignore[arg-type]
            assert table.query(f"INBOX#{state}").items == []
    assert set(box.deleted) == {"m1"}
