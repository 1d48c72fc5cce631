"""The items of a member's and a group's drafts, each part sealed for itself.

So saving a step opens no other. A group's draft lies beside the meeting, not with it: whoever opens a
meeting's page does not read it, not even sealed.
"""

from contextlib import suppress
from datetime import datetime
from typing import Any

from comhar.aws.conditions import (
    ConditionFailed,
    Delete,
    Item,
    Put,
    Update,
    Write,
    absent,
    conflict_as,
    present,
)
from comhar.aws.dynamodb import Table
from comhar.aws.encryption import Seal, Sealed, sealing_key
from comhar.dates.dublin_time import stamp, unstamp
from comhar.errors import NotFound
from comhar.meetings import repository as meetings_repository
from comhar.meetings.day.repository import scribe_key
from comhar.meetings.model import Meeting
from comhar.reflections.group import Group, GroupChangedMeanwhile, deletion_at
from comhar.reflections.keys import draft_key, group_key
from comhar.reflections.model import STEPS, Draft, DraftWaits, Reflection

_PARTS = (*STEPS, "meeting")


class Drafts:
    """The access patterns of a member's one draft."""

    def __init__(self, table: Table, seal: Seal):
        self.table = table
        self._seal = seal

    def save(self, member_id: str, part: str, text: str | None, now: datetime) -> str:
        """Saves one part, of a new draft where there is none, or takes it out.

        Returns when the draft was saved last. The same text again changes nothing, so that the stamp
        tells two states apart.
        """
        while True:  # each that is lost means that another save of this part arrived
            owner = f"MEMBER#{member_id}"
            draft, key = self.table.batch_get([draft_key(member_id), sealing_key(owner)])
            self._seal.remember(owner, key)
            item = draft or {}
            if self._is_same(item, part, text, member_id):
                return str(item.get("saved_at", stamp(now)))
            with suppress(ConditionFailed):
                self.table.transact([self._save_write(item, part, text, member_id, now)])
                return stamp(now)

    def _is_same(self, item: Item, part: str, text: str | None, member_id: str) -> bool:
        sealed = item.get(f"part_{part}")
        if sealed is None or text is None:
            return sealed is None and text is None
        return self._seal.is_text(sealed, text, owner=f"MEMBER#{member_id}", item=f"draft {part}")

    def _save_write(
        self, item: Item, part: str, text: str | None, member_id: str, now: datetime
    ) -> Update:
        """Refused when this part, or whether there is a draft, is no longer as it was read."""
        name, key, at = f"part_{part}", draft_key(member_id), {"saved_at": stamp(now)}
        before = item[name]["nonce"] if name in item else absent
        condition = {"saved_at": present if item else absent, f"{name}.nonce": before}
        if text is None:
            return Update(key, set=at, remove=[name], condition=condition)
        sealed = self._seal.lock(text, owner=f"MEMBER#{member_id}", item=f"draft {part}")
        return Update(key, set={**at, name: sealed}, condition=condition)

    def change(self, reflection: Reflection, now: datetime) -> None:
        """Makes a draft of a reflection of the member's own, to be changed.

        Raises:
            DraftWaits: the member has a draft.
        """
        pk, sk = draft_key(reflection.author.id)
        item: Item = {"pk": pk, "sk": sk, "saved_at": stamp(now), "of": reflection.id}
        words = reflection.words.model_dump() | {"meeting": reflection.meeting or ""}
        for part, text in words.items():
            item[f"part_{part}"] = self._seal.lock(text, owner=pk, item=f"draft {part}")
        with conflict_as(DraftWaits):
            self.table.transact([Put(item, condition={"saved_at": absent})])

    def read(self, member_id: str, *parts: str) -> Draft:
        """The draft with these parts opened, or all if none is named.

        The others are blank.
        """
        item = self.table.get(draft_key(member_id)) or {}
        words: dict[str, str] = {}
        for part in _PARTS:
            if sealed := item.get(f"part_{part}"):
                wanted = not parts or part in parts
                words[part] = self._open(sealed, member_id, part) if wanted else ""
        meeting = words.pop("meeting", None)
        about = {name: item.get(name) for name in ("saved_at", "of")}
        return Draft(words=words, meeting=meeting or None, **about)

    def exists(self, member_id: str) -> bool:
        return self.table.get(draft_key(member_id)) is not None

    def discard(self, member_id: str) -> None:
        self.table.transact([Delete(draft_key(member_id))])

    def _open(self, sealed: Sealed, member_id: str, part: str) -> str:
        return self._seal.unlock(sealed, owner=f"MEMBER#{member_id}", item=f"draft {part}")


