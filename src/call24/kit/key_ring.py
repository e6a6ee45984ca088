"""What a replaced app key leaves behind, in DATA/secrets/app.keyring: earlier roots, until nothing is sealed with them,
and keys derived from them that cannot change.

Uses the standard library only. Replacing the root is key_ring_file.py's duty, sealing again server/resealing.py's.
Source: RFC 5869 (HKDF with SHA-256; one block is enough for 32 bytes).
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

_SALT = b"call24 app key"
FILE = "app.keyring"

KEPT: Mapping[str, str] = {
    "contact id": "ids of contacts are made with it: journal, call records and the register of erasures name them",
    "crm values": "it tells which side of a CRM link changed a field: with another, every field would have changed",
    "erasure receipts": "receipts are checked for years against the public key that was published with them",
    "push subscriptions, same browser": "it tells that a browser subscribes again",
    "web push, first half": "browsers have subscribed with it (`rotate web-push` replaces it)",
    "web push, second half": "browsers have subscribed with it (`rotate web-push` replaces it)",
    "files store": "it marks the bucket as this installation's, in the clear",
    "realtime key": "open apps know the application by it; it is public",
}
"""Purposes whose key stays when the root is replaced, and why. The root itself does not stay."""
FORMER = ("sip", "unsubscribe")
"""Purposes of which a key stays for what was made with it: phones that are signed in, links in e-mails."""


def root_of(data: Path) -> Path:
    return data / "secrets" / "app.key"


def derived(root: bytes, purpose: str) -> bytes:
    """32 bytes."""
    return hmac.digest(hmac.digest(_SALT, root, hashlib.sha256), purpose.encode() + b"\x01", hashlib.sha256)


@dataclass(frozen=True, kw_only=True)
class KeyRing:
    """All keys as hex. `generation`: how often the root was replaced; `earlier`: roots that something may be sealed
    with, the newest first; `kept`: by purpose; `former`: by purpose, one of each generation before this one.
    `resealed`: how much was sealed again since; `looked_through`: all of it, and the server has only to start again;
    `unopened`: only so much is left, which no key opens, and the earlier roots stay until somebody decides."""

    generation: int = 0
    earlier: tuple[str, ...] = ()
    kept: Mapping[str, str] = field(default_factory=dict)
    former: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    resealed: int = 0
    looked_through: bool = False
    unopened: int = 0

    @classmethod
    def load(cls, data: Path) -> KeyRing:
        """An empty one where no key was replaced. Raises: ValueError where it is damaged."""
        try:
            text = (data / "secrets" / FILE).read_bytes()
        except FileNotFoundError:
            return cls()
        try:
            told = json.loads(text)
            return cls(
                generation=int(told["generation"]),
                earlier=tuple(map(_hex, told["earlier"])),
                kept={str(name): _hex(key) for name, key in told["kept"].items()},
                former={str(name): tuple(map(_hex, keys)) for name, keys in told["former"].items()},
                resealed=int(told["resealed"]),
                looked_through=bool(told["looked_through"]),
                unopened=int(told.get("unopened", 0)),
            )
        except (AttributeError, KeyError, TypeError, ValueError):
            raise ValueError(f"secrets/{FILE} is damaged: take it from a backup") from None

    def looked(self, *, resealed: int = 0, unopened: int = 0, whole: bool = False, over: bool = False) -> KeyRing:
        """After a look at what is sealed. `whole`: at all of it; `over`: nothing needs the earlier roots any more."""
        return replace(
            self,
            resealed=self.resealed + resealed,
            looked_through=whole or over,
            unopened=unopened,
            earlier=() if over else self.earlier,
        )

    def with_kept(self, keys: Mapping[str, str]) -> KeyRing:
        """With keys (hex) that stay for these purposes."""
        return replace(self, kept={**self.kept, **keys})

    def text(self) -> str:
        return json.dumps(asdict(self), indent=1)

    def earlier_roots(self) -> tuple[bytes, ...]:
        return tuple(map(bytes.fromhex, self.earlier))

    def kept_key(self, purpose: str) -> bytes | None:
        return bytes.fromhex(self.kept[purpose]) if purpose in self.kept else None

    def former_keys(self, purpose: str) -> tuple[bytes, ...]:
        return tuple(map(bytes.fromhex, self.former.get(purpose, ())))

    def after(self, root: bytes) -> KeyRing:
        """What it is once this root is replaced."""
        return KeyRing(
            generation=self.generation + 1,
            earlier=(root.hex(), *self.earlier),
            kept={name: self.kept.get(name) or derived(root, name).hex() for name in KEPT},
            former={name: (*self.former.get(name, ()), derived(root, name).hex()) for name in FORMER},
        )


def _hex(word: object) -> str:
    if len(bytes.fromhex(str(word))) < 32:
        raise ValueError("too short")
    return str(word)
