"""What programs look for at known addresses, and what search engines show of a page."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from comhar import wiring
from tests.support.cloud import Cloud

PUBLIC_PAGES = (
    *(
        "/",
        "/about",
        "/accessibility",
        "/help",
        "/principles",
        "/first-day",
        "/first-day/co-chair",
        "/first-day/office",
        "/privacy",
        "/roles",
        "/retention",
    ),
    *("/join", "/sign-in"),
)


def described(text: str) -> str:
    (found,) = re.findall(r'<meta name="description" content="([^"]*)">', text)
    return str(found)


@pytest.mark.parametrize("year", [2027, 2031])
def test_who_finds_a_weakness_learns_whom_to_write_to_whenever_they_ask(
    cloud: Cloud, year: int
) -> None:
    """RFC 9116: Contact and Expires must stand there; a date less than a year ahead is advised."""
    cloud.now = datetime(year, 3, 1, 9, 15, 30, 123456, tzinfo=UTC)
    answer = cloud.call("GET", "/.well-known/security.txt")
    assert (answer.status, answer.headers["Content-Type"]) == (200, "text/plain; charset=utf-8")
    fields = [line.partition(": ")[::2] for line in answer.text.splitlines()]
    names = [name for name, _ in fields]
    assert len(names) == len(set(names))
    found = dict(fields)
    settings = wiring.settings()
    assert found["Contact"] == f"mailto:{settings.mail_from}"
    assert found["Canonical"] == f"{settings.public_url}/.well-known/security.txt"
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00", found["Expires"])
    ahead = datetime.fromisoformat(found["Expires"]) - cloud.now
    assert timedelta(days=90) < ahead < timedelta(days=365)


def test_each_public_page_says_in_a_sentence_of_its_own_what_it_is(cloud: Cloud) -> None:
    words = [described(cloud.call("GET", path, html=True).text) for path in PUBLIC_PAGES]
    assert len(set(words)) == len(PUBLIC_PAGES)
    assert [each for each in words if not 40 <= len(each) <= 160 or "\n" in each] == []


def test_a_page_that_is_not_public_says_nothing_of_what_is_on_it(cloud: Cloud) -> None:
    bearer = cloud.session(cloud.member(name="Niamh"))
    pages = {
        described(cloud.call("GET", path, bearer=bearer, html=True).text)
        for path in ("/me", "/me/details", "/reflections")
    }
    assert len(pages) == 1
    assert "Niamh" not in pages.pop()
