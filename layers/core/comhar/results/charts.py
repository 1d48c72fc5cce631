"""Owns how figures are drawn: as SVG that holds no script, no style sheet and no address.

pygal knows where things lie; how they look is written on each element (`LOOK`), so that no policy of a
page can take it away. Lines are told apart by dashes and marks, in colour or in grey.
"""

import re
import textwrap
from collections.abc import Callable, Iterator, Sequence
from typing import Any

Values = Sequence[float | None]  # None: hidden or missing, a gap in the line
Series = Sequence[tuple[str, Values]]

LINES = 8  # that one chart can tell apart
WIDTH = 400
LEGEND_ROW = 24
RATINGS = (1, 2, 3, 4, 5)
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
LOOK: dict[str, dict[str, str]] = {  # by pygal's class
    "background": {"fill": "#ffffff"},
    "guide": {"fill": "none", "stroke": "#aeb7bd", "stroke-width": "1"},
    "spoke": {"fill": "none", "stroke": "#d8dde0", "stroke-width": "1"},
    "label": {"fill": "#212b32", "font-size": "13"},
    "value": {"fill": "#4c6272", "font-size": "12", "text-anchor": "end"},
}
NO_XML = re.compile(
    "[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]"
)  # XML 1.0, section 2.2
UNUSED = ("tooltip-overlay", "text-overlay", "titles")


def wheel(title: str, facets: Sequence[str], series: Series) -> bytes:
    """Ratings of 1 to 5 as a wheel: one spoke a facet, clockwise from the top, and one line a run."""
    from pygal import Radar  # 44 ms: only who draws pays for it
    from pygal.view import Margin

    class Wheel(_as_we_draw(Radar, Margin(46, 84, 46 + _legend(series), 84))):  # type: ignore[misc]
        _adapters = ()  # pygal's own draw what is missing as zero

        def _compute(self) -> None:
            """The last facet leads back to the first, and never over a gap."""
            super()._compute()
            self._self_close = False
            for each in self.all_series:
                each.values.append(each.values[0])
                each.points.append(each.points[0])

        def _x_axis(self, draw_axes: bool = True) -> None:
            middle = self.view((0, 0))
            for text, theta in self._x_labels:
                end, (x, y) = self.view((5, theta)), self.view((5.4, theta))
                self.svg.line(self.nodes["plot"], [middle, end], class_="spoke")
                if abs(x - middle[0]) < 10:  # straight up or down
                    _text(self, [text], x, y + (8 if y > middle[1] else -4), "middle")
                    continue
                lines = textwrap.wrap(text, 13)
                anchor = "start" if x > middle[0] else "end"
                _text(self, lines, x, y + 4 - 7 * (len(lines) - 1), anchor)

    chart = Wheel(**_settings(title, series, 324), range=(0, 5), y_labels=list(RATINGS))
    chart.x_labels = _clockwise(facets)
    return _drawn(chart, [(name, _clockwise(values)) for name, values in series])


def _clockwise[Each](around: Sequence[Each]) -> list[Each]:
    """pygal goes the other way round."""
    return [*around[:1], *reversed(around[1:])]


def over_time(title: str, moments: Sequence[str], series: Series) -> bytes:
    """Means of ratings of 1 to 5 as lines over the runs, the oldest first."""
    from pygal import Line
    from pygal.view import Margin

    class Lines(_as_we_draw(Line, Margin(16, 24, 58 + _legend(series), 34))):  # type: ignore[misc]
        def _x_axis(self) -> None:
            for text, at in self._x_labels:
                x, bottom = self.view.x(at), self.view.height
                self.svg.line(self.nodes["plot"], [(x, 0), (x, bottom)], class_="spoke")
                _text(self, text.split(), x, bottom + 18, "middle")

    chart = Lines(**_settings(title, series, 304), range=(1, 5), y_labels=list(RATINGS))
    chart.x_labels = list(moments)
    return _drawn(chart, series)


def _legend(series: Series) -> int:
    """The height that the names of the lines take."""
    return LEGEND_ROW * len(series) + 8


def _settings(title: str, series: Series, height: int) -> dict[str, Any]:
    """`height` is that of the chart without its legend."""
    return {
        "title": NO_XML.sub("", title),
        "width": WIDTH,
        "height": height + _legend(series),
        "explicit_size": True,
        "no_prefix": True,
        "show_legend": False,
        "allow_interruptions": True,
        "js": [],
        "css": [],
    }


