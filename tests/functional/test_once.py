"""What is sent twice is done once: a double click, Back and send again, a program's second try.

Every post that creates something, or mails, is found by itself and pressed as `test_roles` sends it.
"""

import re
import sys
from datetime import timedelta
from typing import Any

import pytest

from comhar.table import Table
from comhar.web import guards
from comhar.web.doors import Door
from comhar.web.forms import spread
from comhar.writes import Put
from local import openapi
from tests.functional.test_roles import BODIES
from tests.support import rewind
from tests.support.cloud import Answer, Cloud
from tests.support.fake import tables
from tests.support.world import SIX, World, made

pytestmark = pytest.mark.xdist_group("once")  # one worker makes its world once

DOORS = {name: door for _, app in openapi.doors() for name, door in app.doors.items()}
FUNCTIONS = {name: function for function, app in openapi.doors() for name in app.doors}
STATUSES = {
    operation["operationId"]: {
        int(status) for status in operation["responses"] if status != "default"
    }
    for each in openapi.built()["paths"].values()
    for operation in each.values()
}
CREATING = sorted(name for name, door in DOORS.items() if door.creates)
PRESSED = sorted(
    name
    for name, door in DOORS.items()
    if door.method == "POST" and not (door.creates or door.open or door.shows)
)
OTHER = {  # what makes the body another, and as valid
    "title": "Other", "what": "Other", "text": "other@example.com", "said": "Other", "name": "Bríd",
    "description": "Other", "note": "Other", "minutes": 60, "closes_on": "2027-02-16", "revision": 99,
    "visibility": "counted", "email": "other@hse.ie",
}  # fmt: skip
MINUTES = {"schedule", "schedule_national", "open_poll", "pick", "lay_out"}


def path_of(door: Door) -> str:
    return re.sub(r"<(\w+)>", r"{\1}", door.rule)


class Press:
    """One post of a world, as the person sends it whose it is to send."""

    def __init__(self, world: World, name: str) -> None:
        self.world, self.cloud, self.door = world, world.cloud, DOORS[name]
        template = path_of(self.door)
        self.bearer = world.office if self.door.guard is guards.office else world.chair
        self.body: dict[str, Any] = {**(BODIES.get(template) or {}), **prepared(self, name)}
        self.path = world.path(template)

    def form(self, **more: str) -> Answer:
        fields = [*spread(_as_typed(self.body)), *more.items()]
        return self.sent(form=fields, html=True)

    def json(self, key: str = "", **more: Any) -> Answer:
        headers = {"idempotency-key": key} if key else {}
        return self.sent(body=self.body | more, headers=headers)

    def sent(self, **what: Any) -> Answer:
        return self.cloud.call("POST", self.path, bearer=self.bearer, **what)


def prepared(press: Press, name: str) -> dict[str, Any]:
    """What has to be there before, and what of the body follows from it."""

    def send(path: str, body: Any) -> Any:
        return press.cloud.call("POST", path, body, bearer=press.bearer).json

    if name == "reflection_submit":
        saved = [send(f"/reflections/new/{step}", {"text": "We talked."}) for step in SIX]
        return {"draft": saved[-1]["saved_at"], "visibility": "private"}
    if name == "group_share":
        here = press.world.path("/meetings/{id}/reflection/{step}").rpartition("/")[0]
        for step in SIX[1:]:
            send(f"{here}/{step}", {"text": "We met."})
        shown = press.cloud.call("GET", f"{here}/share", bearer=press.bearer).json
        return {"revision": shown["revision"]}
    if name == "add_line":
        found = press.cloud.call(
            "GET", press.world.path("/questionnaires/{id}"), bearer=press.bearer
        )
        return {"revision": found.json["revision"]}
    if name == "add_to_plan":
        return {"text": "Ask four groups"}
    return {}


def _as_typed(value: Any) -> Any:
    """A JSON body as a page's form would hold it."""
    if isinstance(value, dict):
        return {name: _as_typed(each) for name, each in value.items() if each is not None}
    if isinstance(value, list):
        return [_as_typed(each) for each in value]
    return str(value).lower() if isinstance(value, bool) else str(value)


