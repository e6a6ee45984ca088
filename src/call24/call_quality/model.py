"""How the sound of a leg was, as the phone at its end measured it. By the leg's id one can tell whose line it was."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import msgspec

from call24.data_map import ID, MEASURE, REFERENCE, TENANT, TIME, WithCall, document
from call24.kit.ids import CallId, LegId, TenantId


@document("call_quality", tenant=True, kept=WithCall("call_id"))
class LegQuality(msgspec.Struct, frozen=True, kw_only=True):
    """`id`: the leg's, with which the call record tells who spoke on it; `at`: when the phone told. `s`: seconds that
    were measured. Means over them: `round_trip_ms` (None: unknown), `jitter_ms`.
    `lost_received`, `lost_sent`: shares of the packets, from 0 to 1, towards the phone (1: none arrived) and
    from it (None: not told).
    """

    id: Annotated[LegId, ID]
    tenant_id: Annotated[TenantId, TENANT]
    call_id: Annotated[CallId, REFERENCE]
    at: Annotated[datetime, TIME]
    s: Annotated[float, MEASURE]
    round_trip_ms: Annotated[float | None, MEASURE]
    jitter_ms: Annotated[float, MEASURE]
    lost_received: Annotated[float, MEASURE]
    lost_sent: Annotated[float | None, MEASURE]
