"""Sealing what must be stored but not read by whoever gets hold of the database: AES-256-GCM with a key of ours.

It keeps nothing; each seal has a nonce of its own. Source: NIST SP 800-38D (96-bit random nonces).
"""

from __future__ import annotations

import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from call24.kit.secrets import AppKey

_NONCE = 12


class SecretBox:
    """`purpose`: what the key is for; `open` needs the same `place` as `seal`: a secret cannot be moved elsewhere."""

    def __init__(self, key: AppKey, purpose: str) -> None:
        self._cipher = AESGCM(key.derive(purpose))

    def seal(self, secret: str, place: str) -> bytes:
        nonce = secrets.token_bytes(_NONCE)
        return nonce + self._cipher.encrypt(nonce, secret.encode(), place.encode())

    def open(self, sealed: bytes, place: str) -> str | None:
        """None for what was not sealed with this key for this place (another app key, a restored database)."""
        try:
            return self._cipher.decrypt(sealed[:_NONCE], sealed[_NONCE:], place.encode()).decode()
        except (InvalidTag, ValueError):
            return None

    def __repr__(self) -> str:
        return "Box(hidden)"
