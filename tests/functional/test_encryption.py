"""What is sealed opens for its owner and its item alone, with one key for all of an owner's."""

import json
import os
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given, settings
from hypothesis import strategies as st

from comhar.aws.conditions import ConditionFailed, Item, Key, Put
from comhar.aws.encryption import Seal, sealing_key
from tests.functional.test_stand_ins import Clouds, motos, ours
from tests.support.proof_sizes import sized

TEXTS = st.text(st.characters(blacklist_categories=["Cs"]), max_size=2_000)


class Items:
    """Stands for the table: what is put if it is absent."""

    def __init__(self) -> None:
        self.items: dict[Key, Item] = {}

    def get(self, key: Key) -> Item | None:
        return self.items.get(key)

    def transact(self, writes: list[Put]) -> None:
        (write,) = writes
        key = write.item["pk"], write.item["sk"]
        if key in self.items:
            raise ConditionFailed([0])
        self.items[key] = write.item


class Overtaken(Items):
    """A table in which somebody else stores the key between our read and our write."""

    def __init__(self, theirs: Item) -> None:
        super().__init__()
        self.theirs = theirs

    def transact(self, writes: list[Put]) -> None:
        self.items.setdefault((self.theirs["pk"], self.theirs["sk"]), self.theirs)
        super().transact(writes)


class Counted:
    """A client of KMS whose calls are counted."""

    def __init__(self, client: Any) -> None:
        self._client, self.calls = client, list[str]()

    def __getattr__(self, name: str) -> Any:
        self.calls.append(name)
        return getattr(self._client, name)


@pytest.fixture(scope="module", params=["moto", "ours"])
def clouds(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Clouds]:
    """Over moto, and over the embedded stack's own stand-in."""
    made = motos() if request.param == "moto" else ours(tmp_path_factory.mktemp("ours"))
    with made as found:
        yield found


@pytest.fixture
def table() -> Any:
    return Items()


@pytest.fixture
def seal(clouds: Clouds, table: Any) -> Seal:
    return Seal(clouds.kms, clouds.key, table)


def lock_as_before(clouds: Clouds, text: str, owner: str, item: str) -> dict[str, bytes]:
    """As an earlier version sealed it: by a key of its own, bound to owner and item."""
    bound = {"owner": owner, "item": item}
    key = clouds.kms.generate_data_key(KeyId=clouds.key, KeySpec="AES_256", EncryptionContext=bound)
    nonce, about = os.urandom(12), json.dumps(bound, sort_keys=True).encode()
    sealed = AESGCM(key["Plaintext"]).encrypt(nonce, text.encode(), about)
    return {"key": key["CiphertextBlob"], "nonce": nonce, "text": sealed}


def test_it_does_not_open_for_another_owner_or_item(seal: Seal) -> None:
    sealed = seal.lock("mine", owner="MEMBER#m1", item="SW-1")
    with pytest.raises(ClientError, match="InvalidCiphertext"):
        seal.unlock(sealed, owner="MEMBER#m2", item="SW-1")
    with pytest.raises(InvalidTag):
        seal.unlock(sealed, owner="MEMBER#m1", item="SW-2")


def test_nor_where_its_key_is_replaced_by_the_other_owners(seal: Seal) -> None:
    sealed = seal.lock("mine", owner="MEMBER#m1", item="SW-1")
    theirs = seal.lock("theirs", owner="REGION#SW", item="SW-1")
    with pytest.raises(InvalidTag):
        seal.unlock({**sealed, "owner_key": theirs["owner_key"]}, owner="REGION#SW", item="SW-1")
    with pytest.raises(InvalidTag):
        seal.unlock({**theirs, "owner_key": sealed["owner_key"]}, owner="MEMBER#m1", item="SW-1")


def test_the_text_itself_is_bound_to_its_item(seal: Seal) -> None:
    """With one key for all, nonce and text of another item would go with it, but for that."""
    own = seal.lock("mine", owner="MEMBER#m1", item="SW-1")
    other = seal.lock("also mine", owner="MEMBER#m1", item="SW-2")
    for moved in (other, own | {"text": other["text"]}, own | {"nonce": other["nonce"]}):
        with pytest.raises(InvalidTag):
            seal.unlock(moved, owner="MEMBER#m1", item="SW-1")


@pytest.mark.parametrize("part", ["owner_key", "nonce", "text"])
def test_a_changed_byte_does_not_open(seal: Seal, part: str) -> None:
    sealed = seal.lock("mine", owner="MEMBER#m1", item="SW-1")
    changed = sealed[part][:-1] + bytes([sealed[part][-1] ^ 1])
    with pytest.raises((InvalidTag, ClientError)):
        seal.unlock({**sealed, part: changed}, owner="MEMBER#m1", item="SW-1")


