"""The door of the receipts: what SES tells of letters already handed over."""

import json
from typing import Any

from comhar import wiring
from comhar.letters.service import take_receipt


def handler(event: dict[str, Any], context: Any) -> dict[str, int]:
    """Takes in each event once; doubled, late and early ones change nothing (SNS delivers so)."""
    taken = 0
    for record in event["Records"]:
        told = json.loads(record["Sns"]["Message"])
        for tag in told["mail"].get("tags", {}).get("letter", []):
            take_receipt(tag, told["eventType"], told["mail"]["timestamp"], wiring.table())
            taken += 1
    return {"taken": taken}
