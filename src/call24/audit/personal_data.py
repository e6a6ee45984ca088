"""What this room holds of persons: what they did and what was done to them, in a chain; and of organisations: the
end of each chain.
"""

from __future__ import annotations

from datetime import datetime

import msgspec

from call24.audit.model import StoredAuditEntry
from call24.audit.service import AuditLog
from call24.data_map import STATE, Category, Closing, Files, KeptById, Place, Trace, Until, WithOrganisation, of_user
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
    places=(
        Place(
            where=Files("audit/lines.*"),
            in_backup=True,
            what={
                "who did what": of_user(Category.BEHAVIOR, "noting who did what while the database is unavailable"),
                "from where": of_user(Category.IP_ADDRESS, "noting who did what while the database is unavailable"),
            },
            kept=Until("the lines are in MongoDB and signed", "some hundred lines"),
            closing=Closing.ROOM,
            account=_CHAIN,
            untold="copies of what `audit_done` has, on their way",
        ),
        Place(
            where=Files("audit/checkpoints.*"),
            in_backup=True,
            what={"where each organisation's chain ends, signed": STATE},
            kept=WithOrganisation(),
            closing=Closing.ROOM,
        ),
    ),
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
