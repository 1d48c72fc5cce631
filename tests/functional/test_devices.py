"""Staying signed in on a device, what asks for the link again there, and signing out elsewhere."""

import re
from datetime import timedelta

import pytest

from comhar import wiring
from comhar.aws.conditions import Delete, Put
from comhar.membership import repository as membership_repository
from local import openapi
from tests.support.cloud import Cloud
from tests.support.sample_community import letters

CHROME = "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/126.0 Safari/537.36"
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) Version/17.5 Mobile Safari/604.1"

# Whose own words, or other people's names and replies, stand behind it. All of these paths, and those below.
SENSITIVE_PATHS = (
    *(
        "/reflections",
        "/meetings/{id}/reflection",
        "/me/data",
        "/me/year",
        "/me/address",
        "/me/peers",
    ),
    *("/members", "/inbox", "/invitations", "/holds"),
)
SENSITIVE = {
    "arrange", "answers_page", "record_answer", "lead_page", "name_lead", "delivery_panel",
    "attendance_page", "save_attendance", "correct_attendance_page", "correct_attendance",
    "close_page", "close", "run_page", "scribe_page", "name_scribe",
    "statement_page", "say", "say_for", "statement_for_page",
    "add_action", "add_action_page", "edit_action_page", "edit_action", "vision_action", "vision_act",
    "year_form", "check_year", "lay_out", "chairs_page", "check_chairs", "chairs",
    "handover_page", "leadership_page", "offer_turn", "nominations_page", "nominate",
    "accept_nomination", "decline_nomination", "withdraw_nomination", "kpi_records", "terms_print",
    "message", "message_form", "preview_message", "write_message",
    "office_message_form", "preview_office_message", "write_office_message",
}  # fmt: skip


@pytest.fixture
def cloud(emptied: Cloud) -> Cloud:
    return emptied


def is_sensitive(name: str, path: str) -> bool:
    below = any(
        path == each or path.startswith((each + "/", each + ".")) for each in SENSITIVE_PATHS
    )
    return name in SENSITIVE or (below and name not in {"address_sent", "address_link_page"})


def some(path: str) -> str:
    for name, value in {"region": "SW", "quarter": "2027-Q1", "year": "2027"}.items():
        path = path.replace(f"{{{name}}}", value)
    return re.sub(r"\{\w+\}", "SW-1", path)


ROUTES = [(name, route) for _, app in openapi.list_apps() for name, route in app.routes.items()]


def test_every_route_behind_which_something_personal_stands_asks_again():
    declared = {name for name, route in ROUTES if route.sensitive}
    assert declared == {name for name, route in ROUTES if is_sensitive(name, route.path)}
    assert not any(route.is_open for _, route in ROUTES if route.sensitive)


def test_after_12_hours_without_use_what_is_sensitive_asks_again_and_all_else_is_open(cloud: Cloud):
    chair, office = cloud.member(chair_of=("SW",)), "office@example.com"
    bearers = [cloud.session(chair), cloud.session(office)]
    cloud.now += timedelta(hours=12, seconds=1)
    for name, route in ROUTES:
        for bearer in bearers if not route.is_open else ():
            answer = cloud.call(route.method, some(route.path), bearer=bearer)
            assert (answer.status == 401) is route.sensitive, name
            if route.sensitive:
                assert answer.json["type"] == "urn:comhar:sign-in-again"


def sign_in(cloud: Cloud, email: str, form=(), html: bool = True, agent: str = CHROME, cookies=()):
    """Signs in by the link of a new letter; what came back."""
    cloud.now += timedelta(minutes=31)
    cloud.call("POST", "/sign-in", {"email": email})
    path = re.findall(r"/sign-in/[\w-]{43}", "".join(letters(cloud)))[-1]
    sent = {"form": dict(form)} if html else {"body": dict(form)}
    headers = {"user-agent": agent}
    return cloud.call("POST", path, html=html, headers=headers, cookies=list(cookies), **sent)


def cookie(answer) -> str:
    (line,) = (each for each in answer.cookies if each.startswith("__Host-session"))
    return line.partition(";")[0]


def devices(cloud: Cloud, session: str):
    return cloud.call("GET", "/me/devices", cookies=[session]).json["devices"]


