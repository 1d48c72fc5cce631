"""What `comhar.web` refuses, and how it answers, tried on a small capability of its own."""

import base64
import json
from datetime import UTC, datetime
from typing import Annotated, Any
from urllib.parse import urlencode

import pytest
from aws_lambda_powertools.event_handler.depends import Depends
from jinja2 import ChoiceLoader, DictLoader, meta

from comhar import templates, wiring
from comhar.context import Context
from comhar.membership.model import Member, Session
from comhar.settings import Settings
from comhar.web import App, Once, chair, public, signed_in, submitted_text
from comhar.web.guards import SESSION_COOKIE
from tests.support.deployment import VARIABLES
from tests.unit.sample_capability import app, handler_of

HOME = "https://comhar.example"
HTML = "text/html,application/xhtml+xml,*/*;q=0.8"
FORM = "application/x-www-form-urlencoded"
PAGES = {
    "sample/pages/things.html.j2": "{{ greeting }} {{ done }} {{ path }}",
    "sample/pages/new_thing.html.j2": (
        "{% for e in errors %}<a href='#{{ e.field }}'>{{ e.message }}</a>{% endfor %}"
        "<input name='name' value='{{ form.name }}'>{{ form.actions[0].what }}"
        "|{{ who.name }}|{{ kept }}|{{ done }}"
    ),
    "sample/pages/thing.html.j2": "{{ it.id }} {{ errors[0].field }} {{ form.what }}",
    "sample/pages/framed.html.j2": (
        '{% extends "web/pages/layout.html.j2" %}{% block title %}Framed{% endblock %}'
    ),
    "sample/pages/survey.html.j2": "{{ question }} {{ who.name }}",
}


def member(**more: Any) -> Member:
    about = {"id": "m1", "name": "Niamh Ní Bhriain", "email": "niamh@hse.ie", "region": "SW"}
    return Member(**{**about, "confirmed": True, **more})


class Sessions:
    """Stands for the members' records: who holds which session, and how often it was asked."""

    def __init__(self) -> None:
        self.members: dict[str, Member] = {}
        self.ended: dict[str, Member] = {}
        self.reads = 0

    def by_session(self, value: str, now: datetime) -> tuple[Member, Session] | None:
        self.reads += 1
        who = self.members.get(value)
        return who and (who, Session((f"MEMBER#{who.id}", "SESSION#x"), now, now, now))

    def by_ended_session(self, value: str, now: datetime) -> Member | None:
        return self.ended.get(value)

    def sign_in(self, who: Member) -> str:
        value = f"{who.id}.{'s' * 43}"
        self.members[value] = who
        return value


class Forms:
    """Stands for the kept forms, and counts how often they were asked for."""

    def __init__(self) -> None:
        self.saved: dict[tuple[str, str], Any] = {}
        self.calls = 0

    def save(self, member_id: str, path: str, form: Any, now: datetime) -> bool:
        self.calls += 1
        self.saved[member_id, path] = form
        return True

    def find(self, member_id: str, path: str, now: datetime) -> Any:
        self.calls += 1
        return self.saved.get((member_id, path))

    def delete(self, member_id: str, path: str) -> None:
        self.calls += 1
        del self.saved[member_id, path]


@pytest.fixture
def forms(monkeypatch: pytest.MonkeyPatch) -> Forms:
    found = Forms()
    monkeypatch.setattr(wiring, "saved_forms", lambda: found)
    return found


@pytest.fixture(autouse=True)
def sessions(monkeypatch: pytest.MonkeyPatch) -> Sessions:
    settings = Settings(VARIABLES)
    found = Sessions()
    monkeypatch.setattr(wiring, "settings", lambda: settings)
    sessions = "comhar.membership.repository.find_by_session"
    monkeypatch.setattr(sessions, lambda table, settings, *args: found.by_session(*args))
    ended = "comhar.membership.repository.find_by_ended_session"
    monkeypatch.setattr(ended, lambda table, settings, *args: found.by_ended_session(*args))
    monkeypatch.setattr(wiring, "clock", lambda: datetime(2027, 2, 1, tzinfo=UTC))
    loader = templates.page_environment().loader
    monkeypatch.setattr(
        templates.page_environment(), "loader", ChoiceLoader([DictLoader(PAGES), loader])
    )
    monkeypatch.setattr(templates.page_environment(), "bytecode_cache", None)
    return found


