"""DynamoDB's stand-in for tests of races and faults: real conditions, real transactions, no stack."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from local import template
from local.dynamo import Dynamo, client, make_tables

ROOT = Path(__file__).resolve().parents[2]
PARAMETERS = {
    "PublicUrl": "http://127.0.0.1:8000",
    "OfficeEmails": "office@example.com",
    "TrustedDomains": "hse.ie",
    "MailFrom": "comhar@example.com",
    "OriginSecret": "s" * 32,
}


@dataclass(frozen=True)
class Tables:
    """Fresh, empty tables. `names` is keyed as `comhar.aws.dynamodb.Table` wants it: core, ballots, audit."""

    client: Any
    endpoint: str
    names: dict[str, str]

    def items(self, table: str = "core", begins: str = "") -> list[dict[str, Any]]:
        """All items, raw, whose partition key begins so: a scan, which only a test may do."""
        pages = self.client.get_paginator("scan").paginate(TableName=self.names[table])
        found = [item for page in pages for item in page["Items"]]
        return [item for item in found if item["pk"]["S"].startswith(begins)]


@pytest.fixture(scope="session")
def emulator() -> Iterator[Dynamo]:
    """One DynamoDB stand-in in memory, for the tests of one worker."""
    running = Dynamo(ROOT, None)
    running.wait()
    yield running
    running.stop()


@pytest.fixture
def tables(emulator: Dynamo) -> Tables:
    return make_fresh(emulator)


def make_fresh(emulator: Dynamo) -> Tables:
    """The template's tables, new and empty, under names of their own."""
    dynamodb = client(emulator.endpoint)
    declared = template.read(ROOT / "template.yaml", PARAMETERS).tables.values()
    made = make_tables(dynamodb, declared, prefix=f"t{uuid.uuid4().hex[:10]}-")
    names = {logical.removesuffix("Table").lower(): name for logical, name in made.items()}
    return Tables(dynamodb, emulator.endpoint, names)


@pytest.fixture
def aws_environment(tables: Tables, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """The environment of `comhar.wiring` over the fresh tables, its kept clients forgotten."""
    functions = template.read(ROOT / "template.yaml", PARAMETERS).functions.values()
    found: dict[str, str] = {}
    for function in functions:
        found |= function.environment
    found |= {f"{name.upper()}_TABLE": physical for name, physical in tables.names.items()}
    found |= {
        "AWS_ENDPOINT_URL_DYNAMODB": tables.endpoint,
        "AWS_REGION": template.REGION,
        "AWS_DEFAULT_REGION": template.REGION,
        "AWS_ACCESS_KEY_ID": "local",
        "AWS_SECRET_ACCESS_KEY": "local",
    }
    for name, value in found.items():
        monkeypatch.setenv(name, value)
    forget()
    return found


def forget() -> None:
    """Make `comhar.wiring` build its clients and records anew."""
    from comhar import wiring

    for one in vars(wiring).values():
        if hasattr(one, "cache_clear"):
            one.cache_clear()
