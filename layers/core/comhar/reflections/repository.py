"""The items of reflections: the author's sealed copy, and the shared one.

The author's copy has its earlier versions.
"""

import json
from collections.abc import Iterator
from datetime import datetime

from comhar.aws.conditions import (
    UNLESS_EXISTS,
    Condition,
    Delete,
    Item,
    Put,
    Update,
    Write,
    absent,
    absent_or_at_most,
)
from comhar.aws.dynamodb import Table
from comhar.aws.encryption import Seal
from comhar.communities import pulse
from comhar.dates.dublin_time import stamp, unstamp
from comhar.idempotency import REPEATABLE, Once
from comhar.reflections import addition_items, group, kpi_migration, kpi_rows
from comhar.reflections.keys import (
    draft_key,
    own_key,
    shared_key,
    version_key,
)
from comhar.reflections.model import (
    STEPS,
    Author,
    Draft,
    DraftChanged,
    Reflection,
    Visibility,
    Words,
)
from comhar.tokens import first_id

PAGE = 20  # reflections, or versions of one, that a list opens at a time


def count_own(table: Table, member_id: str, region: str, since: datetime, until: datetime) -> int:
    """How many reflections a member wrote in a region, before `until`; one query."""
    ids = (first_id(at, region) for at in (since, until))
    first, last = (f"REFLECTION#{each}" for each in ids)
    rows = table.query(f"MEMBER#{member_id}", after=first, until=last, attributes=("written_at",))
    return len(rows.items)


def delete_group_writes(row: Item) -> list[Write]:
    """Deletes a group's shared reflection, and its count.

    Refused when somebody added meanwhile, or its count was moved.
    """
    as_read = addition_items.unchanged(row) | {"counted": row.get("counted", absent)}
    delete = Delete((row["pk"], row["sk"]), condition=as_read)
    count = [Delete((row["pk"], row["counted"]))] if "counted" in row else []
    return [delete, pulse.unshare_write(row["region"], row["id"]), *count]


def delete_versions_writes(table: Table, member_id: str, reflection_id: str = "") -> list[Write]:
    """Deletes the earlier versions of one reflection, or of all of a member's.

    They are not opened.
    """
    prefix = f"VERSION#{reflection_id}#" if reflection_id else "VERSION#"
    items = table.query(f"MEMBER#{member_id}", prefix).items
    return [Delete((item["pk"], item["sk"])) for item in items]


