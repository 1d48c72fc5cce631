"""What the functional tests share: the doors over tables in memory, once a module."""

from collections.abc import Iterator

import pytest

from tests.support import rewind
from tests.support.cloud import Cloud, opened
from tests.support.region import Region, settled
from tests.support.world import World, made


@pytest.fixture(scope="module")
def shared() -> Iterator[Cloud]:
    with opened() as found:
        rewind.keep(found)
        yield found


@pytest.fixture(scope="module")
def cloud(shared: Cloud) -> Cloud:
    """What one test leaves in it, the next one finds; a module of tests that must not, overrides it."""
    return shared


@pytest.fixture(scope="module")
def world(cloud: Cloud) -> World:
    return made(cloud)


@pytest.fixture
def emptied(shared: Cloud) -> Cloud:
    """The module's cloud, with nothing in it: not for a module with a `world`, or anything else that it
    builds once in its cloud."""
    return rewind.emptied(shared)


@pytest.fixture
@rewind.built_once
def region(emptied: Cloud) -> Region:
    return settled(emptied, "SW")
