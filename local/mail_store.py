"""Stores every message handed to SES in files, raw and as the mailbox shows it."""

import base64
import json
from collections.abc import Iterator
from datetime import datetime
from email import message_from_bytes
from email.header import decode_header, make_header
from email.message import Message
from email.utils import getaddresses
from pathlib import Path
from typing import Any

from local import files


def parsed(raw: bytes) -> Message:
    """As Python read mail before its header objects, which cost it twice the time."""
    return message_from_bytes(raw)


def header(message: Message, name: str) -> str:
    """A header in one line and decoded; empty where there is none."""
    return _decoded(message.get(name, ""))


def _decoded(value: Any) -> str:
    return str(make_header(decode_header("".join(str(value).splitlines()))))


def addresses(message: Message) -> list[str]:
    """Whom the headers name, bare addresses."""
    fields = [str(one) for name in ("To", "Cc", "Bcc") for one in message.get_all(name, [])]
    return [address for _, address in getaddresses(fields) if address]


class MailStore:
    """The messages sent, oldest first.

    The index file gets one line a message, appended last.
    """

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
        self, identity: str, raw: bytes, message: Message, to: list[str], at: datetime
    ) -> None:
        """Keep a message, raw and as it was read; `at` is the stack's time."""
        fields = shape(identity, message, to, at)
        (self._folder / f"{identity}.eml").write_bytes(raw)
        content = json.dumps(fields, ensure_ascii=False).encode()
        (self._folder / f"{identity}.json").write_bytes(content)  # whole once the index tells of it
        head = {name: fields[name] for name in ("id", "to", "subject", "at")}
        with self._index.open("ab") as index:
            index.write(json.dumps(head).encode() + b"\n")
        self._remember(head)

    def heads(self, to: str | None = None, after: str | None = None) -> list[dict[str, Any]]:
        """Id, recipient, subject and time of each message, oldest first.

        Only those later than `after`.
        """
        heads = self._heads[self._places[after] + 1 :] if after in self._places else self._heads
        if to is None:
            return heads
        _, wanted = getaddresses([to])[0]
        wanted = wanted.lower()
        return [one for one in heads if wanted in one["to"].lower().split(", ")]

    def list_messages(self, to: str | None = None, after: str | None = None) -> Iterator[bytes]:
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


def shape(identity: str, message: Message, to: list[str], at: datetime) -> dict[str, Any]:
    """A message as `GET /_local/mail.json` shows it."""
    parts = [part for part in message.walk() if not part.is_multipart()]
    text, html = _body(parts, "text/plain"), _body(parts, "text/html")
    return {
        "id": identity,
        "to": ", ".join(address for _, address in getaddresses(to)),
        "from": header(message, "From"),
        "subject": header(message, "Subject"),
        "text": _text(text) if text else "",
        "html": _text(html) if html else "",
        "headers": {name: _decoded(value) for name, value in message.items()},
        "attachments": [_attachment(part) for part in parts if part not in (text, html)],
        "at": at.isoformat(),
    }


def _body(parts: list[Message], kind: str) -> Message | None:
    """The first of this kind that is no attached file; what else there is counts as a file."""
    bodies = (one for one in parts if one.get_content_disposition() != "attachment")
    return next((one for one in bodies if one.get_content_type() == kind), None)


def _content(part: Message) -> bytes:
    content = part.get_payload(decode=True)
    assert isinstance(content, bytes)
    return content


def _text(part: Message) -> str:
    return _content(part).decode(part.get_content_charset("utf-8"), "replace")


def _attachment(part: Message) -> dict[str, str]:
    kind = part.get_content_type()
    method = part.get_param("method")
    return {
        "filename": part.get_filename() or f"part.{kind.rsplit('/', 1)[-1]}",
        "content_type": f"{kind}; method={method}" if method else kind,
        "base64": base64.b64encode(_content(part)).decode(),
    }