class WebResponse:
    """What came back, easier to look at."""

    def __init__(self, given: dict[str, Any]) -> None:
        self.given = given
        self.status: int = given["statusCode"]
        self.headers: dict[str, str] = given["headers"]
        self.text: str = given["body"] or ""
        self.cookies: list[str] = given.get("cookies") or []

    @property
    def json(self) -> Any:
        return json.loads(self.text)


def call(
    method: str,
    path: str,
    body: Any = None,
    *,
    html: bool = False,
    session: str = "",
    bearer: str = "",
    form: dict[str, str] | list[tuple[str, str]] | str | None = None,
    door: App = app,
    query: str = "",
    **headers: str,
) -> WebResponse:
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    if html:
        sent["accept"] = HTML
    if bearer:
        sent["authorization"] = f"Bearer {bearer}"
    if form is not None:
        sent.setdefault("content-type", FORM)
        body = form if isinstance(form, str) else urlencode(form)
    elif isinstance(body, dict):
        sent.setdefault("content-type", "application/json")
        body = json.dumps(body)
    encoded = form is not None or isinstance(body, bytes)
    if encoded:
        body = base64.b64encode(body.encode() if isinstance(body, str) else body).decode()
    event = {
        "version": "2.0",
        "routeKey": f"{method} /route",
        "rawPath": path,
        "rawQueryString": query,
        "headers": sent,
        "cookies": [f"other=1; {SESSION_COOKIE}={session}"[9:]] if session else [],
        "queryStringParameters": dict(part.split("=") for part in query.split("&"))
        if query
        else None,
        "requestContext": {"stage": "$default", "http": {"method": method, "path": path}},
        "body": body,
        "isBase64Encoded": encoded,
    }
    return WebResponse(handler_of(door)({k: v for k, v in event.items() if v is not None}, None))


# --- Registration


def test_a_route_without_a_guard_cannot_be_made() -> None:
    def unguarded() -> dict[str, str]:
        return {}

    with pytest.raises(TypeError, match="exactly one guard"):
        App("sample").get("/open")(unguarded)


def test_a_route_with_two_guards_cannot_be_made() -> None:
    def torn(
        a: Annotated[Context, Depends(chair)], b: Annotated[Context, Depends(public)]
    ) -> None: ...

    with pytest.raises(TypeError, match="exactly one guard"):
        App("sample").get("/open")(torn)


def test_a_route_that_leaves_out_a_part_of_its_path_cannot_be_made() -> None:
    def forgetful(ctx: Annotated[Context, Depends(signed_in)]) -> None: ...

    with pytest.raises(TypeError, match="id"):
        App("sample").get("/things/<id>/x")(forgetful)


def test_a_route_that_creates_must_be_able_to_do_it_once_for_somebody() -> None:
    def forgetful(ctx: Annotated[Context, Depends(signed_in)]) -> None: ...
    def needless(ctx: Annotated[Context, Depends(signed_in)], once: Once) -> None: ...
    def nobodys(ctx: Annotated[Context[Member | None], Depends(public)], once: Once) -> None: ...

    for function, creates in ((forgetful, True), (needless, False), (nobodys, True)):
        with pytest.raises(TypeError, match=function.__name__):
            App("sample").post("/things", status=201, creates=creates)(function)


# --- Bodies

DEEP = 100_000 * "["


@pytest.mark.parametrize(
    "body",
    [
        "{",
        DEEP,
        DEEP + 100_000 * "]",
        '{"name": ' + 40_000 * '{"a":',
        '"' + 125_000 * '\\"',
        "[]",
        "null",
        "3",
        '"text"',
        '{"name": NaN}',
        '{"name": -Infinity}',
        '{"name": "a", "name": "b"}',
        '{"name": "a\\u0000b"}',
        '{"name": "\\ud800"}',
        '{"\\udc00": 1}',
        '{"minutes": 1e999}',
        '{"minutes": 123456789012345678901234567890}',
        '{"minutes": ' + 5000 * "9" + "}",
        "\ufeff{}",
        b"\xff\xfe{}",
    ],
)
def test_json_that_is_not_strict_is_malformed(body: Any, sessions: Sessions) -> None:
    bearer = sessions.sign_in(member())
    answer = call("POST", "/things", body, bearer=bearer, content_type="application/json")
    assert answer.status == 400
    assert answer.json["title"] == "We could not read what was sent."
    assert answer.json["next"]


def test_brackets_inside_text_are_no_nesting(sessions: Sessions) -> None:
    body = {"name": "x", "text": '\\"' + 2000 * "["}
    answer = call("POST", "/things", body, bearer=sessions.sign_in(member()))
    assert answer.status == 201
    assert answer.json["thing"]["text"] == body["text"]


