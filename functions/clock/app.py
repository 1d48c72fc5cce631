"""The door of the clock: does what is due, and goes on until nothing is or its time runs out."""

from typing import Any

from comhar import due, wiring
from comhar.letters import service as letters
from comhar.meetings import work as meetings
from comhar.surveys import service as surveys
from comhar.telemetry import logger
from comhar.writes import Item


def handler(event: dict[str, Any], context: Any) -> dict[str, int]:
    """Work begets work (an issued agenda its mailing), so look again after a round that did some."""
    done: dict[str, int] = {}
    for _ in due.rounds(context):
        worked = False
        for item in due.work(wiring.table(), wiring.clock()):
            kind = item["pk"].partition("#")[0]
            done[kind] = done.get(kind, 0) + 1
            worked = True
            _do(kind, item)
        if not worked:
            break
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
