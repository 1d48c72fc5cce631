"""SES's events after a send, in files until the receipts function has them."""

import asyncio
import json
import random
import uuid
from collections.abc import Iterator
from datetime import datetime, timedelta
from email.utils import getaddresses
from pathlib import Path
from typing import Any

from local import files
from local.faults import Faults
from local.template import ACCOUNT, REGION
from local.worker_pool import Pool

_ABREAST = 3
_TRIES = 3  # an asynchronous invocation is tried three times, then it is a dead letter
_SIMULATOR = "@simulator.amazonses.com"


class SesEvents:
    """The events waiting to be delivered, a file a letter.

    Those nobody would take are `dead`.
    """

    def __init__(self, folder: Path, functions: list[str], pool: Pool, faults: Faults) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self._functions = functions
        self._pool = pool
        self._faults = faults
        self._names = sorted(one.name for one in folder.glob("*.json"))
        self._next = int(self._names[-1].split(".")[0]) + 1 if self._names else 0
        self._turn = asyncio.Lock()

    def add(self, events: list[dict[str, Any]]) -> None:
        """Queue the events that follow one send (see `notifications`)."""
        name = f"{self._next:012d}.json"
        self._next += 1
        files.write_json(self._folder / name, events)
        self._names.append(name)

    async def deliver(self) -> int:
        """Hand on what waits; answers of how many letters. One caller at a time."""
        async with self._turn:
            how = self._faults.receipts
            if how == "hold" or not self._names:
                return 0
            names, self._names = self._names, []
            order = list(reversed(names)) if how == "reverse" else names
            if how == "double":
                order = [name for name in order for _ in range(2)]
            if how != "drop":
                room = asyncio.Semaphore(_ABREAST)
                await asyncio.gather(*(self._give(name, room, how) for name in order))
            for name in names:
                (self._folder / name).unlink(missing_ok=True)
            return len(names)

    async def _give(self, name: str, room: asyncio.Semaphore, how: str) -> None:
        """One letter's events, in their order; those that nobody would take lie in `dead`."""
        async with room:
            events = files.read_json(self._folder / name)
            dead = []
            for event in reversed(events) if how == "reverse" else events:
                if not await self._taken(event):
                    dead.append(event)
            if dead:
                files.write_json(self._folder / "dead" / name, dead)

    async def _taken(self, event: Any) -> bool:
        """Whether every function has taken it."""
        for function in self._functions:
            for _ in range(_TRIES):
                if (await self._pool.invoke(function, event)).how == "answered":
                    break
            else:
                return False
        return True


def notifications(
    identity: str,
    sender: str,
    to: list[str],
    tags: dict[str, list[str]],
    at: datetime,
    common: dict[str, Any],
) -> list[dict[str, Any]]:
    """The events that follow one send, in order, as the receipts function gets them."""
    mail = {
        "timestamp": _stamp(at),
        "source": sender,
        "sendingAccountId": ACCOUNT,
        "messageId": identity,
        "destination": to,
        "headersTruncated": False,
        "headers": [],
        "commonHeaders": {**common, "messageId": identity},
        "tags": {**tags, "ses:from-domain": [sender.rstrip(">").rpartition("@")[2]]},
    }
    return [_notification(event, at) for event in _events(mail, to, at)]


def _events(mail: dict[str, Any], to: list[str], at: datetime) -> Iterator[dict[str, Any]]:
    """Send, and then what SES's mailbox simulator would answer; everybody else gets it."""
    yield {"eventType": "Send", "mail": mail, "send": {}}
    later = _stamp(at + timedelta(milliseconds=random.randint(200, 900)))
    common = {"timestamp": later, "feedbackId": str(uuid.uuid4())}
    behaviour = [_behaviour(one) for one in to]
    if "bounce" in behaviour or "suppressionlist" in behaviour:
        suppressed = "suppressionlist" in behaviour
        bounce = {
            **common,
            "bounceType": "Permanent",
            "bounceSubType": "OnAccountSuppressionList" if suppressed else "General",
            "bouncedRecipients": [
                {
                    "emailAddress": one,
                    "action": "failed",
                    "status": "5.1.1",
                    "diagnosticCode": "smtp; 550 5.1.1 user unknown",
                }
                for one in to
            ],
            "reportingMTA": "dsn; local",
        }
        yield {"eventType": "Bounce", "mail": mail, "bounce": bounce}
        return
    delivery = {
        "timestamp": later,
        "processingTimeMillis": 400,
        "recipients": to,
        "smtpResponse": "250 2.6.0 Message received",
        "reportingMTA": "local",
    }
    yield {"eventType": "Delivery", "mail": mail, "delivery": delivery}
    if "complaint" in behaviour:
        complaint = {
            **common,
            "complainedRecipients": [{"emailAddress": one} for one in to],
            "complaintFeedbackType": "abuse",
        }
        yield {"eventType": "Complaint", "mail": mail, "complaint": complaint}


def _behaviour(address: str) -> str:
    bare = getaddresses([address])[0][1].lower()
    return bare.split("@")[0].split("+")[0] if bare.endswith(_SIMULATOR) else ""


def _notification(event: dict[str, Any], at: datetime) -> dict[str, Any]:
    """An SNS notification as Lambda receives it, one record an event."""
    topic = f"arn:aws:sns:{REGION}:{ACCOUNT}:receipts"
    return {
        "Records": [
            {
                "EventSource": "aws:sns",
                "EventVersion": "1.0",
                "EventSubscriptionArn": f"{topic}:{uuid.uuid4()}",
                "Sns": {
                    "Type": "Notification",
                    "MessageId": str(uuid.uuid4()),
                    "TopicArn": topic,
                    "Subject": "Amazon SES Email Event Notification",
                    "Message": json.dumps(event),
                    "Timestamp": _stamp(at),
                    "SignatureVersion": "1",
                    "Signature": "",
                    "SigningCertUrl": "",
                    "UnsubscribeUrl": "",
                    "MessageAttributes": {},
                },
            }
        ]
    }


def _stamp(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03d}Z"
