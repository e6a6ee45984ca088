"""The key of each backup, sealed with what the operator has: a passphrase, or a key file.

A backup's key is random. It stands in a file of its own beside or apart from the backup (ADR 104), so that a copy of a
backup that has expired cannot be read by anybody. Sources: RFC 7914 (scrypt; its parameters are OWASP's), RFC 5869.
"""

from __future__ import annotations

import hmac
import json
import secrets
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from call24.backup.errors import BackupError, DamagedBackup
from call24.backup.frames import KEY_BYTES

LEAST_CHARACTERS = 12
_N, _R, _P = 2**17, 8, 1
_NONCE = 12


@dataclass(frozen=True)
class Opener:
    """What seals and opens the keys of backups. `of`: passphrase or key file."""

    of: str
    content: bytes = field(repr=False)

    @classmethod
    def passphrase(cls, words: str) -> Opener:
        return cls("passphrase", words.encode())

    @classmethod
    def key_file(cls, file: Path) -> Opener:
        """Raises: BackupError."""
        try:
            content = file.read_bytes()
        except OSError as error:
            raise BackupError(f"--key-file: {file} cannot be read ({error.strerror})") from None
        if len(content.strip()) < KEY_BYTES:
            raise BackupError(f"--key-file: {file} has fewer than {KEY_BYTES} bytes: openssl rand -hex 32 > {file}")
        return cls("key file", content.strip())

    def key(self, salt: bytes) -> bytes:
        """32 bytes that seal one backup's key; a passphrase takes half a second and 128 MB."""
        if self.of == "passphrase":
            return Scrypt(salt=salt, length=KEY_BYTES, n=_N, r=_R, p=_P).derive(self.content)
        return hmac.digest(hmac.digest(salt, self.content, "sha256"), b"call24 backup key\x01", "sha256")


@dataclass(frozen=True, kw_only=True)
class BackupKey:
    """One backup, as its key file has it. `about`: what may be known without opening it: sizes and times.

    `instant`: of which moment it is; `expires_at`: when it is deleted, and its key with it.
    """

    name: str
    instant: datetime
    expires_at: datetime
    about: dict[str, Any]
    sealed: dict[str, str] = field(repr=False, default_factory=dict)

    def seal(self, key: bytes, opener: Opener) -> BackupKey:
        salt, nonce = secrets.token_bytes(16), secrets.token_bytes(_NONCE)
        content = AESGCM(opener.key(salt)).encrypt(nonce, key, self._bound())
        sealed = {"by": opener.of, "salt": salt.hex(), "nonce": nonce.hex(), "key": content.hex()}
        return BackupKey(
            name=self.name, instant=self.instant, expires_at=self.expires_at, about=self.about, sealed=sealed
        )

    def open(self, opener: Opener) -> bytes:
        """Raises: BackupError."""
        if self.sealed.get("by") != opener.of:
            raise BackupError(f"the key of {self.name} was sealed with a {self.sealed.get('by')}: give that one")
        try:
            salt, nonce, content = (bytes.fromhex(self.sealed[part]) for part in ("salt", "nonce", "key"))
            return AESGCM(opener.key(salt)).decrypt(nonce, content, self._bound())
        except InvalidTag:
            raise BackupError(
                f"this is not the {opener.of} with which {self.name} was sealed, or its key was changed"
            ) from None
        except (KeyError, ValueError):
            raise DamagedBackup(f"the key of {self.name} cannot be read") from None

    def _bound(self) -> bytes:
        """The key opens this backup alone, whose times nobody changed."""
        return json.dumps([self.name, self.instant.isoformat(), self.expires_at.isoformat(), self.about]).encode()

    def encode(self) -> bytes:
        times = {"instant": self.instant.isoformat(), "expires_at": self.expires_at.isoformat()}
        whole = {"format": 1, "name": self.name, **times, "about": self.about, "sealed": self.sealed}
        return json.dumps(whole, indent=1).encode() + b"\n"

    @classmethod
    def decode(cls, content: bytes) -> BackupKey:
        """Raises: DamagedBackup."""
        try:
            found = json.loads(content)
            return cls(
                name=str(found["name"]),
                instant=datetime.fromisoformat(found["instant"]),
                expires_at=datetime.fromisoformat(found["expires_at"]),
                about=dict(found["about"]),
                sealed=dict(found["sealed"]),
            )
        except (KeyError, ValueError, TypeError):
            raise DamagedBackup("it is no key of a backup") from None


def part_of(key: bytes, what: str) -> bytes:
    """The key of one file of a backup."""
    return hmac.digest(key, f"call24 backup {what}".encode() + b"\x01", "sha256")
