"""Emailed links: opened by any number of scanners they still work, used once they are spent."""

import pytest

from comhar import wiring
from comhar.tokens import new_secret
from tests.support import cloud as clouds
from tests.support.sample_community import SampleCommunity, build_community

SIGN_UP = {"name": "Éabha Nic Giolla Phádraig", "region": "SW", "role": "peer_coordinator"}
BEHIND = {"cloudfront-viewer-address": "198.51.100.7:443"}
POSTS = {
    "/sign-up/{token}": (SIGN_UP, 201),
    "/sign-in/{token}": ({}, 200),
    "/me/address/{token}": ({}, 200),
    "/surveys/{token}": ({"answers": {"satisfaction": 4}}, 201),
}


@pytest.fixture(scope="module")
def community():
    with clouds.open_cloud() as cloud:
        yield build_community(cloud)


def asker(community: SampleCommunity, route: str) -> str:
    """The session without which a link is no good: that of who asked for another address."""
    return community.colleague if route.startswith("/me/") else ""


@pytest.mark.parametrize("route", POSTS)
def test_a_link_opened_ten_times_still_works_once_and_then_says_what_to_do(
    community: SampleCommunity, route
):
    path, (body, expected) = community.path(route), POSTS[route]
    for _ in range(5):
        assert community.cloud.call("GET", path, html=True).status == 200
        assert community.cloud.call("HEAD", path, html=True).status == 200
    who = asker(community, route)
    assert community.cloud.call("POST", path, body, bearer=who).status == expected
    for again in ("GET", "POST"):
        spent = community.cloud.call(again, path, body if again == "POST" else None, bearer=who)
        assert spent.status == 410
        assert spent.json["next"]
    page = community.cloud.call("GET", path, html=True)
    assert page.status == 410
    assert spent.json["next"].split(".")[0] in page.text


@pytest.mark.parametrize("route", POSTS)
def test_a_link_nobody_was_sent_is_gone_too(community: SampleCommunity, route):
    path = route.replace("{token}", "A" * 43)
    who = asker(community, route)
    assert community.cloud.call("POST", path, POSTS[route][0], bearer=who).status == 410


def test_a_link_is_good_for_its_own_purpose_only(community: SampleCommunity):
    token = community.addresses["/answer/token"]
    assert community.cloud.call("POST", f"/sign-in/{token}", {}).status == 410


ODD = ("x", "A" * 42, "A" * 44, "A" * 42 + "=", "..%2f" + "A" * 38)


@pytest.mark.parametrize("route", [*POSTS, "/answer/{token}", "/pack/{token}", "/pause/{token}",
                                   "/erase/{token}", "/keep/{token}", "/not-me/{token}",
                                   "/poll/{token}"])  # fmt: skip
def test_what_has_not_the_shape_of_a_token_is_gone_without_a_look_at_the_table(
    community: SampleCommunity, route, monkeypatch
):
    """But for the session of who confirms a new address while signed in."""
    who = asker(community, route)
    if not who:
        monkeypatch.setattr(wiring.table()._client, "get_item", never)
        monkeypatch.setattr(wiring.table()._client, "batch_get_item", never)
    for odd in ODD:
        method = "GET" if route.startswith("/pack") else "POST"
        answer = community.cloud.call(method, route.replace("{token}", odd), bearer=who)
        assert answer.status in (410, 422), odd


def never(**kwargs):
    raise AssertionError(kwargs)


def test_nobody_is_refused_a_link_because_others_tried_many(community: SampleCommunity, capsys):
    """A stranger behind the same address tries tokens; ten are as good as a thousand."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CLIENT_LIMIT", "3")
        wiring.settings.cache_clear()
        for _ in range(10):
            wrong = community.cloud.call(
                "POST", f"/poll/{new_secret()}", {"votes": {}}, headers=BEHIND
            )
            assert wrong.status == 410
        assert capsys.readouterr().out.count('"LinksRefused":') == 10
        assert community.cloud.call("GET", f"/surveys/{new_secret()}").status == 410
        assert (
            "LinksRefused" not in capsys.readouterr().out
        )  # nor when somebody comes back to a survey
        path, votes = community.path("/poll/{token}"), {"votes": {"a": "yes", "b": "no"}}
        assert community.cloud.call("POST", path, votes, headers=BEHIND).status == 200
    wiring.settings.cache_clear()