@pytest.mark.parametrize("size", [256 * 1024 + 1, 10_000_000])
def test_a_body_over_256_kilobytes_is_too_large(size: int, sessions: Sessions) -> None:
    for sent in (b"x" * size, "x" * size):
        answer = call("POST", "/things", sent, content_type="application/json")
        assert (answer.status, answer.json["status"]) == (413, 413)


@pytest.mark.parametrize(
    "kind",
    ["text/plain", "multipart/mixed; boundary=x", "application/xml", "application/jsonx",
     "application/json; charset=latin-1"],
)  # fmt: skip
def test_other_kinds_of_content_are_not_supported(kind: str, sessions: Sessions) -> None:
    answer = call("POST", "/things", "{}", content_type=kind, bearer=sessions.sign_in(member()))
    assert answer.status == 415


@pytest.mark.parametrize(
    "form",
    [
        "name=a&name=b",
        "ratings=1&ratings.vision=4",
        "ratings.vision=4&ratings=1",
        "roles[]=a&roles=b",
        "roles=a&roles[]=b",
        "roles[]=a&roles.0=b",
        "actions.0.what=a&actions.what=b",
        "actions.1.what=a&actions.01.what=b",
        "actions.100.what=a",
        "actions.99999999999999999999.what=a",
        "a..b=1",
        ".a=1",
        "a.=1",
        "[]=1",
        ".".join("abcdefghij") + "=1",
        "name=%00",
        "name=%ff",
        "name=%ed%a0%80",
        "nonsense",
        "&".join(f"x{n}=1" for n in range(1001)),
    ],
)
def test_a_form_whose_names_or_bytes_clash_is_malformed(form: str, sessions: Sessions) -> None:
    answer = call("POST", "/things", form=form, bearer=sessions.sign_in(member()))
    assert answer.status == 400
    assert answer.json["next"]


def test_base64_that_is_none_is_malformed() -> None:
    event = {
        "rawPath": "/things",
        "headers": {"content-type": "application/json"},
        "body": "%%%",
        "isBase64Encoded": True,
        "requestContext": {"http": {"method": "POST", "path": "/things"}},
    }
    assert handler_of(app)(event, None)["statusCode"] == 400


def test_form_names_nest_repeat_and_index_and_blank_is_absent(sessions: Sessions) -> None:
    form = [
        ("name", "Sinéad 🌈 שלום"),
        ("text", "one\r\ntwo"),
        ("minutes", " "),
        ("roles[]", "a"),
        ("roles[]", "b"),
        ("ratings.vision", "4"),
        ("actions.2.what", "third"),
        ("actions.0.what", "first"),
        ("actions.1.what", ""),
    ]
    answer = call("POST", "/things", form=form, bearer=sessions.sign_in(member()))
    assert answer.status == 201
    assert answer.json["thing"] == {
        "name": "Sinéad 🌈 שלום",
        "text": "one\ntwo",
        "minutes": 60,
        "roles": ["a", "b"],
        "ratings": {"vision": 4},
        "actions": [{"what": "first", "by": None}, {"what": "third", "by": None}],
    }


# --- Fields


def test_each_wrong_field_is_named_in_plain_words(sessions: Sessions) -> None:
    body = {
        "text": 7,
        "minutes": "soon",
        "roles": "x",
        "ratings": {"vision": 9},
        "actions": [{"what": "a" * 201}, {"what": "b", "by": "never"}],
        "shoe": 1,
    }
    answer = call("POST", "/things", body, bearer=sessions.sign_in(member()))
    assert answer.status == 422
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert {each["field"]: each["message"] for each in answer.json["errors"]} == {
        "name": "Enter your name.",
        "text": "Enter text.",
        "minutes": "Enter a whole number.",
        "roles": "Give a list.",
        "ratings.vision": "Enter 5 or less.",
        "actions.0.what": "Use 200 characters or fewer.",
        "actions.1.by": "Enter a date and time, like 2027-02-18T10:00.",
        "shoe": "There is no field called shoe.",
    }


def test_an_empty_body_is_told_what_is_missing(sessions: Sessions) -> None:
    answer = call("POST", "/things", bearer=sessions.sign_in(member()))
    assert (answer.status, answer.json["errors"][0]["field"]) == (422, "name")


def test_a_route_that_takes_no_fields_refuses_them(sessions: Sessions) -> None:
    bearer = sessions.sign_in(member(chair_of=("SW",)))
    assert call("POST", "/things/SW-1/press", bearer=bearer).status == 200
    answer = call("POST", "/things/SW-1/press", {"x": 1}, bearer=bearer)
    assert (answer.status, answer.json["errors"][0]["field"]) == (422, "x")


