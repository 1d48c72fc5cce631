"""A phrase in a private reflection is found nowhere but where it lies sealed, and with its author."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from moto.core import DEFAULT_ACCOUNT_ID as ACCOUNT
from moto.ses.models import ses_backends

from comhar.membership.model import Member
from comhar.reflections.model import STEPS
from local import openapi
from local.template import REGION
from tests.support import cloud as clouds
from tests.support import fake_aws
from tests.support.captured_logs import capture_logs
from tests.support.sample_community import SampleCommunity, build_community

CANARY = "dipper-3381"
WORDS = {step: f"{step} {CANARY}" for step in STEPS}
READS = sorted(path for path, each in openapi.built()["paths"].items() if "get" in each)


@pytest.fixture(scope="module")
def heard() -> Iterator[list[str]]:
    with capture_logs() as log_lines:
        yield log_lines


@pytest.fixture(scope="module")
def community(heard: list[str]) -> Iterator[SampleCommunity]:
    with clouds.open_cloud() as cloud:
        yield build_community(cloud)


@pytest.fixture(scope="module")
def author(community: SampleCommunity) -> Member:
    """Who wrote one, changed it, has a draft of another, and sent what was refused."""
    cloud = community.cloud
    member = cloud.member(name="Áine")
    bearer = cloud.session(member)

    def sent(path: str, body: Any) -> Any:
        return cloud.call("POST", path, body, bearer=bearer)

    path = f"/reflections/{sent('/reflections', WORDS).json['id']}"
    assert sent(f"{path}/change", None).status == 200
    assert sent("/reflections/new/feelings", {"text": f"{CANARY} again"}).status == 200
    draft = cloud.call("GET", "/reflections/new/review", bearer=bearer).json["draft"]
    review = {"draft": draft, "visibility": "private"}
    assert sent("/reflections/new/review", review).status == 201
    assert sent("/reflections/new/analysis", {"text": CANARY}).status == 200
    refused = [
        sent("/reflections", WORDS | {"visibility": CANARY}).status,
        sent("/reflections", {"feelings": CANARY}).status,
        sent("/reflections/new/feelings", {"text": CANARY * 1000}).status,
        sent(f"/reflections/{CANARY}/change", WORDS).status,
    ]
    assert refused == [422, 422, 422, 404]
    community.addresses["/reflections/id"] = path.rpartition("/")[2]
    return member


def test_no_table_stream_record_letter_or_file_holds_it(
    community: SampleCommunity, author: Member
) -> None:
    community.cloud.post_letters()
    openapi.load("kpi_export").handler({}, None)
    tables = community.cloud.fake_aws.memory.tables.values()
    stored = [item for table in tables for item in table.items()]
    streams = [change for table in tables for change in table.changes]
    assert len(stored) > 50 and len(streams) > 50
    assert CANARY not in json.dumps([stored, streams], default=str)
    letters = ses_backends[ACCOUNT][REGION].sent_messages
    assert letters and not [each for each in letters if CANARY in each.raw_data]
    s3 = fake_aws.client("s3")
    for bucket in community.cloud.template.buckets:
        for file in s3.list_objects_v2(Bucket=bucket).get("Contents", []):
            assert (
                CANARY.encode() not in s3.get_object(Bucket=bucket, Key=file["Key"])["Body"].read()
            )


@pytest.mark.parametrize("path", READS)
def test_no_page_and_no_answer_shows_it_to_anybody_else(
    path: str, community: SampleCommunity, author: Member
) -> None:
    for bearer in ("", community.colleague, community.chair, community.office):
        for html in (True, False):
            answer = community.cloud.call("GET", community.path(path), bearer=bearer, html=html)
            assert CANARY not in answer.text + repr(answer.headers), answer


def test_its_author_finds_it(community: SampleCommunity, author: Member) -> None:
    bearer = community.cloud.session(author)
    for path in ("/reflections/{id}", "/reflections/{id}/versions", "/me/data.json"):
        assert CANARY in community.cloud.call("GET", community.path(path), bearer=bearer).text


def test_no_log_holds_it(heard: list[str], author: Member) -> None:
    assert [each for each in heard if "POST /reflections" in each]
    assert not [each for each in heard if CANARY in each]
