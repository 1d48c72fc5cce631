"""Real Chromium for the tests of pages: a fresh profile for each person, scripts off."""

import shutil
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.browser.inspector import Inspector
from tests.browser.visitor import Visitor
from tests.support.stack import Stack, own_stack, stack

__all__ = ["own_stack", "stack"]

FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-gpu-compositing",  # nor one made of software: pages are drawn at once
    "--disable-software-rasterizer",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Chromium from the PATH; without one, the build that Playwright brings."""
    path = shutil.which("chromium") or shutil.which("google-chrome")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def inspector(chromium: Browser) -> Iterator[Inspector]:
    """Looks at each kind of page and letter once for all tests."""
    looking = Inspector(chromium)
    yield looking
    looking.close()


@pytest.fixture
def visit(
    chromium: Browser, inspector: Inspector, request: pytest.FixtureRequest
) -> Iterator[Callable[..., Visitor]]:
    """Makes a person with a browser of their own; `visit("sinead@hse.ie")`. They come to the test's own
    stack where it asks for one, else to the one that the worker's tests share."""
    own = "own_stack" in request.fixturenames
    running: Stack = request.getfixturevalue("own_stack" if own else "stack")
    contexts = []

    def come(email: str = "", width: int = 1280, kind: type[Visitor] = Visitor) -> Visitor:
        context = chromium.new_context(
            base_url=running.url,
            java_script_enabled=False,
            viewport={"width": width, "height": 800},
            locale="en-IE",
        )
        contexts.append(context)
        return kind(context.new_page(), email, running, inspector)

    yield come
    for context in contexts:
        context.close()
