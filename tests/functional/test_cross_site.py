"""Every route that changes something refuses what another site made a browser send."""

from itertools import product

import pytest

from local import openapi
from tests.support.cloud import HOME
from tests.support.world import World

pytestmark = pytest.mark.xdist_group("cross_site")  # one worker makes its world once

POSTS = [path for path, each in openapi.built()["paths"].items() if "post" in each]
SITES = ("", "same-origin", "same-site", "cross-site", "none")
ORIGINS = ("", HOME, "http://comhar.example", "https://evil.example", "null")


@pytest.mark.parametrize("path", POSTS)
def test_a_post_from_another_site_is_refused_with_and_without_a_cookie(
    path: str, world: World
) -> None:
    before = world.cloud.stored()
    for site, origin, cookie in product(SITES, ORIGINS, (True, False)):
        if site in ("", "same-origin") and origin in ("", HOME):
            continue
        sent = {"sec-fetch-site": site, "origin": origin}
        cookies = [f"__Host-session={world.chair}"] if cookie else []
        for html in (True, False):
            answer = world.cloud.call(
                "POST",
                world.path(path),
                form={"email": "someone@hse.ie"},
                headers={name: value for name, value in sent.items() if value},
                cookies=cookies,
                html=html,
            )
            assert answer.status == 403, (site, origin, cookie)
            assert "another site" in answer.text
            assert not answer.cookies
    assert world.cloud.stored() == before


@pytest.mark.parametrize(("site", "origin"), [("", ""), ("same-origin", HOME), ("same-origin", "")])
def test_our_own_pages_and_programs_may_post(site: str, origin: str, world: World) -> None:
    headers = {n: v for n, v in {"sec-fetch-site": site, "origin": origin}.items() if v}
    answer = world.cloud.call("POST", "/join", {"email": "friend@hse.ie"}, headers=headers)
    assert answer.status == 202
