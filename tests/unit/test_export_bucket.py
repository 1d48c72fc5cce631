"""Tests of the export bucket's one promise: what lies there once is never changed."""

import io

import pytest
from botocore.exceptions import ClientError

from comhar.aws.buckets import ExportBucket


def refused(code):
    return ClientError({"Error": {"Code": code}}, "PutObject")


class FailingBucket:
    """Answers each put with the next outcome: an error to raise, or None."""

    def __init__(self, *outcomes):
        self.outcomes, self.requests = list(outcomes), []

    def put_object(self, **request):
        self.requests.append(request)
        if outcome := self.outcomes.pop(0):
            raise outcome

    def get_object(self, Bucket, Key):
        if Key == "there":
            return {"Body": io.BytesIO(b"bytes")}
        raise refused(Key)


def put(client):
    return ExportBucket(client, "bucket").put_once("key", b"bytes", "text/csv")


def test_a_file_is_written_on_condition_that_there_is_none():
    client = FailingBucket(None)
    assert put(client) is True
    assert client.requests[0]["IfNoneMatch"] == "*"
    assert client.requests[0]["Key"] == "key"


def test_a_file_that_lies_there_is_left_as_it_is():
    assert put(FailingBucket(refused("PreconditionFailed"))) is False


def test_while_another_writes_it_is_tried_again():
    client = FailingBucket(refused("ConditionalRequestConflict"), refused("PreconditionFailed"))
    assert put(client) is False
    assert len(client.requests) == 2


def test_another_failure_is_told_and_so_is_a_conflict_that_does_not_end():
    with pytest.raises(ClientError):
        put(FailingBucket(refused("SlowDown")))
    with pytest.raises(ClientError):
        put(FailingBucket(*[refused("ConditionalRequestConflict")] * 5))


@pytest.mark.parametrize("code", ["NoSuchKey", "AccessDenied"])
def test_a_file_that_is_not_there_is_none(code):
    assert ExportBucket(FailingBucket(), "bucket").get(code) is None


def test_a_file_that_is_there_is_its_bytes():
    assert ExportBucket(FailingBucket(), "bucket").get("there") == b"bytes"
    with pytest.raises(ClientError):
        ExportBucket(FailingBucket(), "bucket").get("SlowDown")
