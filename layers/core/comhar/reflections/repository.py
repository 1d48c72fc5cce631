"""Owns the items of reflections: the author's sealed copy with its earlier versions, and the shared one."""

import json
from collections.abc import Iterator
from itertools import batched

from comhar.aws.conditions import (
    UNLESS_EXISTS,
    Condition,
    Delete,
    Item,
    Put,
    Update,
    Write,
    absent_or_at_most,
)
from comhar.aws.dynamodb import TRANSACTION_LIMIT, ConditionFailed, Table
from comhar.aws.encryption import Seal
from comhar.dates.dublin_time import stamp, unstamp
from comhar.once import REPEATABLE, Once
from comhar.reflections import group, kpi_rows
from comhar.reflections.deletion import additions_gone, unchanged, versions_gone
from comhar.reflections.keys import draft_key, own_key, shared_key, version_key
from comhar.reflections.model import STEPS, Author, Draft, Reflection, Words

PAGE = 20  # reflections, or versions of one, that a list opens at a time


class DraftGone(Exception):
    """The draft is not, or no longer, what was read."""


class Reflections:
    """The access patterns of reflections. Whatever is written here is sealed before it is kept."""

    def __init__(self, table: Table, seal: Seal):
        self.table = table
        self._seal = seal

    def add(
        self, reflection: Reflection, draft: Draft | None = None, once: Once = REPEATABLE
    ) -> None:
        """Keeps it with all that follows from its visibility, and ends the draft it was.

        Raises DraftGone, and Lost when another of the author's was counted at the same moment.
        """
        pk, sk = own_key(reflection.author.id, reflection.id)
        own = {"pk": pk, "sk": sk, **self._own_item(reflection)}
        writes: list[Write] = [Put(own, when=UNLESS_EXISTS), *self._entered(reflection)]
        self._keep(writes, reflection, draft, once)

    def change(
        self, before: Reflection, after: Reflection, draft: Draft, once: Once = REPEATABLE
    ) -> None:
        """Keeps the next version, and the one before for its author; who may read it, and what is
        counted, follow. Ends the draft it was. Raises DraftGone, and Lost when the author changed or
        counted something at the same moment."""
        (pk, sk), was = own_key(after.author.id, after.id), _version(before)
        earlier = version_key(before.author.id, before.id, before.version)
        held = self._own_item(before) | {"pk": earlier[0], "sk": earlier[1]}
        own = {"pk": pk, "sk": sk, **self._own_item(after)}
        writes: list[Write] = [Put(own, when=was), Put(held, when=UNLESS_EXISTS)]
        self._keep([*writes, *self._followed(before, after)], after, draft, once)

    def _keep(
        self, writes: list[Write], reflection: Reflection, draft: Draft | None, once: Once
    ) -> None:
        if draft:
            key = draft_key(reflection.author.id)
            writes.insert(0, Delete(key, when={"saved_at": draft.saved_at}))
        try:
            self.table.transact([*writes, *once.writes(reflection.id)])
        except ConditionFailed as lost:
            if draft and 0 in lost.failed:
                raise DraftGone from lost
            raise

    def _entered(self, reflection: Reflection) -> list[Write]:
        if reflection.row is None:
            return []
        return kpi_rows.counted(reflection, self._tally(reflection), self._row(reflection))

    def _followed(self, before: Reflection, after: Reflection) -> list[Write]:
        """What a change means for the shared copy, what was added to it, and the figures."""
        if before.row is None:
            return self._entered(after)
        if after.row is None:
            return self._left(before)
        if after.row != before.row:
            gone, *also = self._gone(before)
            tally, row = self._tally(before), self._row(after)
            return [*kpi_rows.recounted(before, after, tally, gone, row), *also]
        if after.visibility == "community":
            shared = self._shared_item(after)
            key = shared_key(after.region, after.id)
            return [Update(key, set=shared, add={"revision": 1}, when={"id": after.id})]
        return []

    def _left(self, reflection: Reflection) -> list[Write]:
        if reflection.row is None:
            return []
        gone, *also = self._gone(reflection)
        return [*kpi_rows.uncounted(reflection, self._tally(reflection), gone), *also]

    def _gone(self, reflection: Reflection) -> list[Delete]:
        """What deletes its row, and with a shared one all that was added to it; refused when somebody
        adds at that moment."""
        key = (f"REGION#{reflection.region}", str(reflection.row))
        if reflection.visibility != "community":
            return [Delete(key)]
        row = self.table.get(key) or {}
        return [
            Delete(key, when=unchanged(row)),
            *additions_gone(reflection.id, self.table),
        ]

    def _row(self, reflection: Reflection) -> Item:
        """What its row holds beside what is counted: the shared copy, where it is one."""
        if reflection.visibility != "community":
            return {}
        return {**self._shared_item(reflection), "revision": 0}

    def _own_item(self, reflection: Reflection) -> Item:
        item = _outside(reflection) | {"visibility": reflection.visibility}
        sealed = self._lock(reflection, reflection.author.id)
        about = {"counted": reflection.counted, "version": reflection.version}
        return item | about | {"sealed": sealed}

    def _shared_item(self, reflection: Reflection) -> Item:
        sealed = self._lock(reflection, reflection.region)
        return {**_outside(reflection), "sealed": sealed}

    def of_group(self, reflection: Reflection) -> Put:
        """A group's reflection, shared: nobody's own, so that there is no other copy. It is the only one
        of its author, the group, and stands for it where people are counted."""
        pk, sk = shared_key(reflection.region, reflection.id)
        item = {"pk": pk, "sk": sk, **self._shared_item(reflection)}
        del item["author"]
        counts = {"quarter": str(reflection.quarter), "first_of_quarter": True}
        about = {"group": True, "meeting": reflection.meeting, "revision": 0}
        return Put(item | counts | about, when=UNLESS_EXISTS)

    @staticmethod
    def group_gone(row: Item) -> Delete:
        """Forgets it, and its count; refused when somebody added to it meanwhile."""
        return Delete((row["pk"], row["sk"]), when=unchanged(row))

    def _lock(self, reflection: Reflection, owner: str) -> dict[str, bytes]:
        about = {"meeting": reflection.meeting, "kind": reflection.kind}
        text = json.dumps({**reflection.words.model_dump(), **about}, ensure_ascii=False)
        return self._seal.lock(text, owner=owner, item=reflection.id)

    def _open(self, item: Item, owner: str, visibility: str) -> Reflection:
        inside = json.loads(self._seal.unlock(item["sealed"], owner=owner, item=item["id"]))
        return Reflection(
            id=item["id"],
            author=Author(**item["author"]) if "author" in item else group.author(item["meeting"]),
            region=item["region"],
            written_at=unstamp(item["written_at"]),
            words=Words.model_construct(**{step: inside[step] for step in STEPS}),
            visibility=visibility,  # type: ignore[arg-type]
            meeting=inside["meeting"],
            kind=inside["kind"],
            counted=item.get("counted"),
            group=item.get("group", False),
            version=item.get("version", 1),
            changed_at=unstamp(item["changed_at"]) if "changed_at" in item else None,
        )

    def mine(self, member_id: str, before: str | None) -> tuple[list[Reflection], str | None]:
        """A page of the member's own, newest first, and the id to go on before; one query."""
        items, more = self._page(f"MEMBER#{member_id}", before)
        return [self._open(item, member_id, item["visibility"]) for item in items], more

    def all_of(self, member_id: str) -> Iterator[Reflection]:
        """All of the member's own, newest first, each followed by its earlier versions."""
        before: str | None = None
        while True:
            found, before = self.mine(member_id, before)
            for each in found:
                yield each
                yield from self._earlier(each)
            if before is None:
                return

    def _earlier(self, reflection: Reflection) -> Iterator[Reflection]:
        before: str | None = None
        while reflection.version > 1:
            found, before = self.versions(reflection.author.id, reflection.id, before)
            yield from found
            if before is None:
                return

    def shared(self, region: str, before: str | None) -> tuple[list[Reflection], str | None]:
        """A page of those shared in a region, newest first; one query."""
        items, more = self._page(f"REGION#{region}", before)
        return [self._open(item, region, "community") for item in items], more

    def _page(self, pk: str, before: str | None) -> tuple[list[Item], str | None]:
        after = f"REFLECTION#{before}" if before else None
        page = self.table.query(pk, "REFLECTION#", after=after, limit=PAGE, newest_first=True)
        return page.items, page.next and page.next.removeprefix("REFLECTION#")

    def readable(self, reflection_id: str, member_id: str, region: str | None) -> Reflection | None:
        """The member's own, else the one shared in `region`; one batch of lookups."""
        keys = [own_key(member_id, reflection_id)]
        if region:
            keys.append(shared_key(region, reflection_id))
        own, *others = self.table.batch_get(keys)
        if own:
            return self._open(own, member_id, own["visibility"])
        return self._open(others[0], str(region), "community") if any(others) else None

    def withdraw(self, reflection: Reflection) -> None:
        """Makes it private: no shared copy, no count. Raises Lost."""
        own = own_key(reflection.author.id, reflection.id)
        private = Update(
            own,
            set={"visibility": "private"},
            remove=["counted"],
            when=_version(reflection) | {"visibility": reflection.visibility},
        )
        self.table.transact([private, *self._left(reflection)])

    def delete(self, reflection: Reflection) -> None:
        """Forgets it wholly. Raises Lost."""
        own = own_key(reflection.author.id, reflection.id)
        gone = Delete(own, when=_version(reflection) | {"visibility": reflection.visibility})
        versions = versions_gone(self.table, reflection.author.id, reflection.id)
        for some in batched(versions, TRANSACTION_LIMIT, strict=False):
            self.table.transact(some)
        self.table.transact([gone, *self._left(reflection)])

    def versions(
        self, member_id: str, reflection_id: str, before: str | None
    ) -> tuple[list[Reflection], str | None]:
        """A page of the earlier versions of the member's own, newest first, and where to go on."""
        prefix = f"VERSION#{reflection_id}#"
        after = f"{prefix}{before}" if before else None
        page = self.table.query(
            f"MEMBER#{member_id}", prefix, after=after, limit=PAGE, newest_first=True
        )
        found = [self._open(item, member_id, item["visibility"]) for item in page.items]
        return found, page.next and page.next.removeprefix(prefix)

    def _tally(self, reflection: Reflection) -> list[str]:
        item = self.table.get(kpi_rows.tally_key(reflection))
        return item["rows"] if item else []


def _outside(reflection: Reflection) -> Item:
    return {
        "id": reflection.id,
        "region": reflection.region,
        "author": reflection.author.model_dump(exclude_none=True),
        "written_at": stamp(reflection.written_at),
        **({"changed_at": stamp(reflection.changed_at)} if reflection.changed_at else {}),
    }


def _version(reflection: Reflection) -> Condition:
    """That the own copy is still this one; those kept before there were versions have no number."""
    first = reflection.version == 1
    return {"version": absent_or_at_most(1) if first else reflection.version}
