"""Receipts: what SES says of letters that it was handed."""

import json
from contextlib import suppress
from datetime import datetime
from typing import Any

from comhar import wiring
from comhar.aws.conditions import ConditionFailed, Write
from comhar.aws.dynamodb import Table
from comhar.letters import repository as letters_repository
from comhar.letters.service import take_receipt
from comhar.meetings.agenda.letters import report_undelivered
from comhar.membership import email_addresses


def handler(event: dict[str, Any], context: Any) -> dict[str, int]:
    """Takes in each event once; doubled, late and early ones change nothing.

    SNS delivers so.
    """
    taken = 0
    for record in event["Records"]:
        event_body = _read_event(record["Sns"]["Message"])
        kind = event_body.get("eventType", "")
        mail = event_body.get("mail", {})
        at = event_body.get(kind.lower(), {}).get("timestamp") or mail.get("timestamp")
        arrived = event_body.get("delivery", {}).get("recipients", [])
        for tag in mail.get("tags", {}).get("letter", []):
            wanted = [letters_repository.tag_key(tag), *map(email_addresses.bounce_key, arrived)]
            pointer, *bounces = wiring.table().batch_get(wanted)
            if pointer is not None:
                letter = take_receipt(pointer, kind, at, wiring.table())
                back = [email for email, item in zip(arrived, bounces, strict=True) if item]
                _note_reach(event_body, back, wiring.table())
                report_undelivered(letter, kind, wiring.context(None))
            taken += 1
    return {"taken": taken}


def _note_reach(event_body: dict[str, Any], back: list[str], table: Table) -> None:
    """Notes which addresses bounced for good, and which took a letter again.

    `back` are those whose bounce was noted before.
    """
    writes: list[Write] = []
    if back:
        at = datetime.fromisoformat(event_body["delivery"]["timestamp"])
        writes = [email_addresses.clear_bounce_write(email, at) for email in back]
    bounce = event_body.get("bounce", {})
    if bounce.get("bounceType") == "Permanent":
        at = datetime.fromisoformat(bounce["timestamp"])
        emails = [each["emailAddress"] for each in bounce["bouncedRecipients"]]
        writes = [email_addresses.record_bounce_write(email, at) for email in emails]
    for write in writes:
        with suppress(ConditionFailed):  # something newer is known
            table.transact([write])


def _read_event(message: str) -> dict[str, Any]:
    """SES's event; empty for the greeting in plain words that comes to a new topic."""
    try:
        return dict(json.loads(message))
    except ValueError:
        return {}
