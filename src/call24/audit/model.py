"""One line of the audit log, and what is signed about the lines so far."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import msgspec

from call24.data_map import (
    ID,
    MEASURE,
    REFERENCE,
    SETTING,
    STATE,
    TENANT,
    TIME,
    Basis,
    Category,
    OnItsDay,
    document,
    of_user,
)
from call24.kit.ids import AuditId, TenantId, TokenId, UserId

NOBODY = UserId("nobody")
"""Who did it, where nobody was known by then."""
_WHO = of_user(Category.BEHAVIOR, "accountability: who did it", basis=Basis.LEGITIMATE_INTERESTS)
_WHERE = of_user(Category.IP_ADDRESS, "accountability: where it was done from", basis=Basis.LEGITIMATE_INTERESTS)


Told = str | int | float | bool | None
"""A value as an entry tells it."""


class AuditChange(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A field of a setting that was changed: from `before` to `after`, None: there was none. Of a list, what was
    `added` and `removed`, and whether there was `more`."""

    field: Annotated[str, STATE]
    before: Annotated[Told, SETTING] = None
    after: Annotated[Told, SETTING] = None
    added: Annotated[tuple[str, ...], SETTING] = ()
    removed: Annotated[tuple[str, ...], SETTING] = ()
    more: Annotated[bool, STATE] = False


@document("audit", tenant=True, kept=OnItsDay("at", "400 days", by="room", strict=False))
class StoredAuditEntry(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """`seq` counts from 1 in the organisation, without gaps; `hash` covers the line and `previous`, the hash before it.

    `action`: method and route, such as `PATCH /v1/queues/{queue_id}`; `objects`: ids of what it was done to or what it
    made; `fields`: names, never values, of what was set; `why`: a reason's code; `status`: what was answered, `code`:
    the problem's. `changes`: of settings, what was changed to what; an entry without any is written, and hashed, as
    entries were before there were such.
    """

    id: Annotated[AuditId, ID]
    tenant_id: Annotated[TenantId, TENANT]
    seq: Annotated[int, STATE]
    at: Annotated[datetime, TIME]
    actor_id: Annotated[UserId, _WHO]
    token_id: Annotated[TokenId | None, REFERENCE]
    address: Annotated[str, _WHERE]
    action: Annotated[str, STATE]
    objects: Annotated[tuple[str, ...], REFERENCE]
    fields: Annotated[tuple[str, ...], STATE]
    why: Annotated[str | None, STATE]
    status: Annotated[int, STATE]
    code: Annotated[str | None, STATE]
    previous: Annotated[str, STATE]
    hash: Annotated[str, STATE]
    changes: Annotated[tuple[AuditChange, ...], SETTING] = ()


class AuditEntry(msgspec.Struct, frozen=True, kw_only=True):
    """What a line says, before it has its place in the chain."""

    actor_id: UserId
    token_id: TokenId | None
    address: str
    action: str
    objects: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()
    why: str | None = None
    status: int
    code: str | None = None
    changes: tuple[AuditChange, ...] = ()


@document("audit_checkpoints", tenant=True)
class Checkpoint(msgspec.Struct, frozen=True, kw_only=True):
    """Signed: the organisation's lines end with number `seq` and this hash, or go on. Kept in a file too.

    `first`: the oldest line that retention has left, and `before`: the hash that it follows. Its id is the tenant's.
    """

    id: Annotated[TenantId, ID]
    tenant_id: Annotated[TenantId, TENANT]
    at: Annotated[datetime, TIME]
    first: Annotated[int, MEASURE]
    before: Annotated[str, STATE]
    seq: Annotated[int, MEASURE]
    hash: Annotated[str, STATE]
    signature: Annotated[str, STATE]
