"""What is read of a file or a pasted text: tables, and what of them is hidden."""

from collections.abc import Iterator
from dataclasses import dataclass, field

MAX_ROWS = 5_000  # of a list
LAST_ROW = 20_000  # no list has text below
MAX_COLUMNS = 200  # Outlook's contacts have ninety
MAX_CELL = 500  # characters


class ListUnreadable(ValueError):
    """Why a file or a text cannot be read, in words for people."""


@dataclass(frozen=True)
class Sheet:
    """A table: rows that have any text, by their number from 1.

    `hidden` are the numbers of hidden rows. Cells of hidden columns are blank; `hidden_columns` are the
    first texts in them.
    """

    rows: dict[int, list[str]]
    name: str = ""
    hidden: frozenset[int] = frozenset()
    hidden_columns: list[str] = field(default_factory=list)

    def lines(self) -> Iterator[tuple[int, list[str]]]:
        """The rows that are not hidden, with the blank ones above the last."""
        last = max((n for n in self.rows if n not in self.hidden), default=0)
        for number in range(1, last + 1):
            if number not in self.hidden:
                yield number, self.rows.get(number, [])


@dataclass(frozen=True)
class ListFile:
    """A file as read. `hidden` and `unread` are names of sheets that were not read.

    `doubt` is a cell to ask about where the file does not say how its letters are stored.
    """

    sheets: list[Sheet]
    hidden: list[str] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)
    doubt: str = ""


def too_much() -> ListUnreadable:
    return ListUnreadable(
        "There is much more in this file than a list. Copy the list into a new one, and choose that."
    )
