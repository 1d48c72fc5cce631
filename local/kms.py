"""The KMS stand-in: data keys under key material that outlives restarts in a file."""

import base64
import binascii
import json
import os
import uuid
from pathlib import Path
from typing import Any

from aiohttp import web
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from local import files
from local.template import ACCOUNT, REGION

_SPECS = {"AES_256": 32, "AES_128": 16}
_NONCE = 12


class _Refusal(Exception):
    def __init__(self, code: str, words: str = "") -> None:
        super().__init__(words)
        self.code = code


class Kms:
    """The template's keys.

    A ciphertext is the key's id, a nonce, and what AES-GCM made of the plaintext, with the encryption
    context authenticated beside it.
    """

    def __init__(self, folder: Path, keys: list[str]) -> None:
        self._material: dict[str, AESGCM] = {}
        for key in keys:
            path = folder / f"{key}.key"
            if not path.exists():
                files.write(path, os.urandom(32))
                path.chmod(0o600)
            self._material[key] = AESGCM(path.read_bytes())

    def routes(self) -> list[web.RouteDef]:
        return [web.post("/kms/", self._answer), web.post("/kms", self._answer)]

    async def _answer(self, request: web.Request) -> web.Response:
        calls = {
            "GenerateDataKey": self._generate,
            "Encrypt": self._encrypt,
            "Decrypt": self._decrypt,
        }
        name = request.headers.get("X-Amz-Target", "").rpartition(".")[2]
        headers = {"x-amzn-RequestId": str(uuid.uuid4())}
        try:
            if name not in calls:
                raise _Refusal("UnknownOperationException")
            answer, status = calls[name](await request.json()), 200
        except _Refusal as refusal:
            answer, status = {"__type": refusal.code, "message": str(refusal)}, 400
        text = json.dumps(answer)
        kind = "application/x-amz-json-1.1"
        return web.Response(status=status, text=text, content_type=kind, headers=headers)

    def _generate(self, request: dict[str, Any]) -> dict[str, Any]:
        key = self._find(request.get("KeyId", ""))
        length = request.get("NumberOfBytes") or _SPECS.get(request.get("KeySpec", ""))
        if not length:
            raise _Refusal(
                "ValidationException", "Please specify either number of bytes or key spec."
            )
        plain = os.urandom(length)
        return {
            "KeyId": _arn(key),
            "Plaintext": base64.b64encode(plain).decode(),
            "CiphertextBlob": self._seal(key, plain, _context(request)),
        }

    def _encrypt(self, request: dict[str, Any]) -> dict[str, Any]:
        key = self._find(request.get("KeyId", ""))
        blob = self._seal(key, base64.b64decode(request["Plaintext"]), _context(request))
        return {
            "KeyId": _arn(key),
            "CiphertextBlob": blob,
            "EncryptionAlgorithm": "SYMMETRIC_DEFAULT",
        }

    def _decrypt(self, request: dict[str, Any]) -> dict[str, Any]:
        try:
            blob = base64.b64decode(request["CiphertextBlob"], validate=True)
            key, nonce, sealed = blob[:36].decode(), blob[36 : 36 + _NONCE], blob[36 + _NONCE :]
            plain = self._material[key].decrypt(nonce, sealed, _context(request))
        except (KeyError, ValueError, binascii.Error, InvalidTag) as broken:
            raise _Refusal("InvalidCiphertextException") from broken
        if request.get("KeyId") and self._find(request["KeyId"]) != key:
            raise _Refusal(
                "IncorrectKeyException",
                "The key ID in the request does not identify a CMK that can perform this "
                "operation.",
            )
        return {
            "KeyId": _arn(key),
            "Plaintext": base64.b64encode(plain).decode(),
            "EncryptionAlgorithm": "SYMMETRIC_DEFAULT",
        }

    def _seal(self, key: str, plain: bytes, context: bytes) -> str:
        nonce = os.urandom(_NONCE)
        sealed = self._material[key].encrypt(nonce, plain, context)
        return base64.b64encode(key.encode() + nonce + sealed).decode()

    def _find(self, key: str) -> str:
        bare = key.rpartition("key/")[2]
        if bare not in self._material:
            arn = key if key.startswith("arn:") else _arn(key)
            raise _Refusal("NotFoundException", f"Key '{arn}' does not exist")
        return bare


def _arn(key: str) -> str:
    return f"arn:aws:kms:{REGION}:{ACCOUNT}:key/{key}"


def _context(request: dict[str, Any]) -> bytes:
    return json.dumps(request.get("EncryptionContext") or {}, sort_keys=True).encode()
