"""Mail to the office: `POST /_local/inbox` receives a raw message as SES would."""

import uuid
from collections.abc import Mapping
from datetime import datetime
from email.parser import BytesHeaderParser
from email.policy import compat32
from email.utils import parseaddr
from typing import Any

from aiohttp import web

from local.clock import Clock
from local.gateway import refusal
from local.s3 import S3
from local.template import Template
from local.worker_pool import Pool

VERDICTS = ("spam", "virus", "spf", "dkim", "dmarc")
_STATUSES = ("PASS", "FAIL", "GRAY", "PROCESSING_FAILED", "DISABLED")
_FUNCTION = "MailInFunction"


class Inbound:
    def __init__(self, template: Template, s3: S3, pool: Pool, clock: Clock) -> None:
        self._function = template.functions.get(_FUNCTION)
        self._s3 = s3
        self._pool = pool
        self._clock = clock

    def routes(self) -> list[web.RouteDef]:
        return [web.post("/_local/inbox", self._arrive)] if self._function else []

    async def _arrive(self, request: web.Request) -> web.Response:
        """`?spf=FAIL` and the like say how SES judges it; every verdict is PASS unless said."""
        verdicts = {name: request.query.get(name, "PASS").upper() for name in VERDICTS}
        if not set(verdicts.values()) <= set(_STATUSES):
            return refusal(400, f"A verdict is one of {', '.join(_STATUSES)}.")
        assert self._function
        raw, message = await request.read(), uuid.uuid4().hex
        self._s3.store(self._function.environment["INBOX_BUCKET"], message, raw)
        event = receipt_event(raw, message, self._clock.now(), verdicts)
        outcome = await self._pool.invoke(_FUNCTION, event)
        status = 200 if outcome.how == "answered" else 502
        answer = {"message": message, "answer": outcome.answer}
        return web.json_response(answer, status=status)


def receipt_event(
    raw: bytes, message: str, at: datetime, verdicts: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """The event that SES sends for a raw message that it received.

    `verdicts` are those other than PASS.
    """
    head = BytesHeaderParser(policy=compat32).parsebytes(raw).raw_items()
    headers = [{"name": name, "value": _readable(str(value))} for name, value in head]
    values = {each["name"].lower(): each["value"] for each in reversed(headers)}
    # A mail server names an address to return to, `<>` for none; who writes a mail by hand does not.
    path = values.get("return-path", values.get("from", ""))
    stamped = at.strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03d}Z"
    found = dict.fromkeys(VERDICTS, "PASS") | dict(verdicts or {})
    mail = {
        "timestamp": stamped,
        "source": parseaddr(path)[1],
        "messageId": message,
        "destination": ["office@example.com"],
        "headersTruncated": False,
        "headers": headers,
        "commonHeaders": {"returnPath": parseaddr(path)[1]},
    }
    receipt: dict[str, Any] = {"timestamp": stamped, "recipients": ["office@example.com"]}
    receipt |= {f"{name}Verdict": {"status": status} for name, status in found.items()}
    ses = {"mail": mail, "receipt": receipt}
    return {"Records": [{"eventSource": "aws:ses", "eventVersion": "1.0", "ses": ses}]}


def _readable(value: str) -> str:
    return value.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
