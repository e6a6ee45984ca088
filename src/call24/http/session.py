"""The agent's own session: what it wishes to be. The server decides and answers with what it is."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Response
from pydantic import Field

from call24.agents import machine
from call24.agents.transitions import disposition_missing
from call24.http.access import Body, ServicesDep, allowed
from call24.http.agent_days import DayParameter, day_of
from call24.http.call_dependencies import Work, WorkDep
from call24.http.dependencies import Services
from call24.identity.model import Principal
from call24.kit.errors import Conflict

router = APIRouter(prefix="/v1", tags=["session"])

Agent = Annotated[Principal, Depends(allowed("session.change"))]


class Wish(Body):
    """`reason`: of a pause; a pause reason's id or a built-in code (break, lunch, training, meeting, paperwork)."""

    state: Literal["available", "paused", "offline"]
    reason: str | None = Field(None, min_length=1, max_length=60)


@router.put("/session", operation_id="session_request_state")
async def wish(body: Wish, principal: Agent, work: WorkDep, services: ServicesDep) -> dict[str, Any]:
    """Be available, paused or offline. During a call it is remembered, and done when the call is over.

    409 disposition_required while a wrap-up waits for its disposition: nothing is changed then.
    """
    signal = _signal(body, principal, work, services)
    session = work.board.session(principal.tenant_id, principal.user_id)
    if session is not None and disposition_missing(session):
        raise Conflict("Say first what the last call came to", code="disposition_required")
    await work.engine.wish(principal.tenant_id, principal.user_id, signal)
    return await work.views.session(principal.tenant_id, principal.user_id)


@router.post("/session/heartbeat", status_code=204, operation_id="session_heartbeat")
async def heartbeat(principal: Agent) -> Response:
    """A sign of life, for an app without a realtime connection. Any other request is one too.

    An agent of whom nothing is heard for a minute (no socket, no request, no registered phone) gets no more calls.
    """
    return Response(status_code=204)


@router.get("/session/timeline", operation_id="session_read_timeline")
async def timeline(principal: Agent, work: WorkDep, services: ServicesDep, day: DayParameter = None) -> dict[str, Any]:
    """The agent's own day, also what supervisors changed."""
    return await day_of(work, services, principal.tenant_id, principal.user_id, day)


def _signal(body: Wish, principal: Principal, work: Work, services: Services) -> machine.AgentSignal:
    now = work.clock.now()
    match body.state:
        case "available":
            return machine.AvailableWished(at=now)
        case "paused":
            reason, limit_s = services.agents.wished_pause(principal.tenant_id, body.reason)
            return machine.PauseWished(at=now, reason=reason, limit_s=limit_s)
        case "offline":
            return machine.OfflineWished(at=now)
