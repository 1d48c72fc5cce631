"""What the functional tests share: the doors over moto, once a module."""

from collections.abc import Iterator

import pytest

from tests.support.cloud import Cloud, opened


@pytest.fixture(scope="module")
def cloud() -> Iterator[Cloud]:
    with opened() as found:
        yield found