def _as_we_draw(kind: Any, margins: Any) -> Any:
    """One of pygal's charts with margins of our own: its labels are wrapped, not turned or cut."""

    class Drawn(kind):
        def _compute_margin(self) -> None:
            super()._compute_margin()
            self.margin_box = margins

    return Drawn


def _text(chart: Any, lines: Sequence[str], x: float, y: float, anchor: str) -> None:
    """Lines of text, each under the other; the library escapes what stands in them."""
    at = {"x": f"{x:.1f}", "y": f"{y:.1f}", "text-anchor": anchor, "class": "label"}
    held = chart.svg.node(chart.nodes["plot"], "text", attrib=at)
    for number, line in enumerate(lines):
        part = chart.svg.node(held, "tspan", attrib={"x": at["x"], "dy": "14" if number else "0"})
        part.text = line


def _drawn(chart: Any, series: Series) -> bytes:
    for name, values in series[:LINES]:
        chart.add(name, list(values))
    chart.add_xml_filter(_cleaned)
    chart.add_xml_filter(_named([name for name, _ in series[:LINES]]))
    return bytes(chart.render())


def _cleaned(root: Any) -> Any:
    """Without what a picture does not need; each element looking as it shall by itself."""
    for parent, child in [(p, c) for p in root.iter() for c in p]:
        kind = _kind(child)
        unused = any(name in child.get("class", "").split() for name in UNUSED)
        if (
            unused
            or kind in ("comment", "defs", "desc")
            or (kind == "title" and parent is not root)
        ):
            parent.remove(child)
    root.attrib.pop("id", None)
    root.set("role", "img")
    root.set("font-family", "Arial, Helvetica, sans-serif")
    for each in root.iter():
        classes = each.get("class", "").split()
        for name in classes:
            for attribute, value in LOOK.get(name, {}).items():
                each.set(attribute, value)
    for axis in _of_class(root, "y"):
        for text in (each for each in axis.iter() if _kind(each) == "text"):
            for attribute, value in LOOK["value"].items():
                text.set(attribute, value)
    for number in range(LINES):
        for held in _of_class(root, f"serie-{number}"):
            _mark(held, number)
    return root


def _mark(held: Any, number: int) -> None:
    """Gives a line its dashes and its marks."""
    for each in held.iter():
        if _kind(each) == "path" and "line" in each.get("class", "").split():
            each.attrib.update(_stroke(number))
        elif _kind(each) == "circle":
            x, y = each.attrib["cx"], each.attrib["cy"]
            each.tag = each.tag.replace("circle", "path")
            each.attrib.clear()
            each.attrib.update(_dot(number, float(x), float(y)))


def _stroke(number: int) -> dict[str, str]:
    look = {"fill": "none", "stroke": COLOURS[number], "stroke-width": "2"}
    return look | ({"stroke-dasharray": DASHES[number]} if DASHES[number] else {})


def _dot(number: int, x: float, y: float) -> dict[str, str]:
    """The second four of the marks are as the first, but hollow; and so is the second."""
    hollow = number == 1 or number >= len(MARKS) + 2
    return {
        "d": MARKS[number % len(MARKS)],
        "transform": f"translate({x:.1f} {y:.1f})",
        "fill": "#ffffff" if hollow else COLOURS[number],
        "stroke": COLOURS[number],
        "stroke-width": "1.5",
    }


def _named(names: Sequence[str]) -> Callable[[Any], Any]:
    """Adds the names of the lines, each with its dashes and its mark."""

    def add(root: Any) -> Any:
        space = root.tag.rpartition("}")[0]
        prefix = f"{space}}}" if space else ""
        top = int(root.get("height")) - LEGEND_ROW * len(names)
        for number, name in enumerate(names):
            y = top + LEGEND_ROW * number + 8
            line = {"d": f"M16 {y} H56"} | _stroke(number)
            text = {"x": "66", "y": str(y + 4)} | LOOK["label"]
            for tag, held in (("path", line), ("path", _dot(number, 36, y)), ("text", text)):
                child = root.makeelement(f"{prefix}{tag}", held)
                root.append(child)
            child.text = textwrap.shorten(NO_XML.sub("", name), 48, placeholder=" …")
        return root

    return add


def _of_class(root: Any, name: str) -> Iterator[Any]:
    return (each for each in root.iter() if name in each.get("class", "").split())


def _kind(element: Any) -> str:
    """Its name without a name space; a comment is no element, but a function of its library."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else "comment"
