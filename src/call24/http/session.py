"""The agent's own session: what it wishes to be. The server decides and answers with what it is."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends
from pydantic import Field

from call24.agents import machine
from call24.http.access import Body, allowed
from call24.http.work import Work, WorkDep
from call24.identity.model import Principal

router = APIRouter(prefix="/v1", tags=["session"])


class Wish(Body):
    state: Literal["available", "paused", "offline"]
    reason: str | None = Field(None, min_length=1, max_length=60)


@router.put("/session")
async def wish(
    body: Wish, principal: Annotated[Principal, Depends(allowed("session.change"))], work: WorkDep
) -> dict[str, Any]:
    """Be available, paused or offline. During a call it is remembered, and done when the call is over."""
    await work.engine.wish(principal.tenant_id, principal.user_id, _signal(body, work))
    return await work.views.session(principal.tenant_id, principal.user_id)


def _signal(body: Wish, work: Work) -> machine.AgentSignal:
    now = work.clock.now()
    match body.state:
        case "available":
            return machine.AvailableWished(at=now)
        case "paused":
            return machine.PauseWished(at=now, reason=body.reason or "break")
        case "offline":
            return machine.OfflineWished(at=now)