def test_a_query_that_is_wrong_is_said() -> None:
    assert call("GET", "/things", query="limit=3").json["limit"] == 3
    assert call("GET", "/things", query="limit=x").json["errors"][0]["field"] == "limit"
    assert call("GET", "/things", query="limit=\x00").status == 400
    assert call("GET", "/things", query="limit=" + 5000 * "9").status == 400


# --- Addresses


@pytest.mark.parametrize(
    "path", ["/nowhere", "/things/\x00", "/things/" + "x" * 1001, "/things/a/b/c"]
)
def test_an_address_that_no_page_has_is_not_found(path: str, sessions: Sessions) -> None:
    answer = call("GET", path, bearer=sessions.sign_in(member()))
    assert (answer.status, answer.json["type"]) == (404, "urn:comhar:not-found")
    page = call("GET", path, html=True)
    assert page.status == 404
    assert "There is nothing at this address." in page.text


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "POST", "TRACE", "ODD"])
def test_a_method_that_an_address_does_not_take_is_told_which_it_takes(
    method: str, sessions: Sessions
) -> None:
    bearer = sessions.sign_in(member())
    for html in (False, True):
        answer = call(method, "/things/SW-1", {"name": "x"}, html=html, bearer=bearer)
        assert (answer.status, answer.headers["Allow"]) == (405, "GET, HEAD, OPTIONS")
    assert "This address cannot be used in that way." in answer.text
    assert sessions.reads == 0


def test_options_are_the_methods_of_an_address_and_let_no_other_site_in() -> None:
    answer = call("OPTIONS", "/things", origin="https://evil.example", sec_fetch_site="cross-site")
    assert (answer.status, answer.text) == (204, "")
    assert answer.headers["Allow"] == "GET, HEAD, OPTIONS, POST"
    assert not [name for name in answer.headers if name.lower().startswith("access-control")]
    assert call("OPTIONS", "/nowhere").status == 404


# --- Origin


@pytest.mark.parametrize("cookie", [True, False])
@pytest.mark.parametrize(
    "origin", ["", HOME, "https://evil.example", "null", HOME + ".evil.example"]
)
@pytest.mark.parametrize("site", ["", "same-origin", "same-site", "cross-site", "none"])
@pytest.mark.parametrize("path", ["/in", "/things"])
def test_a_post_that_another_site_made_a_browser_send_is_refused(
    site: str, origin: str, cookie: bool, path: str, sessions: Sessions
) -> None:
    headers = {name: text for name, text in (("sec_fetch_site", site), ("origin", origin)) if text}
    session = sessions.sign_in(member()) if cookie else ""
    answer = call("POST", path, {"what": "/me", "name": "x"}, session=session, **headers)
    fine = site in ("", "same-origin") and origin in ("", HOME)
    assert (answer.status != 403) is fine
    if not fine:
        assert answer.json["type"] == "urn:comhar:cross-site"
        assert HOME in answer.json["next"]
        assert sessions.reads == 0


def test_reading_from_another_site_is_following_a_link() -> None:
    assert (
        call("GET", "/things", sec_fetch_site="cross-site", origin="https://x.example").status
        == 200
    )


def test_with_a_secret_set_only_the_front_door_is_answered(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    settings = Settings({"PUBLIC_URL": HOME, "ORIGIN_SECRET": "open sesame"})
    monkeypatch.setattr(wiring, "settings", lambda: settings)
    assert call("GET", "/things").status == 403
    assert call("GET", "/things", x_comhar_origin="open simsim").status == 403
    assert call("GET", "/things", x_comhar_origin="open sesame").status == 200


# --- Who is asking


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/things/new"), ("POST", "/things"), ("GET", "/things/SW-1"),
     ("POST", "/things/SW-1/press"), ("POST", "/things/SW-1/rows"), ("GET", "/desk")],
)  # fmt: skip
@pytest.mark.parametrize("body", [None, {}, {"bad": 1}])
def test_a_stranger_is_told_to_sign_in_whatever_the_body(method: str, path: str, body: Any) -> None:
    answer = call(method, path, body)
    assert (answer.status, answer.headers["WWW-Authenticate"]) == (401, "Bearer")
    assert call(method, path, bearer="m1." + "x" * 43).status == 401
    assert call(method, path, session="m1." + "x" * 43).status == 401


