"""What is sent twice is done once: a double click, Back and send again, a program's second try.

Every post that creates something, or mails, is found by itself and pressed as `test_roles` sends it.
"""

import re
import sys
from datetime import timedelta
from html import unescape
from typing import Any

import pytest

from comhar import wiring
from comhar.aws.dynamodb import Table
from comhar.formatting import format_hour
from comhar.idempotency import SentBefore
from comhar.web import dispatch, guards
from comhar.web.form_decoding import list_fields
from comhar.web.route import Route
from local import openapi
from tests.functional.test_roles import BODIES
from tests.support import published_quarters, snapshots
from tests.support.cloud import Cloud, GatewayResponse
from tests.support.sample_community import SIX, SampleCommunity, build_community

pytestmark = pytest.mark.xdist_group("once")  # one worker makes its community once

ROUTES = {name: route for _, app in openapi.list_apps() for name, route in app.routes.items()}
MODULES = {name: module for module, app in openapi.list_apps() for name in app.routes}
STATUSES = {
    operation["operationId"]: {int(status) for status in operation["responses"] if status < "400"}
    for each in openapi.built()["paths"].values()
    for operation in each.values()
}
CREATING = sorted(name for name, route in ROUTES.items() if route.creates)
PRESSED = sorted(
    name
    for name, route in ROUTES.items()
    if route.method == "POST" and not (route.creates or route.is_open or route.shows_page)
)
OTHER = {  # what makes the body another, and as valid
    "title": "Other", "what": "Other", "text": "other@example.com", "said": "Other", "name": "Bríd",
    "description": "Other", "note": "Other", "minutes": 60, "closes_on": "2027-02-16", "revision": 99,
    "visibility": "counted", "email": "other@hse.ie",
}  # fmt: skip
# Of the others, those that mail when they are pressed here: what they changed is not changed again.
MAILING = {
    "admit", "cancel", "deactivate", "decline", "decline_item", "end_poll", "inbox_invite", "invite",
    "issue_agenda", "leave", "move_member", "name_facilitator", "place", "reactivate", "rejoin",
    "remind", "reschedule",
}  # fmt: skip
OWN_RULE = {"export_code"}  # like a code to sign in, it belongs to the one request of the browser
MINUTES = {"schedule", "schedule_national", "open_poll", "pick", "lay_out"}


def path_of(route: Route) -> str:
    return route.path


class Press:
    """One post of a community, as the person sends it whose it is to send."""

    def __init__(self, community: SampleCommunity, name: str) -> None:
        self.community, self.cloud, self.route = community, community.cloud, ROUTES[name]
        template = path_of(self.route)
        self.bearer = community.office if self.route.guard is guards.office else community.chair
        self.path = community.path(template)
        self.body: dict[str, Any] = {**(BODIES.get(template) or {}), **prepared(self, name)}

    def form(self, **more: str) -> GatewayResponse:
        fields = [*list_fields(_as_typed(self.body)), *more.items()]
        return self.sent(form=fields, html=True)

    def json(self, key: str = "", **more: Any) -> GatewayResponse:
        headers = {"idempotency-key": key} if key else {}
        return self.sent(body=self.body | more, headers=headers)

    def sent(self, **what: Any) -> GatewayResponse:
        return self.cloud.call("POST", self.path, bearer=self.bearer, **what)


