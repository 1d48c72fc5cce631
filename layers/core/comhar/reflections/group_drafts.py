"""Owns what is written for a group in a meeting until it is shared: each step is sealed for itself.

It lies beside the meeting, not with it: whoever opens a meeting's page does not read it, not even sealed.
"""

from datetime import datetime
from typing import Any

from comhar.aws.conditions import Delete, Item, Key, Put, Update, Write, absent
from comhar.aws.dynamodb import Table
from comhar.aws.encryption import Seal, Sealed
from comhar.dates.dublin_time import stamp, unstamp
from comhar.errors import NotFound
from comhar.meetings import repository as meetings
from comhar.meetings.day.repository import scribe_key
from comhar.meetings.model import Meeting
from comhar.reflections.group import Group, kept_until
from comhar.reflections.model import STEPS


def key(meeting_id: str) -> Key:
    """Where the draft waits, and what says that it was shared."""
    return f"GROUP#{meeting_id}", "REFLECTION"


class GroupDrafts:
    """The access patterns of what groups write."""

    def __init__(self, table: Table, seal: Seal):
        self.table = table
        self._seal = seal

    def of(self, meeting_id: str, now: datetime) -> tuple[Meeting, str | None, Group]:
        """The meeting, its scribe, and what is written, unopened; one batch of lookups. Raises NotFound."""
        keys = [meetings.key(meeting_id), scribe_key(meeting_id), key(meeting_id)]
        held, scribe, item = self.table.batch_get(keys)
        if held is None:
            raise NotFound
        meeting = meetings.from_item(held)
        return meeting, (scribe or {}).get("member"), _group(item, now)

    def opened(self, meeting: Meeting, group: Group, *steps: str) -> Group:
        """The same with the words of these steps."""
        words = {
            step: self._open(sealed, meeting, step)
            for step, sealed in group.sealed.items()
            if step in steps
        }
        return group.model_copy(update={"words": words})

    def save(
        self, meeting: Meeting, group: Group, step: str, text: str | None, before: int
    ) -> None:
        """Saves one step, or takes it out. Raises Lost where that step is not at revision `before`, or
        all is shared."""
        if group.forgotten:  # it may lie there for two days more: DynamoDB's own deletion is late
            self.table.transact([Delete(key(meeting.id), when={"expires": group.forgotten})])
        held: dict[str, Any] = {"expires": int(kept_until(meeting).timestamp())}
        if text is not None:
            held[f"part_{step}"] = self._lock(text, meeting, step)
        change = Update(
            key(meeting.id),
            set=held,
            add={"revision": 1, f"revision_{step}": 1},
            remove=[] if text is not None else [f"part_{step}"],
            when={f"revision_{step}": before or absent, "reflection": absent},
        )
        self.table.transact([change])

    def shared(self, meeting: Meeting, group: Group, reflection: str, now: datetime) -> Write:
        """What stands in the draft's place once it is shared; refused when it is not what was read."""
        pk, sk = key(meeting.id)
        item = {"pk": pk, "sk": sk, "reflection": reflection, "shared_at": stamp(now)}
        return Put(item, when={"revision": group.revision})

    def gone(self, meeting: Meeting, group: Group) -> Write:
        """Forgets it; refused when it is not what was read."""
        when = (
            {"reflection": group.reflection} if group.reflection else {"revision": group.revision}
        )
        return Delete(key(meeting.id), when=when)

    def _lock(self, text: str, meeting: Meeting, step: str) -> dict[str, bytes]:
        return self._seal.lock(text, owner=meeting.region, item=f"group {meeting.id} {step}")

    def _open(self, sealed: Sealed, meeting: Meeting, step: str) -> str:
        item = f"group {meeting.id} {step}"
        return self._seal.unlock(sealed, owner=meeting.region, item=item)


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
