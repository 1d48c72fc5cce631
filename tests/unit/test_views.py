"""What a page is told by name is never hidden by what its layout is told."""

from importlib import import_module
from pathlib import Path
from types import SimpleNamespace
from typing import Any, get_type_hints

import pytest
from pydantic import BaseModel

from comhar import templates, web
from comhar.web import html_responses
from local import openapi

ROOM = Path(web.__file__).parents[1]


def views() -> dict[str, set[str]]:
    """The fields of what each route with a page answers with."""
    found = {}
    for module, app in openapi.list_apps():
        for name, route in app.routes.items():
            answer = get_type_hints(getattr(import_module(f"comhar.{module}"), name)).get("return")
            if (ROOM / route.template).exists() and issubclass(answer or object, BaseModel):
                found[f"{module}.{name}"] = set(answer.model_fields)
    return found


@pytest.fixture
def layouts(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """The names that every page is told beside its own."""
    seen: dict[str, Any] = {}
    template = SimpleNamespace(render=lambda context: seen.update(context) or "")
    found = SimpleNamespace(get_template=lambda _: template)
    monkeypatch.setattr(templates, "page_environment", lambda: found)
    request = SimpleNamespace(
        user=None, path="/", query={}, is_unsafe=False, saved_form_path=None, cookie=lambda _: None
    )
    html_responses.html_page("", request, {})  # type: ignore[arg-type]
    return set(seen) | {"more"}


def test_no_page_is_told_something_by_a_name_of_the_layouts(layouts: set[str]) -> None:
    assert {"it", "who", "path", "done", "errors", "form"} < layouts
    found = views()
    assert len(found) > 40
    assert {route: fields & layouts for route, fields in found.items() if fields & layouts} == {}
