"""Owns a member's one draft: each part is sealed for itself, so saving a step opens no other."""

from datetime import datetime

from comhar.aws.conditions import Delete, Item, Put, Update, absent, present
from comhar.aws.dynamodb import ConditionFailed, Table
from comhar.aws.encryption import Seal, Sealed
from comhar.dates.dublin_time import stamp
from comhar.reflections.keys import draft_key
from comhar.reflections.model import STEPS, Draft, DraftWaits, Reflection

_PARTS = (*STEPS, "meeting")


class Drafts:
    """The access patterns of drafts."""

    def __init__(self, table: Table, seal: Seal):
        self.table = table
        self._seal = seal

    def save(self, member_id: str, part: str, text: str | None, now: datetime) -> str:
        """Saves one part, of a new draft where there is none, or takes it out; says when the draft was
        saved last. The same text again changes nothing, so that the stamp tells two states apart."""
        while True:  # each that is lost means that another save of this part arrived
            item = self.table.get(draft_key(member_id)) or {}
            if self._says(item, part, text, member_id):
                return str(item.get("saved_at", stamp(now)))
            try:
                self.table.transact([self._saved(item, part, text, member_id, now)])
                return stamp(now)
            except ConditionFailed:
                continue

    def _says(self, item: Item, part: str, text: str | None, member_id: str) -> bool:
        sealed = item.get(f"part_{part}")
        if sealed is None or text is None:
            return sealed is None and text is None
        return self._seal.holds(sealed, text, owner=member_id, item=f"draft {part}")

    def _saved(
        self, item: Item, part: str, text: str | None, member_id: str, now: datetime
    ) -> Update:
        """Refused when this part, or whether there is a draft, is no longer as it was read."""
        name, key, at = f"part_{part}", draft_key(member_id), {"saved_at": stamp(now)}
        before = item[name]["nonce"] if name in item else absent
        when = {"saved_at": present if item else absent, f"{name}.nonce": before}
        if text is None:
            return Update(key, set=at, remove=[name], when=when)
        sealed = self._seal.lock(text, owner=member_id, item=f"draft {part}")
        return Update(key, set={**at, name: sealed}, when=when)

    def change(self, reflection: Reflection, now: datetime) -> None:
        """Makes a draft of a reflection of the member's own, to be changed. Raises DraftWaits."""
        owner = reflection.author.id
        pk, sk = draft_key(owner)
        item: Item = {"pk": pk, "sk": sk, "saved_at": stamp(now), "of": reflection.id}
        words = reflection.words.model_dump() | {"meeting": reflection.meeting or ""}
        for part, text in words.items():
            item[f"part_{part}"] = self._seal.lock(text, owner=owner, item=f"draft {part}")
        try:
            self.table.transact([Put(item, when={"saved_at": absent})])
        except ConditionFailed as lost:
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
        self.table.transact([Delete(draft_key(member_id))])

    def _open(self, sealed: Sealed, member_id: str, part: str) -> str:
        return self._seal.unlock(sealed, owner=member_id, item=f"draft {part}")
