"""Digests that nobody can try out without the deployment's secret."""

import pytest

from comhar.tokens import digest, keyed_digest


def test_without_the_secret_nothing_is_digested_in_the_clear_instead() -> None:
    with pytest.raises(KeyError, match="DIGEST_SECRET"):
        keyed_digest("una@hse.ie", env={})


def test_a_keyed_digest_differs_by_secret_and_by_where_its_parts_end() -> None:
    one, other = {"DIGEST_SECRET": "one"}, {"DIGEST_SECRET": "other"}
    found = {
        keyed_digest("a", "b", env=one),
        keyed_digest("a", "b", env=other),
        keyed_digest("ab", env=one),
        digest("a", "b"),
    }
    assert len(found) == 4
    assert keyed_digest("a", "b", env=one) in found
