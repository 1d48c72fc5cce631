"""Every route that changes something refuses what another site made a browser send.

What refuses is the same for all routes of a function: one of each function meets every combination, the
others one of them.
"""

from itertools import product

import pytest

from comhar import data
from tests.support.cloud import HOME, main_routes
from tests.support.sample_community import SampleCommunity

pytestmark = pytest.mark.xdist_group("cross_site")  # one worker makes its community once

POSTS = [path for method, path, *_ in data.load("routes") if method == "POST"]
SITES = ("", "same-origin", "same-site", "cross-site", "none")
ORIGINS = ("", HOME, "http://comhar.example", "https://evil.example", "null")


def foreign() -> list[tuple[str, str, bool]]:
    """Site, origin and whether there is a cookie, of what is not from a page of ours."""
    return [
        (site, origin, cookie)
        for site, origin, cookie in product(SITES, ORIGINS, (True, False))
        if not (site in ("", "same-origin") and origin in ("", HOME))
    ]


@pytest.mark.parametrize("path", POSTS)
def test_a_post_from_another_site_is_refused_with_and_without_a_cookie(
    path: str, community: SampleCommunity
) -> None:
    before = community.cloud.stored()
    ways = (
        foreign() if path in main_routes("POST") else [("cross-site", "https://evil.example", True)]
    )
    for site, origin, cookie in ways:
        sent = {"sec-fetch-site": site, "origin": origin}
        cookies = [f"__Host-session={community.chair}"] if cookie else []
        for html in (True, False):
            answer = community.cloud.call(
                "POST",
                community.path(path),
                form={"email": "someone@hse.ie"},
                headers={name: value for name, value in sent.items() if value},
                cookies=cookies,
                html=html,
            )
            assert answer.status == 403, (site, origin, cookie)
            assert "another site" in answer.text
            assert not answer.cookies
    assert community.cloud.stored() == before


@pytest.mark.parametrize(("site", "origin"), [("", ""), ("same-origin", HOME), ("same-origin", "")])
def test_our_own_pages_and_programs_may_post(
    site: str, origin: str, community: SampleCommunity
) -> None:
    headers = {n: v for n, v in {"sec-fetch-site": site, "origin": origin}.items() if v}
    answer = community.cloud.call("POST", "/join", {"email": "friend@hse.ie"}, headers=headers)
    assert answer.status == 202
