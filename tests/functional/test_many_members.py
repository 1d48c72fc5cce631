"""A register of many: what is read of it, and how often."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from comhar import wiring
from comhar.aws.conditions import Put
from comhar.membership import directory
from comhar.membership import repository as membership_repository
from comhar.membership.model import Member
from comhar.sharded_counts import count_write
from tests.support.cloud import Cloud
from tests.support.proof_sizes import sized
from tests.support.sample_community import office

MANY = sized(1_000, 10_000)
REGIONS = ("SW", "SW", "MW")
NAMES = ("Sinéad Ní Dhomhnaill", "Łukasz Nowak", "Aoife O’Brien-Walsh", "Úna", "Pat Mac Donald")


@pytest.fixture(scope="module")
def crowd(cloud: Cloud) -> Cloud:
    """Many members in two regions, as they are stored."""
    table, periods = wiring.table(), ({"from": "2027-01-01", "until": None, "region": "SW"},)
    people = [
        Member(
            id=f"m{number:06d}",
            name=f"{NAMES[number % 5]} {number}",
            email=f"number{number}@example.net",
            region=REGIONS[number % 3],
            role="peer_educator",
            confirmed=number % 2 == 0,
            periods=periods,
            listed=True,
        )
        for number in range(MANY)
    ]
    rows = [membership_repository.to_row(member) for member in people]
    table.write_all(Put(membership_repository.to_item(member)) for member in people)
    table.write_all(Put(row) for row in rows)
    table.write_all(Put(directory.to_item(row)) for row in rows)
    for region, count in Counter(row["region"] for row in rows).items():
        table.transact([count_write("COUNTS", f"{region}#", region, {"active": count}, 8)])
    return cloud


@contextmanager
def noted(cloud: Cloud) -> Iterator[tuple[Counter[str], list[Any]]]:
    """Calls of DynamoDB by operation meanwhile, and the items that they read."""
    calls, items, client = Counter[str](), list[Any](), wiring.table()._client

    def count(model: Any, **rest: Any) -> None:
        calls[model.name] += 1

    client.meta.events.register("before-call", count)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(cloud.fake_aws.memory, "on_read", items.append)
        yield calls, items
    client.meta.events.unregister("before-call", count)


def search(cloud: Cloud, **form: str) -> Any:
    response = office(cloud, "POST", "/members/search", form)
    assert response.status == 200
    return response.json


def test_a_search_of_everybody_takes_a_call_for_each_megabyte(crowd: Cloud) -> None:
    cloud = crowd
    search(cloud, name="walsh")  # from here on it is known that everybody is listed
    with noted(cloud) as (calls, items):
        page = search(cloud, name="o’brien-w")
    people = [item for item in items if item["pk"]["S"] == directory.PEOPLE]
    size = sum(len(name) + len(str(value)) for item in people for name, value in item.items())
    assert (page["total"], len(page["members"])) == (MANY // 5, 50)
    assert len(people) == MANY
    assert calls["Query"] <= 1 + size // 1_000_000 <= 6
    assert calls["BatchGetItem"] == 2  # the session, and a page of people


def test_a_search_is_read_on_in_the_order_of_region_and_joining(crowd: Cloud) -> None:
    form, ids = {"name": "lukasz now", "role": "peer_educator", "confirmed": "yes"}, list[str]()
    while True:
        page = search(crowd, **form)
        ids += [f"{member['region']}{member['id']}" for member in page["members"]]
        if not page["next"]:
            break
        form["cursor"] = page["next"]
    assert ids == sorted(set(ids)) and len(ids) == page["total"] == MANY // 10


@pytest.mark.parametrize("path", ["/members", "/communities/SW", "/communities/SW?cursor=m000003"])
def test_a_list_reads_what_it_shows_however_many_there_are(crowd: Cloud, path: str) -> None:
    address, _, cursor = path.partition("?cursor=")
    query = {"cursor": cursor} if cursor else {}
    office(crowd, "GET", address, query=query)
    with noted(crowd) as (calls, items):
        page = office(crowd, "GET", address, query=query).json
    total = page["total"] if path == "/members" else page["count"]
    assert total == (MANY if path == "/members" else -(-MANY * 2 // 3))
    assert len(page["members"]) == 50 and page["next"]
    kinds = Counter(item["pk"]["S"] for item in items)
    assert (kinds["REGISTER"], kinds[directory.PEOPLE]) <= (52, 51)
    # and the counts of two regions, the session with the person, the cursor's member and the community
    assert len(items) <= 52 + 51 + 2 * 8 + 4
    assert (
        sum(calls[name] for name in ("GetItem", "BatchGetItem", "Query")) <= 3 + 1
    )  # the session's