@settings(max_examples=sized(20, 50))
@given(text=TEXTS)
def test_every_text_comes_back_exactly(clouds: Clouds, text: str) -> None:
    seal = Seal(clouds.kms, clouds.key, Items())  # type: ignore[arg-type]
    sealed = seal.lock(text, owner="MEMBER#m1", item="SW-1")
    assert seal.unlock(sealed, owner="MEMBER#m1", item="SW-1") == text


def test_the_same_text_is_sealed_differently_each_time(seal: Seal) -> None:
    one, other = (seal.lock("mine", owner="MEMBER#m1", item="SW-1") for _ in range(2))
    assert all(one[part] != other[part] for part in ("nonce", "text"))
    assert b"mine" not in b"".join(one.values())


# One key for all of an owner's


def test_many_texts_of_an_owner_open_with_one_call(clouds: Clouds, table: Any) -> None:
    seal = Seal(clouds.kms, clouds.key, table)
    sealed = [seal.lock(str(n), owner="REGION#SW", item=f"SW-{n}") for n in range(40)]
    kms = Counted(clouds.kms)
    later = Seal(kms, clouds.key, table)
    opened = [
        later.unlock(each, owner="REGION#SW", item=f"SW-{n}") for n, each in enumerate(sealed)
    ]
    assert opened == [str(n) for n in range(40)] and kms.calls == ["decrypt"]
    later.lock("one more", owner="REGION#SW", item="SW-41")
    assert kms.calls == ["decrypt"]


def test_owners_have_keys_of_their_own_which_lie_wrapped_with_them(
    clouds: Clouds, seal: Seal, table: Any
) -> None:
    for owner in ("MEMBER#m1", "REGION#SW"):
        sealed = seal.lock("mine", owner=owner, item="SW-1")
        assert table.items[sealing_key(owner)] == {
            "pk": owner,
            "sk": "SEALING_KEY",
            "key": sealed["owner_key"],
        }
    with pytest.raises(ClientError, match="InvalidCiphertext"):
        clouds.kms.decrypt(
            KeyId=clouds.key,
            CiphertextBlob=table.items[sealing_key("REGION#SW")]["key"],
            EncryptionContext={"owner": "m1"},
        )


def test_whose_first_key_comes_second_seals_with_the_one_that_is_stored(
    clouds: Clouds, seal: Seal, table: Any
) -> None:
    first = seal.lock("theirs", owner="REGION#SW", item="SW-1")
    overtaken: Any = Overtaken(table.items[sealing_key("REGION#SW")])
    second = Seal(clouds.kms, clouds.key, overtaken).lock("mine", owner="REGION#SW", item="SW-2")
    assert second["owner_key"] == first["owner_key"]
    assert seal.unlock(second, owner="REGION#SW", item="SW-2") == "mine"


def test_a_text_opens_though_the_stored_key_is_lost(clouds: Clouds, seal: Seal, table: Any) -> None:
    """Each has its wrapped key beside it: a lost item makes a new key, and no text unreadable."""
    sealed = seal.lock("mine", owner="REGION#SW", item="SW-1")
    table.items.clear()
    later = Seal(clouds.kms, clouds.key, table)
    assert later.lock("new", owner="REGION#SW", item="SW-2")["owner_key"] != sealed["owner_key"]
    assert later.unlock(sealed, owner="REGION#SW", item="SW-1") == "mine"


# What an earlier version sealed


def test_what_was_sealed_by_a_key_of_its_own_opens_as_before(clouds: Clouds, table: Any) -> None:
    kms = Counted(clouds.kms)
    seal = Seal(kms, clouds.key, table)
    sealed = [lock_as_before(clouds, str(n), "SW", f"SW-{n}") for n in range(3)]
    opened = [seal.unlock(each, owner="REGION#SW", item=f"SW-{n}") for n, each in enumerate(sealed)]
    assert opened == ["0", "1", "2"] and kms.calls == ["decrypt"] * 3
    assert table.items == {}
    assert seal.is_text(sealed[0], "0", owner="REGION#SW", item="SW-0")
    assert not seal.is_text(sealed[0], "1", owner="REGION#SW", item="SW-0")


@pytest.mark.parametrize(
    "other", [{"owner": "REGION#MW"}, {"item": "SW-2"}, {"owner": "MEMBER#MW"}]
)
def test_nor_does_that_open_for_another_owner_or_item(
    clouds: Clouds, seal: Seal, other: dict[str, str]
) -> None:
    sealed = lock_as_before(clouds, "mine", "SW", "SW-1")
    with pytest.raises(ClientError, match="InvalidCiphertext"):
        seal.unlock(sealed, **{"owner": "REGION#SW", "item": "SW-1"} | other)
