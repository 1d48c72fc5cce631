"""What of results can be fetched: files to reckon with, the wheel and the lines over time as pictures."""

import csv
import io
from datetime import timedelta
from typing import Any
from xml.etree import ElementTree

import pytest
from openpyxl import load_workbook

from comhar import data
from tests.support.cloud import Cloud, GatewayResponse
from tests.support.page import Page
from tests.support.past_surveys import GOOD, HELPS, PICK, RATING, get_page, run_survey
from tests.support.past_surveys import WORDS as IN_WORDS

LIST = "/communities/SW/surveys"
OFFICE = "office@example.com"
FACETS = [
    {"key": each["key"], "kind": "rating", "text": f"{each['title']}?"}
    for each in data.load("wheel")
]
HARM = {"key": "harm", "kind": "single", "text": "=2+3"}
HARM |= {"options": [{"value": "a", "text": "@SUM(A1)"}, {"value": "b", "text": "Tea"}]}
FILES = (".csv", ".xlsx", "/wheel.svg", "/over-time.svg")


def _number(cell: str) -> float | str | None:
    """A cell of a CSV as its workbook has it."""
    return float(cell) if cell.replace(".", "").isdecimal() else cell or None


@pytest.fixture
def cloud(emptied: Cloud) -> Cloud:
    """With a co-chair and a confirmed member of the South West."""
    emptied.member(chair_of=("SW",))
    emptied.member()
    return emptied


def before(cloud: Cloud, weeks: int, answers: list[dict[str, Any]], *questions: Any) -> str:
    """A run that opened so many weeks ago, for two weeks."""
    return run_survey(
        cloud.now - timedelta(weeks=weeks), answers, questions or (RATING, HELPS, PICK, IN_WORDS)
    )


def lines(answer: GatewayResponse) -> list[dict[str, str]]:
    """The rows of a CSV by their columns."""
    assert answer.status == 200, answer.text
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    text = answer.text.encode("latin-1").decode("utf-8")
    assert text.startswith("\ufeff")
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline="")))


def book(answer: GatewayResponse) -> dict[str, list[tuple[Any, ...]]]:
    assert answer.status == 200, answer.text
    workbook = load_workbook(io.BytesIO(answer.text.encode("latin-1")))
    for sheet in workbook:
        assert all(cell.data_type != "f" for row in sheet for cell in row)
    return {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in workbook}


def picture(answer: GatewayResponse) -> ElementTree.Element:
    assert (answer.status, answer.headers["Content-Type"]) == (200, "image/svg+xml"), answer.text
    return ElementTree.fromstring(answer.text)


def rated(*each: int | None) -> list[dict[str, int]]:
    """Six people who gave each facet this rating; of one without, nobody rated it."""
    known = {facet["key"]: n for facet, n in zip(FACETS, each, strict=False) if n is not None}
    return [known] * 6


# Who gets what


@pytest.mark.parametrize("file", FILES)
def test_who_may_not_see_the_page_gets_no_file_of_it(cloud: Cloud, file: str) -> None:
    before(cloud, 30, rated(1, 2, 3), *FACETS)
    survey = before(cloud, 4, rated(4, 4, 4), *FACETS)
    cloud.member(confirmed=False)
    cloud.member(region="MW", chair_of=("MW",))
    path = f"{LIST}/{survey}{file}"
    assert cloud.call("GET", path).status == 401
    assert [get_page(cloud, path, who).status for who in (0, 1, 2, 3, OFFICE)] == [
        200,
        200,
        403,
        403,
        200,
    ]
    assert get_page(cloud, path.replace("SW", "MW", 1), 3).status == 404
    assert get_page(cloud, f"{LIST}/SW-unknown{file}").status == 404


def test_there_is_no_file_of_another_kind(cloud: Cloud) -> None:
    survey = before(cloud, 4, [GOOD] * 6)
    for suffix in (".pdf", ".csv.exe", ".", ".CSV"):
        assert get_page(cloud, f"{LIST}/{survey}{suffix}").status == 404


def test_a_file_is_kept_nowhere_and_its_name_tells_nothing_of_anybody(cloud: Cloud) -> None:
    survey = before(cloud, 4, [GOOD] * 6)
    for kind in ("csv", "xlsx"):
        headers = get_page(cloud, f"{LIST}/{survey}.{kind}").headers
        assert headers["Cache-Control"] == "no-store"
        name = f'attachment; filename="comhar-survey-SW-2026-12-28.{kind}"'
        assert headers["Content-Disposition"] == name


