"""Owns how long each kind of thing is kept: data, unless the deployment's `RETENTION` says otherwise."""

import os
from collections.abc import Mapping
from datetime import timedelta
from functools import cache
from typing import Any

from comhar import data


def kinds(env: Mapping[str, str] = os.environ) -> list[dict[str, Any]]:
    """Every kind of thing that is held, with `days` as they hold here.

    `RETENTION` overrides days by key: `declined=90 letter=180`. Raises ValueError for a key that there is
    not, or that no setting may change, and for what is no number of days.
    """
    said = dict(part.partition("=")[::2] for part in env.get("RETENTION", "").split())
    known = {each["key"]: each for each in data.load("retention")}
    for key, days in said.items():
        if known.get(key, {}).get("days") is None:
            raise ValueError(f"RETENTION: {key} is not a kind whose days can be set")
        if not (days.isdecimal() and int(days) > 0):
            raise ValueError(f"RETENTION: {key} needs a number of days")
    return [
        {**each, "days": int(said.get(key, each["days"] or 0)) or None}
        for key, each in known.items()
    ]


@cache
def kept(kind: str) -> timedelta:
    """For how long this kind is kept. Raises KeyError."""
    return timedelta(days=_days()[kind])


@cache
def _days() -> dict[str, int]:
    return {each["key"]: each["days"] for each in kinds() if each["days"]}
