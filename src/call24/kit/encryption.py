"""Sealing what must be stored but not read by whoever gets hold of the database: AES-256-GCM with a key of ours.

It keeps nothing; each seal has a nonce of its own. Source: NIST SP 800-38D (96-bit random nonces).
"""

from __future__ import annotations

import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from call24.kit.secrets import AppKey

_NONCE = 12


class SealedBytes:
    """For what is opened by its bytes: keys, and the text of `SecretBox`. What an earlier app key sealed is opened too,
    as long as that is there."""

    def __init__(self, key: AppKey, purpose: str) -> None:
        self._cipher = AESGCM(key.derive(purpose))
        self._earlier = tuple(map(AESGCM, key.earlier(purpose)))

    def seal(self, content: bytes, place: bytes) -> bytes:
        nonce = secrets.token_bytes(_NONCE)
        return nonce + self._cipher.encrypt(nonce, content, place)

    def open(self, sealed: bytes, place: bytes) -> bytes | None:
        for cipher in (self._cipher, *self._earlier):
            if (found := _opened(cipher, sealed, place)) is not None:
                return found
        return None

    def anew(self, sealed: bytes, place: bytes) -> bytes | None:
        """The same, sealed with the key of now, unchanged where it is already; None where no key opens it."""
        if _opened(self._cipher, sealed, place) is not None:
            return sealed
        found = self.open(sealed, place)
        return None if found is None else self.seal(found, place)

    def __repr__(self) -> str:
        return "SealedBytes(hidden)"


class SecretBox:
    """`purpose`: what the key is for; `open` needs the same `place` as `seal`: a secret cannot be moved elsewhere."""

    def __init__(self, key: AppKey, purpose: str) -> None:
        self._bytes = SealedBytes(key, purpose)

    def seal(self, secret: str, place: str) -> bytes:
        return self._bytes.seal(secret.encode(), place.encode())

    def open(self, sealed: bytes, place: str) -> str | None:
        """None for what was not sealed with this key for this place (another app key, a restored database)."""
        found = self._bytes.open(sealed, place.encode())
        try:
            return None if found is None else found.decode()
        except ValueError:
            return None

    def __repr__(self) -> str:
        return "Box(hidden)"


def _opened(cipher: AESGCM, sealed: bytes, place: bytes) -> bytes | None:
    try:
        return cipher.decrypt(sealed[:_NONCE], sealed[_NONCE:], place)
    except (InvalidTag, ValueError):
        return None
