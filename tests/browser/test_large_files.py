"""Too large a file: what was typed stays where it can, and nobody sees an error that is none of ours."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser.browser_user import BrowserUser
from tests.support.stack import Stack
from tests.support.stack_users import OFFICE

TYPED = "aoife@hse.ie"


@pytest.fixture(scope="module")
def sizes(tmp_path_factory: pytest.TempPathFactory) -> dict[int, Path]:
    """A file of 2 and one of 11 megabytes."""
    folder = tmp_path_factory.mktemp("files")
    files = {size: folder / f"{size}.csv" for size in (2, 11)}
    for size, file in files.items():
        file.write_bytes(b"x" * size * 1024 * 1024)
    return files


def send(person: BrowserUser, file: Path) -> None:
    person.sign_in().open("/invitations").fill("Email addresses", TYPED)
    person.page.locator("input[type=file]").set_input_files(file)
    person.page.get_by_role("button", name="Check the list").click()


def test_of_two_megabytes_the_form_itself_speaks(
    visit: Callable[..., BrowserUser], sizes: dict[int, Path]
) -> None:
    person = visit(OFFICE)
    send(person, sizes[2])
    person.reads("This file is too large. Choose one that is smaller than 1 MB")
    assert person.value("Email addresses") == TYPED


def test_of_eleven_a_page_speaks_and_leads_back(
    visit: Callable[..., BrowserUser], sizes: dict[int, Path]
) -> None:
    person = visit(OFFICE)
    send(person, sizes[11])
    person.reads("This is too large to be sent").reads("smaller than 1 MB")
    person.follow("Go back to where you were")
    assert person.path == "/invitations"


def test_with_scripts_it_is_said_before_anything_is_sent(
    chromium: Browser, stack: Stack, sizes: dict[int, Path]
) -> None:
    context = chromium.new_context(base_url=stack.url, locale="en-IE")
    person = BrowserUser(context.new_page(), OFFICE, stack)
    posts: list[str] = []
    person.page.on(
        "request", lambda sent: posts.append(sent.url) if sent.method == "POST" else None
    )
    send(person, sizes[11])
    words = person.page.locator("input[type=file]").evaluate("field => field.validationMessage")
    assert "smaller than 1 MB" in words
    assert (posts, person.value("Email addresses")) == ([], TYPED)
    context.close()
