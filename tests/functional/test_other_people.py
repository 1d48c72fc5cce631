"""What belongs to a community is closed to members of others, and to who waits to be admitted."""

import pytest

from local import openapi
from tests.support.cloud import Answer
from tests.support.world import World

pytestmark = pytest.mark.xdist_group("other_people")  # one worker makes its world once

ROUTES = [
    (method.upper(), path)
    for path, each in openapi.built()["paths"].items()
    for method in each
    if path.startswith(
        ("/communities/", "/meetings/", "/members", "/invitations", "/reports", "/inbox", "/texts")
    )
]
CHAIRS = [
    ("GET", "/communities/{region}/meetings/new"),
    ("POST", "/communities/{region}/meetings"),
    ("GET", "/communities/{region}/chairs"),
    ("POST", "/communities/{region}/chairs"),
    ("GET", "/communities/{region}/surveys"),
    ("POST", "/meetings/{id}/items/{item}/accept"),
    ("POST", "/meetings/{id}/items/{item}/decline"),
    ("POST", "/meetings/{id}/reschedule"),
    ("POST", "/meetings/{id}/cancel"),
    ("POST", "/meetings/{id}/close"),
    ("POST", "/members/{id}/confirm"),
]
OFFICE = [
    ("GET", "/members"),
    ("POST", "/members/{id}/admit"),
    ("POST", "/members/{id}/decline"),
    ("POST", "/members"),
    ("POST", "/members/search"),
    ("GET", "/members/new"),
    ("GET", "/members/export"),
    ("POST", "/members/export"),
    ("POST", "/members/export/code"),
    ("GET", "/members/{id}/reads"),
    ("GET", "/members/{id}/edit"),
    ("POST", "/members/{id}/edit"),
    ("GET", "/members/{id}/move"),
    ("POST", "/members/{id}/move"),
    ("GET", "/members/{id}/deactivate"),
    ("POST", "/members/{id}/deactivate"),
    ("POST", "/members/{id}/reactivate"),
    ("POST", "/members/{id}/link"),
    ("GET", "/invitations"),
    ("POST", "/invitations"),
    ("GET", "/inbox"),
    ("GET", "/inbox/{message}"),
    ("GET", "/inbox/{message}/attachments/{number}"),
    ("POST", "/inbox/{message}/invite"),
    ("POST", "/inbox/{message}/done"),
    ("POST", "/inbox/{message}/reopen"),
    ("GET", "/texts"),
    ("GET", "/texts/{text}"),
    ("POST", "/texts/{text}"),
    ("GET", "/reports/kpi"),
    ("GET", "/reports/kpi/{quarter}"),
]
GOOD = {
    "/communities/{region}/meetings": {
        "kind": "quarterly", "starts_at": "2027-03-01T10:00", "mode": "online",
        "link": "https://example.com",
    },
    "/communities/{region}/chairs": {"members": ["person0", "person2"]},
    "/meetings/{id}/reschedule": {"starts_at": "2027-03-02T10:00"},
    "/meetings/{id}/cancel": {"reason": "Snow"},
    "/meetings/{id}/close": {"attended": []},
    "/meetings/{id}/answer": {"answer": "yes"},
    "/meetings/{id}/items": {"title": "Mine"},
    "/members/export": {"code": "123456"},
    "/members/{id}/edit": {"revision": 0},
    "/members/{id}/move": {"region": "MW"},
    "/invitations": {"emails": ["a@example.com"]},
    "/texts/{text}": {"revision": 0},
}  # fmt: skip


def asked(world: World, method: str, path: str, bearer: str) -> Answer:
    body = GOOD.get(path) if method == "POST" else None
    return world.cloud.call(method, world.path(path), body, bearer=bearer)


@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_a_member_of_another_region_is_kept_out(method: str, path: str, world: World) -> None:
    other = world.cloud.session(world.cloud.member(region="MW", chair_of=("MW",)))
    before = world.cloud.stored()
    assert asked(world, method, path, other).status in (403, 404)
    assert world.cloud.stored() == before


@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_who_waits_to_be_admitted_is_kept_out(method: str, path: str, world: World) -> None:
    if path == "/members/{id}":
        path = "/members/person0"
    waiting = world.cloud.session(world.cloud.member(status="pending", confirmed=False))
    assert asked(world, method, path, waiting).status in (403, 404)


@pytest.mark.parametrize(("method", "path"), CHAIRS + OFFICE)
def test_a_member_cannot_do_what_co_chairs_or_the_office_do(
    method: str, path: str, world: World
) -> None:
    before = world.cloud.stored()
    assert asked(world, method, path, world.colleague).status in (403, 404)
    assert world.cloud.stored() == before


@pytest.mark.parametrize(("method", "path"), OFFICE)
def test_a_co_chair_cannot_do_what_the_office_does(method: str, path: str, world: World) -> None:
    assert asked(world, method, path, world.chair).status == 403


def test_what_colleagues_share_is_closed_until_confirmed(world: World) -> None:
    new = world.cloud.session(world.cloud.member(confirmed=False))
    shared = world.cloud.call("GET", "/reflections", bearer=new, query={"region": "SW"})
    assert shared.status == 403
    written = world.cloud.call("GET", world.path("/reflections/{id}"), bearer=new)
    assert written.status in (403, 404)
    overview = world.cloud.call("GET", "/communities/SW", bearer=new)
    assert "Ní Dhomhnaill" not in overview.text


def test_only_co_chairs_and_the_office_see_members_ids(world: World) -> None:
    for bearer, shown in ((world.chair, True), (world.office, True), (world.colleague, False)):
        overview = world.cloud.call("GET", "/communities/SW", bearer=bearer)
        assert ("person1" in overview.text) is shown, overview
