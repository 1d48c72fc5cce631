"""Charts as SVG: the success wheel, and lines over time.

They have no script, no style sheet and no address. Positions are computed here, in pixels; the markup is
`pages/chart.svg.j2`. The look is written on each element, so that no policy of a page can take it away.
Lines are told apart by dashes and marks, in colour or in grey.
"""

import math
import re
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass

from comhar import templates

Values = Sequence[float | None]  # None: hidden or missing, a gap in the line
Series = Sequence[tuple[str, Values]]
Point = tuple[float, float]

LINES = 8  # that one chart can tell apart
WIDTH = 400
LEGEND_ROW = 24
LOWEST, HIGHEST = 1, 5  # of a rating
COLOURS = (
    *("#02594c", "#b35900", "#003087", "#7c2855"),
    *("#4c6272", "#005eb8", "#212b32", "#8a1538"),
)
DASHES = ("", "7 4", "2 3", "9 3 2 3", "14 4", "4 2", "1 5", "12 3 2 3 2 3")
MARKS = (
    "M-4 0 A4 4 0 1 0 4 0 A4 4 0 1 0 -4 0 Z",  # a circle
    "M-4 -4 H4 V4 H-4 Z",
    "M0 -5 L5 4 H-5 Z",
    "M0 -5.5 L5.5 0 L0 5.5 L-5.5 0 Z",
)
HOLLOW = (1, 6, 7)  # lines whose marks would look like another's in grey
NO_XML = re.compile(
    "[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]"
)  # XML 1.0, section 2.2


@dataclass(frozen=True)
class Label:
    """Lines of text, one below the other; `anchor` is `start`, `middle` or `end`."""

    at: Point
    anchor: str
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Line:
    """The line of one run or question: where it goes, and how it looks.

    `pieces` are its unbroken parts, `points` are where it has marks.
    """

    name: str
    pieces: tuple[tuple[Point, ...], ...]
    points: tuple[Point, ...]
    colour: str
    dashes: str
    mark: str
    hollow: bool


@dataclass(frozen=True)
class Chart:
    """What the template draws.

    `plot` is the top left corner of the plot, from which all points are measured; `height` is that of the
    chart without the names of its lines.
    """

    title: str
    plot: tuple[int, int]
    height: int
    guides: Sequence[Sequence[Point]]
    scale: Sequence[Label]
    spokes: Sequence[tuple[Point, Point]]
    labels: Sequence[Label]
    lines: Sequence[Line]


def draw_wheel(title: str, facets: Sequence[str], series: Series) -> bytes:
    """Ratings of 1 to 5 as a wheel: a spoke for each facet, a line for each run.

    The spokes go clockwise from the top.
    """
    middle = 116
    unit = middle / 5.4  # the spokes end at 5, the names of the facets stand a little beyond

    def place(value: float, facet: int) -> Point:
        angle = 2 * math.pi * facet / len(facets)
        return _point(
            middle + value * unit * math.sin(angle), middle - value * unit * math.cos(angle)
        )

    def label(facet: int, text: str) -> Label:
        x, y = place(5.4, facet)
        if abs(x - middle) < 10:  # straight up or down
            return Label(_point(x, y + (8 if y > middle else -4)), "middle", (text,))
        lines = tuple(textwrap.wrap(text, 13))
        anchor = "start" if x > middle else "end"
        return Label(_point(x, y + 4 - 7 * (len(lines) - 1)), anchor, lines)

    def line(number: int, name: str, values: Values) -> Line:
        """The last facet leads back to the first, and never over a gap."""
        points = [None if value is None else place(value, n) for n, value in enumerate(values)]
        return _make_line(number, name, points, [*points, *points[:1]])

    ratings, around = range(HIGHEST, LOWEST - 1, -1), range(len(facets))
    return _render(
        Chart(
            title=title,
            plot=(84, 46),
            height=324,
            guides=[[place(rating, n) for n in (*around, 0)] for rating in ratings],
            scale=[_rating_label(rating, middle - 5, place(rating, 0)[1]) for rating in ratings],
            spokes=[((middle, middle), place(HIGHEST, n)) for n in around],
            labels=[label(n, text) for n, text in enumerate(facets)],
            lines=[line(n, *named_values) for n, named_values in enumerate(series[:LINES])],
        )
    )


def draw_lines(title: str, moments: Sequence[str], series: Series) -> bytes:
    """Means of ratings of 1 to 5 as lines over the runs, the oldest first."""
    wide, high = 342, 230

    def across(run: int) -> float:
        return wide * _inset(run / (len(moments) - 1) if len(moments) > 1 else 0.5)

    def down(value: float) -> float:
        return high * _inset((HIGHEST - value) / (HIGHEST - LOWEST))

    def line(number: int, name: str, values: Values) -> Line:
        points = [
            None if value is None else _point(across(n), down(value))
            for n, value in enumerate(values)
        ]
        return _make_line(number, name, points, points)

    ratings, runs = range(LOWEST, HIGHEST + 1), range(len(moments))
    return _render(
        Chart(
            title=title,
            plot=(34, 16),
            height=304,
            guides=[[_point(0, down(rating)), _point(wide, down(rating))] for rating in ratings],
            scale=[_rating_label(rating, -5, down(rating) + 3.5) for rating in ratings],
            spokes=[(_point(across(n), 0), _point(across(n), high)) for n in runs],
            labels=[
                Label(_point(across(n), high + 18), "middle", tuple(moments[n].split()))
                for n in runs
            ],
            lines=[line(n, *named_values) for n, named_values in enumerate(series[:LINES])],
        )
    )


def _point(x: float, y: float) -> Point:
    return round(x, 3), round(y, 3)


def _inset(part: float, room: float = 0.02) -> float:
    """The position along a side that leaves `room` free at both ends, as parts of 1."""
    return (part + room) / (1 + 2 * room)


def _rating_label(rating: int, x: float, y: float) -> Label:
    return Label(_point(x, y), "end", (str(rating),))


def _make_line(
    number: int, name: str, points: Sequence[Point | None], path: Sequence[Point | None]
) -> Line:
    """The line along `path`, broken at each gap, with marks at the `points`."""
    pieces: list[list[Point]] = [[]]
    for point in path:
        if point is None:
            pieces.append([])
        else:
            pieces[-1].append(point)
    return Line(
        name=textwrap.shorten(_strip_non_xml(name), 48, placeholder=" …"),
        pieces=tuple(tuple(piece) for piece in pieces if len(piece) > 1),
        points=tuple(filter(None, points)),
        colour=COLOURS[number],
        dashes=DASHES[number],
        mark=MARKS[number % len(MARKS)],
        hollow=number in HOLLOW,
    )


def _strip_non_xml(text: str) -> str:
    """The text without characters that XML does not allow."""
    return NO_XML.sub("", text)


def _render(chart: Chart) -> bytes:
    template = templates.page_environment().get_template("results/pages/chart.svg.j2")
    markup = template.render(
        chart=chart,
        title=_strip_non_xml(chart.title),
        width=WIDTH,
        height=chart.height + LEGEND_ROW * len(chart.lines) + 8,
        row=LEGEND_ROW,
    )
    return markup.encode()