def prepared(press: Press, name: str) -> dict[str, Any]:
    """What has to be there before, and what of the body follows from it."""

    def send(path: str, body: Any) -> Any:
        return press.cloud.call("POST", path, body, bearer=press.bearer).json

    if name == "reflection_submit":
        saved = [send(f"/reflections/new/{step}", {"text": "We talked."}) for step in SIX]
        return {"draft": saved[-1]["saved_at"], "visibility": "private"}
    if name == "group_share":
        here = press.community.path("/meetings/{id}/reflection/{step}").rpartition("/")[0]
        for step in SIX[1:]:
            send(f"{here}/{step}", {"text": "We met."})
        result = press.cloud.call("GET", f"{here}/share", bearer=press.bearer).json
        return {"revision": result["revision"]}
    if name in ("admit", "decline"):
        press.path = f"/members/person3/{name}"
    if name in ("reactivate", "rejoin"):
        leaver = press.cloud.member(status="left")
        press.path = press.path.replace(press.community.addresses["/members/id"], leaver.id)
        press.bearer = press.bearer if name == "reactivate" else press.cloud.session(leaver)
    if name == "write_message":  # co-chairs send two in seven days
        press.bearer = press.community.office
    if name == "chairs":
        return {"members": ["person1", "person2"]}
    if name == "name_lead":
        return {"lead": "person2"}
    if name == "close":
        press.cloud.now += timedelta(hours=3)
        press.path = press.community.path("/meetings/{id}/run").replace("/run", "/close")
        return {"attended": ["person0"]}
    if name == "name_facilitator":
        coming = press.cloud.call("GET", "/communities/SW/meetings", bearer=press.bearer).json[
            "coming"
        ]
        first = next(each["id"] for each in coming if each["kind"] == "first")
        press.path = f"/meetings/{first}/facilitator"
        return {"facilitator_name": "Bríd", "facilitator_email": "brid@example.com"}
    if name == "add_line":
        found = press.cloud.call(
            "GET", press.community.path("/questionnaires/{id}"), bearer=press.bearer
        )
        return {"revision": found.json["revision"]}
    if name == "publish_report":
        published_quarters.publish("2026-Q4", version=1, status="provisional")
        press.path = "/reports/kpi/2026-Q4/publish"
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
@snapshots.built_once
def community(emptied: Cloud) -> SampleCommunity:
    return build_community(emptied)


def stored(community: SampleCommunity) -> dict[tuple[str, str, str], Any]:
    """Every item but the marks, and sessions, which are noted when used, by table and key."""
    found = community.cloud.items().items()
    return {key: item for key, item in found if not key[2].startswith(("ONCE#", "SESSION#"))}


def keys(community: SampleCommunity) -> set[tuple[str, str, str]]:
    return set(stored(community))


def mailed(found: set[tuple[str, str, str]]) -> set[tuple[str, str, str]]:
    return {each for each in found if each[1].startswith(("LETTER#", "MAILING#"))}


def elsewhere(press: Press, name: str) -> GatewayResponse:
    """Sends the form as another process of the same function takes it: one takes one call at a time."""
    module = f"comhar.{MODULES[name]}"
    here = sys.modules.pop(module)
    dispatch.load.cache_clear()
    try:
        return press.form()
    finally:
        sys.modules[module] = here
        dispatch.load.cache_clear()


def led_back(answer: GatewayResponse) -> bool:
    return answer.status == 303 and "?again=" in answer.headers["Location"]


def test_what_answers_201_is_declared_to_create_or_opened_by_a_link() -> None:
    created = {name for name, statuses in STATUSES.items() if 201 in statuses}
    assert {name for name in created if not ROUTES[name].creates} == {"sign_up", "submit"}


@pytest.mark.parametrize("name", CREATING)
def test_a_form_sent_again_leads_to_the_page_of_the_first(
    name: str, community: SampleCommunity
) -> None:
    press, begun = Press(community, name), community.cloud.now
    first = press.form()
    assert first.status == 303 and "?again" not in first.headers["Location"], first
    after = stored(community)
    community.cloud.now += timedelta(minutes=14)
    second = press.form()
    assert led_back(second), second
    assert stored(community) == after
    page = follow(community, second, press.bearer)
    assert page.status == 200 and f"You already sent this at {format_hour(begun)}." in page.text
    assert bool(hidden(page)) is press.route.repeatable
    community.cloud.now = begun + timedelta(minutes=16)
    assert "already sent" not in follow(community, second, press.bearer).text
    assert not led_back(press.form())
    assert "already sent" not in follow(community, second, press.bearer).text
    if press.route.repeatable:
        new = press.sent(form=hidden(page), html=True)
        assert new.status == 303 and not led_back(new)


@pytest.mark.parametrize("name", CREATING)
def test_of_two_at_the_same_moment_one_counts(
    name: str, community: SampleCommunity, monkeypatch: pytest.MonkeyPatch
) -> None:
    press, other = Press(community, name), []
    transact = Table.transact

    def overtaken(table: Table, required: Any, optional: Any = ()) -> None:
        marks = [each for each in required if each.conflict is SentBefore]
        if marks and not other:
            other.append(None)
            other[0] = (elsewhere(press, name), stored(community))
        transact(table, required, optional)

    monkeypatch.setattr(Table, "transact", overtaken)
    slower = press.form()
    ((faster, after),) = other
    assert faster.status == 303 and not led_back(faster)
    assert led_back(slower), slower
    assert {each for each in keys(community) if not each[1].startswith("LIST#")} == {
        each for each in after if not each[1].startswith("LIST#")
    }


