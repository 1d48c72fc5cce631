"""Pages and letters rendered in this process, each looked at by the inspector in one Chromium."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route

from tests.support.cloud import Cloud
from tests.support.in_process import InProcess
from tests.support.inspector import Inspector, from_disk
from tests.support.page_user import PageUser
from tests.support.stack import BEGINNING


@pytest.fixture
def stack(emptied: Cloud) -> InProcess:
    """With nobody in it yet, on a Monday morning."""
    emptied.now = BEGINNING
    return InProcess(emptied)


@pytest.fixture
def visit(stack: InProcess, inspector: Inspector) -> Callable[..., PageUser]:
    """Makes a person with a browser of their own; `visit("sinead@hse.ie")`."""
    return lambda email="": PageUser(email, stack, inspector)


@pytest.fixture
def screen(chromium: Browser, stack: InProcess) -> Iterator[Callable[..., Page]]:
    """Shows a page in Chromium under its own policy: `screen("/me", session)`."""
    contexts = []

    def show(path: str, session: str = "", width: int = 1280) -> Page:
        def answer(route: Route) -> None:
            address = route.request.url
            if "/static/" in address:
                return from_disk(route)
            accept = {"Accept": route.request.headers["accept"]}
            response = stack.get(address, session=session, headers=accept)
            route.fulfill(
                status=response.status, headers=dict(response.headers), body=response.body
            )

        size = {"width": width, "height": 800}
        context = chromium.new_context(base_url=stack.url, viewport=size, locale="en-IE")
        contexts.append(context)
        context.route("**/*", answer)
        page = context.new_page()
        page.goto(path)
        return page

    yield show
    for context in contexts:
        context.close()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """One worker has them all, and with them the one Chromium that looks at pages."""
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.xdist_group("pages"))
