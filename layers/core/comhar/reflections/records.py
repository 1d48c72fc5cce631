"""Owns the items of reflections: the author's sealed copy, the shared one, and what is counted.

A member's `TALLY#region#quarter` lists the rows by which this quarter's report counts that author,
so that the first of them can be told without reading what was written.
"""

import json
from collections.abc import Iterator

from comhar.calendar import stamp, unstamp
from comhar.reflections import group
from comhar.reflections.model import STEPS, Author, Draft, Reflection, Words, without
from comhar.seal import Seal
from comhar.table import Lost, Table
from comhar.tokens import secret
from comhar.writes import UNLESS_EXISTS, Delete, Item, Key, Put, Update, Write, absent, present

PAGE = 20  # reflections a list opens at a time


def own_key(member_id: str, reflection_id: str) -> Key:
    return f"MEMBER#{member_id}", f"REFLECTION#{reflection_id}"


def shared_key(region: str, reflection_id: str) -> Key:
    return f"REGION#{region}", f"REFLECTION#{reflection_id}"


def addition_key(reflection_id: str, addition_id: str) -> Key:
    """Where a member's addition to a group's reflection lies; its text is sealed."""
    return f"REFLECTION#{reflection_id}", f"ADDITION#{addition_id}"


def own_addition_key(member_id: str, reflection_id: str, addition_id: str) -> Key:
    return f"MEMBER#{member_id}", f"ADDITION#{reflection_id}#{addition_id}"


def draft_key(member_id: str) -> Key:
    """Where a draft waits, if there is one; its texts are sealed."""
    return f"MEMBER#{member_id}", "DRAFT#reflection"


def _tally_key(reflection: Reflection) -> Key:
    owner = f"MEMBER#{reflection.author.id}"
    return owner, f"TALLY#{reflection.region}#{reflection.quarter}"


class DraftGone(Exception):
    """The draft is not, or no longer, what was read."""


class Reflections:
    """The access patterns of reflections. Whatever is written here is sealed before it is kept."""

    def __init__(self, table: Table, seal: Seal):
        self.table = table
        self._seal = seal

    def add(self, reflection: Reflection, draft: Draft | None = None) -> None:
        """Keeps it with all that follows from its visibility, and ends the draft it was.

        Raises DraftGone, and Lost when another of the author's was counted at the same moment.
        """
        tally = self._tally(reflection) if reflection.row else []
        writes = self._born(reflection, tally)
        if draft:
            key = draft_key(reflection.author.id)
            writes.insert(0, Delete(key, when={"saved_at": draft.saved_at}))
        try:
            self.table.transact(*writes)
        except Lost as lost:
            if draft and 0 in lost.failed:
                raise DraftGone from lost
            raise

    def _born(self, reflection: Reflection, tally: list[str]) -> list[Write]:
        writes: list[Write] = [Put(self._own_item(reflection), when=UNLESS_EXISTS)]
        if reflection.row is None:
            return writes
        row = {"quarter": str(reflection.quarter), "first_of_quarter": not tally}
        if reflection.visibility == "community":
            row |= self._shared_item(reflection)
        pk, sk = f"REGION#{reflection.region}", reflection.row
        writes.append(Put({"pk": pk, "sk": sk, **row}, when=UNLESS_EXISTS))
        writes.append(_counted(reflection, tally, [*tally, reflection.row]))
        return writes

    def _own_item(self, reflection: Reflection) -> Item:
        pk, sk = own_key(reflection.author.id, reflection.id)
        item = {"pk": pk, "sk": sk, **_outside(reflection), "visibility": reflection.visibility}
        sealed = self._lock(reflection, reflection.author.id)
        return item | {"counted": reflection.counted, "sealed": sealed}

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
        return Delete((row["pk"], row["sk"]), when={"revision": row["revision"]})

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
        )

    def mine(self, member_id: str, before: str | None) -> tuple[list[Reflection], str | None]:
        """A page of the member's own, newest first, and the id to go on before; one query."""
        items, more = self._page(f"MEMBER#{member_id}", before)
        return [self._open(item, member_id, item["visibility"]) for item in items], more

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
            when={"visibility": reflection.visibility},
        )
        self.table.transact(private, *self._uncounted(reflection))

    def delete(self, reflection: Reflection) -> None:
        """Forgets it wholly. Raises Lost."""
        own = own_key(reflection.author.id, reflection.id)
        gone = Delete(own, when={"visibility": reflection.visibility})
        self.table.transact(gone, *self._uncounted(reflection))

    def _uncounted(self, reflection: Reflection) -> list[Write]:
        if reflection.row is None:
            return []
        region, tally = f"REGION#{reflection.region}", self._tally(reflection)
        rest, heir = without(tally, reflection.row)
        writes: list[Write] = [
            Delete((region, reflection.row)),
            _counted(reflection, tally, rest),
        ]
        if heir:
            now_first = {"first_of_quarter": True}
            writes.append(Update((region, heir), set=now_first, when={"pk": present}))
        return writes

    def _tally(self, reflection: Reflection) -> list[str]:
        item = self.table.get(_tally_key(reflection))
        return item["rows"] if item else []


def forgotten(table: Table, member_id: str) -> Iterator[list[Write]]:
    """What forgets a member's reflections and additions, one after another, unopened. Where one was
    shared, that there was one still counts, as with those that are only counted: no row says whose."""
    for each in table.query(f"MEMBER#{member_id}", "REFLECTION#").items:
        writes: list[Write] = [Delete((each["pk"], each["sk"]))]
        shared = shared_key(each["region"], each["id"])
        if found := table.get(shared) if each["visibility"] == "community" else None:
            counts = {name: found[name] for name in ("quarter", "first_of_quarter")}
            row = {"pk": shared[0], "sk": f"COUNTED#{found['quarter']}#{secret()}", **counts}
            writes += [Delete(shared), Put(row, when=UNLESS_EXISTS)]
        yield writes
    for pointer in table.query(f"MEMBER#{member_id}", "ADDITION#").items:
        _, reflection_id, addition_id = pointer["sk"].split("#")
        own = (pointer["pk"], pointer["sk"])
        yield [Delete(addition_key(reflection_id, addition_id)), Delete(own)]


def _outside(reflection: Reflection) -> Item:
    return {
        "id": reflection.id,
        "region": reflection.region,
        "author": reflection.author.model_dump(exclude_none=True),
        "written_at": stamp(reflection.written_at),
    }


def _counted(reflection: Reflection, before: list[str], after: list[str]) -> Write:
    """The tally as changed; refused when it is not what was read."""
    pk, sk = _tally_key(reflection)
    when = {"rows": before} if before else {"rows": absent}
    if not after:
        return Delete((pk, sk), when=when)
    return Put({"pk": pk, "sk": sk, "rows": after}, when=when)
