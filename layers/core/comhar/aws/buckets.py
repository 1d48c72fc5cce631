"""The only S3 calls: KPI exports, files of agenda items, mail that SES puts there."""

from typing import Any

from botocore.exceptions import ClientError

_WRITTEN_BEFORE = "PreconditionFailed"
_AT_THE_SAME_TIME = "ConditionalRequestConflict"
_ATTEMPTS = 5


class ExportBucket:
    """The bucket of KPI exports: each file is written once."""

    def __init__(self, client: Any, bucket: str):
        self._client = client
        self._bucket = bucket

    def put_once(self, key: str, body: bytes, content_type: str) -> bool:
        """Writes the file unless there is one of this key; True if it did."""
        for _ in range(_ATTEMPTS - 1):
            try:
                return self._put(key, body, content_type)
            except ClientError as error:
                # Another is writing it at this moment: whether theirs stays is not decided yet.
                if error.response["Error"]["Code"] != _AT_THE_SAME_TIME:
                    raise
        return self._put(key, body, content_type)

    def _put(self, key: str, body: bytes, content_type: str) -> bool:
        try:
            self._client.put_object(
                Bucket=self._bucket, Key=key, Body=body, ContentType=content_type, IfNoneMatch="*"
            )
        except ClientError as error:
            if error.response["Error"]["Code"] == _WRITTEN_BEFORE:
                return False
            raise
        return True

    def get(self, key: str) -> bytes | None:
        """The file's bytes, None where there is no such file."""
        return _read(self._client, self._bucket, key)


class InboxBucket:
    """The bucket in which SES puts the mail it takes in, each under its message id."""

    def __init__(self, client: Any, bucket: str):
        self._client = client
        self._bucket = bucket

    def get(self, message: str) -> bytes | None:
        """The mail as it came, None where it is not there."""
        return _read(self._client, self._bucket, message)

    def delete(self, message: str) -> None:
        """Deletes the mail; one that is gone already is no mistake."""
        self._client.delete_object(Bucket=self._bucket, Key=message)


class PaperBucket:
    """The bucket of agenda items' files, each under a key never used before."""

    def __init__(self, client: Any, bucket: str):
        self._client = client
        self._bucket = bucket

    def put(self, key: str, body: bytes) -> None:
        self._client.put_object(
            Bucket=self._bucket, Key=key, Body=body, ContentType="application/octet-stream"
        )

    def get(self, key: str) -> bytes | None:
        """The file's bytes, None where there is no such file."""
        return _read(self._client, self._bucket, key)

    def delete(self, key: str) -> None:
        """Deletes the file; one that is gone already is no mistake."""
        self._client.delete_object(Bucket=self._bucket, Key=key)


def _read(client: Any, bucket: str, key: str) -> bytes | None:
    try:
        return client.get_object(Bucket=bucket, Key=key)["Body"].read()
    except ClientError as error:
        # Without s3:ListBucket a missing key is answered as forbidden.
        if error.response["Error"]["Code"] in ("NoSuchKey", "AccessDenied"):
            return None
        raise
