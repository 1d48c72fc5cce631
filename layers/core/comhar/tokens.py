"""Random ids, secrets and codes, and the digests by which secrets are stored."""

import hashlib
import hmac
import os
import secrets
from collections.abc import Mapping
from datetime import UTC, datetime

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford's base 32: no i, l, o, u to misread
_LETTERS = 20  # of an id, beside its prefix
_ALIAS = "alias-"


def new_id(at: datetime, prefix: str | None = None) -> str:
    """A random id that sorts by `at`, such as `SW-0dvq…`; a prefix tells its region."""
    text = _to_text((int(at.timestamp() * 1000) << 50) | secrets.randbits(50))
    return f"{prefix}-{text}" if prefix else text


def first_id(at: datetime, prefix: str) -> str:
    """The id before which all sort that were made earlier."""
    return f"{prefix}-{_to_text(int(at.timestamp() * 1000) << 50)}"


def made_at(made_id: str) -> datetime:
    """When an id was made, UTC; `first_id` the other way about.

    Of what is no id of ours the beginning of 1970.
    """
    text = made_id.rpartition("-")[2]
    if len(text) != _LETTERS or not set(text) <= set(_ALPHABET):
        return datetime.fromtimestamp(0, UTC)
    number = 0
    for letter in text:
        number = number << 5 | _ALPHABET.index(letter)
    return datetime.fromtimestamp((number >> 50) / 1000, UTC)


def _to_text(number: int) -> str:
    return "".join(_ALPHABET[number >> shift & 31] for shift in range(95, -1, -5))


def new_secret() -> str:
    """43 characters of `A-Za-z0-9_-`, 256 bits."""
    return secrets.token_urlsafe(32)


def new_code() -> str:
    """Six digits, for a person to type."""
    return f"{secrets.randbelow(1_000_000):06d}"


def new_alias() -> str:
    """A random name for a person, which no id looks like."""
    return f"{_ALIAS}{secrets.token_hex(12)}"


def is_alias(text: str) -> bool:
    return text.startswith(_ALIAS)


def digest(*parts: str) -> str:
    """Hex SHA-256 of the parts, stored in place of a secret or an address."""
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()


def keyed_digest(*parts: str, env: Mapping[str, str] = os.environ) -> str:
    """Hex HMAC-SHA256 of the parts under `DIGEST_SECRET`.

    For what is few enough to be tried out (addresses, clients), or must not be recognised elsewhere.

    Raises:
        KeyError: the deployment has no such secret.
    """
    text = "\x1f".join(parts).encode()
    return hmac.digest(env["DIGEST_SECRET"].encode(), text, "sha256").hex()


def is_same_digest(digest_a: str, other: str) -> bool:
    """Compares two digests in constant time."""
    return hmac.compare_digest(digest_a.encode(), other.encode())
