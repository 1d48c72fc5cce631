"""What the functional tests share: the doors over moto, once a module."""

from collections.abc import Iterator

import pytest

from tests.support.cloud import Cloud, opened
from tests.support.world import World, made


@pytest.fixture(scope="module")
def cloud() -> Iterator[Cloud]:
    with opened() as found:
        yield found


@pytest.fixture(scope="module")
def world(cloud: Cloud) -> World:
    return made(cloud)