def test_a_session_of_an_odd_shape_is_not_even_looked_up(sessions: Sessions) -> None:
    for value in ("x", "a.b", "m1." + "x" * 1000, "m1.\x00" + "x" * 43, "é." + "x" * 43):
        assert call("GET", "/desk", session=value).status == 401
        assert call("GET", "/desk", bearer=value).status == 401
    assert sessions.reads == 0


@pytest.mark.parametrize(
    ("who", "path", "status"),
    [
        (member(), "/things/SW-1", 200),
        (member(), "/things/MW-1", 403),
        (member(status="pending"), "/things/SW-1", 403),
        (member(office=True, region=None), "/things/MW-1", 200),
        (member(), "/desk", 403),
        (member(chair_of=("SW",)), "/desk", 403),
        (member(office=True), "/desk", 200),
    ],
)
def test_a_page_opens_to_whom_it_belongs(
    who: Member, path: str, status: int, sessions: Sessions
) -> None:
    assert call("GET", path, bearer=sessions.sign_in(who)).status == status
    assert sessions.reads == 1


@pytest.mark.parametrize(
    ("who", "path", "status"),
    [
        (member(), "/things/SW-1/press", 403),
        (member(chair_of=("SW",)), "/things/SW-1/press", 200),
        (member(chair_of=("SW",)), "/things/MW-1/press", 403),
        (member(office=True), "/things/MW-1/press", 200),
        (member(), "/things/MW-1/rows", 403),
        (member(), "/things/SW-1/rows", 422),
    ],
)
def test_a_change_is_open_to_whom_it_belongs(
    who: Member, path: str, status: int, sessions: Sessions
) -> None:
    assert call("POST", path, bearer=sessions.sign_in(who)).status == status


@pytest.mark.parametrize("path", ["/things/nope", "/things/XX-1", "/things/sw-1", "/things/-"])
@pytest.mark.parametrize(
    "who",
    [member(), member(status="pending"), member(chair_of=("SW",)), member(office=True)],
)
def test_an_id_of_no_region_is_not_found_whoever_asks(
    path: str, who: Member, sessions: Sessions
) -> None:
    bearer = sessions.sign_in(who)
    assert call("GET", path, bearer=bearer).status == 404
    assert call("POST", path + "/press", bearer=bearer).status == 404
    assert call("GET", path).status == 401


def test_a_survey_reads_no_session(sessions: Sessions) -> None:
    session = sessions.sign_in(member())
    page = call("GET", "/survey/abc", html=True, session=session)
    assert page.text.strip() == "How was it?"
    assert sessions.reads == 0


# --- Faces


def test_html_is_given_only_to_who_names_it(sessions: Sessions) -> None:
    for accept in ("*/*", "application/json", "text/*", "text/html;q=0, application/json", ""):
        assert call("GET", "/things", accept=accept).headers["Content-Type"] == "application/json"
    page = call("GET", "/things", html=True, query="done=saved", session=sessions.sign_in(member()))
    assert page.headers["Content-Type"] == "text/html; charset=utf-8"
    assert page.text == "Niamh Ní Bhriain saved /things"


def test_a_page_escapes_what_people_wrote(sessions: Sessions) -> None:
    page = call("GET", "/things", html=True, session=sessions.sign_in(member(name="<b>")))
    assert "&lt;b&gt;" in page.text


def test_a_posted_form_leads_on(sessions: Sessions) -> None:
    session = sessions.sign_in(member())
    answer = call("POST", "/things", form={"name": "x"}, html=True, session=session)
    assert (answer.status, answer.headers["Location"]) == (303, "/things/SW-1?done=saved")
    assert answer.text == ""


def test_a_session_goes_into_the_cookie_of_a_browser_and_the_body_of_a_program() -> None:
    page = call("POST", "/in", form={"what": "/things?x=1"}, html=True)
    assert (page.status, page.headers["Location"]) == (303, "/things?x=1")
    assert page.cookies == [
        "__Host-session=m1.secretsecretsecretsecret; Path=/; Max-Age=86400; "
        "Secure; HttpOnly; SameSite=Lax"
    ]
    assert "secret" not in page.text
    program = call("POST", "/in", {"what": "/x"})
    assert (program.json["session"], program.cookies) == ("m1.secretsecretsecretsecret", [])
    out = call("POST", "/out", html=True)
    assert out.cookies[0].startswith("__Host-session=; Path=/; Max-Age=0;")


@pytest.mark.parametrize("next", ["https://evil.example", "//evil.example", "/\\evil.example", "x"])
def test_no_redirect_leads_to_another_site(next: str) -> None:
    assert call("POST", "/in", form={"what": next}, html=True).headers["Location"] == "/me"


