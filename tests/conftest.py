"""What the tests of several folders share."""

import gc

import pytest
from hypothesis import settings

from tests.support.proof_sizes import OVER_DYNOXIDE, sized

pytest_plugins = ["tests.support.stack", "tests.support.dynoxide", "tests.support.chromium"]

EXAMPLES = sized(25, 100)  # of each property, unless its test says otherwise
settings.register_profile("patient", max_examples=EXAMPLES, deadline=None)  # on a busy machine, too
settings.load_profile("patient")


gc.disable()  # until all tests are collected: what is made until then stays


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Files and long texts are named after the argument: a workbook holds the time it was made, and the
    two workers must find the same tests."""
    return argname if isinstance(val, bytes) or (isinstance(val, str) and len(val) > 200) else None


def pytest_collection_modifyitems(items: list[pytest.Function]) -> None:
    """The many small ones come last, so that neither worker waits for the other at the end. Over dynoxide
    only those run whose tables are in memory else."""
    if OVER_DYNOXIDE:
        items[:] = [item for item in items if {"shared", "dynamodb"} & {*item.fixturenames}]
    items.sort(key=lambda item: item.path.parent.name == "functional")


def pytest_collection_finish() -> None:
    """No search for garbage looks again at all that stays: that is a tenth of a test run."""
    gc.freeze()
    gc.enable()
