"""Organisations, and how calls reach them: trunks and numbers."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import msgspec

from call24.kit.datamap import ID, REFERENCE, SETTING, STATE, TENANT, TIME, Fact, document
from call24.kit.ids import NumberId, QueueId, TenantId, TrunkId

_NAME = Fact("organisation", "name", "shown to its own users", "while the organisation exists")


@document("tenants", tenant=False)
class Tenant(msgspec.Struct, frozen=True, kw_only=True):
    """An organisation. `region`: ISO 3166 code by which national numbers are read; `record_days`: how long call records
    stay; `temporary`: made by the doctor, deleted again."""

    id: Annotated[TenantId, ID]
    name: Annotated[str, _NAME]
    region: Annotated[str, SETTING]
    timezone: Annotated[str, SETTING]
    record_days: Annotated[int, SETTING] = 90
    temporary: Annotated[bool, STATE] = False
    created_at: Annotated[datetime, TIME]


@document("trunks", tenant=True)
class Trunk(msgspec.Struct, frozen=True, kw_only=True):
    """A carrier's way in: only these addresses (IP or CIDR) may send calls for the numbers on it."""

    id: Annotated[TrunkId, ID]
    tenant_id: Annotated[TenantId, TENANT]
    name: Annotated[str, SETTING]
    addresses: Annotated[tuple[str, ...], SETTING]
    created_at: Annotated[datetime, TIME]


@document("numbers", tenant=True)
class Number(msgspec.Struct, frozen=True, kw_only=True):
    """A dialled number (E.164, unique over all organisations) and the queue that answers it.

    `greeting`: the name of the sound played first, or None for none.
    """

    id: Annotated[NumberId, ID]
    tenant_id: Annotated[TenantId, TENANT]
    e164: Annotated[str, SETTING]
    trunk_id: Annotated[TrunkId, REFERENCE]
    queue_id: Annotated[QueueId, REFERENCE]
    greeting: Annotated[str | None, SETTING] = "greeting"
    created_at: Annotated[datetime, TIME]
