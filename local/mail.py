"""Every message handed to SES, kept in files: the raw message, and what the mailbox shows of it."""

import base64
import json
from collections.abc import Iterator
from datetime import datetime
from email import message_from_bytes, policy
from email.headerregistry import HeaderRegistry
from email.message import EmailMessage
from email.utils import getaddresses
from functools import lru_cache
from pathlib import Path
from typing import Any

from local import files

# Python's parser reads each header anew whenever it asks for one, some fifty times a letter.
_POLICY = policy.default.clone(header_factory=lru_cache(2048)(HeaderRegistry()))


def parsed(raw: bytes) -> EmailMessage:
    message = message_from_bytes(raw, policy=_POLICY)
    assert isinstance(message, EmailMessage)
    return message


def addresses(message: EmailMessage) -> list[str]:
    """Whom the headers name, bare addresses."""
    fields = [str(one) for name in ("To", "Cc", "Bcc") for one in message.get_all(name, [])]
    return [address for _, address in getaddresses(fields) if address]


class Mail:
    """The kept messages, oldest first. The index file gets one line a message, appended last."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self._index = folder / "index.jsonl"
        self._heads: list[dict[str, Any]] = []
        self._places: dict[str, int] = {}
        if self._index.exists():
            for line in self._index.read_bytes().split(b"\n")[:-1]:
                self._remember(json.loads(line))

    def keep(
        self, identity: str, raw: bytes, message: EmailMessage, to: list[str], at: datetime
    ) -> None:
        """Keep a message, raw and as it was read; `at` is the stack's time."""
        shown = shape(identity, message, to, at)
        (self._folder / f"{identity}.eml").write_bytes(raw)
        content = json.dumps(shown, ensure_ascii=False).encode()
        (self._folder / f"{identity}.json").write_bytes(content)  # whole once the index tells of it
        head = {name: shown[name] for name in ("id", "to", "subject", "at")}
        with self._index.open("ab") as index:
            index.write(json.dumps(head).encode() + b"\n")
        self._remember(head)

    def heads(self, to: str | None = None, after: str | None = None) -> list[dict[str, Any]]:
        """Id, recipient, subject and time of each message, oldest first; those later than `after`."""
        heads = self._heads[self._places[after] + 1 :] if after in self._places else self._heads
        if to is None:
            return heads
        _, wanted = getaddresses([to])[0]
        wanted = wanted.lower()
        return [one for one in heads if wanted in one["to"].lower().split(", ")]

    def shown(self, to: str | None = None, after: str | None = None) -> Iterator[bytes]:
        """The messages whole, as JSON texts."""
        for head in self.heads(to, after):
            yield (self._folder / f"{head['id']}.json").read_bytes()

    def message(self, identity: str) -> dict[str, Any] | None:
        if identity not in self._places:
            return None
        found: dict[str, Any] = files.read_json(self._folder / f"{identity}.json")
        return found

    def _remember(self, head: dict[str, Any]) -> None:
        self._places[head["id"]] = len(self._heads)
        self._heads.append(head)


def shape(identity: str, message: EmailMessage, to: list[str], at: datetime) -> dict[str, Any]:
    """A message as `GET /_local/mail.json` shows it."""
    text = message.get_body(("plain",))
    html = message.get_body(("html",))
    return {
        "id": identity,
        "to": ", ".join(address for _, address in getaddresses(to)),
        "from": str(message.get("From", "")),
        "subject": str(message.get("Subject", "")),
        "text": text.get_content() if text else "",
        "html": html.get_content() if html else "",
        "headers": {name: str(value) for name, value in message.items()},
        "attachments": [_attachment(part) for part in _attached(message, text, html)],
        "at": at.isoformat(),
    }


def _attached(message: EmailMessage, *bodies: Any) -> Iterator[EmailMessage]:
    """Every leaf that is not one of the two bodies: a calendar part among the alternatives too."""
    for part in message.walk():
        if not part.is_multipart() and not any(part is body for body in bodies):
            assert isinstance(part, EmailMessage)
            yield part


def _attachment(part: EmailMessage) -> dict[str, str]:
    content = part.get_payload(decode=True)
    assert isinstance(content, bytes)
    kind = part.get_content_type()
    method = part.get_param("method")
    return {
        "filename": part.get_filename() or f"part.{kind.rsplit('/', 1)[-1]}",
        "content_type": f"{kind}; method={method}" if method else kind,
        "base64": base64.b64encode(content).decode(),
    }