def test_a_file_passes_as_it_is() -> None:
    answer = call("GET", "/file.csv", html=True)
    assert (answer.text, answer.headers["Content-Type"]) == ("a,b\n", "text/csv; charset=utf-8")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_head_is_get_without_a_body(sessions: Sessions) -> None:
    answer = call("HEAD", "/things", html=True)
    assert (answer.status, answer.text) == (200, "")
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"


# --- Mistakes, for people


def test_a_form_with_mistakes_is_shown_again_with_all_that_was_typed(sessions: Sessions) -> None:
    form = {"name": " ", "actions.0.what": "<Bring biscuits>", "minutes": "1"}
    page = call("POST", "/things", form=form, html=True, session=sessions.sign_in(member()))
    assert page.status == 422
    assert "<a href='#name'>Enter your name.</a>" in page.text
    assert "<a href='#minutes'>Enter 5 or more.</a>" in page.text
    assert "&lt;Bring biscuits&gt;|Niamh Ní Bhriain" in page.text


def test_a_conflict_shows_the_form_again_too(sessions: Sessions) -> None:
    session = sessions.sign_in(member())
    page = call("POST", "/things", form={"name": "taken"}, html=True, session=session)
    assert page.status == 409
    assert "Somebody has this name already. Choose another name." in page.text
    assert "value='taken'" in page.text
    assert sessions.reads == 1


def test_a_form_can_live_on_another_page(sessions: Sessions) -> None:
    session = sessions.sign_in(member())
    page = call("POST", "/things/SW-1/rows", form={"by": "x"}, html=True, session=session)
    assert (page.status, page.text.split()[:2]) == (422, ["SW-1", "what"])


def test_a_form_that_no_page_holds_ends_on_an_error_page(sessions: Sessions) -> None:
    session = sessions.sign_in(member(chair_of=("SW",)))
    page = call("POST", "/things/SW-1/press", form={"x": "1"}, html=True, session=session)
    assert page.status == 422
    assert "Please check what you entered." in page.text


def test_what_was_typed_stands_on_the_refusal_where_its_form_cannot_be_shown(
    sessions: Sessions,
) -> None:
    other = sessions.sign_in(member(region="MW"))
    form = {"what": "<Bring>\nbiscuits", "by": "2027-03-01T10:00", "revision": "3"}
    page = call("POST", "/things/SW-1/rows", form=form, html=True, session=other)
    assert page.status == 403
    assert "What you typed" in page.text and page.text.count("<textarea") == 2
    assert ">What</label>" in " ".join(page.text.split()).replace("> ", ">").replace(" <", "<")
    assert page.text.count(" readonly") == 2 and "&lt;Bring&gt;\nbiscuits</textarea>" in page.text
    nothing = call("POST", "/things/SW-1/rows", html=True, session=other)
    assert nothing.status == 403 and "What you typed" not in nothing.text
    read = call("GET", "/desk", html=True, session=other)
    assert read.status == 403 and "What you typed" not in read.text


def test_a_refusal_gives_back_no_secret_no_file_and_nothing_the_form_brought_along() -> None:
    form = {
        "code": "123456",
        "answers": {"password": "x", "comment": "Fine\nday", "token": "y"},
        "file": {"filename": "a.txt", "base64": "QQ=="},
        "revision": "1",
        "was": {"name": "Ann"},
        "member": "01j0c3vt4x5y6z7a8b9c",
        "attended": ["one", "two"],
        "actions": [{"what": "Bake", "id": "z"}],
    }
    assert submitted_text.list_texts(form) == [
        {"name": "answers.comment", "label": "Answers, comment", "text": "Fine\nday"},
        {"name": "actions.0.what", "label": "Actions, 1, what", "text": "Bake"},
    ]


def test_what_another_site_sends_is_not_given_back(sessions: Sessions) -> None:
    session = sessions.sign_in(member())
    sent = {"name": "Call this number"}
    page = call("POST", "/things", form=sent, html=True, session=session, origin="https://x.test")
    assert page.status == 403 and "Call this number" not in page.text


def test_who_is_not_signed_in_is_led_through_sign_in_and_back() -> None:
    page = call("GET", "/things/new", html=True, query="a=1")
    assert page.status == 303
    assert page.headers["Location"] == "/sign-in?next=%2Fthings%2Fnew%3Fa%3D1"
    posted = call("POST", "/things", html=True, referer=HOME + "/things/new")
    assert posted.headers["Location"] == "/sign-in?next=%2Fthings%2Fnew"


ENDED = "m1." + "e" * 43


