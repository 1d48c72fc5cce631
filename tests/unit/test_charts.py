"""What is drawn: every figure where it belongs, none where there is none, nothing that could do harm."""

import math
import re
from xml.etree import ElementTree

import pytest

from comhar import data, templates
from comhar.results import charts

FACETS = [each["title"] for each in data.load("wheel")]
MOMENTS = [f"12 Nov {year}" for year in range(2019, 2027)]
FULL = [1.0, 2.0, 3.0, 4.0, 5.0, 1.5, 2.5, 3.5]
SVG = "{http://www.w3.org/2000/svg}"


def read(picture: bytes) -> ElementTree.Element:
    return ElementTree.fromstring(picture)


def lines(picture: bytes, number: int = 0) -> list[list[tuple[float, float]]]:
    """The unbroken pieces of one line, as points."""
    fields = [e for e in read(picture).iter() if f"serie-{number} " in e.get("class", "") + " "]
    paths = [
        e.get("d", "")
        for each in fields
        for e in each.iter(f"{SVG}path")
        if "line" in e.get("class", "")
    ]
    return [
        [(float(x), float(y)) for x, y in re.findall(r"([\d.]+) ([\d.]+)", path)] for path in paths
    ]


def centre(picture: bytes) -> tuple[float, float]:
    (spoke, *_) = [e for e in read(picture).iter() if e.get("class") == "spoke"]
    x, y = re.findall(r"[\d.]+", spoke.get("d", ""))[:2]
    return float(x), float(y)


def test_what_is_hidden_is_a_gap_and_never_a_zero():
    values = [4.0, 3.0, None, 2.0, 2.0, 2.0, 2.0, 2.0]
    picture = charts.draw_wheel("Wheel", FACETS, [("Now", values)])
    around = [point for piece in lines(picture) for point in piece]
    assert len(set(around)) == 7
    assert all(math.dist(point, centre(picture)) > 30 for point in around)
    moved = charts.draw_lines(
        "Means", MOMENTS, [("Vision", [None, 3.0, 4.0, None, None, 2.0, 1.0, 5.0])]
    )
    assert [len(piece) for piece in lines(moved)] == [2, 3]


@pytest.mark.parametrize("count", [0, 1, 2])
def test_a_wheel_of_few_facets_or_none_is_still_a_picture(count):
    values = [3.0] * count + [None] * (8 - count)
    picture = charts.draw_wheel("Wheel", FACETS, [("Now", values), ("Last time", [None] * 8)])
    text = "".join(read(picture).itertext())
    assert "Governance" in text and "Last time" in text
    assert len({point for piece in lines(picture) for point in piece}) == (2 if count == 2 else 0)


def test_the_wheel_goes_clockwise_from_the_top_and_as_far_out_as_the_rating():
    picture = charts.draw_wheel("Wheel", FACETS, [("Now", FULL)])
    (around,) = lines(picture)
    x, y = centre(picture)
    ring = math.dist((x, y), max(around, key=lambda point: math.dist(point, (x, y)))) / 5
    assert around[0] == around[-1]
    for number, value in enumerate(FULL):
        angle = math.pi / 4 * number
        wanted = (x + value * ring * math.sin(angle), y - value * ring * math.cos(angle))
        assert min(math.dist(wanted, point) for point in around) < 0.01


def test_lines_are_told_apart_in_grey():
    series = [(f"Question {n}", FULL) for n in range(charts.LINES)]
    root = read(charts.draw_lines("Means", MOMENTS, series))
    looks = set()
    for number in range(charts.LINES):
        fields = [e for e in root.iter() if f"serie-{number} " in e.get("class", "") + " "]
        drawn = [e for each in fields for e in each.iter(f"{SVG}path")]
        line = next(e for e in drawn if "line" in e.get("class", ""))
        mark = next(e for e in drawn if e.get("transform"))
        looks.add((line.get("stroke-dasharray"), mark.get("d"), mark.get("fill") == "#ffffff"))
    assert len(looks) == charts.LINES


@pytest.mark.parametrize("name", ["<script>alert(1)</script>", "]]>&amp; “Ó” 😀 مرحبا", "x" * 900])
def test_what_somebody_wrote_stays_text(name):
    for picture in (
        charts.draw_wheel(name, FACETS, [(name, FULL)]),
        charts.draw_lines(name, MOMENTS, [(name, FULL), (name, FULL)]),
    ):
        assert b"<script" not in picture and len(picture) < 30_000
        assert read(picture).findtext(f"{SVG}title") == name


