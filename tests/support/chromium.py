"""Real Chromium for the tests: without a screen, without a profile, and without a network of its own."""

import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserType, sync_playwright

from tests.support.inspector import Inspector

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
    "--in-process-gpu",
    "--renderer-process-limit=1",  # nor a spare one started for every page
]


def launched(kind: BrowserType) -> Browser:
    """Chromium from the PATH; without one, the build that Playwright brings."""
    path = shutil.which("chromium") or shutil.which("google-chrome")
    return kind.launch(executable_path=path, args=FLAGS)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = launched(playwright.chromium)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def inspector(chromium: Browser) -> Iterator[Inspector]:
    """Looks at each kind of page and letter once for all tests."""
    looking = Inspector(chromium)
    yield looking
    looking.close()
