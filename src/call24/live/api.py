"""The live screen's snapshot. What changes afterwards comes as realtime events with a higher `seq`."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends

from call24.http.access import allowed
from call24.http.provided import ClockDep
from call24.http.router import Router
from call24.identity.model import Principal
from call24.identity.permissions import permits
from call24.kit.instants import iso
from call24.live.answers import LiveSnapshot
from call24.live.dependencies import BoardDep, SystemPartsDep, ViewsDep

router = Router(prefix="/v1", tags=["live"])


@router.get("/live", operation_id="live_read")
async def live(
    principal: Annotated[Principal, Depends(allowed("live.read"))],
    board: BoardDep,
    system_parts: SystemPartsDep,
    clock: ClockDep,
    views: ViewsDep,
) -> LiveSnapshot:
    """Returns everything that the live screen shows: your session and call, queues and agents.

    `calls` (all calls that go on) and `with` (whom each agent talks to) need the permission `calls.read_all`.
    Afterwards, apply the realtime events with a higher `seq`: an event may repeat what the snapshot has, and none is
    missed.
    """
    tenant_id, user_id = principal.tenant_id, principal.user_id
    seq = board.seq(tenant_id)
    mine = board.call_of(tenant_id, user_id)
    snapshot: LiveSnapshot = {
        "seq": seq,
        "at": iso(clock.now()),
        "system": system_parts.system(),
        "session": await views.session(tenant_id, user_id),
        "call": await views.live_call(mine, user_id) if mine is not None else None,
        "queues": await views.queues(tenant_id),
        "agents": await views.agents(tenant_id, with_callers=permits(principal, "calls.read_all")),
        "today": await views.today(tenant_id, user_id),
    }
    if permits(principal, "calls.read_all"):
        snapshot["calls"] = await views.calls(tenant_id)
    return snapshot
