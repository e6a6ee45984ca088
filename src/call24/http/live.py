"""The live screen's snapshot. What changes afterwards comes as realtime events with a higher `seq`."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends

from call24.http.access import allowed
from call24.http.call_dependencies import WorkDep
from call24.identity.model import Principal
from call24.identity.permissions import permits
from call24.live.views import iso

router = APIRouter(prefix="/v1", tags=["live"])


@router.get("/live", operation_id="live_read")
async def live(principal: Annotated[Principal, Depends(allowed("live.read"))], work: WorkDep) -> dict[str, Any]:
    """Everything that the app shows now. `seq` is taken first: an event may come twice, but none is missed.

    `call`: the one this user has, is rung for or listens to. `calls`: all that go on, and whom each agent talks to
    (`with`), for who may see all."""
    tenant_id, user_id = principal.tenant_id, principal.user_id
    seq = work.board.seq(tenant_id)
    mine = work.board.call_of(tenant_id, user_id)
    snapshot = {
        "seq": seq,
        "at": iso(work.clock.now()),
        "system": work.system(),
        "session": await work.views.session(tenant_id, user_id),
        "call": await work.views.live_call(mine, user_id) if mine is not None else None,
        "queues": await work.views.queues(tenant_id),
        "agents": await work.views.agents(tenant_id, with_callers=permits(principal, "calls.read_all")),
        "today": await work.views.today(tenant_id, user_id),
    }
    if permits(principal, "calls.read_all"):
        snapshot["calls"] = await work.views.calls(tenant_id)
    return snapshot
