"""The only KMS calls: envelope encryption of texts.

Each text has its own data key: KMS hands it out plain and wrapped, the text is sealed with the plain one
(AES-256-GCM, NIST SP 800-38D) and the wrapped one is stored beside it. Whose the text is and which item
holds it are bound to both: a sealed text moved to another item does not open.
"""

import json
import os
from collections.abc import Mapping
from typing import Any

Sealed = Mapping[str, bytes]

_NONCE_BYTES = 12
_TAG_BYTES = 16  # that GCM adds to what is sealed


class Seal:
    """Seals and opens texts with one KMS key.

    What botocore raises is let through: that a text does not open is our fault.
    """

    def __init__(self, client: Any, key: str):
        self._client = client
        self._key = key

    def lock(self, text: str, *, owner: str, item: str) -> dict[str, bytes]:
        """The text sealed for its `owner` (a member's id or a region's code) and `item`."""
        bound = {"owner": owner, "item": item}
        key = self._client.generate_data_key(
            KeyId=self._key, KeySpec="AES_256", EncryptionContext=bound
        )
        nonce = os.urandom(_NONCE_BYTES)
        sealed = _cipher(key["Plaintext"]).encrypt(nonce, text.encode(), _associated_data(bound))
        return {"key": key["CiphertextBlob"], "nonce": nonce, "text": sealed}

    def unlock(self, sealed: Sealed, *, owner: str, item: str) -> str:
        """Opens a sealed text.

        Raises:
            ClientError: KMS refuses: it was sealed for another owner or item.
            InvalidTag: the cipher refuses, for the same reason.
        """
        bound = {"owner": owner, "item": item}
        key = self._client.decrypt(
            KeyId=self._key, CiphertextBlob=sealed["key"], EncryptionContext=bound
        )
        opened = _cipher(key["Plaintext"]).decrypt(
            sealed["nonce"], sealed["text"], _associated_data(bound)
        )
        return opened.decode()

    def is_text(self, sealed: Sealed, text: str, *, owner: str, item: str) -> bool:
        """True if this is the text that was sealed.

        KMS is asked only where the lengths agree.
        """
        if len(sealed["text"]) != len(text.encode()) + _TAG_BYTES:
            return False
        return self.unlock(sealed, owner=owner, item=item) == text


def _cipher(key: bytes) -> Any:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # 20 to 35 ms: on first use

    return AESGCM(key)


def _associated_data(bound: Mapping[str, str]) -> bytes:
    return json.dumps(bound, sort_keys=True).encode()
