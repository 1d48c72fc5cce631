"""Owns the items of kept forms: what a person was posting when the session ended, for a day."""

import json
from datetime import datetime
from typing import Any

from comhar import retention
from comhar.calendar import stamp
from comhar.seal import Seal
from comhar.table import Table
from comhar.writes import Delete, Key, Put

_LARGEST = 300_000  # bytes; an item may hold 400 KB, and every quote counts twice


class KeptForms:
    """The access patterns of kept forms; with a `seal`, none of them lies in the clear."""

    def __init__(self, table: Table, seal: Seal | None = None):
        self._table = table
        self._seal = seal

    def keep(self, member_id: str, path: str, form: dict[str, Any], now: datetime) -> bool:
        """Keeps the form of the page at `path` in place of an older one; whether it had room."""
        pk, sk = _key(member_id, path)
        text = json.dumps(form, ensure_ascii=False)
        if len(text.encode()) > _LARGEST:
            return False
        held = self._seal.lock(text, owner=member_id, item=sk) if self._seal else text
        until = now + retention.kept("draft")
        item = {"pk": pk, "sk": sk, "form": held, "expires_at": stamp(until)}
        self._table.transact(Put({**item, "expires": int(until.timestamp())}))
        return True

    def kept(self, member_id: str, path: str, now: datetime) -> dict[str, Any] | None:
        """The form kept for this page, if it is in date; one read."""
        pk, sk = _key(member_id, path)
        item = self._table.get((pk, sk))
        if item is None or item["expires_at"] <= stamp(now):
            return None
        held = item["form"]
        return json.loads(self._seal.unlock(held, owner=member_id, item=sk) if self._seal else held)

    def forget(self, member_id: str, path: str) -> None:
        self._table.transact(Delete(_key(member_id, path)))


def _key(member_id: str, path: str) -> Key:
    return f"MEMBER#{member_id}", f"DRAFT#{path}"
