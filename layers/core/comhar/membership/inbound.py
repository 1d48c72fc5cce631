"""Owns which mail to the office may be answered by a machine at all."""

from dataclasses import dataclass
from email.utils import parseaddr
from typing import Any, Self

from comhar.fields import address

_VERDICTS = ("spamVerdict", "virusVerdict", "spfVerdict", "dkimVerdict")


@dataclass(frozen=True)
class Inbound:
    """One mail as SES tells of it (its receipt). `sender` is "" where there is no one to answer."""

    message_id: str
    sender: str
    answerable: bool

    @classmethod
    def of(cls, ses: dict[str, Any]) -> Self:
        mail, receipt = ses["mail"], ses["receipt"]
        headers = {each["name"].lower(): each["value"] for each in mail.get("headers", [])}
        sender = _sender(mail.get("commonHeaders", {}).get("from") or [])
        passed = all(receipt.get(name, {}).get("status") == "PASS" for name in _VERDICTS)
        return cls(mail["messageId"], sender, bool(sender) and passed and not _automatic(headers))


def _sender(named: list[str]) -> str:
    try:
        return address(parseaddr(named[0])[1]) if len(named) == 1 else ""
    except ValueError:
        return ""


def _automatic(headers: dict[str, str]) -> bool:
    """Auto-replies, bounces and lists (RFC 3834): answering them makes machines talk to machines."""
    return (
        headers.get("auto-submitted", "no").strip().lower() != "no"
        or headers.get("precedence", "").strip().lower() in ("bulk", "junk", "list", "auto_reply")
        or headers.get("return-path", "").strip() == "<>"
        or any(name in headers for name in ("list-id", "x-auto-response-suppress"))
    )
