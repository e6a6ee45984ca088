"""The installation's one root secret, and the keys derived from it.

Nothing derived is stored: whoever needs a key derives it again for its purpose. It does not keep other people's
secrets.
Source: RFC 5869 (HKDF with SHA-256; one block is enough for 32 bytes).
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

_SALT = b"call24 app key"


@dataclass(frozen=True)
class RealtimeKey:
    """The Pusher application's public key, and the secret that signs what its sockets may hear."""

    key: str
    secret: str = field(repr=False)


class AppKey:
    def __init__(self, root: bytes) -> None:
        if len(root) < 32:
            raise ValueError("an app key has at least 32 bytes")
        self._prk = hmac.digest(_SALT, root, hashlib.sha256)

    def derive(self, purpose: str) -> bytes:
        """32 bytes for one purpose; different purposes give unrelated keys."""
        return hmac.digest(self._prk, purpose.encode() + b"\x01", hashlib.sha256)

    def realtime(self) -> RealtimeKey:
        return RealtimeKey(self.derive("realtime key")[:10].hex(), self.derive("realtime secret").hex())

    def node_proof(self) -> str:
        """By which a process that shares the database shows that it has this key; it says nothing of the key."""
        return self.derive("realtime nodes").hex()

    def __repr__(self) -> str:
        return "AppKey(hidden)"

    @classmethod
    def load(cls, data: Path) -> AppKey:
        """The key in DATA/secrets/app.key, made on first use."""
        return cls(bytes.fromhex(secret_file(data / "secrets" / "app.key", lambda: secrets.token_hex(32))))


def secret_file(path: Path, make: Callable[[], str]) -> str:
    """The content of a 0600 file; `make()` gives it when there is none. Two who start at once agree on one content."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not path.exists():
        fresh = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(make())
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(fresh, path)  # refuses to replace: the first one wins
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
    return path.read_text().strip()


def replace_secret(path: Path, content: str) -> None:
    """Another content of a 0600 file, whole or not at all."""
    fresh = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
