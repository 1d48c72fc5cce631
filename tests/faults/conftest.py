"""Fixtures of the fault tests: fresh tables a test, in memory, or in one dynoxide a worker (see `sizes`)."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import count
from typing import Any

import boto3
import pytest
from botocore.config import Config

from comhar import wiring
from local.dynamo import CREDENTIALS, Dynamo, make_tables
from local.template import REGION, Template, read
from tests.faults.world import World
from tests.support.cloud import PARAMETERS, ROOT
from tests.support.declared import declare
from tests.support.memory import Client, Memory
from tests.support.sizes import OVER_DYNOXIDE

_numbers = count(1)


@pytest.fixture(autouse=True)
def declared(monkeypatch: pytest.MonkeyPatch) -> None:
    declare(monkeypatch)


@pytest.fixture(scope="session")
def template() -> Template:
    return read(ROOT / "template.yaml", PARAMETERS)


@pytest.fixture(scope="session")
def dynamodb() -> Iterator[Callable[[], Any]]:
    """Makes clients: of a memory of its own each, or of one dynoxide, good for 64 threads at once."""
    if not OVER_DYNOXIDE:
        yield lambda: Client(Memory())
        return
    dynamo = Dynamo(ROOT, None)
    dynamo.wait()
    config = Config(max_pool_connections=64, retries={"total_max_attempts": 2})
    client = boto3.client(
        "dynamodb", endpoint_url=dynamo.endpoint, region_name=REGION, config=config, **CREDENTIALS
    )
    yield lambda: client
    dynamo.stop()


@pytest.fixture
def new_world(
    dynamodb: Callable[[], Any], template: Template, monkeypatch: pytest.MonkeyPatch
) -> Callable[[], World]:
    """Makes worlds that know nothing of each other; `wiring` is mended afterwards."""
    monkeypatch.setenv("DIGEST_SECRET", "a secret of the tests")
    monkeypatch.setenv("TRUSTED_DOMAINS", "hse.ie")
    for name in ("clock", "settings", "table", "post"):
        monkeypatch.setattr(wiring, name, getattr(wiring, name))
    settings = template.functions["MailerFunction"].environment
    for name in ("DIGEST_SECRET", "TRUSTED_DOMAINS"):  # digests of addresses are keyed
        monkeypatch.setenv(name, settings[name])

    # Nobody reads the streams, which dynoxide counts anew at every write.
    declared = [
        replace(each, create={**each.create, "StreamSpecification": {"StreamEnabled": False}})
        for each in template.tables.values()
    ]

    def make() -> World:
        client = dynamodb()
        made = make_tables(client, declared, prefix=f"t{next(_numbers)}-")
        tables = {"core": "CoreTable", "ballots": "BallotsTable", "audit": "AuditTable"}
        return World(client, {name: made[logical] for name, logical in tables.items()})

    return make


@pytest.fixture
def world(new_world: Callable[[], World]) -> World:
    return new_world()
