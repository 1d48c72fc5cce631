"""Owns what members add to the action plan of a shared reflection: sealed lines with a name.

A member's `ADDITION#reflection#id` tells where their own lie: by it they are erased and handed out.
"""

from collections.abc import Iterator
from datetime import datetime

from comhar.aws.conditions import UNLESS_EXISTS, Delete, Item, Put, Update
from comhar.aws.dynamodb import ConditionFailed, Table
from comhar.aws.encryption import Seal
from comhar.dates.dublin_time import stamp
from comhar.errors import NotFound
from comhar.membership.model import Member
from comhar.once import REPEATABLE, Once
from comhar.reflections.deletion import unchanged
from comhar.reflections.group import MOST_ADDITIONS, EnoughAdded
from comhar.reflections.keys import addition_key, own_addition_key, shared_key
from comhar.reflections.model import ChangedMeanwhile
from comhar.tokens import new_id

_TRIES = MOST_ADDITIONS + 1  # each that is lost means that another's line was added


class Additions:
    """The access patterns of additions. Whatever is written here is sealed before it is kept."""

    def __init__(self, table: Table, seal: Seal):
        self.table = table
        self._seal = seal

    def of(self, reflection_id: str) -> list[Item]:
        """All of a reflection, oldest first, each with its `text` opened; one query."""
        items = self.table.query(f"REFLECTION#{reflection_id}", "ADDITION#").items
        return [item | {"text": self._open(item)} for item in items]

    def of_member(self, member_id: str) -> Iterator[Item]:
        """A member's own, opened."""
        for pointer in self.table.query(f"MEMBER#{member_id}", "ADDITION#").items:
            _, reflection_id, addition_id = pointer["sk"].split("#")
            if item := self.table.get(addition_key(reflection_id, addition_id)):
                yield item | {"text": self._open(item)}

    def add(
        self, reflection_id: str, text: str, me: Member, now: datetime, once: Once = REPEATABLE
    ) -> str:
        """Keeps one line, once however often it is sent; its id.

        Raises NotFound where none such is shared in my region, EnoughAdded, ChangedMeanwhile.
        """
        for _ in range(_TRIES):
            row = self._row(reflection_id, me)
            there = self.table.query(f"REFLECTION#{reflection_id}", "ADDITION#").items
            mine = (each for each in there if each["by"] == me.id)
            if found := next((each for each in mine if self._open(each) == text), None):
                return str(found["id"])
            if len(there) >= MOST_ADDITIONS:
                raise EnoughAdded
            try:
                return self._added(row, text, me, now, once)
            except ConditionFailed:
                continue
        raise ChangedMeanwhile

    def _row(self, reflection_id: str, me: Member) -> Item:
        row = self.table.get(shared_key(str(me.region), reflection_id))
        if row is None:
            raise NotFound
        return row

    def _added(self, row: Item, text: str, me: Member, now: datetime, once: Once) -> str:
        addition_id = new_id(now)
        pk, sk = addition_key(row["id"], addition_id)
        sealed = self._seal.lock(text, owner=row["region"], item=f"{row['id']} {addition_id}")
        item = {"pk": pk, "sk": sk, "id": addition_id, "reflection": row["id"]}
        item |= {"region": row["region"], "by": me.id, "name": me.known_as, "at": stamp(now)}
        mine, pointer = own_addition_key(me.id, row["id"], addition_id)
        key = (row["pk"], row["sk"])
        counted = Update(key, add={"revision": 1}, when=unchanged(row))
        self.table.transact(
            [
                counted,
                Put(item | {"sealed": sealed}, when=UNLESS_EXISTS),
                Put({"pk": mine, "sk": pointer}),
                *once.writes(addition_id, reflection=row["id"]),
            ],
        )
        return addition_id

    def withdraw(self, reflection_id: str, addition_id: str, me: Member) -> None:
        """Forgets my own. Raises NotFound."""
        mine = own_addition_key(me.id, reflection_id, addition_id)
        if self.table.get(mine) is None:
            raise NotFound
        self.table.transact([Delete(addition_key(reflection_id, addition_id)), Delete(mine)])

    def _open(self, item: Item) -> str:
        bound = f"{item['reflection']} {item['id']}"
        return self._seal.unlock(item["sealed"], owner=item["region"], item=bound)