class Reflections:
    """The access patterns of reflections.

    Every text is sealed before it is stored.
    """

    def __init__(self, table: Table, seal: Seal):
        self.table = table
        self._seal = seal

    def add(
        self, reflection: Reflection, draft: Draft | None = None, once: Once = REPEATABLE
    ) -> None:
        """Adds it with all that follows from its visibility, and ends the draft it was.

        Raises:
            DraftChanged: the draft is not, or no longer, what was read.
            ConditionFailed: another of the author's was counted at the same moment.
        """
        pk, sk = own_key(reflection.author.id, reflection.id)
        own = {"pk": pk, "sk": sk, **self._own_item(reflection)}
        writes = [*self._count_writes(reflection), *self._share_writes(reflection)]
        self._save([Put(own, condition=UNLESS_EXISTS), *writes], reflection, draft, once)

    def change(
        self, before: Reflection, after: Reflection, draft: Draft, once: Once = REPEATABLE
    ) -> None:
        """Saves the next version, and the one before for its author.

        It ends the draft it was.

        Who may read it, and what is counted, follow.

        Raises:
            DraftChanged: the draft is not, or no longer, what was read.
            ConditionFailed: the author changed or counted something at the same moment.
        """
        pk, sk = own_key(after.author.id, after.id)
        earlier = version_key(before.author.id, before.id, before.version)
        version = self._own_item(before) | {"pk": earlier[0], "sk": earlier[1]}
        own = {"pk": pk, "sk": sk, **self._own_item(after)}
        writes = [Put(own, condition=_is_version(before)), Put(version, condition=UNLESS_EXISTS)]
        self._save([*writes, *self._follow_writes(before, after)], after, draft, once)

    def _save(
        self, writes: list[Write], reflection: Reflection, draft: Draft | None, once: Once
    ) -> None:
        ends: list[Write] = []
        if draft:
            as_read = {"saved_at": draft.saved_at}
            ends = [
                Delete(draft_key(reflection.author.id), condition=as_read, conflict=DraftChanged)
            ]
        self.table.transact([*once.writes(reflection.id), *ends, *writes])

    def _follow_writes(self, before: Reflection, after: Reflection) -> list[Write]:
        """What a change means for the figures, the shared copy, and what was added to it."""
        if after.row is None:
            return self._withdraw_writes(before)
        if before.visibility == after.visibility == "community":
            key, shared = shared_key(after.region, after.id), self._shared_item(after)
            return [Update(key, set=shared, add={"revision": 1}, condition={"id": after.id})]
        rows = self._author_rows(after)
        writes = kpi_rows.count_writes(after, rows) if before.row is None else []
        return [*writes, *self._unshare_writes(before), *self._share_writes(after)]

    def _count_writes(self, reflection: Reflection) -> list[Write]:
        if reflection.row is None:
            return []
        return kpi_rows.count_writes(reflection, self._author_rows(reflection))

    def _share_writes(self, reflection: Reflection) -> list[Write]:
        if reflection.visibility != "community":
            return []
        pk, sk = shared_key(reflection.region, reflection.id)
        item = {"pk": pk, "sk": sk, **self._shared_item(reflection), "revision": 0, "additions": 0}
        noted = pulse.share_writes(self.table, reflection.region, reflection.id)
        return [Put(item, condition=UNLESS_EXISTS), *noted]

    def _withdraw_writes(self, reflection: Reflection) -> list[Write]:
        """Takes it out of the figures, and from its readers."""
        if reflection.row is None:
            return []
        uncount = kpi_rows.uncount_writes(reflection, self._author_rows(reflection))
        return [*uncount, *self._unshare_writes(reflection)]

    def _unshare_writes(self, reflection: Reflection) -> list[Write]:
        """Deletes the shared copy, if there is one, and all that was added to it.

        Refused when somebody adds at that moment. It must carry no figures any more: see `_author_rows`.
        """
        if reflection.visibility != "community":
            return []
        key = shared_key(reflection.region, reflection.id)
        as_read = addition_items.unchanged(self.table.get(key) or {})
        additions = addition_items.delete_writes(self.table, reflection.id)
        noted = pulse.unshare_write(reflection.region, reflection.id)
        return [Delete(key, condition=as_read), noted, *additions]

    def _author_rows(self, reflection: Reflection) -> list[str]:
        """The author's rows of the quarter; shared copies of an earlier version let go of theirs."""
        return kpi_migration.list_author_rows(self.table, kpi_rows.reflection_tally_key(reflection))

    def _own_item(self, reflection: Reflection) -> Item:
        item = _outside(reflection) | {"visibility": reflection.visibility}
        sealed = self._lock(reflection, f"MEMBER#{reflection.author.id}")
        about = {"counted": reflection.counted, "version": reflection.version}
        return item | about | {"sealed": sealed}

    def _shared_item(self, reflection: Reflection) -> Item:
        sealed = self._lock(reflection, f"REGION#{reflection.region}")
        return {**_outside(reflection), "sealed": sealed}

    def insert_group_writes(self, reflection: Reflection) -> list[Write]:
        """A group's reflection, shared: nobody's own, so that there is no other copy.

        It is the only one of its author, the group, and stands for it where people are counted.
        """
        pk, sk = shared_key(reflection.region, reflection.id)
        item = {"pk": pk, "sk": sk, **self._shared_item(reflection)}
        del item["author"]
        row = kpi_rows.new_row(reflection.quarter)
        about: Item = {"group": True, "meeting": reflection.meeting, "counted": row}
        about |= {"revision": 0, "additions": 0}
        count = kpi_rows.insert_write((pk, row), first_of_quarter=True)
        noted = pulse.share_writes(self.table, reflection.region, reflection.id)
        return [Put(item | about, condition=UNLESS_EXISTS), count, *noted]

    def _lock(self, reflection: Reflection, owner: str) -> dict[str, bytes]:
        about = {"meeting": reflection.meeting, "kind": reflection.kind}
        text = json.dumps({**reflection.words.model_dump(), **about}, ensure_ascii=False)
        return self._seal.lock(text, owner=owner, item=reflection.id)

    def _open(self, item: Item, visibility: str) -> Reflection:
        """Its owner is the partition that it was read in."""
        text = self._seal.unlock(item["sealed"], owner=item["pk"], item=item["id"])
        inside = json.loads(text)
        return Reflection(
            id=item["id"],
            author=Author(**item["author"]) if "author" in item else group.author(item["meeting"]),
            region=item["region"],
            written_at=unstamp(item["written_at"]),
            words=Words.model_construct(**{step: inside[step] for step in STEPS}),
            visibility=visibility,  # type: ignore[arg-type]
            meeting=inside["meeting"],
            kind=inside["kind"],
            counted=kpi_rows.present_row(item["counted"]) if "counted" in item else None,
            group=item.get("group", False),
            version=item.get("version", 1),
            changed_at=unstamp(item["changed_at"]) if "changed_at" in item else None,
            additions=item.get("additions"),
        )

    def list_own(self, member_id: str, before: str | None) -> tuple[list[Reflection], str | None]:
        """A page of the member's own, newest first, and the id to go on before; one query."""
        items, more = self._page(f"MEMBER#{member_id}", before)
        return [self._open(item, item["visibility"]) for item in items], more

    def last_visibility(self, member_id: str) -> Visibility:
        """That of the member's newest, unopened; `private` where there is none. One query."""
        page = self.table.query(f"MEMBER#{member_id}", "REFLECTION#", limit=1, newest_first=True)
        last: Visibility = page.items[0]["visibility"] if page.items else "private"
        return last

    def iterate_own(self, member_id: str) -> Iterator[Reflection]:
        """All of the member's own, newest first, each followed by its earlier versions."""
        before: str | None = None
        while True:
            reflections, before = self.list_own(member_id, before)
            for reflection in reflections:
                yield reflection
                yield from self._iterate_versions(reflection)
            if before is None:
                return

    def _iterate_versions(self, reflection: Reflection) -> Iterator[Reflection]:
        before: str | None = None
        while reflection.version > 1:
            versions, before = self.list_versions(reflection.author.id, reflection.id, before)
            yield from versions
            if before is None:
                return

    def list_shared(self, region: str, before: str | None) -> tuple[list[Reflection], str | None]:
        """A page of those shared in a region, newest first; one query."""
        items, more = self._page(f"REGION#{region}", before)
        return [self._open(item, "community") for item in items], more

    def list_newest_shared(self, region: str, most: int) -> tuple[list[Reflection], bool]:
        """So many of those shared in a region, newest first, and whether there are more."""
        reflections: list[Reflection] = []
        before: str | None = None
        while len(reflections) < most:
            page, before = self.list_shared(region, before)
            reflections += page
            if before is None:
                break
        return reflections, before is not None

    def _page(self, pk: str, before: str | None) -> tuple[list[Item], str | None]:
        after = f"REFLECTION#{before}" if before else None
        page = self.table.query(pk, "REFLECTION#", after=after, limit=PAGE, newest_first=True)
        return page.items, page.next and page.next.removeprefix("REFLECTION#")

    def find(self, reflection_id: str, member_id: str, region: str | None) -> Reflection | None:
        """The member's own, else the one shared in `region`; one batch of lookups."""
        keys = [own_key(member_id, reflection_id)]
        if region:
            keys.append(shared_key(region, reflection_id))
        own, *others = self.table.batch_get(keys)
        if own:
            return self._open(own, own["visibility"])
        return self._open(others[0], "community") if any(others) else None

    def withdraw(self, reflection: Reflection) -> None:
        """Makes it private: no shared copy, no count. Raises ConditionFailed."""
        as_read = _is_version(reflection) | {"visibility": reflection.visibility}
        private = Update(
            own_key(reflection.author.id, reflection.id),
            set={"visibility": "private"},
            remove=["counted"],
            condition=as_read,
        )
        self.table.transact([private, *self._withdraw_writes(reflection)])

    def delete(self, reflection: Reflection) -> None:
        """Deletes it wholly. Raises ConditionFailed."""
        as_read = _is_version(reflection) | {"visibility": reflection.visibility}
        own = Delete(own_key(reflection.author.id, reflection.id), condition=as_read)
        versions = delete_versions_writes(self.table, reflection.author.id, reflection.id)
        self.table.write_all(versions)
        self.table.transact([own, *self._withdraw_writes(reflection)])

    def list_versions(
        self, member_id: str, reflection_id: str, before: str | None
    ) -> tuple[list[Reflection], str | None]:
        """A page of earlier versions of the member's own reflection, newest first.

        And where to go on.
        """
        pk, prefix = f"MEMBER#{member_id}", f"VERSION#{reflection_id}#"
        after = f"{prefix}{before}" if before else None
        page = self.table.query(pk, prefix, after=after, limit=PAGE, newest_first=True)
        versions = [self._open(item, item["visibility"]) for item in page.items]
        return versions, page.next and page.next.removeprefix(prefix)


def _outside(reflection: Reflection) -> Item:
    return {
        "id": reflection.id,
        "region": reflection.region,
        "author": reflection.author.model_dump(exclude_none=True),
        "written_at": stamp(reflection.written_at),
        **({"changed_at": stamp(reflection.changed_at)} if reflection.changed_at else {}),
    }


def _is_version(reflection: Reflection) -> Condition:
    """That the own copy is still this one; those stored before there were versions have no number."""
    first = reflection.version == 1
    return {"version": absent_or_at_most(1) if first else reflection.version}
