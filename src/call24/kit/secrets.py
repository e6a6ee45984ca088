"""The installation's one root secret, and the keys derived from it.

Nothing derived is stored, but for what a replaced root leaves behind (key_ring.py): whoever needs a key derives it
again for its purpose. It does not keep other people's secrets.
Source: RFC 5869 (HKDF with SHA-256; one block is enough for 32 bytes).
"""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import os
import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from call24.kit.folder_sync import sync
from call24.kit.key_ring import KeyRing, derived, root_of


@dataclass(frozen=True)
class RealtimeKey:
    """The Pusher application's public key, and the secret that signs what its sockets may hear."""

    key: str
    secret: str = field(repr=False)


class AppKey:
    """`ring`: what is left of the roots before this one."""

    def __init__(self, root: bytes, ring: KeyRing | None = None) -> None:
        if len(root) < 32:
            raise ValueError("an app key has at least 32 bytes")
        self._root = root
        self._ring = ring = ring or KeyRing()
        self._earlier = tuple(one for one in ring.earlier_roots() if one != root)
        self.generation = ring.generation - (root in ring.earlier_roots())
        """How often the root was replaced. The ring is written first: a rotation that was cut off has not been."""

    def derive(self, purpose: str) -> bytes:
        """32 bytes for one purpose; different purposes give unrelated keys."""
        return self._ring.kept_key(purpose) or derived(self._root, purpose)

    def earlier(self, purpose: str) -> tuple[bytes, ...]:
        """What opens things of before the last rotation, the newest first; empty once nothing needs it."""
        return (
            *(derived(root, purpose) for root in self._earlier),
            *reversed(self._ring.former_keys(purpose)[: self.generation]),
        )

    def of_generation(self, purpose: str, generation: int) -> bytes:
        """That of `key_ring.FORMER` which was derived when the root had been replaced so many times."""
        former = self._ring.former_keys(purpose)
        return former[generation] if 0 <= generation < min(len(former), self.generation) else self.derive(purpose)

    @property
    def has_earlier(self) -> bool:
        """Whether something may still be sealed with a root before this one."""
        return bool(self._earlier)

    def realtime(self) -> RealtimeKey:
        return RealtimeKey(self.derive("realtime key")[:10].hex(), self.derive("realtime secret").hex())

    def node_proof(self) -> str:
        """By which a process that shares the database shows that it has this key, with what stayed of the root before
        it (`key_ring.KEPT`); it says nothing of them."""
        proof = self.derive("realtime nodes")
        if self._ring.kept_key("realtime key") is None:
            return proof.hex()
        stayed = self.derive("realtime key") + self.derive("contact id")
        return hmac.digest(proof, stayed, hashlib.sha256).hex()

    def __repr__(self) -> str:
        return "AppKey(hidden)"

    @classmethod
    def load(cls, data: Path) -> AppKey:
        """The key in DATA/secrets/app.key, made on first use. Raises: ValueError for a damaged one, or ring."""
        # The root first: a rotation writes the ring before it.
        root = bytes.fromhex(secret_file(root_of(data), lambda: secrets.token_hex(32)))
        return cls(root, KeyRing.load(data))


def secret_file(path: Path, make: Callable[[], str]) -> str:
    """The content of a 0600 file; `make()` gives it when there is none. Two who start at once agree on one content.

    Raises: OSError.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not path.exists():
        with _beside(path, make()) as fresh:
            try:
                os.link(fresh, path)  # refuses to replace: the first one wins
            except OSError:
                if not path.exists():
                    raise
        sync(path.parent)
    return path.read_text().strip()


def replace_secret(path: Path, content: str) -> None:
    """Another content of a 0600 file, whole or not at all, and on the disk. Raises: OSError."""
    with _beside(path, content) as fresh:
        fresh.replace(path)
    sync(path.parent)


@contextlib.contextmanager
def _beside(path: Path, content: str) -> Iterator[Path]:
    """A file of its own in the same folder, whole on the disk, which stays only under another name."""
    fresh = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        yield fresh
    finally:
        fresh.unlink(missing_ok=True)
