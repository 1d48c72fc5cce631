"""The same contract for our stand-ins of S3, KMS and SES as for moto: what one takes, both take."""

import asyncio
import hashlib
import threading
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import boto3
import pytest
from aiohttp import web
from botocore.config import Config
from botocore.exceptions import ClientError
from moto import mock_aws

from local.clock import Clock
from local.dynamo import CREDENTIALS, free_port
from local.faults import Faults
from local.kms import Kms
from local.mail_store import MailStore
from local.s3 import S3
from local.ses import Ses
from local.template import REGION

BUCKET, KEY, SENDER = "exports", "0d9c7b0e-5d3f-5c1c-9d53-3e36cf0d3f0a", "comhar@example.com"
CONTEXT = {"member": "M1", "kind": "reflection"}


class RecordedEvents:
    """Receipts that only remember."""

    def __init__(self) -> None:
        self.events: list[tuple[Any, ...]] = []

    def tell(self, *event: Any) -> None:
        self.events.append(event)


@dataclass
class Clouds:
    s3: Any
    kms: Any
    ses: Any
    key: str
    sent: Callable[[], list[bytes]]


@contextmanager
def ours(folder: Path) -> Iterator[Clouds]:
    """Our stand-ins behind a real port, as the engine serves them."""
    mail, clock, port = MailStore(folder / "mail"), Clock(folder / "clock"), free_port()
    loop = asyncio.new_event_loop()

    async def serve() -> web.AppRunner:
        app = web.Application(client_max_size=1 << 24)
        app.add_routes(S3(folder / "s3", [BUCKET], clock).routes())
        app.add_routes(Kms(folder / "kms", [KEY]).routes())
        app.add_routes(Ses(mail, RecordedEvents(), Faults(), clock).routes())  # type: ignore[arg-type]
        runner = web.AppRunner(app)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", port).start()
        return runner

    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()  # a loop of its own: Playwright keeps one running in the tests' thread
    runner = asyncio.run_coroutine_threadsafe(serve(), loop).result(10)
    once = Config(retries={"total_max_attempts": 1})
    made = {
        name: boto3.client(
            name,
            endpoint_url=f"http://127.0.0.1:{port}/{path}",
            region_name=REGION,
            config=once,
            **CREDENTIALS,
        )
        for name, path in (("s3", "s3"), ("kms", "kms"), ("sesv2", "ses"))
    }
    try:
        yield Clouds(
            made["s3"],
            made["kms"],
            made["sesv2"],
            KEY,
            lambda: [one.read_bytes() for one in sorted((folder / "mail").glob("*.eml"))],
        )
    finally:
        asyncio.run_coroutine_threadsafe(runner.cleanup(), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


@contextmanager
def motos() -> Iterator[Clouds]:
    with mock_aws():
        from moto.core import DEFAULT_ACCOUNT_ID
        from moto.ses.models import ses_backends

        made = {
            name: boto3.client(name, region_name=REGION, **CREDENTIALS)
            for name in ("s3", "kms", "sesv2")
        }
        made["s3"].create_bucket(
            Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION}
        )
        made["sesv2"].create_email_identity(EmailIdentity=SENDER)
        key = made["kms"].create_key()["KeyMetadata"]["KeyId"]
        backend = ses_backends[DEFAULT_ACCOUNT_ID][REGION]
        yield Clouds(
            made["s3"],
            made["kms"],
            made["sesv2"],
            key,
            lambda: [one.raw_data.encode() for one in backend.sent_messages],
        )


@pytest.fixture(scope="module", params=["ours", "moto"])
def clouds(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Clouds]:
    with ours(tmp_path_factory.mktemp("ours")) if request.param == "ours" else motos() as found:
        yield found


@pytest.fixture
def name() -> str:
    """A key of this test's own."""
    return uuid.uuid4().hex


def refused(call: Callable[..., Any], **kwargs: Any) -> tuple[str, int]:
    """The code and the HTTP status with which a call is refused."""
    with pytest.raises(ClientError) as caught:
        call(**kwargs)
    answer = caught.value.response
    return answer["Error"]["Code"], answer["ResponseMetadata"]["HTTPStatusCode"]


# S3


@pytest.mark.parametrize("key", ["kpi/2027-Q1/0001.csv", "a b/Sinéad's (1)+.xlsx", "x" * 300])
def test_an_object_comes_back_as_it_went(clouds: Clouds, key: str) -> None:
    body = bytes(range(256)) * 1000
    put = clouds.s3.put_object(
        Bucket=BUCKET, Key=key, Body=body, ContentType="text/csv", Metadata={"version": "1"}
    )
    found = clouds.s3.get_object(Bucket=BUCKET, Key=key)
    assert found["Body"].read() == body
    assert found["ContentType"] == "text/csv"
    assert found["Metadata"] == {"version": "1"}
    assert found["ContentLength"] == len(body)
    assert put["ETag"] == found["ETag"] == f'"{hashlib.md5(body).hexdigest()}"'
    head = clouds.s3.head_object(Bucket=BUCKET, Key=key)
    assert head["ContentLength"] == len(body)
    assert abs((head["LastModified"] - datetime.now(UTC)).total_seconds()) < 60