@pytest.mark.parametrize("name", CREATING)
def test_a_key_of_a_program_makes_its_second_try_the_first(
    name: str, community: SampleCommunity
) -> None:
    press = Press(community, name)
    first = press.json("one-1")
    assert first.status in (200, 201, 202), first
    after = stored(community)
    for _ in range(2):  # in use meanwhile, or what is sensitive asks for the link again
        community.cloud.now += timedelta(hours=10)
        community.cloud.call("GET", "/me", bearer=press.bearer)
    second = press.json("one-1")
    assert second.status == 200 and second.json.keys() == {"id"}, second
    assert second.headers["Location"].startswith("/")
    fields = press.body.keys() | ({"minutes"} if name in MINUTES else set())
    for field in sorted(fields & OTHER.keys()):
        other = press.json("one-1", **{field: OTHER[field]})
        assert (other.status, other.json["errors"][0]["field"]) == (422, "Idempotency-Key"), field
    assert stored(community) == after


@pytest.mark.parametrize("name", PRESSED)
def test_what_else_is_pressed_twice_mails_nobody_twice(
    name: str, community: SampleCommunity
) -> None:
    press = Press(community, name)
    before = keys(community)
    press.form()
    first = mailed(keys(community) - before)
    press.form()
    assert first or name not in MAILING
    if name not in OWN_RULE:
        assert mailed(keys(community) - before) == first


MEETING = {"kind": "quarterly", "starts_at": "2027-03-01T10:00", "mode": "online"}
MEETINGS = "/communities/SW/meetings"


def hidden(page: GatewayResponse) -> list[tuple[str, str]]:
    """The fields of “Send it again as a new one”."""
    form = page.text.partition("Send it again as a new one")[0].rpartition("<form ")[2]
    if "Send it again as a new one" not in page.text:
        return []
    found = re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)">', form)
    return [(unescape(name), unescape(value)) for name, value in found]


def follow(
    community: SampleCommunity, answer: GatewayResponse, bearer: str = ""
) -> GatewayResponse:
    """The page that an answer leads to."""
    path, _, again = answer.headers["Location"].partition("?again=")
    query = {"again": again} if again else {}
    return community.cloud.call(
        "GET", path, bearer=bearer or community.chair, html=True, query=query
    )


def count_planned_meetings(community: SampleCommunity) -> int:
    rows = community.cloud.call("GET", MEETINGS, bearer=community.chair).json
    return len(rows["coming"])


def test_it_can_be_sent_again_as_a_new_one_which_is_protected_in_its_turn(
    community: SampleCommunity,
) -> None:
    def send(form: Any) -> GatewayResponse:
        return community.cloud.call("POST", MEETINGS, form=form, bearer=community.chair, html=True)

    before = count_planned_meetings(community)
    send(MEETING)
    again = hidden(follow(community, send(MEETING)))
    assert dict(again) == MEETING | {"again": "1"}
    assert not led_back(send(again)) and count_planned_meetings(community) == before + 2
    twice = send(again)
    assert led_back(twice) and count_planned_meetings(community) == before + 2
    assert dict(hidden(follow(community, twice))) == MEETING | {"again": "2"}


def test_a_page_shows_the_time_of_the_first_sending_in_ireland_and_to_nobody_else(
    community: SampleCommunity,
) -> None:
    community.cloud.now = community.cloud.now.replace(month=6, day=1, hour=9, minute=42)
    chair, other = (community.cloud.session(each) for each in community.cloud.people[:2])
    summer = MEETING | {"starts_at": "2027-09-01T10:00"}

    def send() -> GatewayResponse:
        return community.cloud.call("POST", MEETINGS, form=summer, bearer=chair, html=True)

    send()
    second = send()
    assert "You already sent this at 10.42am." in follow(community, second, chair).text
    assert "already sent" not in follow(community, second, other).text
    assert not led_back(
        community.cloud.call("POST", MEETINGS, form=summer, bearer=other, html=True)
    )


