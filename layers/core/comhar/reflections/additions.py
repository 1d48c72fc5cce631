"""Lines that members add to the action plan of a shared reflection.

They are sealed, with a name.

A member's `ADDITION#reflection#id` tells where their own lie: by it they are erased and exported.
"""

from collections.abc import Iterator
from contextlib import suppress

from comhar.aws.conditions import UNLESS_EXISTS, ConditionFailed, Delete, Item, Put, Update, present
from comhar.aws.dynamodb import Table
from comhar.aws.encryption import Seal
from comhar.context import Context
from comhar.dates.dublin_time import stamp
from comhar.errors import NotFound
from comhar.idempotency import REPEATABLE, Once
from comhar.reflections import addition_items, group, keys, model, views
from comhar.tokens import new_id

_TRIES = group.MOST_ADDITIONS + 1  # each that is lost means that another's line was added


class Additions:
    """The access patterns of additions.

    Every text is sealed before it is stored.
    """

    def __init__(self, table: Table, seal: Seal):
        self.table = table
        self._seal = seal

    def list_additions(self, reflection_id: str) -> list[Item]:
        """All of a reflection, oldest first, each with its `text` opened; one query."""
        items = addition_items.list_items(self.table, reflection_id)
        return [item | {"text": self.open(item)} for item in items]

    def iterate_own(self, member_id: str) -> Iterator[Item]:
        """A member's own, opened."""
        for pointer in self.table.query(f"MEMBER#{member_id}", "ADDITION#").items:
            _, reflection_id, addition_id = pointer["sk"].split("#")
            if item := self.table.get(keys.addition_key(reflection_id, addition_id)):
                yield item | {"text": self.open(item)}

    def insert(self, row: Item, before: int, text: str, ctx: Context, once: Once) -> str:
        """Adds one line to the shared reflection of this row; the line's id.

        `before` is how many lines it has.

        Raises:
            ConditionFailed: somebody added to it, or took it back, since the row was read.
        """
        addition_id, me = new_id(ctx.now), ctx.user
        pk, sk = keys.addition_key(row["id"], addition_id)
        bound = f"{row['id']} {addition_id}"
        sealed = self._seal.lock(text, owner=f"REGION#{row['region']}", item=bound)
        item = {"pk": pk, "sk": sk, "id": addition_id, "reflection": row["id"]}
        item |= {
            "region": row["region"],
            "by": me.id,
            "name": me.display_name,
            "at": stamp(ctx.now),
        }
        own, pointer = keys.own_addition_key(me.id, row["id"], addition_id)
        as_read = addition_items.unchanged(row)
        grown = {"revision": 1, "additions": 1 if "additions" in row else before + 1}
        self.table.transact(
            [
                Update((row["pk"], row["sk"]), add=grown, condition=as_read),
                Put(item | {"sealed": sealed}, condition=UNLESS_EXISTS),
                Put({"pk": own, "sk": pointer}),
                *once.writes(addition_id, reflection=row["id"]),
            ]
        )
        return addition_id

    def open(self, item: Item) -> str:
        bound = f"{item['reflection']} {item['id']}"
        return self._seal.unlock(item["sealed"], owner=f"REGION#{item['region']}", item=bound)


def add(
    reflection_id: str, form: group.Add, ctx: Context, seal: Seal, once: Once = REPEATABLE
) -> views.Added:
    """Adds a line to the action plan of a shared reflection, in my name.

    The same line sent twice is one line.

    Raises:
        NotFound: none such is shared in my region.
        EnoughAdded: there are 40 already.
        ChangedMeanwhile: others were faster each time.
    """
    additions = Additions(ctx.table, seal)
    for _ in range(_TRIES):
        row = _shared_row(reflection_id, ctx)
        items = addition_items.list_items(ctx.table, reflection_id)
        own = (item for item in items if item["by"] == ctx.user.id)
        same = next((item for item in own if additions.open(item) == form.text), None)
        if same:
            return views.Added(id=same["id"], reflection=reflection_id)
        if len(items) >= group.MOST_ADDITIONS:
            raise group.EnoughAdded
        with suppress(ConditionFailed):
            added = additions.insert(row, len(items), form.text, ctx, once)
            return views.Added(id=added, reflection=reflection_id)
    raise model.ChangedMeanwhile


def _shared_row(reflection_id: str, ctx: Context) -> Item:
    """Raises NotFound."""
    region = model.reading_region(ctx.user)
    row = region and ctx.table.get(keys.shared_key(region, reflection_id))
    if not row:
        raise NotFound
    return row


def withdraw(reflection_id: str, addition_id: str, ctx: Context) -> views.AdditionWithdrawn:
    """Deletes my own line.

    Raises:
        NotFound: it is not there, or not mine.
    """
    own = keys.own_addition_key(ctx.user.id, reflection_id, addition_id)
    if ctx.table.get(own) is None:
        raise NotFound
    there = keys.addition_key(reflection_id, addition_id)
    fewer = addition_items.one_less_writes(ctx.table, reflection_id, NotFound)
    pointer = Delete(own, condition={"pk": present}, conflict=NotFound)
    ctx.table.transact([Delete(there), pointer, *fewer])
    return views.AdditionWithdrawn(id=addition_id, reflection=reflection_id)
