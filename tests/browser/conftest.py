"""People at real browsers: a fresh profile for each, scripts off."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser

from tests.browser.browser_user import BrowserUser
from tests.support.stack import Stack


@pytest.fixture
def visit(
    chromium: Browser, request: pytest.FixtureRequest
) -> Iterator[Callable[..., BrowserUser]]:
    """Makes a person with a browser of their own; `visit("sinead@hse.ie")`. They come to the test's own
    stack where it asks for one, else to the one that the worker's tests share."""
    own = "own_stack" in request.fixturenames
    running: Stack = request.getfixturevalue("own_stack" if own else "stack")
    contexts = []

    def come(
        email: str = "", width: int = 1280, kind: type[BrowserUser] = BrowserUser
    ) -> BrowserUser:
        context = chromium.new_context(
            base_url=running.url,
            java_script_enabled=False,
            viewport={"width": width, "height": 800},
            locale="en-IE",
        )
        contexts.append(context)
        return kind(context.new_page(), email, running)

    yield come
    for context in contexts:
        context.close()