@pytest.fixture
@rewind.built_once
def world(emptied: Cloud) -> World:
    return made(emptied)


def stored() -> dict[tuple[str, str, str], Any]:
    """Every item but the marks, by table and key."""
    return {
        (name, pk.value, sk.value): item.attrs
        for name, table in tables().items()
        for pk, rows in table.items.items()
        for sk, item in rows.items()
        if not sk.value.startswith("ONCE#")
    }


def keys() -> set[tuple[str, str, str]]:
    return set(stored())


def mailed(found: set[tuple[str, str, str]]) -> set[tuple[str, str, str]]:
    return {each for each in found if each[1].startswith(("LETTER#", "MAILING#"))}


def elsewhere(press: Press, name: str) -> Answer:
    """Sends the form as another process of the same function takes it: one takes one call at a time."""
    module = f"functions_{FUNCTIONS[name]}"
    held = sys.modules.pop(module)
    try:
        return press.form()
    finally:
        sys.modules[module] = held


def led_back(answer: Answer) -> bool:
    return answer.status == 303 and "?again=" in answer.headers["Location"]


def test_what_answers_201_is_declared_to_create_or_opened_by_a_link() -> None:
    created = {name for name, statuses in STATUSES.items() if 201 in statuses}
    assert {name for name in created if not DOORS[name].creates} == {"sign_up", "submit"}


@pytest.mark.parametrize("name", CREATING)
def test_a_form_sent_again_leads_to_the_page_of_the_first(name: str, world: World) -> None:
    press, begun = Press(world, name), world.cloud.now
    first = press.form()
    assert first.status == 303 and "?again" not in first.headers["Location"], first
    after = stored()
    world.cloud.now += timedelta(minutes=14)
    second = press.form()
    assert led_back(second), second
    assert stored() == after
    address, _, again = second.headers["Location"].partition("?again=")
    page = world.cloud.call("GET", address, bearer=press.bearer, html=True, query={"again": again})
    assert page.status == 200
    assert f"You already sent this at {begun:%H:%M}." in page.text
    world.cloud.now = begun + timedelta(minutes=16)
    assert not led_back(press.form())
    old = world.cloud.call("GET", address, bearer=press.bearer, html=True, query={"again": again})
    assert old.status == 200


@pytest.mark.parametrize("name", CREATING)
def test_of_two_at_the_same_moment_one_counts(
    name: str, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    press, other = Press(world, name), []
    transact = Table.transact

    def overtaken(table: Table, *writes: Any) -> None:
        marks = [each for each in writes if isinstance(each, Put) and each.lost]
        if marks and not other:
            other.append(None)
            other[0] = (elsewhere(press, name), stored())
        transact(table, *writes)

    monkeypatch.setattr(Table, "transact", overtaken)
    slower = press.form()
    ((faster, after),) = other
    assert faster.status == 303 and not led_back(faster)
    assert led_back(slower), slower
    assert {each for each in keys() if not each[1].startswith("LIST#")} == {
        each for each in after if not each[1].startswith("LIST#")
    }


@pytest.mark.parametrize("name", CREATING)
def test_a_key_of_a_program_makes_its_second_try_the_first(name: str, world: World) -> None:
    press = Press(world, name)
    first = press.json("one-1")
    assert first.status in (200, 201, 202), first
    after = stored()
    world.cloud.now += timedelta(hours=20)
    second = press.json("one-1")
    assert second.status == 200 and second.json.keys() == {"id"}, second
    assert second.headers["Location"].startswith("/")
    fields = press.body.keys() | ({"minutes"} if name in MINUTES else set())
    for field in sorted(fields & OTHER.keys()):
        other = press.json("one-1", **{field: OTHER[field]})
        assert (other.status, other.json["errors"][0]["field"]) == (422, "Idempotency-Key"), field
    assert stored() == after