def test_put_unless_it_exists_keeps_the_first(clouds: Clouds, name: str) -> None:
    put = clouds.s3.put_object
    put(Bucket=BUCKET, Key=name, Body=b"first", IfNoneMatch="*")
    again = {"Bucket": BUCKET, "Key": name, "Body": b"second", "IfNoneMatch": "*"}
    assert refused(put, **again) == ("PreconditionFailed", 412)
    assert clouds.s3.get_object(Bucket=BUCKET, Key=name)["Body"].read() == b"first"
    put(Bucket=BUCKET, Key=name, Body=b"third")
    assert clouds.s3.get_object(Bucket=BUCKET, Key=name)["Body"].read() == b"third"


def test_what_is_not_there_is_said_so(clouds: Clouds) -> None:
    s3 = clouds.s3
    assert refused(s3.get_object, Bucket=BUCKET, Key="none") == ("NoSuchKey", 404)
    assert refused(s3.head_object, Bucket=BUCKET, Key="none") == ("404", 404)
    assert refused(s3.get_object, Bucket="nobodys", Key="k") == ("NoSuchBucket", 404)
    assert refused(s3.put_object, Bucket="nobodys", Key="k", Body=b"") == ("NoSuchBucket", 404)


def test_a_deleted_object_is_gone_and_may_be_deleted_again(clouds: Clouds, name: str) -> None:
    clouds.s3.put_object(Bucket=BUCKET, Key=name, Body=b"x")
    for _ in range(2):
        answer = clouds.s3.delete_object(Bucket=BUCKET, Key=name)
        assert answer["ResponseMetadata"]["HTTPStatusCode"] == 204
    assert refused(clouds.s3.get_object, Bucket=BUCKET, Key=name) == ("NoSuchKey", 404)


# KMS


def data_key(clouds: Clouds) -> Any:
    return clouds.kms.generate_data_key(
        KeyId=clouds.key, KeySpec="AES_256", EncryptionContext=CONTEXT
    )


def test_a_data_key_opens_again_in_its_context(clouds: Clouds) -> None:
    made = data_key(clouds)
    assert len(made["Plaintext"]) == 32
    assert made["KeyId"].endswith(f":key/{clouds.key}")
    opened = clouds.kms.decrypt(
        CiphertextBlob=made["CiphertextBlob"],
        EncryptionContext=dict(reversed(CONTEXT.items())),
        KeyId=clouds.key,
    )
    assert opened["Plaintext"] == made["Plaintext"]
    assert opened["KeyId"] == made["KeyId"]
    assert data_key(clouds)["Plaintext"] != made["Plaintext"]


@pytest.mark.parametrize("context", [{}, {"member": "M2", "kind": "reflection"}])
def test_another_context_opens_nothing(clouds: Clouds, context: dict[str, str]) -> None:
    blob = data_key(clouds)["CiphertextBlob"]
    request = {"CiphertextBlob": blob, "EncryptionContext": context}
    assert refused(clouds.kms.decrypt, **request) == ("InvalidCiphertextException", 400)


def test_a_changed_ciphertext_opens_nothing(clouds: Clouds) -> None:
    blob = data_key(clouds)["CiphertextBlob"]
    changed = blob[:-1] + bytes([blob[-1] ^ 1])
    request = {"CiphertextBlob": changed, "EncryptionContext": CONTEXT}
    assert refused(clouds.kms.decrypt, **request) == ("InvalidCiphertextException", 400)


def test_an_unknown_key_is_not_found(clouds: Clouds) -> None:
    request = {"KeyId": "11111111-2222-3333-4444-555555555555", "KeySpec": "AES_256"}
    assert refused(clouds.kms.generate_data_key, **request) == ("NotFoundException", 400)


def test_our_keys_open_after_a_restart(tmp_path: Path) -> None:
    with ours(tmp_path) as before:
        made = data_key(before)
    with ours(tmp_path) as after:
        opened = after.kms.decrypt(CiphertextBlob=made["CiphertextBlob"], EncryptionContext=CONTEXT)
    assert opened["Plaintext"] == made["Plaintext"]


# SES

LETTER = (
    b"From: comhar@example.com\r\nTo: sinead@hse.ie\r\nSubject: =?utf-8?q?F=C3=A1ilte?=\r\n"
    b"Content-Type: text/plain; charset=utf-8\r\n\r\nDia dhuit\r\n"
)


def test_a_raw_message_is_taken_as_it_is(clouds: Clouds) -> None:
    answer = clouds.ses.send_email(
        FromEmailAddress=SENDER,
        Destination={"ToAddresses": ["sinead@hse.ie"]},
        Content={"Raw": {"Data": LETTER}},
        EmailTags=[{"Name": "letter", "Value": "ab12"}],
    )
    assert answer["MessageId"]
    assert b"Dia dhuit" in clouds.sent()[-1]


def test_two_messages_have_two_ids(clouds: Clouds) -> None:
    request = {
        "FromEmailAddress": SENDER,
        "Destination": {"ToAddresses": ["sinead@hse.ie"]},
        "Content": {"Raw": {"Data": LETTER}},
    }
    ids = {clouds.ses.send_email(**request)["MessageId"] for _ in range(2)}
    assert len(ids) == 2


def test_ours_refuses_a_tag_ses_would_not_take(tmp_path: Path) -> None:
    with ours(tmp_path) as clouds:
        code = refused(
            clouds.ses.send_email,
            Destination={"ToAddresses": ["sinead@hse.ie"]},
            Content={"Raw": {"Data": LETTER}},
            EmailTags=[{"Name": "letter", "Value": "a#b"}],
        )
        assert code == ("BadRequestException", 400)
        assert clouds.sent() == []
