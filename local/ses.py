"""The SES stand-in: takes raw messages, keeps them, and tells what became of them."""

import asyncio
import base64
import binascii
import re
import uuid
from email.message import Message
from typing import Any

from aiohttp import web

from local.faults import Faults
from local.mail_store import MailStore, addresses, header, parsed
from local.ses_events import SesEvents, notifications

_TAG = re.compile(r"[A-Za-z0-9_-]{1,256}")


class Refusal(Exception):
    """One of SES's own errors: its code, its HTTP status, its words."""

    def __init__(self, code: str, status: int, words: str) -> None:
        super().__init__(words)
        self.code, self.status = code, status

    def answer(self) -> web.Response:
        return web.json_response(
            {"message": str(self)},
            status=self.status,
            headers={"x-amzn-ErrorType": self.code, "x-amzn-RequestId": str(uuid.uuid4())},
        )


class Ses:
    def __init__(self, mail: MailStore, receipts: SesEvents, faults: Faults, clock: Any) -> None:
        self._mail = mail
        self._receipts = receipts
        self._faults = faults
        self._clock = clock

    def routes(self) -> list[web.RouteDef]:
        return [web.post("/ses/v2/email/outbound-emails", self._send)]

    async def _send(self, request: web.Request) -> web.Response:
        trouble = self._faults.strikes(self._faults.ses)
        if trouble == "throttle":
            refusal = Refusal("TooManyRequestsException", 429, "Maximum sending rate exceeded.")
            return refusal.answer()
        if trouble == "lost":
            await asyncio.sleep(120)
        try:
            identity = self.take(await request.json())
        except Refusal as refusal:
            return refusal.answer()
        if self._faults.receipts == "early":
            await self._receipts.deliver()
        if trouble == "timeout":
            await asyncio.sleep(120)
        return web.json_response({"MessageId": identity})

    def take(self, request: dict[str, Any]) -> str:
        """Keep one message and answer with its id. Raises Refusal as SES would."""
        raw = _raw(request)
        message = parsed(raw)
        destination = request.get("Destination") or {}
        to = [one for part in destination.values() for one in part] or addresses(message)
        if not to:
            raise Refusal("BadRequestException", 400, "Missing final destination.")
        sender = request.get("FromEmailAddress") or header(message, "From")
        if not sender:
            raise Refusal("BadRequestException", 400, "Missing required header 'From'.")
        tags = {one["Name"]: [one["Value"]] for one in request.get("EmailTags", [])}
        for name, values in tags.items():
            if not (_TAG.fullmatch(name) and _TAG.fullmatch(values[0])):
                raise Refusal("BadRequestException", 400, f"Invalid email tag: {name}")
        at = self._clock.now()
        identity = f"{int(at.timestamp() * 1000):016x}-{uuid.uuid4()}-000000"
        self._mail.keep(identity, raw, message, to, at)
        if configuration := request.get("ConfigurationSetName"):
            event_tags = {**tags, "ses:configuration-set": [configuration]}
            about = (identity, sender, to, event_tags, at, _common(message, to))
            self._receipts.add(notifications(*about))
        return identity


def _raw(request: dict[str, Any]) -> bytes:
    content = request.get("Content") or {}
    encoded = (content.get("Raw") or {}).get("Data")
    if not encoded:
        raise Refusal("BadRequestException", 400, "Only raw messages are known here.")
    try:
        return base64.b64decode(encoded, validate=True)
    except binascii.Error as broken:
        raise Refusal("SerializationException", 400, "Data is not base64.") from broken


def _common(message: Message, to: list[str]) -> dict[str, Any]:
    return {
        "from": [header(message, "From")],
        "to": to,
        "subject": header(message, "Subject"),
    }
