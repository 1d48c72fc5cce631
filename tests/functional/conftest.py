"""What the functional tests share: the routes over tables in memory, once a module."""

from collections.abc import Iterator

import pytest

from tests.support import snapshots
from tests.support.cloud import Cloud, open_cloud
from tests.support.sample_community import SampleCommunity, build_community
from tests.support.sample_region import Region, build_region


@pytest.fixture(scope="module")
def shared() -> Iterator[Cloud]:
    with open_cloud() as found:
        snapshots.take_snapshot(found)
        yield found


@pytest.fixture(scope="module")
def cloud(shared: Cloud) -> Cloud:
    """What one test leaves in it, the next one finds; a module of tests that must not, overrides it."""
    return shared


@pytest.fixture(scope="module")
def community(cloud: Cloud) -> SampleCommunity:
    return build_community(cloud)


@pytest.fixture
def emptied(shared: Cloud) -> Cloud:
    """The module's cloud, with nothing in it: not for a module with a `community`, or anything else that it
    builds once in its cloud."""
    return snapshots.empty(shared)


@pytest.fixture
@snapshots.built_once
def region(emptied: Cloud) -> Region:
    return build_region(emptied, "SW")
