"""What this room holds of persons: what they did and what was done to them, in a chain; and of organisations: the
end of each chain.
"""

from __future__ import annotations

from datetime import datetime

import msgspec

from call24.audit.model import StoredAuditEntry
from call24.audit.service import AuditLog
from call24.data_map import KeptById, Trace
from call24.kit.holdings import Holdings, Keeper, Stage

_CHAIN = KeptById("a chain of 400 days from which nothing can be taken")


class DoneLine(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    seq: int
    at: datetime
    address: str
    action: str
    objects: tuple[str, ...]
    fields: tuple[str, ...]
    why: str | None = None
    status: int
    code: str | None = None


class AboutLine(msgspec.Struct, frozen=True, kw_only=True):
    """Who did it, and from where, is another person's."""

    id: str
    seq: int
    at: datetime
    action: str
    fields: tuple[str, ...]
    why: str | None = None
    status: int


HOLDS = Holdings(
    room="audit",
    traces=(
        Trace(
            struct=StoredAuditEntry, fields=("actor_id",), erase=_CHAIN, file="audit_done", part=DoneLine, order="seq"
        ),
        Trace(
            struct=StoredAuditEntry, fields=("objects",), erase=_CHAIN, file="audit_about", part=AboutLine, order="seq"
        ),
    ),
    keepers=(
        Keeper(
            of=AuditLog,
            forget_organisation=AuditLog.close_tenant,
            stage=Stage.WRITERS,
            erase_due=("audit", AuditLog.erase_due),
        ),
    ),
)
