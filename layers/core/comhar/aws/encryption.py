"""The only KMS calls: envelope encryption of texts.

Each member and each region has one data key. KMS hands it out plain and wrapped, for that owner alone (its
encryption context); the wrapped one is stored as `SEALING_KEY` with the member or the region. A text is
sealed with its owner's key and a nonce of its own (AES-256-GCM, NIST SP 800-38D), and the wrapped key is
stored beside it too: a list of one owner's texts opens with one call of KMS, and without another read. Owner
and item are bound to each text: one that was moved to another item does not open.

What one key means for who may open what: whoever has it in the clear could open all that this owner sealed,
where they could open one text before, and nothing of another owner's. Only the reflections function may ask
KMS for a key, for any owner's as before for any text's; it has it while it answers one request. KMS's log
says whose key was asked for and when, and no longer for which text.

Texts that an earlier version sealed have a data key each, bound to owner and item by KMS too. They open as
before, with a call each, and stay as they are: what would seal them anew would have to read them.
"""

import json
import os
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from comhar.aws.conditions import UNLESS_EXISTS, ConditionFailed, Item, Key, Put
from comhar.aws.dynamodb import Table

Sealed = Mapping[str, bytes]

_NONCE_BYTES = 12
_TAG_BYTES = 16  # that GCM adds to what is sealed


class Seal:
    """Seals and opens texts of a request with one KMS key.

    It asks KMS once for each owner's data key, and has it as long as it lives. An owner is a partition:
    `MEMBER#id` or `REGION#code`. What botocore raises is let through: that a text does not open is our fault.
    """

    def __init__(self, client: Any, key: str, table: Table):
        self._client = client
        self._key = key
        self._table = table
        self._wrapped: dict[str, bytes] = {}  # by owner, the key with which texts are sealed
        self._ciphers: dict[tuple[str, bytes], Any] = {}  # by owner and wrapped key

    def remember(self, owner: str, item: Item | None) -> None:
        """Spares `lock` its read where `sealing_key(owner)` was read with other items."""
        if item:
            self._wrapped[owner] = item["key"]

    def lock(self, text: str, *, owner: str, item: str) -> dict[str, bytes]:
        """The text sealed for its `owner` and `item`; one read for an owner's first."""
        if owner not in self._wrapped:
            self._wrapped[owner] = self._get_or_make_key(owner)
        wrapped = self._wrapped[owner]
        nonce = os.urandom(_NONCE_BYTES)
        bound = _associated_data(_bound(owner, item))
        sealed = self._cipher(owner, wrapped).encrypt(nonce, text.encode(), bound)
        return {"owner_key": wrapped, "nonce": nonce, "text": sealed}

    def unlock(self, sealed: Sealed, *, owner: str, item: str) -> str:
        """Opens a sealed text.

        Raises:
            ClientError: KMS refuses: its key is another owner's, or of an earlier text's other item.
            InvalidTag: the cipher refuses: it was sealed for another owner or item, or is damaged.
        """
        bound = _bound(owner, item)
        if "owner_key" in sealed:
            cipher = self._cipher(owner, sealed["owner_key"])
        else:
            cipher = self._unwrap(sealed["key"], bound)
        opened: bytes = cipher.decrypt(sealed["nonce"], sealed["text"], _associated_data(bound))
        return opened.decode()

    def is_text(self, sealed: Sealed, text: str, *, owner: str, item: str) -> bool:
        """True if this is the text that was sealed.

        It is opened only where the lengths agree.
        """
        if len(sealed["text"]) != len(text.encode()) + _TAG_BYTES:
            return False
        return self.unlock(sealed, owner=owner, item=item) == text

    def _get_or_make_key(self, owner: str) -> bytes:
        """The owner's wrapped key. Of two who make the first at once, one's is stored, for both."""
        key = sealing_key(owner)
        while (item := self._table.get(key)) is None:
            made = self._client.generate_data_key(
                KeyId=self._key, KeySpec="AES_256", EncryptionContext=_owner_bound(owner)
            )
            wrapped = made["CiphertextBlob"]
            self._ciphers[owner, wrapped] = _cipher(made["Plaintext"])
            with suppress(ConditionFailed):
                new = Put({"pk": key[0], "sk": key[1], "key": wrapped}, condition=UNLESS_EXISTS)
                self._table.transact([new])
        return bytes(item["key"])

    def _cipher(self, owner: str, wrapped: bytes) -> Any:
        if (owner, wrapped) not in self._ciphers:
            self._ciphers[owner, wrapped] = self._unwrap(wrapped, _owner_bound(owner))
        return self._ciphers[owner, wrapped]

    def _unwrap(self, wrapped: bytes, bound: Mapping[str, str]) -> Any:
        """Raises ClientError where KMS wrapped it for something else."""
        key = self._client.decrypt(KeyId=self._key, CiphertextBlob=wrapped, EncryptionContext=bound)
        return _cipher(key["Plaintext"])


def sealing_key(owner: str) -> Key:
    """Where an owner's data key lies, wrapped."""
    return owner, "SEALING_KEY"


def _owner_bound(owner: str) -> dict[str, str]:
    return {"owner": owner.partition("#")[2]}


def _bound(owner: str, item: str) -> dict[str, str]:
    return _owner_bound(owner) | {"item": item}


def _cipher(key: bytes) -> Any:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # 20 to 35 ms: on first use

    return AESGCM(key)


def _associated_data(bound: Mapping[str, str]) -> bytes:
    return json.dumps(bound, sort_keys=True).encode()
