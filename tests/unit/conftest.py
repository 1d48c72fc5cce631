"""What rules read of the environment."""

import pytest

from tests.support.lambda_environment import declare


@pytest.fixture(autouse=True)
def declared(monkeypatch: pytest.MonkeyPatch) -> None:
    declare(monkeypatch)
