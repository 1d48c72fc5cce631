"""Files that are written whole or not at all, and JSON in them."""

import hashlib
import json
import os
import uuid
from pathlib import Path
from typing import Any
from urllib.parse import quote


def write(path: Path, content: bytes) -> None:
    """Writes a file in one step.

    A reader sees the old file or the new one, also when the writer is killed half-way.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(f".{uuid.uuid4().hex}")
    aside.write_bytes(content)
    os.replace(aside, path)


def write_json(path: Path, content: Any) -> None:
    write(path, json.dumps(content, ensure_ascii=False).encode())


def read_json(path: Path) -> Any:
    """What the file says, or None where there is none."""
    try:
        return json.loads(path.read_bytes())
    except FileNotFoundError:
        return None


def name_for(key: str) -> str:
    """A file name for any key, without a dot; a long one ends in its digest."""
    name = quote(key, safe="").replace(".", "%2E")
    if len(name) <= 150:
        return name
    return f"{name[:100]}-{hashlib.sha256(key.encode()).hexdigest()}"
