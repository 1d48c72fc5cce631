"""The door of the clock: does what is due, and goes on until nothing is or its time runs out."""

from typing import Any

from comhar import due, wiring
from comhar.letters import service as letters
from comhar.meetings import work as meetings
from comhar.surveys import service as surveys
from comhar.table import Item
from comhar.telemetry import logger

TIME_LEFT = 30_000  # milliseconds: no new round is begun with less


def handler(event: dict[str, Any], context: Any) -> dict[str, int]:
    """Work begets work (an issued agenda its mailing), so look again after a round that did some."""
    done: dict[str, int] = {}
    while True:
        before = sum(done.values())
        for item in due.work(wiring.table(), wiring.clock()):
            kind = item["pk"].partition("#")[0]
            done[kind] = done.get(kind, 0) + 1
            _do(kind, item)
        if sum(done.values()) == before or context.get_remaining_time_in_millis() < TIME_LEFT:
            return done


def _do(kind: str, item: Item) -> None:
    """One piece of work. What fails comes back when its lease has run out."""
    now, table = wiring.clock(), wiring.table()
    try:
        if kind == "MEETING":
            meetings.meeting(item, now, table, wiring.settings())
        elif kind == "MAILING":
            letters.write_letters(item, now, table)
        elif kind == "SURVEY":
            surveys.work(item, now, table)
        elif kind == "CATCHUP":
            meetings.catch_up(item, now, table)
    except Exception:
        logger.exception("work_failed", kind=kind)
