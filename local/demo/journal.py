"""A plain record of everything the demo sent in.

Tests calculate every KPI figure from it alone.
"""

import dataclasses
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from local import files


@dataclass
class Joined:
    """A person who signed up.

    `active_on` is the Dublin date, None while waiting or declined.
    """

    id: str
    name: str
    email: str
    region: str
    role: str
    active_on: str | None


@dataclass
class Met:
    """A meeting; `starts_at` is Dublin wall time, the other times are instants.

    `agendas` holds by its subject when each agenda first went out, and to whom in all.
    """

    id: str
    region: str
    kind: str
    starts_at: str
    state: str = "scheduled"
    closed_at: str | None = None
    attended: list[str] = field(default_factory=list)
    agendas: dict[str, dict[str, Any]] = field(default_factory=dict)


@dataclass
class Journal:
    """Everything that was sent in, in the order it was."""

    began: str
    members: list[Joined] = field(default_factory=list)
    meetings: list[Met] = field(default_factory=list)
    chairs: list[dict[str, Any]] = field(default_factory=list)
    reflections: list[dict[str, Any]] = field(default_factory=list)
    answers: list[dict[str, Any]] = field(default_factory=list)
    reviews: list[dict[str, Any]] = field(default_factory=list)
    actions: list[dict[str, Any]] = field(default_factory=list)
    reports: list[str] = field(default_factory=list)
    letters: int = 0

    def write(self, path: Path) -> None:
        files.write(
            path, json.dumps(dataclasses.asdict(self), ensure_ascii=False, indent=1).encode()
        )