def test_what_was_posted_when_the_session_ended_is_there_after_signing_in(
    sessions: Sessions, forms: Forms
) -> None:
    sessions.ended[ENDED] = member()
    posted = call("POST", "/things", form={"name": "Long thoughts"}, html=True, session=ENDED)
    assert posted.status == 303
    assert posted.headers["Location"] == "/sign-in?next=%2Fthings%2Fnew%3Fdone%3Dkept"
    session = sessions.sign_in(member())
    page = call("GET", "/things/new", html=True, session=session, query="done=kept")
    assert "value='Long thoughts'" in page.text
    other = sessions.sign_in(member(id="m2"))
    assert (
        "Long" not in call("GET", "/things/new", html=True, session=other, query="done=kept").text
    )
    assert "Long" not in call("GET", "/things/new", html=True, session=session).text


def test_a_kept_form_is_forgotten_once_it_is_sent(sessions: Sessions, forms: Forms) -> None:
    forms.saved = {("m1", "/things/new"): {"name": "Long"}, ("m2", "/things/new"): {"name": "x"}}
    session = sessions.sign_in(member())
    page = call("GET", "/things/new", html=True, session=session, query="done=kept")
    assert page.text.endswith("|/things/new|kept")
    typed = {"name": "Long", "minutes": "1", "_kept": "/things/new"}
    again = call("POST", "/things", form=typed, html=True, session=session)
    assert again.status == 422 and again.text.endswith("|/things/new|")
    assert ("m1", "/things/new") in forms.saved
    sent = call("POST", "/things", form=typed | {"minutes": "60"}, html=True, session=session)
    assert (sent.status, list(forms.saved)) == (303, [("m2", "/things/new")])
    page = call("GET", "/things/new", html=True, session=session, query="done=kept")
    assert page.text.endswith("||")


def test_a_form_that_was_not_kept_asks_nothing_of_what_is(sessions: Sessions, forms: Forms) -> None:
    session = sessions.sign_in(member())
    assert call("GET", "/things/new", html=True, session=session).text.endswith("||")
    assert call("POST", "/things", form={"name": "x"}, html=True, session=session).status == 303
    assert forms.calls == 0


def test_what_was_done_stays_done_if_the_kept_form_cannot_be_forgotten(
    sessions: Sessions, forms: Forms, caplog: pytest.LogCaptureFixture
) -> None:
    sent = {"name": "x", "_kept": "/things/new"}
    answer = call("POST", "/things", form=sent, html=True, session=sessions.sign_in(member()))
    assert (answer.status, answer.headers["Location"]) == (303, "/things/SW-1?done=saved")
    assert [record.message for record in caplog.records] == ["not_forgotten", "answered"]


@pytest.mark.parametrize("mark", ["reflection", "/é", "/" + "x" * 300, "x"])
def test_an_odd_mark_of_a_kept_form_is_passed_over(
    mark: str, sessions: Sessions, forms: Forms
) -> None:
    session = sessions.sign_in(member())
    sent = {"name": "x", "_kept": mark}
    assert call("POST", "/things", form=sent, html=True, session=session).status == 303
    listed = [("name", "x"), ("_kept[]", "/things/new")]
    assert call("POST", "/things", form=listed, html=True, session=session).status == 303
    assert forms.calls == 0
    assert call("POST", "/things", sent, session=session).status == 422


def test_only_forms_are_kept_and_only_under_an_address_of_ours(
    sessions: Sessions, forms: Forms
) -> None:
    sessions.ended[ENDED] = member()
    call("POST", "/things", {"name": "x", "minutes": 1.5}, html=True, session=ENDED)
    call("POST", "/things/" + "é" * 150 + "/rows", form={"what": "x"}, html=True, session=ENDED)
    assert forms.calls == 0


def test_nothing_is_kept_for_a_stranger(sessions: Sessions, forms: Forms) -> None:
    for session in ("", "m1." + "f" * 43):
        call("POST", "/things", form={"name": "Long thoughts"}, html=True, session=session)
    assert forms.saved == {}


def test_a_refusal_says_why_and_what_to_do(sessions: Sessions) -> None:
    page = call("GET", "/desk", html=True, session=sessions.sign_in(member()))
    assert page.status == 403
    assert "Only the National Office can do this." in page.text


def test_an_error_page_greets_who_is_signed_in(sessions: Sessions) -> None:
    session = sessions.sign_in(member())
    page = call("GET", "/things/nope", html=True, session=session)
    assert (page.status, sessions.reads) == (404, 1)
    assert "Niamh Ní Bhriain" in page.text and "Sign out" in page.text
    big = call("POST", "/things", "x" * 300_000, html=True, session=session)
    assert big.status == 413 and "Sign out" in big.text


