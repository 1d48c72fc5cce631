"""The rules of reflections, and what may be written in one."""

from datetime import UTC, datetime
from typing import Any

import pytest
from pydantic import ValidationError

from comhar.membership.model import Member
from comhar.reflections import model as reflections_model
from comhar.reflections import views as reflections_views
from comhar.reflections.model import Author, Reflect, Reflection, Words

ROW = "QUARTER#2027-Q1#REFLECTION#x"
WORDS = {step: f"about {step}" for step in reflections_model.STEPS}


def reflection(**more: Any) -> Reflection:
    known = {
        "id": "SW-1",
        "author": Author(id="m1", name="Gráinne Ní Mháille"),
        "region": "SW",
        "written_at": datetime(2027, 2, 18, 10, tzinfo=UTC),
        "words": Words(**WORDS),
    }
    return Reflection(**known | more)


@pytest.mark.parametrize("left_out", reflections_model.STEPS)
def test_all_six_steps_are_asked_for(left_out: str) -> None:
    with pytest.raises(ValidationError, match=left_out):
        Reflect(**{name: text for name, text in WORDS.items() if name != left_out})


@pytest.mark.parametrize(
    "odd",
    [{"visibility": "public"}, {"kind": "gossip"}, {"title": "x"}, {"feelings": "x" * 10_001}],
)
def test_nothing_odd_is_let_in(odd: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        Reflect(**WORDS | odd)


def test_it_is_private_unless_said() -> None:
    assert Reflect(**WORDS).visibility == "private"


@pytest.mark.parametrize(
    ("visibility", "row"),
    [("private", None), ("counted", ROW), ("community", ROW)],
)
def test_only_what_its_author_says_is_counted(visibility: str, row: str | None) -> None:
    assert reflection(visibility=visibility, counted=ROW).row == row


def test_the_quarter_is_that_of_the_day_in_dublin() -> None:
    before_midnight_utc = datetime(2027, 6, 30, 23, 30, tzinfo=UTC)
    assert str(reflection(written_at=before_midnight_utc).quarter) == "2027-Q3"


def test_the_steps_lead_on_to_the_review_and_back_to_the_first_page() -> None:
    assert reflections_model.neighbour("description", -1) == ""
    assert reflections_model.neighbour("feelings", -1) == "description"
    assert reflections_model.neighbour("conclusion", +1) == "action_plan"
    assert reflections_model.neighbour("action_plan", +1) == "review"


@pytest.mark.parametrize(
    ("row", "rest", "heir"),
    [("a", ["b", "c"], "b"), ("b", ["a", "c"], None), ("z", ["a", "b", "c"], None)],
)
def test_a_first_row_that_goes_has_an_heir(row: str, rest: list[str], heir: str | None) -> None:
    assert reflections_model.without(["a", "b", "c"], row) == (rest, heir)


def test_a_last_row_that_goes_has_none() -> None:
    assert reflections_model.without(["a"], "a") == ([], None)


def test_readers_are_the_confirmed_active_others_by_role() -> None:
    me = Member(id="m1", name="N", email="m1@hse.ie", confirmed=True, role="area_lead")
    by_role = {"area_lead": 2, "peer_educator": 2, "other": 0}
    found = reflections_views.readers(by_role, me)
    assert found.people == 3
    assert [(each.role, each.people) for each in found.roles] == [
        ("peer_educator", 2),
        ("area_lead", 1),
    ]
    alone = reflections_views.readers({"area_lead": 1}, me)
    assert (alone.people, alone.roles) == (0, [])


def test_a_list_shows_the_opening_words_on_one_line() -> None:
    me = Member(id="m1", name="N", email="n@hse.ie")
    long = reflection(words=Words(**WORDS | {"description": "We met.\n\n" + "slán " * 100}))
    opening = reflections_views.row(long, me).opening
    assert opening.startswith("We met. slán slán")
    assert len(opening) <= reflections_model.OPENING and opening.endswith("…")