def test_what_the_columns_mean_stands_beside_the_file(cloud: Cloud) -> None:
    survey = before(cloud, 4, [GOOD] * 6)
    page = get_page(cloud, f"{LIST}/{survey}", html=True).text
    path = f"{LIST}/{survey}.schema.json"
    assert f'href="{path}"' in page
    answer = get_page(cloud, path)
    name = 'attachment; filename="comhar-survey.schema.json"'
    assert answer.headers["Content-Disposition"] == name
    columns = [field["name"] for field in answer.json["fields"]]
    assert columns == list(lines(get_page(cloud, f"{LIST}/{survey}.csv"))[0])
    across = get_page(cloud, "/national/surveys/cop_review.schema.json", OFFICE)
    assert across.json == answer.json
    assert get_page(cloud, "/national/surveys/cop_review.schema.json", 0).status == 403


# What stands in a file


def test_a_file_says_what_the_page_says(cloud: Cloud) -> None:
    sheets = [*[GOOD] * 6, *[{"rating": 1}] * 2, *[{"rating": 5, "helps": "no"}] * 2]
    survey = before(cloud, 4, sheets)
    found = lines(get_page(cloud, f"{LIST}/{survey}.csv"))
    whole = [(row["answer"], row["people"], row["percent"]) for row in found[:2]]
    assert whole == [("asked", "10", ""), ("answered", "10", "100")]
    rating = [row for row in found if row["question"] == RATING["text"]]
    assert [row["people"] for row in rating] == ["2", "0", "0", "6", "2"]
    assert [row["percent"] for row in rating] == ["20", "0", "0", "60", "20"]
    assert {
        (row["answered"], row["mean"], row["region"], row["region_code"]) for row in rating
    } == {("10", "3.6", "South West", "SW")}
    (pick,) = [row for row in found if row["question"] == PICK["text"]]
    assert [pick[name] for name in ("answered", "mean", "answer", "people", "state")] == [
        "6", "", "", "", "answers_hidden"
    ]  # fmt: skip
    assert (rating[0]["answer"], rating[4]["answer"]) == ("1: Poor", "5: Great")
    figures = book(get_page(cloud, f"{LIST}/{survey}.xlsx"))["Figures"]
    assert [row[6:] for row in figures[1:]] == [
        (row["answer"] or None, *(_number(row[name]) for name in [*row][7:]))
        for row in found
        if row["state"] != "in_words" or not row["answer"]
    ]


def test_hidden_no_data_and_zero_are_three_things(cloud: Cloud) -> None:
    rating = [{"rating": 2}, {"rating": 4}]
    survey = before(
        cloud, 4, [{"rating": 2, "helps": "yes"}, {"rating": 4, "helps": "no"}] * 2 + rating
    )
    found = {row["question"]: row for row in lines(get_page(cloud, f"{LIST}/{survey}.csv"))}
    hidden, nobody = found[HELPS["text"]], found[PICK["text"]]
    columns = ("state", "answered", "people", "mean")
    assert [hidden[name] for name in columns] == ["hidden", "", "", ""]
    assert [nobody[name] for name in columns] == ["no_data", "0", "", ""]
    head, *rows = book(get_page(cloud, f"{LIST}/{survey}.xlsx"))["Figures"]
    sheet = [dict(zip(head, row, strict=True)) for row in rows]
    cells = {row["question"]: [row[name] for name in columns] for row in sheet}
    assert cells[HELPS["text"]] == ["hidden", None, None, None]
    assert cells[PICK["text"]] == ["no_data", 0, None, None]
    people = [row["people"] for row in sheet if row["question"] == RATING["text"]]
    assert people == [0, 3, 0, 3, 0]


@pytest.mark.parametrize("answered", [1, 4])
def test_of_few_answers_a_file_does_not_even_say_how_many(cloud: Cloud, answered: int) -> None:
    survey = before(cloud, 4, [GOOD] * answered)
    found = lines(get_page(cloud, f"{LIST}/{survey}.csv"))
    assert len(found) == 2
    assert [found[1][name] for name in ("people", "percent", "state")] == ["", "", "hidden"]
    assert "Go maith" not in str(book(get_page(cloud, f"{LIST}/{survey}.xlsx")))


def test_a_survey_that_is_open_has_an_empty_file(cloud: Cloud) -> None:
    from tests.functional.test_results import opened

    survey = opened(cloud)
    found = lines(get_page(cloud, f"{LIST}/{survey}.csv"))
    assert [(row["state"], row["people"]) for row in found] == [("open", "")] * 2
    assert [row["people"] for row in lines(get_page(cloud, f"{LIST}/{survey}.csv", 0))] == [
        "10",
        "",
    ]


