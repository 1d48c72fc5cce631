"""Saved forms: what a person was posting when the session ended, for a day."""

import json
from datetime import datetime
from typing import Any

from comhar import retention
from comhar.aws.conditions import Delete, Item, Key, Put
from comhar.aws.dynamodb import Table
from comhar.aws.encryption import Seal, Sealed
from comhar.dates.dublin_time import stamp, unstamp
from comhar.formatting import Instant

_LARGEST = 300_000  # bytes; an item may hold 400 KB, and every quote counts twice


class SavedForms:
    """Saves, finds and deletes forms; with a `seal`, none of them lies in the clear."""

    def __init__(self, table: Table, seal: Seal | None = None):
        self._table = table
        self._seal = seal

    def save(self, member_id: str, path: str, form: dict[str, Any], now: datetime) -> bool:
        """Saves the form of the page at `path` in place of an older one.

        False if it has no room.
        """
        pk, sk = _key(member_id, path)
        packed = self.pack(form, member_id, sk)
        if packed is None:
            return False
        until = now + retention.period("draft")
        item = {"pk": pk, "sk": sk, "form": packed, "expires_at": stamp(until)}
        self._table.transact([Put({**item, "expires": int(until.timestamp())})])
        return True

    def find(self, member_id: str, path: str, now: datetime) -> dict[str, Any] | None:
        """The form saved for this page, if it is in date; one read."""
        pk, sk = _key(member_id, path)
        item = self._table.get((pk, sk))
        if item is None or item["expires_at"] <= stamp(now):
            return None
        return self.unpack(item["form"], member_id, sk)

    def pack(self, form: dict[str, Any], member_id: str, sk: str) -> str | Sealed | None:
        """The form as an item of this sort key holds it; None if it is too large."""
        text = json.dumps(form, ensure_ascii=False)
        if len(text.encode()) > _LARGEST:
            return None
        return self._seal.lock(text, owner=f"MEMBER#{member_id}", item=sk) if self._seal else text

    def unpack(self, packed: str | Sealed, member_id: str, sk: str) -> dict[str, Any] | None:
        """The form that was packed; None for a sealed one where there is no seal."""
        if not isinstance(packed, str):
            if self._seal is None:
                return None
            packed = self._seal.unlock(packed, owner=f"MEMBER#{member_id}", item=sk)
        form: dict[str, Any] = json.loads(packed)
        return form

    def delete(self, member_id: str, path: str) -> None:
        self._table.transact([Delete(_key(member_id, path))])


def export(
    table: Table, seal: Seal, member_id: str, items: list[Item], now: datetime
) -> dict[str, list[Item]]:
    """The forms that are saved for a member, opened.

    `items` are those that lie with the member.
    """
    rows: list[Item] = []
    for item in items:
        path = item["sk"].removeprefix("DRAFT#")
        if path == item["sk"] or "form" not in item:
            continue
        forms = SavedForms(table, None if isinstance(item["form"], str) else seal)
        if form := forms.find(member_id, path, now):
            at = Instant(stamp(unstamp(item["expires_at"]) - retention.period("draft")))
            rows.append({"page": path, "at": at, "words": form})
    return {"drafts": rows}


def _key(member_id: str, path: str) -> Key:
    return f"MEMBER#{member_id}", f"DRAFT#{path}"
