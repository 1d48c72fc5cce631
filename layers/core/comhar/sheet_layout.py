"""How a workbook's sheets look: fonts, colours, widths, heights, paper."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from functools import lru_cache
from math import ceil
from typing import Any

from comhar import spreadsheets
from comhar.spreadsheets import Cell

GREEN, RED, GREY = "#02594C", "#8A1F11", "#56646E"
MET_FILL, UNMET_FILL = "#DCEFE6", "#FBE5E0"
WIDE = 95  # characters: more than that prints across the paper
PAGE = 250  # characters across a landscape page that can still be read
_LINE = 13.5  # points of a line of text
MOST_LINES = 29  # a row is at most 409 points high
_SHAPE = {"font_name": "Arial", "font_size": 10, "valign": "top"}
# Arial is in every program, or one of its widths; 17 pixels is a row of it.
OPTIONS = {
    "default_format_properties": {"font_name": "Arial", "font_size": 10},
    "default_row_height": 17,
}
_BOLD = 0.94  # of the characters fit in bold
_SAFETY = 1.03  # no two programs draw a text of the same width

Styled = tuple[Cell, dict[str, Any]]
TEXT: dict[str, Any] = {"text_wrap": True, "border": 1, "border_color": "#D8DDE0"}
NUMBER: dict[str, Any] = {**TEXT, "text_wrap": False, "align": "right", "indent": 1}
HEAD: dict[str, Any] = {**TEXT, "bold": True, "bg_color": GREEN, "font_color": "#FFFFFF"}
ROW_HEAD: dict[str, Any] = {**TEXT, "bold": True}
CENTRED: dict[str, Any] = {**TEXT, "align": "center"}
WRAPPED: dict[str, Any] = {"text_wrap": True}
PLAIN_NUMBER: dict[str, Any] = {"align": "right", "indent": 1}
SHADED: dict[str, Any] = {**NUMBER, "pattern": 14, "fg_color": GREY}  # thin lines upwards
DAY, MOMENT = "d mmm yyyy", "d mmm yyyy, hh:mm"
DAY_WIDTH, MOMENT_WIDTH = 12, 18


class Layout:
    """A workbook whose sheets print alike, its formats made once."""

    def __init__(self, book: Any, *, header: str) -> None:
        """`header` stands above every printed page, with Excel's codes in it; a letter begins it."""
        self.book = book
        self._header = header
        self._formats: dict[tuple[tuple[str, Any], ...], Any] = {}
        self._names: set[str] = set()

    def add_sheet(
        self, name: str, widths: Sequence[int], *, frozen_columns: int = 1, pages: int = 0
    ) -> "Sheet":
        """Adds a sheet of this name, or of one like it that Excel takes.

        `widths` are those of its columns, in characters. It prints on so many `pages`, 0 for as
        many as it takes.
        """
        sheet = spreadsheets.add_sheet(self.book, self._free_name(name))
        for column, width in enumerate(widths):
            sheet.set_column(column, column, width)
        if sum(widths) > WIDE:
            sheet.set_landscape()
        across = ceil(sum(widths) / PAGE)
        sheet.fit_to_pages(across, pages if across == 1 else 0)
        sheet.set_margins(left=0.5, right=0.5, top=0.75, bottom=0.6)
        sheet.set_header(f"&L&9{self._header}")
        sheet.set_footer("&L&9&A&R&9Page &P of &N")
        return Sheet(self, sheet, widths, frozen_columns)

    def add_table(
        self,
        name: str,
        columns: Mapping[str, int],
        rows: Iterable[Sequence[Cell]],
        *,
        frozen_columns: int = 0,
    ) -> None:
        """Adds a sheet that is nothing but a table, which programs read and people filter.

        `columns` are those of the table, with their widths.
        """
        sheet = self.add_sheet(name, [*columns.values()], frozen_columns=frozen_columns)
        sheet.add_head([*columns])
        for row in rows:
            sheet.add_row(
                [(cell, PLAIN_NUMBER if isinstance(cell, int | float) else WRAPPED) for cell in row]
            )
        sheet.sheet.autofilter(0, 0, sheet.row - 1, len(columns) - 1)

    def format(self, properties: dict[str, Any]) -> Any:
        key = tuple(sorted(properties.items()))
        if key not in self._formats:
            self._formats[key] = self.book.add_format({**_SHAPE, **properties})
        return self._formats[key]

    def _free_name(self, name: str) -> str:
        """The name without what Excel forbids in one; numbered where it is taken or reserved."""
        clean = "".join(" " if each in "[]:*?/\\" else each for each in name).strip(" '") or "Sheet"
        taken = {*self._names, "history"}
        tries = (clean[: 31 - len(end)].rstrip(" '") + end for end in _endings())
        free = next(each for each in tries if each.casefold() not in taken)
        self._names.add(free.casefold())
        return free


