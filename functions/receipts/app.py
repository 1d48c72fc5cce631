"""The door of the receipts: what SES tells of letters already handed over."""

import json
from typing import Any

from comhar import wiring
from comhar.agendas.work import lost
from comhar.letters.service import take_receipt


def handler(event: dict[str, Any], context: Any) -> dict[str, int]:
    """Takes in each event once; doubled, late and early ones change nothing (SNS delivers so)."""
    taken = 0
    for record in event["Records"]:
        told = _told(record["Sns"]["Message"])
        kind = told.get("eventType", "")
        mail = told.get("mail", {})
        at = told.get(kind.lower(), {}).get("timestamp") or mail.get("timestamp")
        for tag in mail.get("tags", {}).get("letter", []):
            letter = take_receipt(tag, kind, at, wiring.table())
            if letter is not None:
                lost(letter, kind, wiring.clock(), wiring.table(), wiring.settings())
            taken += 1
    return {"taken": taken}


def _told(message: str) -> dict[str, Any]:
    """What SES says; nothing for the greeting in plain words that it sends to a new topic."""
    try:
        return dict(json.loads(message))
    except ValueError:
        return {}
