"""The door of the mailer: posts letters as they are written (stream) and when they are due (schedule)."""

import random
from collections import Counter
from typing import Any

from comhar import due, wiring
from comhar.letters import service
from comhar.table import read_image
from comhar.telemetry import logger, measure_seconds
from comhar.writes import Item, Key


def handler(event: dict[str, Any], context: Any) -> dict[str, int]:
    """One attempt a letter; how many ended in which state. Never raises for a letter: the sweep,
    not a retry of the stream, is what brings it back."""
    if "Records" in event:
        images = [read_image(record["dynamodb"]["NewImage"]) for record in event["Records"]]
        return dict(Counter(_post((image["pk"], image["sk"]), image) for image in images))
    ended: Counter[str] = Counter()
    for _ in due.rounds(context):
        now = wiring.clock()
        seen = due.seen(wiring.table(), "letter", now)
        if not ended:
            measure_seconds("OldestQueuedLetterAge", service.age(seen, now))
        random.shuffle(seen)  # sweeps that run side by side meet less
        posted = Counter(_post(key, None) for key, _ in seen)
        ended += posted
        if not seen or set(posted) <= {"taken", "error"}:
            break
    return dict(ended)


def _post(key: Key, image: Item | None) -> str:
    try:
        return wiring.mailer().post(key, image)
    except Exception:
        logger.exception("letter_failed", purpose=key[0].split("#")[1])
        return "error"