def test_answers_in_words_stand_on_a_sheet_of_their_own_in_no_order(cloud: Cloud) -> None:
    other = IN_WORDS | {"key": "more", "text": "And what more?"}
    answers = [{"rating": 3, "words": f"Words {n:02}", "more": f"More {n:02}"} for n in range(30)]
    survey = before(cloud, 4, answers, RATING, IN_WORDS, other)
    pairs = set()
    for _ in range(3):
        sheets = book(get_page(cloud, f"{LIST}/{survey}.xlsx"))
        rows = sheets["In words"][1:]
        words, more = (
            [row[1] for row in rows if row[0] == each["text"]] for each in (IN_WORDS, other)
        )
        assert sorted(words) == [f"Words {n:02}" for n in range(30)]
        assert sorted(more) == [f"More {n:02}" for n in range(30)]
        assert "Words 0" not in str(sheets["Figures"])
        pairs.add(sum(one[-2:] == two[-2:] for one, two in zip(words, more, strict=True)))
    assert max(pairs) < 15  # in the same order it would be 30
    assert (
        len(
            [
                row
                for row in lines(get_page(cloud, f"{LIST}/{survey}.csv"))
                if "Words" in row["answer"]
            ]
        )
        == 30
    )


def test_nothing_in_a_file_is_run_as_a_formula(cloud: Cloud) -> None:
    evil = '=HYPERLINK("http://x")'
    survey = before(cloud, 4, [{"harm": "a", "words": evil}] * 5, HARM, IN_WORDS)
    found = lines(get_page(cloud, f"{LIST}/{survey}.csv"))
    assert {cell[0] for row in found for cell in row.values() if cell} & set("=@+-") == set()
    assert f"'{evil}" in {row["answer"] for row in found}
    assert f"'{evil}" in str(book(get_page(cloud, f"{LIST}/{survey}.xlsx"))["In words"])


# Pictures


def test_the_wheel_stands_on_the_page_with_a_table_of_its_figures(cloud: Cloud) -> None:
    before(cloud, 30, rated(1, 2, 3, 4, 5, 1, 2, None), *FACETS)
    now = rated(5, 4, 3, 2, 1, 2, 3)[:6]
    now = [dict(each) for each in now]
    for each in now[:2]:
        each.pop("leadership")  # four rated it
    survey = before(cloud, 4, now, *FACETS)
    page = get_page(cloud, f"{LIST}/{survey}", html=True)
    assert f'<img class="comhar-chart" src="{LIST}/{survey}/wheel.svg"' in page.text
    assert Page(page.text).faults() == []
    text = " ".join(Page(page.text).text.split())
    assert (
        "Facet This time Last time Vision nearly all 5 nearly all 1 Governance 4.0 2.0 Leadership hidden 3.0"
        in text
    )
    assert "Measurement – –" in text
    drawn = picture(get_page(cloud, f"{LIST}/{survey}/wheel.svg"))
    words = "".join(drawn.itertext())
    assert "This time, 28 Dec 2026" in words and "Last time, 29 Jun 2026" in words


def test_a_picture_is_served_as_strictly_as_everything_else(cloud: Cloud) -> None:
    before(cloud, 30, rated(1, 2, 3), *FACETS)
    survey = before(cloud, 4, rated(5, 4, 3), *FACETS)
    for name in ("wheel.svg", "over-time.svg"):
        answer = get_page(cloud, f"{LIST}/{survey}/{name}", html=True)
        picture(answer)
        assert answer.headers["Cache-Control"] == "no-store"
        assert "style-src 'self'" in answer.headers["Content-Security-Policy"]
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_where_there_is_no_wheel_none_is_drawn_or_shown(cloud: Cloud) -> None:
    for survey in (
        before(cloud, 30, [GOOD] * 6),  # it asked for no facets
        before(cloud, 20, rated(1, 2, 3)[:4], *FACETS),  # few answered
        before(cloud, 10, [], *FACETS),
    ):
        refused = get_page(cloud, f"{LIST}/{survey}/wheel.svg")
        assert (refused.status, refused.json["title"]) == (
            409,
            "This survey has no charts.",
        )
        assert "wheel.svg" not in get_page(cloud, f"{LIST}/{survey}", html=True).text


def test_ratings_over_time_are_drawn_once_there_are_two_runs(cloud: Cloud) -> None:
    first = before(cloud, 30, [GOOD] * 6)
    assert get_page(cloud, f"{LIST}/{first}/over-time.svg").status == 409
    assert "over-time.svg" not in get_page(cloud, f"{LIST}/{first}/over-time", html=True).text
    before(cloud, 20, [GOOD] * 4)  # few: a gap
    third = before(cloud, 4, [GOOD] * 6)
    assert (
        f"{LIST}/{third}/over-time.svg"
        in get_page(cloud, f"{LIST}/{third}/over-time", html=True).text
    )
    words = "".join(picture(get_page(cloud, f"{LIST}/{third}/over-time.svg")).itertext())
    assert RATING["text"] in words and HELPS["text"] not in words
