"""Owns a member's one draft: each part is sealed for itself, so saving a step reads nothing."""

from contextlib import suppress
from datetime import datetime

from comhar.calendar import stamp
from comhar.reflections.keys import draft_key
from comhar.reflections.model import STEPS, Draft, DraftWaits, Reflection
from comhar.seal import Seal, Sealed
from comhar.table import Lost, Table
from comhar.writes import Delete, Item, Put, Update, absent, present

_PARTS = (*STEPS, "meeting")


class Drafts:
    """The access patterns of drafts."""

    def __init__(self, table: Table, seal: Seal):
        self.table = table
        self._seal = seal

    def save(self, member_id: str, part: str, text: str | None, now: datetime) -> str:
        """Saves one part, of a new draft where there is none, or takes it out; says when."""
        name, saved_at = f"part_{part}", stamp(now)
        change = Update(
            draft_key(member_id),
            set={"saved_at": saved_at},
            remove=[name],
            when={"saved_at": present},
        )
        if text is not None:
            sealed = self._seal.lock(text, owner=member_id, item=f"draft {part}")
            change = Update(draft_key(member_id), set={"saved_at": saved_at, name: sealed})
        with suppress(Lost):  # there may be no draft to take a part out of
            self.table.transact(change)
        return saved_at

    def change(self, reflection: Reflection, now: datetime) -> None:
        """Makes a draft of a reflection of the member's own, to be changed. Raises DraftWaits."""
        owner = reflection.author.id
        pk, sk = draft_key(owner)
        item: Item = {"pk": pk, "sk": sk, "saved_at": stamp(now), "of": reflection.id}
        words = reflection.words.model_dump() | {"meeting": reflection.meeting or ""}
        for part, text in words.items():
            item[f"part_{part}"] = self._seal.lock(text, owner=owner, item=f"draft {part}")
        try:
            self.table.transact(Put(item, when={"saved_at": absent}))
        except Lost as lost:
            raise DraftWaits from lost

    def read(self, member_id: str, *parts: str) -> Draft:
        """The draft with these parts opened, or all if none is named; the others are blank."""
        item = self.table.get(draft_key(member_id)) or {}
        found: dict[str, str] = {}
        for part in _PARTS:
            if sealed := item.get(f"part_{part}"):
                wanted = not parts or part in parts
                found[part] = self._open(sealed, member_id, part) if wanted else ""
        meeting = found.pop("meeting", None)
        about = {name: item.get(name) for name in ("saved_at", "of")}
        return Draft(words=found, meeting=meeting or None, **about)

    def waits(self, member_id: str) -> bool:
        return self.table.get(draft_key(member_id)) is not None

    def discard(self, member_id: str) -> None:
        self.table.transact(Delete(draft_key(member_id)))

    def _open(self, sealed: Sealed, member_id: str, part: str) -> str:
        return self._seal.unlock(sealed, owner=member_id, item=f"draft {part}")
