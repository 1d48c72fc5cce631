"""However whoever leads arranges an agenda: accepted items are on it, and each line is there once."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comhar.errors import AppError
from comhar.meetings.agenda import arrangement
from comhar.meetings.agenda import model as agenda_model
from comhar.meetings.agenda.model import Item, Plan
from comhar.meetings.model import Meeting

STANDING = (
    *("welcome", "actions", "lead_topic", "reflective_practice", "member_items"),
    *("next_topic", "close"),
)
LINES = {
    "first": (
        *("introductions", "what_a_cop_is", "reflective_practice", "terms_of_reference"),
        *("vision", "next_topic", "next_steps"),
    ),
    "quarterly": STANDING,
    "additional": STANDING,
    "reflective": (
        *("welcome", "actions", "lead_topic", "reflective_practice", "worth_to_members"),
        *("worth_to_organisations", "next_year", "member_items", "next_topic", "close"),
    ),
    "national": (
        *("welcome", "actions", "regions", "lead_topic", "break", "reflective_practice"),
        *("member_items", "take_home", "next_topic", "close"),
    ),
}
NOW = datetime(2027, 1, 11, 9, tzinfo=UTC)


def meeting(**about: Any) -> Meeting:
    known = {"id": "SW-1", "region": "SW", "kind": "quarterly", "mode": "online", "minutes": 120}
    return Meeting(**(known | {"starts_at": datetime(2027, 2, 18, 10), "made_at": NOW} | about))


def item(number: int, state: str = "accepted", **about: Any) -> Item:
    known = {"id": f"0item{number}", "title": f"Item {number}", "by": "ann", "by_name": "Ann"}
    return Item(**(known | {"state": state} | about))


def keys(lines: list[agenda_model.Line]) -> list[str]:
    return [each.key for each in lines]


ITEMS = [item(n) for n in range(4)]
KEYS = st.sampled_from([*STANDING, *(each.id for each in ITEMS), "0gone", "vision"])
PLANS = st.builds(
    Plan,
    order=st.lists(KEYS).map(tuple),
    minutes=st.dictionaries(KEYS, st.integers(0, 600)),
    out=st.lists(KEYS).map(tuple),
)


@given(PLANS, st.lists(st.sampled_from(["proposed", "accepted", "declined"]), max_size=4))
def test_an_accepted_item_is_always_on_it_and_each_line_once(planned: Plan, states: list[str]):
    items = [item(n, state) for n, state in enumerate(states)]
    keys_listed = keys(arrangement.build_lines(meeting(), items, [], planned))
    accepted = {each.id for each in items if each.state == "accepted"}
    assert len(keys_listed) == len(set(keys_listed))
    assert accepted <= set(keys_listed) <= accepted | set(STANDING)
    assert set(STANDING) - set(keys_listed) <= {*planned.out, agenda_model.MEMBER_ITEMS}


STEPS = st.tuples(st.sampled_from(["up", "down", "out", "back"]), KEYS)


@given(st.sampled_from(sorted(LINES)), st.lists(STEPS, max_size=30))
def test_no_row_of_buttons_loses_or_doubles_a_line(kind: str, steps: list[tuple[str, str]]):
    lines = agenda_model.default_lines(meeting(kind=kind), ITEMS, [])
    planned, before = Plan(), sorted(keys(arrangement.arrange_lines(lines, Plan())))
    for what, key in steps:
        try:
            if what in ("up", "down"):
                planned = arrangement.move_line(lines, planned, key, what)  # type: ignore[arg-type]
            else:
                step = arrangement.leave_out_line if what == "out" else arrangement.restore_line
                planned = step(lines, planned, key)
        except AppError:
            continue
        keys_listed = keys(arrangement.arrange_lines(lines, planned))
        there = keys_listed + keys(arrangement.list_restorable(lines, planned))
        assert sorted(there) == before


def test_up_and_down_pass_over_what_is_left_out():
    lines = agenda_model.default_lines(meeting(), [], [])
    planned = arrangement.leave_out_line(lines, Plan(), "actions")
    planned = arrangement.move_line(lines, planned, "lead_topic", "up")
    assert keys(arrangement.arrange_lines(lines, planned))[:2] == ["lead_topic", "welcome"]
    planned = arrangement.move_line(lines, planned, "lead_topic", "down")
    planned = arrangement.restore_line(lines, planned, "actions")
    assert keys(arrangement.arrange_lines(lines, planned))[0] == "welcome"
    assert sorted(keys(arrangement.arrange_lines(lines, planned))) == sorted(STANDING)


def test_at_either_end_a_line_stays():
    lines = agenda_model.default_lines(meeting(), [], [])
    for key, way in (("welcome", "up"), ("close", "down")):
        assert keys(
            arrangement.arrange_lines(lines, arrangement.move_line(lines, Plan(), key, way))
        ) == list(STANDING)


@pytest.mark.parametrize("kind", LINES)
def test_each_kind_of_meeting_has_its_own_lines_and_its_topic_and_items_have_a_place(kind: str):
    chosen = meeting(kind=kind, topic="Hope")
    assert keys(agenda_model.default_lines(chosen, [], [])) == list(LINES[kind])
    result = arrangement.build_lines(chosen, ITEMS[:1], ["Book the room"])
    titles = " | ".join(each.title for each in result)
    assert "Item 0" in titles and ("Lead topic: Hope" in titles or kind == "first")
    assert any("Book the room" in (each.text or "") for each in result) or kind == "first"


@pytest.mark.parametrize(
    ("kind", "minutes"), [("quarterly", 120), ("reflective", 120), ("national", 240)]
)
def test_the_lines_of_a_kind_fit_the_length_its_meetings_usually_have(kind: str, minutes: int):
    assert (
        agenda_model.total_minutes(arrangement.build_lines(meeting(kind=kind), [], [])) == minutes
    )


@pytest.mark.parametrize("kind", ["quarterly", "first"])
def test_items_stand_where_the_template_has_them_until_they_are_moved(kind: str):
    lines = arrangement.build_lines(meeting(kind=kind), ITEMS[:2], [])
    place = keys(lines).index("0item0")
    assert keys(lines)[place + 1] == "0item1"
    assert keys(lines)[place + 2] == ("next_topic" if kind == "quarterly" else "next_steps")


def test_a_new_item_follows_where_the_members_items_were_moved():
    lines = agenda_model.default_lines(meeting(), [], [])
    planned = Plan()
    for _ in range(4):
        planned = arrangement.move_line(lines, planned, "member_items", "up")
    later = arrangement.build_lines(meeting(), ITEMS[:2], [], planned)
    assert keys(later)[:3] == ["0item0", "0item1", "welcome"]


def test_minutes_are_kept_for_lines_out_of_sight_and_blank_is_the_usual():
    lines = agenda_model.default_lines(meeting(), [item(0, minutes=15)], [])
    planned = arrangement.set_minutes(lines, Plan(), {"welcome": 5, "0item0": 20, "0gone": 7})
    assert planned.minutes == {"welcome": 5, "0item0": 20}
    planned = arrangement.leave_out_line(lines, planned, "welcome")
    planned = arrangement.set_minutes(lines, planned, {"0item0": 15, "close": 0})
    assert planned.minutes == {"welcome": 5, "close": 0}
    result = {each.key: each.minutes for each in arrangement.arrange_lines(lines, planned)}
    assert (result["0item0"], result["close"], result["lead_topic"]) == (15, None, 30)


def test_an_action_done_meanwhile_makes_no_other_agenda():
    before = arrangement.build_lines(meeting(), [], ["Book the room"])
    assert agenda_model.is_same_agenda(before, arrangement.build_lines(meeting(), [], []))
    assert not agenda_model.is_same_agenda(
        before, arrangement.build_lines(meeting(topic="Hope"), [], ["Book the room"])
    )
    assert not agenda_model.is_same_agenda(
        before, arrangement.build_lines(meeting(), ITEMS[:1], ["Book the room"])
    )
