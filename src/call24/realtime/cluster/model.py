"""Who takes part, and what is on the way between them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated

import msgspec

from call24.data_map import ID, MEASURE, REFERENCE, STATE, TENANT, TIME, Category, Expires, document, of_user
from call24.kit.ids import TenantId

MAIN = "main"
"""The id of the main process's sign; a node's is its run."""

_BODY = of_user(
    Category.BEHAVIOR, "carrying realtime events and what clients say between the processes that serve sockets"
)


@document("realtime_nodes", tenant=False, kept=Expires("at", timedelta(hours=1)))
class Sign(msgspec.Struct, frozen=True, kw_only=True):
    """A process's sign of life. `run`: a new one for each life; `proof`: that it has the installation's key; `nodes`:
    in the main process's, the lives that it serves, each with the number that its sockets' ids begin with."""

    id: Annotated[str, ID]
    run: Annotated[str, REFERENCE]
    proof: Annotated[str, STATE]
    beat: Annotated[int, MEASURE] = 0
    nodes: Annotated[dict[str, int], STATE] = {}
    at: Annotated[datetime, TIME]


@document("realtime_messages", tenant=True, kept=Expires("created_at", timedelta(minutes=2)))
class NodeMessage(msgspec.Struct, frozen=True, kw_only=True):
    """From one life to another, numbered 1, 2, 3, ...; `body`: one message of messages.py."""

    id: Annotated[str, ID]
    tenant_id: Annotated[TenantId, TENANT]
    to: Annotated[str, REFERENCE]
    by: Annotated[str, REFERENCE]
    number: Annotated[int, MEASURE]
    body: Annotated[bytes, _BODY]
    created_at: Annotated[datetime, TIME]
