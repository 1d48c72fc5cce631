"""Faults that the stack makes on request by `POST /_local/faults`.

`{"ses": {"throttle": 0.2, "timeout": 0.1, "lost": 0.1}}`: shares of sends that are refused with
TooManyRequests; taken without an answer; not taken and not answered.
`{"receipts": "deliver" | "early" | "hold" | "double" | "reverse" | "drop"}`: what becomes of
SES's events; early: they come before the send itself is answered.
`{"dynamodb": {"conflict": 0.2}}`: share of writes answered with a transaction conflict; works only
when the stack was started with COMHAR_FAULTS=1, which puts a proxy before the emulator.
What a call does not name goes back to no trouble.
"""

import random
from dataclasses import dataclass, field
from typing import Any

_RECEIPTS = ("deliver", "early", "hold", "double", "reverse", "drop")


@dataclass
class Faults:
    ses: dict[str, float] = field(default_factory=dict)
    receipts: str = "deliver"
    dynamodb: dict[str, float] = field(default_factory=dict)

    def set(self, wanted: Any) -> None:
        """Raises ValueError with words for anything not known."""
        if not isinstance(wanted, dict) or set(wanted) - {"ses", "receipts", "dynamodb"}:
            raise ValueError("name ses, receipts or dynamodb")
        ses = _shares(wanted.get("ses", {}), {"throttle", "timeout", "lost"})
        dynamodb = _shares(wanted.get("dynamodb", {}), {"conflict"})
        receipts = wanted.get("receipts", "deliver")
        if receipts not in _RECEIPTS:
            raise ValueError(f"receipts is one of {', '.join(_RECEIPTS)}")
        self.ses, self.receipts, self.dynamodb = ses, receipts, dynamodb

    def strikes(self, shares: dict[str, float]) -> str | None:
        """Which trouble, if any, this call meets."""
        at = random.random()
        for trouble, share in shares.items():
            if at < share:
                return trouble
            at -= share
        return None


def _shares(wanted: Any, known: set[str]) -> dict[str, float]:
    if not isinstance(wanted, dict) or set(wanted) - known:
        raise ValueError(f"name {', '.join(sorted(known))}")
    return {name: float(share) for name, share in wanted.items()}