def test_who_does_not_tick_is_signed_out_after_a_day_and_who_does_after_thirty(cloud: Cloud):
    member = cloud.member()
    day = sign_in(cloud, member.email)
    long = sign_in(cloud, member.email, {"stay": "true"})
    assert "Max-Age=2592000" in "".join(long.cookies)
    assert cloud.call("GET", "/me", cookies=[cookie(day)]).status == 200
    cloud.now += timedelta(days=29, hours=23)
    assert cloud.call("GET", "/me", cookies=[cookie(day)]).status == 401
    assert cloud.call("GET", "/me", cookies=[cookie(long)]).status == 200
    cloud.now += timedelta(hours=2)
    assert cloud.call("GET", "/me", cookies=[cookie(long)]).status == 401


def test_the_box_is_never_ticked_beforehand_and_the_office_has_none(cloud: Cloud):
    member = cloud.member()
    session = cookie(sign_in(cloud, member.email, {"stay": "true"}))
    for email, offered in ((member.email, True), ("office@example.com", False)):
        cloud.now += timedelta(minutes=31)
        cloud.call("POST", "/sign-in", {"email": email})
        path = re.findall(r"/sign-in/[\w-]{43}", "".join(letters(cloud)))[-1]
        page = cloud.call("GET", path, html=True, cookies=[session]).text
        assert ('name="stay"' in page) is offered and " checked" not in page
    assert " checked" not in cloud.call("GET", "/sign-in/sent", html=True).text
    answer = sign_in(cloud, "office@example.com", {"stay": True}, html=False)
    assert answer.json["expires_in"] == 24 * 60 * 60
    cloud.now += timedelta(hours=25)
    assert cloud.call("GET", "/me", bearer=answer.json["session"]).status == 401


def test_a_code_keeps_a_device_signed_in_too(cloud: Cloud):
    member = cloud.member()
    request = cloud.call("POST", "/sign-in", {"email": member.email}).json["request"]
    code = re.search(r"\b(\d{3}) ?(\d{3})\b", "".join(letters(cloud))).expand(r"\1\2")
    sent = {"code": code, "request": request, "stay": True}
    answer = cloud.call("POST", "/sign-in/code", sent).json
    assert answer["expires_in"] == 30 * 24 * 60 * 60


def test_opening_a_calm_page_does_not_open_what_is_sensitive_again(cloud: Cloud):
    session = cookie(sign_in(cloud, cloud.member().email, {"stay": "true"}))
    cloud.now += timedelta(hours=13)
    assert cloud.call("GET", "/me", cookies=[session]).status == 200
    cloud.now += timedelta(hours=1)
    assert cloud.call("GET", "/me", cookies=[session]).status == 200
    assert cloud.call("GET", "/reflections", cookies=[session]).status == 401


def test_who_uses_it_all_day_is_not_asked_and_is_written_of_once_an_hour(cloud: Cloud):
    session = cookie(sign_in(cloud, cloud.member().email, {"stay": "true"}))
    for _ in range(3):
        cloud.now += timedelta(hours=11)
        assert cloud.call("GET", "/reflections", cookies=[session]).status == 200
    before = cloud.written()
    cloud.now += timedelta(minutes=59)
    cloud.call("GET", "/me", cookies=[session])
    assert cloud.written() == before


def test_what_was_typed_is_there_after_signing_in_again_in_place_of_the_old_session(cloud: Cloud):
    member = cloud.member()
    session = cookie(sign_in(cloud, member.email, {"stay": "true"}))
    until = devices(cloud, session)[0]["until"]
    cloud.now += timedelta(hours=13)
    form = {"kind": "problem_solving"}
    posted = cloud.call("POST", "/reflections/new", form=form, html=True, cookies=[session])
    assert posted.status == 303
    assert posted.headers["Location"] == "/sign-in?next=%2Freflections%2Fnew%3Fdone%3Dkept"
    asking = cloud.call("GET", "/sign-in", html=True, cookies=[session]).text
    assert [
        cloud.call("GET", path, html=True, cookies=[session]).status for path in ("/", "/join")
    ] == [303] * 2
    assert "Sign in again" in asking and member.email in asking
    again = sign_in(cloud, member.email, cookies=[session])
    assert cloud.call("GET", "/me", cookies=[session]).status == 401
    fresh = cookie(again)
    (device,) = devices(cloud, fresh)
    assert device["until"] == until and device["stays"]
    query = {"done": "kept"}
    page = cloud.call("GET", "/reflections/new", html=True, cookies=[fresh], query=query)
    assert page.status == 200 and "so we kept what you were writing" in page.text