@pytest.mark.parametrize(
    "path", ["/nowhere", "/things/", "//things", "/surveys", "/surveys/a/b", "/static/none.css"]
)
def test_nobody_is_asked_for_at_an_address_that_there_is_not(path: str, sessions: Sessions) -> None:
    page = call("GET", path, html=True, session=sessions.sign_in(member()))
    assert (page.status, sessions.reads) == (404, 0)
    assert "Niamh" not in page.text and 'href="/sign-in"' not in page.text


def test_who_comes_from_another_site_is_not_looked_at(sessions: Sessions) -> None:
    session = sessions.sign_in(member())
    page = call("POST", "/things", html=True, session=session, sec_fetch_site="cross-site")
    assert (page.status, sessions.reads) == (403, 0)
    call("GET", "/broken", html=True, session=session)
    assert sessions.reads == 0


@pytest.mark.parametrize("done", ["keys", "items", "__class__", "nothing", ""])
def test_a_notice_that_there_is_not_says_nothing(done: str, sessions: Sessions) -> None:
    page = call("GET", "/framed", html=True, query=f"done={done}")
    assert page.status == 200
    assert "nhsuk-notification-banner" not in page.text and "built-in" not in page.text
    assert "Saved." in call("GET", "/framed", html=True, query="done=saved").text


def test_the_frame_of_a_page_reads_nothing_of_what_the_route_answers() -> None:
    source, *_ = templates.page_environment().loader.get_source(  # type: ignore[union-attr]
        templates.page_environment(), "web/pages/layout.html.j2"
    )
    read = meta.find_undeclared_variables(templates.page_environment().parse(source))
    own = {"ns", "undefined", "errorSummary", "notificationBanner"}
    frame = {"who", "unknown", "menu", "done", "errors", "sent_before", "things_waiting"}
    assert read - own == frame


# --- Faults of ours


@pytest.mark.parametrize("path", ["/broken", "/lies"])
def test_a_fault_is_told_by_reference_and_logged_without_what_people_wrote(
    path: str, caplog: pytest.LogCaptureFixture
) -> None:
    answer = call("GET", path)
    assert (answer.status, answer.json["type"]) == (500, "urn:comhar:broken")
    reference = answer.json["detail"].split()[-1].rstrip(".")
    assert "went wrong" in call("GET", path, html=True).text
    assert caplog.records[0].__dict__["reference"] == reference
    logged = "".join(str(record.__dict__) for record in caplog.records)
    assert "niamh@example.com" not in logged + answer.text


def test_a_page_without_its_template_is_a_fault_told_plainly(sessions: Sessions) -> None:
    page = call("GET", "/desk", html=True, session=sessions.sign_in(member(office=True)))
    assert page.status == 500
    assert "went wrong" in page.text


def test_an_event_without_anything_still_gets_an_answer() -> None:
    assert handler_of(app)({}, None)["statusCode"] == 404


# --- Headers and the log


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/things"), ("GET", "/nowhere"), ("POST", "/things"), ("GET", "/broken")],
)
@pytest.mark.parametrize("html", [True, False])
def test_every_answer_carries_the_headers(method: str, path: str, html: bool) -> None:
    headers = call(method, path, html=html).headers
    assert "default-src 'self'" in headers["Content-Security-Policy"]
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cache-Control"] == "no-store"
    assert headers["Vary"] == "Accept, Cookie"
    assert headers["Strict-Transport-Security"].startswith("max-age=")
    assert "Permissions-Policy" in headers


def test_a_page_takes_nothing_from_another_site_and_sends_nothing_there() -> None:
    header = call("GET", "/things").headers["Content-Security-Policy"]
    policy = dict(part.split(" ", 1) for part in header.split("; "))
    nothing = {name for name in policy if policy[name] == "'none'"}
    assert nothing == {"object-src", "base-uri", "frame-ancestors"}
    ours = {"default-src", "script-src", "style-src", "img-src", "font-src", "form-action"}
    assert policy == dict.fromkeys(nothing, "'none'") | dict.fromkeys(ours, "'self'")


def test_the_log_names_the_route_never_the_path(caplog: pytest.LogCaptureFixture) -> None:
    call("GET", "/survey/very-secret-token")
    [line] = [record.__dict__ for record in caplog.records]
    assert (line["route"], line["status"]) == ("GET /survey/{token}", 200)
    assert "very-secret-token" not in str(line)