def test_what_was_refused_or_changed_after_back_is_no_second_sending(
    community: SampleCommunity,
) -> None:
    def send(**more: str) -> GatewayResponse:
        form = MEETING | more
        return community.cloud.call("POST", MEETINGS, form=form, bearer=community.chair, html=True)

    for _ in range(2):
        assert send(minutes="1").status == 422
    before = count_planned_meetings(community)
    assert not led_back(send()) and not led_back(send(topic="Sleep"))
    assert count_planned_meetings(community) == before + 2


def test_a_key_is_one_persons_on_one_route_and_needs_no_second_kind(
    community: SampleCommunity,
) -> None:
    def send(path: str, bearer: str, key: str, **more: str) -> GatewayResponse:
        headers = {"idempotency-key": key} if key else {}
        return community.cloud.call("POST", path, MEETING | more, bearer=bearer, headers=headers)

    before = count_planned_meetings(community)
    assert send(MEETINGS, community.chair, "k").status == 201
    assert send(MEETINGS, community.office, "k").status == 201
    assert send("/communities/MW/meetings", community.office, "k").status == 201
    assert [send(MEETINGS, community.chair, "").status for _ in range(2)] == [201, 201]
    assert send(MEETINGS, community.chair, "new", minutes="x").status == 422
    assert send(MEETINGS, community.chair, "new").status == 201
    assert count_planned_meetings(community) == before + 5


@pytest.mark.parametrize("key", ["x" * 201, "a b", "ké", "a\tb"])
def test_a_key_of_another_shape_is_malformed(key: str, community: SampleCommunity) -> None:
    before, headers = stored(community), {"idempotency-key": key}
    answer = community.cloud.call(
        "POST", MEETINGS, MEETING, bearer=community.chair, headers=headers
    )
    assert answer.status == 400 and stored(community) == before
    assert community.cloud.call("POST", MEETINGS, MEETING, headers=headers).status == 401


def test_a_reflection_sent_twice_lies_nowhere_in_the_clear(community: SampleCommunity) -> None:
    words = {step: f"kestrel\n{step}" for step in SIX}

    def send() -> GatewayResponse:
        return community.cloud.call(
            "POST", "/reflections", form=words, bearer=community.chair, html=True
        )

    send()
    second = send()
    assert dict(hidden(follow(community, second))) == words | {"again": "1"}
    marks = wiring.table().query("MEMBER#person0", "ONCE#").items
    assert any("form" in each for each in marks) and "kestrel" not in str(marks)
    elsewhere = community.cloud.call(
        "GET", "/me", bearer=community.chair, html=True,
        query={"again": second.headers["Location"].partition("?again=")[2]},
    )  # fmt: skip
    assert elsewhere.status == 200 and "Send it again" not in elsewhere.text


def test_a_file_sent_twice_is_not_kept_and_the_page_says_when_it_can_be_sent_again(
    community: SampleCommunity,
) -> None:
    part = '--x\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\n'
    body = f"{part}twice@example.org\r\n--x--\r\n"
    kind = {"content-type": "multipart/form-data; boundary=x", "accept": "text/html"}

    def send() -> GatewayResponse:
        path = "/invitations/lists"
        return community.cloud.call("POST", path, body, bearer=community.office, headers=kind)

    assert not led_back(send())
    page = follow(community, send(), community.office)
    again = format_hour(community.cloud.now + timedelta(minutes=15))
    assert f"after {again}" in page.text
    assert "Send it again" not in page.text


@pytest.mark.parametrize("again", ["", "x", "0" * 64, "é"])
def test_an_address_that_names_no_second_sending_says_nothing(
    again: str, community: SampleCommunity
) -> None:
    query = {"again": again}
    page = community.cloud.call("GET", "/me", bearer=community.chair, html=True, query=query)
    assert page.status == 200 and "already sent" not in page.text
    assert community.cloud.call("GET", "/", html=True, query=query).status == 200


def test_no_mark_outlives_its_person_and_none_is_kept_for_long(community: SampleCommunity) -> None:
    community.cloud.call("POST", MEETINGS, form=MEETING, bearer=community.chair, html=True)
    community.cloud.call(
        "POST", MEETINGS, MEETING, bearer=community.chair, headers={"idempotency-key": "k"}
    )
    marks = wiring.table().query("MEMBER#person0", "ONCE#").items
    ends = sorted(each["expires"] - community.cloud.now.timestamp() for each in marks)
    assert [round(each / 60) for each in ends][-2:] == [15, 24 * 60]