def test_a_stale_device_shows_a_co_chair_the_meeting_without_replies_needs_and_names(cloud: Cloud):
    chair, member = cloud.member(chair_of=("SW",)), cloud.member(name="Una Kelly")
    bearer = cloud.session(chair)
    meeting = {"kind": "additional", "starts_at": "2027-03-18T10:00", "mode": "online"}
    made = cloud.call("POST", "/communities/SW/meetings", meeting, bearer=bearer).json
    path = f"/meetings/{made['id']}"
    coming = {"answer": "yes", "needs": ["captions"], "arrange": "Large print"}
    cloud.call("POST", f"{path}/answer", coming, bearer=cloud.session(member))
    cloud.call("POST", f"{path}/answer", coming, bearer=bearer)
    seen = [path, "/communities/SW"]
    assert all("Una Kelly" in cloud.call("GET", at, bearer=bearer).text for at in seen)
    cloud.now += timedelta(hours=13)
    for at in seen:
        answer = cloud.call("GET", at, bearer=bearer)
        assert answer.json["sign_in_again"]
        assert "Una Kelly" not in answer.text and "Large print" not in answer.text
        page = cloud.call("GET", at, bearer=bearer, html=True).text
        assert f'href="/sign-in?next={at}"' in page and "Large print" not in page
    assert cloud.call("POST", f"{path}/answer", {"answer": "maybe"}, bearer=bearer).status == 200


def test_devices_are_listed_by_kind_and_one_signs_out_elsewhere(cloud: Cloud):
    member, other = cloud.member(), cloud.member()
    here = cookie(sign_in(cloud, member.email, agent=CHROME))
    phone = cookie(sign_in(cloud, member.email, {"stay": "true"}, agent=PHONE))
    program = sign_in(cloud, member.email, html=False, agent="curl/8").json["session"]
    listed = {each["device"]: each for each in devices(cloud, here)}
    assert set(listed) == {"Chrome on Windows", "Safari on iPhone", None}
    assert [kind for kind, each in listed.items() if each["this"]] == ["Chrome on Windows"]
    path = f"/me/devices/{listed['Safari on iPhone']['id']}/sign-out"
    assert cloud.call("POST", path, bearer=cloud.session(other)).status == 404
    assert cloud.call("POST", "/me/devices/x/sign-out", cookies=[here]).status == 404
    assert cloud.call("POST", path, form={}, html=True, cookies=[here]).status == 303
    assert cloud.call("GET", "/me", cookies=[phone]).status == 401
    assert cloud.call("GET", "/me", bearer=program).status == 200
    assert cloud.call("POST", "/me/devices/sign-out", {}, cookies=[here]).status == 200
    assert cloud.call("GET", "/me", bearer=program).status == 401
    assert cloud.call("GET", "/me", cookies=[here]).status == 200
    page = cloud.call("GET", "/me/devices", html=True, cookies=[here]).text
    assert "Chrome on Windows" in page and CHROME not in page
    assert "Chrome/126" not in str(cloud.items())


def test_a_session_from_before_goes_on(cloud: Cloud):
    member = cloud.member()
    bearer = cloud.session(member)
    key = membership_repository.session_key(bearer)
    item = wiring.table().get(key)
    older = {name: item[name] for name in ("pk", "sk", "expires_at", "expires")}
    wiring.table().transact([Delete(key)])
    wiring.table().transact([Put(older)])
    assert cloud.call("GET", "/reflections", bearer=bearer).status == 200
    cloud.now += timedelta(hours=13)
    assert cloud.call("GET", "/reflections", bearer=bearer).status == 401
    assert cloud.call("GET", "/me/devices", bearer=bearer).json["devices"][0]["this"]