def test_characters_that_no_picture_can_hold_are_left_out():
    name = "Is\ufffe there\uffff t\x0bea?"
    drawn = read(charts.draw_lines(name, MOMENTS, [(name, FULL)]))
    assert drawn.findtext(f"{SVG}title") == "Is there tea?"
    assert "Is there tea?" in [text.text for text in drawn.iter(f"{SVG}text")]


def test_a_picture_runs_nothing_asks_for_nothing_and_is_the_same_each_time():
    drawn = [
        charts.draw_wheel("Wheel", FACETS, [("Now", FULL), ("Last time", FULL[::-1])]),
        charts.draw_lines("Means", MOMENTS, [("Vision", FULL)]),
    ]
    for picture in drawn:
        tags = {e.tag.removeprefix(SVG) for e in read(picture).iter()}
        assert tags <= {"svg", "title", "g", "rect", "path", "text", "tspan"}
        text = picture.decode().replace("http://www.w3.org/2000/svg", "")
        assert not re.search(r"https?:|//|href|style|url\(|<!--|on\w+=", text)
    assert drawn[0] == charts.draw_wheel(
        "Wheel", FACETS, [("Now", FULL), ("Last time", FULL[::-1])]
    )


def test_every_name_lies_within_the_picture():
    root = read(charts.draw_wheel("Wheel", FACETS, [("Now", FULL)]))
    plot = next(e for e in root.iter() if e.get("class") == "plot")
    left, top = map(float, re.findall(r"[\d.]+", plot.get("transform", "")))
    for text in (e for e in root.iter(f"{SVG}text") if e.get("class") == "label"):
        for part in text.iter(f"{SVG}tspan"):
            wide = 7.3 * len(part.text or "")  # px a letter at most, in this size
            at, anchor = left + float(text.get("x", "")), text.get("text-anchor")
            start = {"start": at, "end": at - wide, "middle": at - wide / 2}[anchor or ""]
            assert start >= 0 and start + wide <= charts.WIDTH, part.text
        assert 0 < top + float(text.get("y", "")) < float(root.get("height", ""))


def draw_part(name: str, *given: object) -> str:
    """What a macro of the results' pictures draws."""
    parts = templates.page_environment().get_template("results/pages/parts.html.j2")
    return str(getattr(parts.module, name)(*given))


def test_a_bar_draws_what_is_withheld_as_one_part_without_a_name():
    rows = [
        {"text": "Yes", "count": 8, "share": 67, "instead": None},
        {"text": "No", "count": None, "share": None, "instead": "fewer_than_3"},
        {"text": "Maybe", "count": None, "share": None, "instead": "fewer_than_3"},
        {"text": "Never", "count": 2, "share": 17, "instead": None},
    ]
    bar = draw_part("stacked_bar", rows, 12, "The answers")
    assert re.findall(r'<rect x="[^"]*" width="([\d.]+)%" height', bar) == [
        "66.67",
        "16.67",
        "16.67",
    ]
    assert re.findall(r">([^<>]+)</text>", bar) == ["67%", "17%", "not shown"]
    key = " ".join(re.sub(r"<[^>]*>", " ", draw_part("bar_key", rows)).split())
    assert key == "Yes 67% No fewer than 3 people Maybe fewer than 3 people Never 17%"


def test_a_question_over_time_has_a_gap_where_a_figure_is_not_shown():
    states = ("shown", "shown", "hidden", "shown", "shown")
    points = [{"state": state, "value": 3.0} for state in states]
    days = ["1 Jan", "1 Apr", "1 Jul", "1 Oct", "31 Dec"]
    picture = draw_part("course", points, days, True)
    assert picture.count('class="line"') == 2 and picture.count("<circle") == 4
    assert 'aria-label="Mean: 1 Jan 3.0, 1 Apr 3.0, 1 Oct 3.0, 31 Dec 3.0."' in picture


def test_what_was_never_shown_over_time_has_no_picture():
    points = [{"state": "hidden", "value": None}] * 2
    assert not draw_part("course", points, ["1 Jan", "1 Apr"], True).strip()