class Sheet:
    """A sheet that is written row by row, each as high as its longest cell needs."""

    def __init__(self, layout: Layout, sheet: Any, widths: Sequence[int], frozen: int) -> None:
        self.sheet = sheet
        self.row = 0  # the next one, from 0
        self.widths = widths
        self._layout = layout
        self._frozen = frozen

    @property
    def name(self) -> str:
        return str(self.sheet.get_name())

    @property
    def book(self) -> Any:
        return self._layout.book

    @property
    def pixels(self) -> int:
        """How wide all columns are together."""
        return sum(7 * width + 5 for width in self.widths)

    def add_title(self, text: str) -> None:
        style = {"bold": True, "font_size": 14, "font_color": GREEN}
        self.sheet.set_row(self.row, 21)
        self._write(0, text, style)
        self.row += 1

    def add_sentence(self, text: str, **style: Any) -> None:
        """A text across all columns, in as many rows as it takes."""
        for line in wrap(text, sum(self.widths)):
            self.sheet.set_row(self.row, _LINE)
            self._write(0, line, style)
            self.row += 1

    def add_heading(self, text: str) -> None:
        self.row += 1
        self.add_sentence(text, bold=True, font_color=GREEN)

    def add_head(self, cells: Sequence[Cell], *, frozen: bool = True) -> None:
        """The header of a table; a frozen one is also printed on every page."""
        self.add_row([(cell, HEAD) for cell in cells])
        if frozen:
            self.sheet.freeze_panes(self.row, self._frozen)
            self.sheet.repeat_rows(self.row - 1)
            if self._frozen and sum(self.widths) > PAGE:
                self.sheet.repeat_columns(0, self._frozen - 1)

    def add_row(self, cells: Sequence[Styled]) -> None:
        lines = 1
        for column, (cell, style) in enumerate(cells):
            self._write(column, cell, style)
            if isinstance(cell, str) and style.get("text_wrap"):
                width = self.widths[column]
                lines = max(lines, len(wrap(cell, width * _BOLD if "bold" in style else width)))
        self.sheet.set_row(self.row, _LINE * min(lines, MOST_LINES) + 2)
        self.row += 1

    def _write(self, column: int, cell: Cell, style: dict[str, Any]) -> None:
        if isinstance(cell, date):
            form = MOMENT if isinstance(cell, datetime) else DAY
            style = {**style, "num_format": form, "align": "left"}
        shape = self._layout.format(style)
        if cell is None:
            self.sheet.write_blank(self.row, column, None, shape)  # with its border and colour
        else:
            spreadsheets.write_cell(self.sheet, self.row, column, cell, shape)


@lru_cache(maxsize=4096)
def wrap(text: str, width: float) -> tuple[str, ...]:
    """The text in lines that a column so many characters wide shows whole."""
    if "\n" not in text and len(text) * 11 < width * 7:  # 11 pixels are a wide character
        return (text,)
    from xlsxwriter.utility import xl_pixel_width  # slow to import: only who makes a file

    room = width * 7 / _SAFETY  # a digit of the default font is 7 pixels wide
    lines = []
    for paragraph in text.splitlines() or [""]:
        line = ""
        for word in paragraph.split(" "):
            longer = f"{line} {word}" if line else word
            if line and xl_pixel_width(longer) > room:
                lines.append(line)
                longer = word
            while xl_pixel_width(longer) > room and len(longer) > 1:  # a word without a break
                cut = max(1, int(len(longer) * room / xl_pixel_width(longer)))
                lines.append(longer[:cut])
                longer = longer[cut:]
            line = longer
        lines.append(line)
    return tuple(lines)


def header_text(text: str) -> str:
    """A text as it stands in the header of a page, which holds 255 characters."""
    return text[:90].replace("&", "&&")


def _endings() -> Iterator[str]:
    yield ""
    number = 2
    while True:
        yield f" ({number})"
        number += 1
