"""Fixtures of the fault tests: one dynoxide a worker, fresh tables a test."""

from collections.abc import Callable, Iterator
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

_numbers = count(1)


@pytest.fixture(autouse=True)
def declared(monkeypatch: pytest.MonkeyPatch) -> None:
    declare(monkeypatch)


@pytest.fixture(scope="session")
def template() -> Template:
    return read(ROOT / "template.yaml", PARAMETERS)


@pytest.fixture(scope="session")
def dynamodb() -> Iterator[Any]:
    """A client of a dynoxide in memory, good for 64 threads at once."""
    dynamo = Dynamo(ROOT, None)
    dynamo.wait()
    config = Config(max_pool_connections=64, retries={"total_max_attempts": 2})
    yield boto3.client(
        "dynamodb", endpoint_url=dynamo.endpoint, region_name=REGION, config=config, **CREDENTIALS
    )
    dynamo.stop()


@pytest.fixture
def new_world(
    dynamodb: Any, template: Template, monkeypatch: pytest.MonkeyPatch
) -> Callable[[], World]:
    """Makes worlds that know nothing of each other; `wiring` is mended afterwards."""
    monkeypatch.setenv("DIGEST_SECRET", "a secret of the tests")
    monkeypatch.setenv("TRUSTED_DOMAINS", "hse.ie")
    for name in ("clock", "settings", "table", "post"):
        monkeypatch.setattr(wiring, name, getattr(wiring, name))
    settings = template.functions["MailerFunction"].environment
    for name in ("DIGEST_SECRET", "TRUSTED_DOMAINS"):  # digests of addresses are keyed
        monkeypatch.setenv(name, settings[name])

    def make() -> World:
        made = make_tables(dynamodb, template.tables.values(), prefix=f"t{next(_numbers)}-")
        tables = {"core": "CoreTable", "ballots": "BallotsTable", "audit": "AuditTable"}
        return World(dynamodb, {name: made[logical] for name, logical in tables.items()})

    return make


@pytest.fixture
def world(new_world: Callable[[], World]) -> World:
    return new_world()
