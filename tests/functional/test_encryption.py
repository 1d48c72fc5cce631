"""What is sealed opens for its owner and its item alone."""

from collections.abc import Iterator

import pytest
from botocore.exceptions import ClientError
from cryptography.exceptions import InvalidTag
from hypothesis import given, settings
from hypothesis import strategies as st

from comhar.aws.encryption import Seal
from tests.functional.test_stand_ins import motos, ours
from tests.support.proof_sizes import sized

TEXTS = st.text(st.characters(blacklist_categories=["Cs"]), max_size=2_000)


@pytest.fixture(scope="module", params=["moto", "ours"])
def seal(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Seal]:
    """Over moto, and over the embedded stack's own stand-in."""
    clouds = motos() if request.param == "moto" else ours(tmp_path_factory.mktemp("ours"))
    with clouds as found:
        yield Seal(found.kms, found.key)


@pytest.mark.parametrize("other", [{"owner": "m2"}, {"item": "SW-2"}])
def test_it_does_not_open_for_another_owner_or_item(seal: Seal, other: dict[str, str]) -> None:
    bound = {"owner": "m1", "item": "SW-1"}
    sealed = seal.lock("mine", **bound)
    with pytest.raises(ClientError, match="InvalidCiphertext"):
        seal.unlock(sealed, **bound | other)


def test_the_text_itself_is_bound_to_its_item(seal: Seal) -> None:
    """Even where KMS would open the key, the text of another item does not go with it."""
    own = seal.lock("mine", owner="m1", item="SW-1")
    theirs = seal.lock("theirs", owner="m2", item="SW-2")
    for part in ("nonce", "text"):
        with pytest.raises(InvalidTag):
            seal.unlock({**own, part: theirs[part]}, owner="m1", item="SW-1")


@pytest.mark.parametrize("part", ["key", "nonce", "text"])
def test_a_changed_byte_does_not_open(seal: Seal, part: str) -> None:
    sealed = seal.lock("mine", owner="m1", item="SW-1")
    changed = sealed[part][:-1] + bytes([sealed[part][-1] ^ 1])
    with pytest.raises((InvalidTag, ClientError)):
        seal.unlock({**sealed, part: changed}, owner="m1", item="SW-1")


@settings(max_examples=sized(20, 50))
@given(text=TEXTS)
def test_every_text_comes_back_exactly(seal: Seal, text: str) -> None:
    sealed = seal.lock(text, owner="m1", item="SW-1")
    assert seal.unlock(sealed, owner="m1", item="SW-1") == text


def test_the_same_text_is_sealed_differently_each_time(seal: Seal) -> None:
    one, other = (seal.lock("mine", owner="m1", item="SW-1") for _ in range(2))
    assert all(one[part] != other[part] for part in one)
    assert b"mine" not in b"".join(one.values())
