"""What is stored of actions, held against each other: each one once, with its rows, copy and pointer."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from typing import Any

from comhar.aws.dynamodb import from_raw
from comhar.dates.quarters import Quarter

Key = tuple[str, str]
BESIDE = (  # an owner's copy, that of the community's page, a meeting's pointer
    *(("MEMBER", "ACTION"), ("REGION", "PURSUED")),
    ("MEETING", "DONE"),
)


def stored_actions(raw_items: Iterable[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Every action by its id, of all items of a table; checks that what goes with each is there alone."""
    actions: dict[str, list[dict[str, Any]]] = defaultdict(list)
    beside: set[Key] = set()
    for item in map(from_raw, raw_items):
        pk, kind, *rest = (item["pk"].partition("#")[0], *item["sk"].split("#"))
        if pk == "REGION" and kind in ("ACTION", "DONE"):
            actions[rest[-1]].append(item)
        elif (pk, kind) in BESIDE or (kind == "QUARTER" and rest[1] in ("OPENED", "DONE")):
            beside.add((item["pk"], item["sk"]))
    assert {id: len(items) for id, items in actions.items() if len(items) > 1} == {}
    by_id = {id: items[0] for id, items in actions.items()}
    assert beside == {key for id, action in by_id.items() for key in _beside(id, action)}
    return by_id


def _beside(id: str, action: dict[str, Any]) -> set[Key]:
    pk, done_on = action["pk"], action.get("done_on")
    keys = {(pk, f"QUARTER#{_quarter(action['opened_on'])}#OPENED#{id}")}
    if not done_on:
        assert action["sk"] == f"ACTION#{id}"
        keys.add((pk, f"PURSUED#{id}"))
        return keys | (
            {(f"MEMBER#{action['member']}", f"ACTION#{id}")} if "member" in action else set()
        )
    assert action["sk"] == f"DONE#{done_on}#{id}"
    keys.add((pk, f"QUARTER#{_quarter(done_on)}#DONE#{id}"))
    return keys | (
        {(f"MEETING#{action['meeting']}", f"DONE#{id}")} if "meeting" in action else set()
    )


def _quarter(day: str) -> Quarter:
    return Quarter.of(date.fromisoformat(day))
