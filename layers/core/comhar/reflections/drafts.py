"""Owns a member's one draft: each part is sealed for itself, so saving a step reads nothing."""

from contextlib import suppress
from datetime import datetime

from comhar.calendar import stamp
from comhar.reflections.model import STEPS, Draft
from comhar.reflections.records import draft_key
from comhar.seal import Seal, Sealed
from comhar.table import Delete, Lost, Table, Update, present

_PARTS = (*STEPS, "meeting")


class Drafts:
    """The access patterns of drafts."""

    def __init__(self, table: Table, seal: Seal):
        self.table = table
        self._seal = seal

    def save(self, member_id: str, part: str, text: str, now: datetime) -> str:
        """Saves one part, of a new draft where there is none; answers with when."""
        sealed = self._seal.lock(text, owner=member_id, item=f"draft {part}")
        changes = {"saved_at": stamp(now), f"part_{part}": sealed}
        self.table.transact(Update(draft_key(member_id), set=changes))
        return stamp(now)

    def clear(self, member_id: str, part: str, now: datetime) -> str:
        """Takes one part out, where there is a draft; answers with when."""
        when = {"saved_at": present}
        changed = {"saved_at": stamp(now)}
        with suppress(Lost):
            self.table.transact(
                Update(draft_key(member_id), set=changed, remove=[f"part_{part}"], when=when)
            )
        return stamp(now)

    def read(self, member_id: str, *parts: str) -> Draft:
        """The draft with these parts opened, or all if none is named; the others are blank."""
        item = self.table.get(draft_key(member_id)) or {}
        found: dict[str, str] = {}
        for part in _PARTS:
            if sealed := item.get(f"part_{part}"):
                wanted = not parts or part in parts
                found[part] = self._open(sealed, member_id, part) if wanted else ""
        meeting = found.pop("meeting", None)
        return Draft(words=found, meeting=meeting or None, saved_at=item.get("saved_at"))

    def waits(self, member_id: str) -> bool:
        return self.table.get(draft_key(member_id)) is not None

    def discard(self, member_id: str) -> None:
        self.table.transact(Delete(draft_key(member_id)))

    def _open(self, sealed: Sealed, member_id: str, part: str) -> str:
        return self._seal.unlock(sealed, owner=member_id, item=f"draft {part}")
