"""The chain and its signatures: making them, and finding where they break. Pure.

Source: RFC 8032 (Ed25519); the form of the chain follows RFC 6962's idea that a log is proven by what it signed before.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import datetime

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from call24.audit.model import AuditEntry, Checkpoint, StoredAuditEntry
from call24.kit.ids import AuditId, TenantId

START = ""
"""What the first line of all follows."""


class BrokenChain(msgspec.Struct, frozen=True, kw_only=True):
    """`seq`: the first line that is not as it was written, or not there."""

    seq: int
    what: str


def chained(
    id: AuditId, tenant_id: TenantId, at: datetime, entry: AuditEntry, seq: int, previous: str
) -> StoredAuditEntry:
    """`at` in whole milliseconds, as MongoDB gives it back."""
    at = at.replace(microsecond=at.microsecond // 1000 * 1000)
    said = msgspec.structs.asdict(entry)
    line = StoredAuditEntry(id=id, tenant_id=tenant_id, seq=seq, at=at, previous=previous, hash="", **said)
    return msgspec.structs.replace(line, hash=hash_of(line))


def hash_of(line: StoredAuditEntry) -> str:
    """Over every field but itself, in the order of the struct."""
    text = msgspec.json.encode(msgspec.structs.replace(line, hash=""))
    return hashlib.sha256(text).hexdigest()


def signed(checkpoint: Checkpoint, key: Ed25519PrivateKey) -> Checkpoint:
    return msgspec.structs.replace(checkpoint, signature=key.sign(_signed_text(checkpoint)).hex())


def genuine(checkpoint: Checkpoint, key: Ed25519PublicKey) -> bool:
    try:
        key.verify(bytes.fromhex(checkpoint.signature), _signed_text(checkpoint))
    except (InvalidSignature, ValueError):
        return False
    return True


def _signed_text(checkpoint: Checkpoint) -> bytes:
    return msgspec.json.encode(msgspec.structs.replace(checkpoint, signature=""))


class Chain:
    """Looks at the lines one by one, in order, then at the end of them. `broken`: the first fault, and it stays."""

    def __init__(self, checkpoint: Checkpoint | None) -> None:
        self._checkpoint = checkpoint
        self.seq = checkpoint.first - 1 if checkpoint else 0
        self._previous = checkpoint.before if checkpoint else START
        self.broken: BrokenChain | None = None

    def look(self, lines: Iterable[StoredAuditEntry]) -> None:
        for line in lines:
            if self.broken is not None:
                return
            self.broken = self._fault(line)
            self.seq, self._previous = line.seq, line.hash

    def end(self) -> BrokenChain | None:
        """What is wrong in all, or None."""
        checkpoint = self._checkpoint
        if self.broken is None and checkpoint is not None and self.seq < checkpoint.seq:
            self.broken = BrokenChain(seq=self.seq + 1, what=f"the end is cut off: {checkpoint.seq} lines were signed")
        return self.broken

    def _fault(self, line: StoredAuditEntry) -> BrokenChain | None:
        if line.seq != self.seq + 1:
            return BrokenChain(seq=self.seq + 1, what="the line is missing")
        if line.previous != self._previous:
            return BrokenChain(seq=line.seq, what="it does not follow the line before it")
        if line.hash != hash_of(line):
            return BrokenChain(seq=line.seq, what="it was changed")
        checkpoint = self._checkpoint
        if checkpoint is not None and line.seq == checkpoint.seq and line.hash != checkpoint.hash:
            return BrokenChain(seq=line.seq, what="it is not the line that was signed")
        return None
