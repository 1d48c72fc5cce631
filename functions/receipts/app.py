"""The door of the receipts: what SES tells of letters already handed over."""

import json
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from typing import Any

from comhar import wiring
from comhar.agendas.work import lost
from comhar.letters.service import take_receipt
from comhar.membership import standing
from comhar.table import Lost, Table
from comhar.writes import Write


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
                _note_reach(told, kind, wiring.table())
                lost(letter, kind, wiring.clock(), wiring.table(), wiring.settings())
            taken += 1
    return {"taken": taken}


def _note_reach(told: dict[str, Any], kind: str, table: Table) -> None:
    """Notes of each address whether mail reaches it: a letter came back for good, or one arrived."""
    event = told.get(kind.lower(), {})
    write: Callable[[str, datetime], Write] = standing.reached_write
    emails = event.get("recipients", []) if kind == "Delivery" else []
    if kind == "Bounce" and event.get("bounceType") == "Permanent":
        emails = [each["emailAddress"] for each in event["bouncedRecipients"]]
        write = standing.bounced_write
    for email in emails:
        with suppress(Lost):  # there is nothing to forget, or something newer is known
            table.transact(write(email, datetime.fromisoformat(event["timestamp"])))


def _told(message: str) -> dict[str, Any]:
    """What SES says; nothing for the greeting in plain words that it sends to a new topic."""
    try:
        return dict(json.loads(message))
    except ValueError:
        return {}
