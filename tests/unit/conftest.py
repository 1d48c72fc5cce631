"""What rules read of the environment, as the template declares it."""

import pytest


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRUSTED_DOMAINS", "hse.ie")
    monkeypatch.setenv("DIGEST_SECRET", "a secret of the tests")
