"""Keys of several kinds, read in one call."""

from comhar.aws.conditions import Item, Key
from comhar.aws.dynamodb import Table


class Batch:
    """Keys of several kinds, read in one call for each hundred."""

    def __init__(self, table: Table) -> None:
        self._table, self._keys = table, list[Key]()
        self._items: list[Item | None] = []

    def add(self, *keys: Key) -> slice:
        """Where these will be found."""
        first = len(self._keys)
        self._keys += keys
        return slice(first, len(self._keys))

    def read(self) -> None:
        self._items = self._table.batch_get(self._keys)

    def get(self, place: slice) -> list[Item | None]:
        return self._items[place]
