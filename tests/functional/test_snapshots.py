"""A cloud is put back to where a fixture left it: nothing of the test before is there, in any part of it."""

import os
from datetime import UTC, datetime
from typing import Any

import pytest
from moto.core import DEFAULT_ACCOUNT_ID as ACCOUNT
from moto.ses.models import ses_backends

from comhar import wiring
from comhar.aws.conditions import Delete, Put, Update
from comhar.membership.model import Member
from local.template import REGION
from tests.support import fake_aws
from tests.support.cloud import Cloud
from tests.support.sample_region import MONDAY, THURSDAY, Region
from tests.support.snapshots import built_once, empty

CHANGED, DELETED, NEW = ("P", "1"), ("P", "2"), ("P", "3")
built: list[str] = []


@built_once
def furnished(cloud: Cloud) -> Member:
    built.append("furnished")
    for sk in ("1", "2"):
        wiring.table().transact([Put({"pk": "P", "sk": sk, "deep": {"list": [1]}, **due(sk)})])
    wiring.paper_bucket().put("plan.pdf", b"before")
    cloud.now = MONDAY
    return cloud.member(name="Ann")


@built_once
def lived_in(cloud: Cloud, furnished: Member) -> str:
    built.append("lived_in")
    wiring.table().transact([Update(CHANGED, set={"by": furnished.id})])
    return furnished.id


def due(sk: str) -> dict[str, str]:
    return {"due": "work", "due_at": f"2030-01-0{sk}T09:00:00.000Z"}


def waiting() -> list[tuple[str, str]]:
    """What the index holds that is due in 2030."""
    found = wiring.table().due("work", "2030-12-31T00:00:00.000Z", 100)
    return [(each["pk"], each["sk"]) for each in found if each["pk"] == "P"]


def files() -> dict[str, bytes | None]:
    listed = fake_aws.client("s3").list_objects_v2(Bucket=os.environ["PAPERS_BUCKET"])
    names = [each["Key"] for each in listed.get("Contents", [])]
    return {name: wiring.paper_bucket().get(name) for name in names}


def everything(cloud: Cloud) -> Any:
    """All that a test could come upon, of the tables item by item."""
    client = fake_aws.client("dynamodb")
    names = [table.name for table in cloud.template.tables.values()]
    items = [client.scan(TableName=name)["Items"] for name in names]
    sent = [each.raw_data for each in ses_backends[ACCOUNT][REGION].sent_messages]
    return items, cloud.written(), waiting(), files(), sent, [*cloud.people], cloud.now


def upset(cloud: Cloud) -> None:
    """Changes something of each kind, in place where that can be."""
    table = wiring.table()
    table.transact([Update(CHANGED, set={"deep.list": [2], "due_at": "2031-01-01T09:00:00.000Z"})])
    table.transact([Delete(DELETED), Put({"pk": "P", "sk": "3", **due("3")})])
    wiring.paper_bucket().put("plan.pdf", b"after")
    wiring.paper_bucket().put("other.pdf", b"other")
    cloud.member(name="Ben")
    assert cloud.call("POST", "/sign-in", {"email": "person0@hse.ie"}).status < 400
    assert len(cloud.post_letters()) > 0
    cloud.now = datetime(2027, 5, 1, tzinfo=UTC)


def test_what_a_test_did_is_gone_when_the_cloud_is_put_back(cloud: Cloud) -> None:
    built.clear()
    empty(cloud)
    member = furnished(cloud=cloud)
    before = everything(cloud)
    for _ in range(2):
        upset(cloud)
        assert everything(cloud) != before
        empty(cloud)
        assert furnished(cloud=cloud) is member
        assert everything(cloud) == before
    assert (waiting(), files()) == ([CHANGED, DELETED], {"plan.pdf": b"before"})
    assert wiring.table().get(NEW) is None
    assert built == ["furnished"]


def test_a_fixture_on_another_is_put_back_with_it_and_not_without_it(cloud: Cloud) -> None:
    empty(cloud)
    member = furnished(cloud=cloud)
    bare = everything(cloud)
    built.clear()
    assert lived_in(cloud=cloud, furnished=member) == member.id
    whole = everything(cloud)
    upset(cloud)
    empty(cloud)
    furnished(cloud=cloud)
    assert everything(cloud) == bare
    lived_in(cloud=cloud, furnished=member)
    assert everything(cloud) == whole
    assert built == ["lived_in"]


def test_the_same_fixture_on_something_else_is_built_anew(cloud: Cloud) -> None:
    empty(cloud)
    member = furnished(cloud=cloud)
    built.clear()
    furnished(cloud=cloud)
    assert (built, len(cloud.people)) == (["furnished"], 2)
    assert cloud.people[0] == member


def test_an_emptied_cloud_is_as_it_was_made_and_its_letters_count_from_nothing(
    cloud: Cloud,
) -> None:
    as_made = empty(cloud).written()
    furnished(cloud=cloud)
    upset(cloud)
    assert empty(cloud) is cloud
    assert cloud.written() == as_made
    assert (files(), cloud.people, cloud.post_letters()) == ({}, [], [])


@pytest.mark.parametrize("which", ["first", "second"])
def test_each_test_finds_the_region_as_it_was_settled(region: Region, which: str) -> None:
    assert region.cloud.now == MONDAY
    assert len(region.cloud.people) == 6
    assert wiring.table().query("REGION#SW", "MEETING#").items == []
    meeting = region.meeting(topic=which)
    region.at(2027, 2, 11, 9)
    seen = region.ask(region.ann, "GET", meeting).json
    assert (seen["topic"], seen["starts_at"]) == (which, THURSDAY)
