"""How a function finds the topic of a request: before that, nothing of a topic or of AWS is there."""

import json
import os
import subprocess
import sys
from typing import Annotated, Any

import pytest
from aws_lambda_powertools.event_handler.depends import Depends

from comhar import data, wiring
from comhar.context import Context
from comhar.errors import Conflict
from comhar.fields import Form, Line, View
from comhar.settings import Settings
from comhar.web import App, anonymous
from comhar.web.dispatch import Dispatcher, RouteEntry, RouteTable
from local import openapi
from tests.support.cloud import ROOT, read_template

ROWS = [RouteEntry(method, path, module) for method, path, _, module in data.load("routes")]


def request(method: str, path: str, **more: Any) -> dict[str, Any]:
    http = {"method": method, "path": path}
    return {"rawPath": path, "requestContext": {"stage": "$default", "http": http}, **more}


def test_what_is_another_functions_is_not_found() -> None:
    functions = {function for _, _, function, _ in data.load("routes")}
    for name in functions:
        own = {path for _, path, function, _ in data.load("routes") if function == name}
        found = openapi.load(name).handler.routes
        for route in ROWS:
            path = route.path.replace("{", "").replace("}", "")
            assert (route.method in found.at(path)) == (route.path in own), (name, route)


def test_a_fixed_segment_wins_over_a_parameter_and_none_is_empty() -> None:
    routes = RouteTable(
        [
            RouteEntry("GET", "/a/{id}", "x"),
            RouteEntry("GET", "/a/new", "y"),
            RouteEntry("POST", "/a/{id}", "x"),
        ]
    )
    assert {verb: found.path for verb, found in routes.at("/a/new").items()} == {
        "GET": "/a/new",
        "POST": "/a/{id}",
    }
    for path in ("/a/", "/a", "//a/new", "/a//new", "/a/new/", "a/new", ""):
        assert routes.at(path) == {}, path


def test_each_route_is_found_where_it_is_declared() -> None:
    """Powertools' own rules and ours choose the same route."""
    for module, app in openapi.list_apps():
        for name, route in app.routes.items():
            path = route.rule.replace("<", "").replace(">", "")
            found = RouteTable(ROWS).at(path)[route.method]
            assert (found.module, found.path) == (module, route.path), name


def test_a_request_imports_its_own_topic_and_no_other_and_an_unknown_one_none() -> None:
    code = """
import json, sys
import app
def request(method, path):
    return {"rawPath": path, "requestContext": {"stage": "$default", "http": {"method": method}}}
def topics():
    return sorted(name for name in sys.modules if name.startswith("comhar.") and name.endswith("routes"))
seen = []
for verb, path in (("GET", "/nowhere"), ("PUT", "/sign-in"), ("GET", "/sign-in"), ("GET", "/principles")):
    seen.append([app.handler(request(verb, path), None)["statusCode"], topics(), "boto3" in sys.modules])
print(json.dumps(seen))
"""
    folder = ROOT / "functions/members"
    function = read_template().functions["MembersFunction"]
    settings = {**os.environ, **function.environment, "PYTHONPATH": f"{ROOT}:{folder}"}
    ran = subprocess.run([sys.executable, "-c", code], env=settings, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr
    assert json.loads(ran.stdout.splitlines()[-1]) == [
        [404, [], False],
        [405, [], False],
        [200, ["comhar.membership.routes"], False],
        [200, ["comhar.communities.routes", "comhar.membership.routes"], False],
    ]


def test_the_page_of_a_form_may_be_of_another_topic(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        wiring, "settings", lambda: Settings({"ORIGIN_SECRET": "", "PUBLIC_URL": "x"})
    )
    shows, takes = App("help"), App("takes")

    class Name(Form):
        name: Line

    class Page(View):
        seen: str = "the page"

    @shows.get("/help", page="help_now")
    def help_page(ctx: Annotated[Context[None], Depends(anonymous)]) -> Page:
        return Page()

    @takes.post("/take", form="/help")
    def take(form: Name, ctx: Annotated[Context[None], Depends(anonymous)]) -> Page:
        raise Conflict()

    apps = {"shows": shows, "takes": takes}
    routes = [RouteEntry("GET", "/help", "shows"), RouteEntry("POST", "/take", "takes")]
    dispatcher = Dispatcher(routes, lambda module: apps[module])
    sent = {"body": "name=x", "headers": {"content-type": "application/x-www-form-urlencoded"}}
    found = dispatcher._form_again
    result: list[Any] = []
    monkeypatch.setattr(dispatcher, "_form_again", lambda *given: result.append(found(*given)))
    event = request("POST", "/take", **sent)
    event["headers"]["accept"] = "text/html"
    assert dispatcher(event, None)["statusCode"] == 409
    ((template, page),) = result
    assert (template, page.result) == ("help/pages/help_now.html.j2", {"seen": "the page"})


def test_a_setting_that_is_not_declared_is_named_when_it_is_used() -> None:
    settings = Settings({"PUBLIC_URL": "https://comhar.example/"})
    assert settings.public_url == "https://comhar.example"
    with pytest.raises(KeyError, match="MAIL_FROM"):
        _ = settings.mail_from
