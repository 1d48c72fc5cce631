"""Sends letters as they are written (stream) and when they are due (schedule)."""

import random
from collections import Counter
from typing import Any

from comhar import wiring
from comhar.aws.conditions import Item, Key
from comhar.aws.dynamodb import from_raw
from comhar.due_work import leases
from comhar.letters.service import Posted
from comhar.telemetry import log_error, measure_seconds

_WAITING = ("queued", "uncertain", "error")


class LettersFailed(Exception):
    """Letters could not be rendered: each is tried again, and somebody should look."""


def handler(event: dict[str, Any], context: Any) -> dict[str, int]:
    """One attempt a letter; how many ended in which state.

    The stream never fails for a letter: the sweep is what brings it back. The sweep raises
    LettersFailed at its end, so that the alarm on its dead letters rings.
    """
    if "Records" in event:
        images = [from_raw(record["dynamodb"]["NewImage"]) for record in event["Records"]]
        return dict(Counter(_post((image["pk"], image["sk"]), image).state for image in images))
    ended, oldest = _sweep(context)
    measure_seconds("OldestQueuedLetterAge", oldest)
    if ended["error"]:
        raise LettersFailed(f"{ended['error']} letters could not be made")
    return dict(ended)


def _sweep(context: Any) -> tuple[Counter[str], float]:
    """Round after round, until nothing due is left that is not another's.

    How many letters ended in which state, and for how many seconds the oldest of those that wait has
    waited: a round's letters are not remembered.
    """
    ended: Counter[str] = Counter()
    oldest = 0.0
    for _ in leases.repeat_while_time(context):
        seen = leases.list_due(wiring.table(), "letter", wiring.clock())
        random.shuffle(seen)  # sweeps that run side by side meet less
        posted = [_post(key, None) for key, _ in seen]
        ended.update(each.state for each in posted)
        oldest = max(oldest, *(each.waited for each in posted if each.state in _WAITING), 0.0)
        if all(each.state == "taken" for each in posted):
            break
    return ended, oldest


def _post(key: Key, image: Item | None) -> Posted:
    try:
        return wiring.mailer().post(key, image)
    except Exception as error:
        log_error("letter_failed", error, purpose=key[0].split("#")[1])
        return Posted("error")
