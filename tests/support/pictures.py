"""Takes the README's two pictures, docs/pictures, from half a year of the demo: `make pictures`."""

import json
import subprocess
import sys
import tempfile
from datetime import datetime, timedelta
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from comhar.dates.dublin_time import to_instant
from local.clock import Clock
from tests.support.chromium import launched
from tests.support.stack import BEGINNING, ROOT, Stack

PICTURES = ROOT / "docs/pictures"
SIZE = ("--members", "60", "--quarters", "2")
HEIGHT = 900
WEIGHT = 150 * 1024  # bytes, at most


def half_a_year(folder: Path) -> Stack:
    """A stack in which six communities have met for half a year; it runs."""
    stack = Stack(folder)
    Clock(folder / "clock").run(BEGINNING)
    command = [sys.executable, "-m", "local.demo", *SIZE]
    subprocess.run(command, cwd=ROOT, env=stack.environment, check=True)
    stack.start()
    return stack


def take(browser: Browser, stack: Stack, path: str, session: str, file: str, width: int) -> None:
    """The top of a page as whoever is signed in sees it."""
    signed_in = {"Authorization": f"Bearer {session}"}
    size = {"width": width, "height": HEIGHT}
    context = browser.new_context(viewport=size, locale="en-IE", extra_http_headers=signed_in)
    page = context.new_page()
    answer = page.goto(f"{stack.url}{path}", wait_until="networkidle")
    assert answer is not None and answer.status == 200, path
    picture = page.screenshot(path=PICTURES / file)
    assert len(picture) <= WEIGHT, f"{file}: {len(picture)} bytes"
    context.close()


def main() -> None:
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        stack = half_a_year(Path(folder))
        browser = launched(playwright.chromium)
        try:
            members = json.loads((stack.data / "demo.json").read_text())["members"]
            newest = [
                one["email"] for one in members if one["region"] == "SW" and one["active_on"]
            ][-1]
            session = stack.sign_in(newest)
            take(browser, stack, "/me", session, "me-360.png", 360)
            meeting = stack.get("/me", session=session).json["next_meetings"][0]
            start = to_instant(datetime.fromisoformat(meeting["starts_at"]))
            stack.post("/_local/clock", {"now": (start - timedelta(days=5)).isoformat()})
            session = stack.sign_in(newest)
            take(browser, stack, f"/meetings/{meeting['id']}", session, "meeting-1280.png", 1280)
        finally:
            browser.close()
            stack.stop()


if __name__ == "__main__":
    main()
