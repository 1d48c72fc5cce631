"""What the stack makes of the events that SES would tell, by the trouble that was asked for."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from local.faults import Faults
from local.ses_events import SesEvents, notifications
from local.worker_pool import Outcome
from tests.support.event_loops import run

FIRST, SECOND = ([(letter, event) for event in ("Send", "Delivery")] for letter in ("1", "2"))
TOLD = {
    "deliver": [*FIRST, *SECOND],
    "double": [*FIRST, *FIRST, *SECOND, *SECOND],
    "reverse": [*reversed(FIRST + SECOND)],
    "hold": [],
    "drop": [],
}


class EventCollector:
    """Stands for the pool: takes every event, and notes of which letter it tells what."""

    def __init__(self) -> None:
        self.taken: list[tuple[str, str]] = []

    async def invoke(self, function: str, event: dict[str, Any]) -> Outcome:
        receipt = json.loads(event["Records"][0]["Sns"]["Message"])
        self.taken.append((receipt["mail"]["messageId"], receipt["eventType"]))
        return Outcome("answered", b"")


@pytest.mark.parametrize("trouble", TOLD)
def test_events_come_as_the_trouble_says_and_what_was_held_comes_later(
    trouble: str, tmp_path: Path
) -> None:
    pool, faults = EventCollector(), Faults()
    receipts = SesEvents(tmp_path, ["receipts"], pool, faults)  # type: ignore[arg-type]
    for letter in ("1", "2"):
        to, at = ["ann@hse.ie"], datetime(2027, 2, 11, 9, tzinfo=UTC)
        about = (letter, "Comhar <cop@example.ie>", to, {"letter": ["x"]}, at, {})
        receipts.add(notifications(*about))
    faults.set({"receipts": trouble})
    run(receipts.deliver())
    assert pool.taken == TOLD[trouble]
    faults.set({})
    run(receipts.deliver())
    assert pool.taken == (TOLD["deliver"] if trouble == "hold" else TOLD[trouble])
