"""Nothing is open that is not on this list; every route is declared, described and guarded."""

from collections.abc import Iterator

import pytest

from local import openapi
from tests.support.cloud import Cloud

pytestmark = pytest.mark.xdist_group("default_deny")  # one worker makes its community once

PUBLIC = {
    # What anyone may read
    "home", "about", "accessibility", "help_now", "principles", "privacy",
    "first_day", "first_day_co_chair", "first_day_office", "retention_page", "roles_page",
    "health", "openapi", "security_contact", "join_page", "join_sent", "sign_in_page", "sign_in_sent",
    "calendar_by_link", "survey_thanks",
    # What anyone may ask for by email
    "join", "sign_in",
    # What an emailed link or code opens
    "sign_up_page", "sign_up",
    "sign_in_link_page", "sign_in_by_link", "sign_in_by_code",
    "answer_page",
    "poll_page", "reply_page", "reply",
    "answer_dates_by_link", "answer_by_link", "pack", "survey_form", "submit",
    "address_link_page", "pause_page", "pause_by_link",
    "not_me_page", "not_me",
    "erase_link_page", "erase_by_link", "keep_link_page", "keep_by_link",
    # Ends a session if there is one
    "sign_out",
}  # fmt: skip


def operations() -> Iterator[tuple[str, str, str]]:
    for path, each in openapi.built()["paths"].items():
        for method, operation in each.items():
            yield method.upper(), path, operation["operationId"]


def some(path: str) -> str:
    """An address that fits the path."""
    for name, value in {"region": "SW", "quarter": "2027-Q1"}.items():
        path = path.replace(f"{{{name}}}", value)
    while "{" in path:
        path = path[: path.index("{")] + "SW-1" + path[path.index("}") + 1 :]
    return path


@pytest.mark.parametrize(("method", "path", "name"), list(operations()))
def test_a_stranger_is_asked_to_sign_in_but_for_the_public_list(
    method: str, path: str, name: str, cloud: Cloud
) -> None:
    for credentials in ({}, {"bearer": "person0." + "x" * 43}, {"cookies": ["__Host-session=x"]}):
        for body in (None, {"odd": 1}) if method == "POST" else (None,):
            answer = cloud.call(method, some(path), body, **credentials)
            assert (answer.status == 401) is (name not in PUBLIC), answer
    page = cloud.call(method, some(path), html=True)
    if name not in PUBLIC:
        assert page.status == 303
        assert page.headers["Location"].startswith("/sign-in?next=")


def test_the_public_list_is_what_the_guards_say() -> None:
    routes = {name: route for _, app in openapi.list_apps() for name, route in app.routes.items()}
    assert {name for name, route in routes.items() if route.is_open} == PUBLIC


def test_the_description_is_as_the_routes_are() -> None:
    assert openapi.TARGET.read_text(encoding="utf-8") == openapi.text(), "run make openapi"