class GroupDrafts:
    """The access patterns of what groups write."""

    def __init__(self, table: Table, seal: Seal):
        self.table = table
        self._seal = seal

    def get(self, meeting_id: str, now: datetime) -> tuple[Meeting, str | None, Group]:
        """The meeting, its scribe, and what is written, unopened; one batch of lookups.

        Raises:
            NotFound: there is no such meeting.
        """
        keys = [meetings_repository.key(meeting_id), scribe_key(meeting_id), group_key(meeting_id)]
        meeting_item, scribe, item = self.table.batch_get(keys)
        if meeting_item is None:
            raise NotFound
        meeting = meetings_repository.from_item(meeting_item)
        return meeting, (scribe or {}).get("member"), _group(item, now)

    def open(self, meeting: Meeting, draft: Group, *steps: str) -> Group:
        """The same with the words of these steps."""
        words = {
            step: self._open(sealed, meeting, step)
            for step, sealed in draft.sealed.items()
            if step in steps
        }
        return draft.model_copy(update={"words": words})

    def save(
        self, meeting: Meeting, draft: Group, step: str, text: str | None, before: int
    ) -> None:
        """Saves one step, or takes it out.

        Raises:
            ConditionFailed: that step is not at revision `before`, or all is shared.
        """
        key = group_key(meeting.id)
        if draft.forgotten:  # it may lie there for two days more: DynamoDB's own deletion is late
            self.table.transact([Delete(key, condition={"expires": draft.forgotten})])
        changes: dict[str, Any] = {"expires": int(deletion_at(meeting).timestamp())}
        if text is not None:
            changes[f"part_{step}"] = self._lock(text, meeting, step)
        change = Update(
            key,
            set=changes,
            add={"revision": 1, f"revision_{step}": 1},
            remove=[] if text is not None else [f"part_{step}"],
            condition={f"revision_{step}": before or absent, "reflection": absent},
        )
        self.table.transact([change])

    def _lock(self, text: str, meeting: Meeting, step: str) -> dict[str, bytes]:
        return self._seal.lock(
            text, owner=f"REGION#{meeting.region}", item=f"group {meeting.id} {step}"
        )

    def _open(self, sealed: Sealed, meeting: Meeting, step: str) -> str:
        item = f"group {meeting.id} {step}"
        return self._seal.unlock(sealed, owner=f"REGION#{meeting.region}", item=item)


def share_group_write(meeting: Meeting, draft: Group, reflection: str, now: datetime) -> Write:
    """Replaces a group's draft by the note that it was shared.

    Refused when it is not what was read.
    """
    pk, sk = group_key(meeting.id)
    item = {"pk": pk, "sk": sk, "reflection": reflection, "shared_at": stamp(now)}
    return Put(item, condition={"revision": draft.revision})


def delete_group_write(meeting: Meeting, draft: Group) -> Write:
    """Deletes it; GroupChangedMeanwhile when it is not what was read."""
    condition = (
        {"reflection": draft.reflection} if draft.reflection else {"revision": draft.revision}
    )
    return Delete(group_key(meeting.id), condition=condition, conflict=GroupChangedMeanwhile)


def _group(item: Item | None, now: datetime) -> Group:
    if item is None:
        return Group()
    if "expires" in item and item["expires"] <= now.timestamp():
        return Group(forgotten=item["expires"])
    if "reflection" in item:
        return Group(reflection=item["reflection"], shared_at=unstamp(item["shared_at"]))
    sealed = {step: item[f"part_{step}"] for step in STEPS if f"part_{step}" in item}
    revisions = {step: item.get(f"revision_{step}", 0) for step in STEPS}
    about = {"revision": item["revision"], "expires": item.get("expires")}
    return Group(sealed=sealed, revisions=revisions, **about)
