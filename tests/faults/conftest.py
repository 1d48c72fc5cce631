"""Fixtures of the fault tests: one dynoxide a worker, fresh tables a test."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import count
from typing import Any

import pytest

from comhar import wiring
from local.dynamo import Dynamo, make_tables
from local.template import Template, read
from tests.faults.dynoxide_client import DynoxideClient
from tests.faults.faulty_system import FaultySystem
from tests.support.cloud import PARAMETERS, ROOT
from tests.support.lambda_environment import declare
from tests.support.memory_tables import MemoryClient, MemoryTables
from tests.support.proof_sizes import OVER_DYNOXIDE

_numbers = count(1)


@pytest.fixture(autouse=True)
def declared(monkeypatch: pytest.MonkeyPatch) -> None:
    declare(monkeypatch)


@pytest.fixture(scope="session")
def template() -> Template:
    return read(ROOT / "template.yaml", PARAMETERS)


@pytest.fixture(scope="session")
def dynamodb() -> Iterator[DynoxideClient]:
    """A client of a dynoxide in memory, good for many threads at once."""
    dynamo = Dynamo(ROOT, None)
    dynamo.wait()
    yield DynoxideClient(dynamo.endpoint)
    dynamo.stop()


@pytest.fixture
def new_system(
    dynamodb: DynoxideClient,
    template: Template,
    monkeypatch: pytest.MonkeyPatch,
    request: pytest.FixtureRequest,
) -> Callable[[], FaultySystem]:
    """Makes systems that know nothing of each other; `wiring` is mended afterwards."""
    monkeypatch.setenv("DIGEST_SECRET", "a secret of the tests")
    monkeypatch.setenv("TRUSTED_DOMAINS", "hse.ie")
    for name in ("clock", "settings", "table", "letter_sender"):
        monkeypatch.setattr(wiring, name, getattr(wiring, name))
    settings = template.functions["MailerFunction"].environment
    for name in ("DIGEST_SECRET", "TRUSTED_DOMAINS"):  # digests of addresses are keyed
        monkeypatch.setenv(name, settings[name])

    # Nobody reads the streams, which dynoxide counts anew at every write.
    declared = [
        replace(each, create={**each.create, "StreamSpecification": {"StreamEnabled": False}})
        for each in template.tables.values()
    ]

    # Where one is killed and nobody else is at work, tables in memory answer as dynoxide, sooner.
    several = any(word in request.path.stem for word in ("at_once", "races", "stack"))
    in_memory = not (several or hasattr(request.module, "run_at_once") or OVER_DYNOXIDE)

    def make() -> FaultySystem:
        client: Any = MemoryClient(MemoryTables()) if in_memory else dynamodb
        made = make_tables(client, declared, prefix=f"t{next(_numbers)}-")
        tables = {"core": "CoreTable", "ballots": "BallotsTable", "audit": "AuditTable"}
        return FaultySystem(client, {name: made[logical] for name, logical in tables.items()})

    return make


@pytest.fixture
def system(new_system: Callable[[], FaultySystem]) -> FaultySystem:
    return new_system()
