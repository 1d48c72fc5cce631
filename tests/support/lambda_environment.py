"""What the template declares in every function's environment, for what is tested without one."""

import pytest


def declare(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRUSTED_DOMAINS", "hse.ie")
    monkeypatch.setenv("DIGEST_SECRET", "a secret of the tests")
