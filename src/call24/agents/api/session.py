"""The agent's own session: the state that it requests. The server decides and answers with the actual one."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import Depends, Response
from pydantic import Field

from call24.agents import machine
from call24.agents.api.agent_days import DayParameter, day_of
from call24.agents.api.answers import AgentTimeline
from call24.agents.dependencies import AgentsDep
from call24.agents.service import AgentService
from call24.agents.transitions import disposition_missing
from call24.engine.dependencies import EngineDep
from call24.http.access import Body, allowed
from call24.http.provided import ClockDep
from call24.http.router import Router
from call24.identity.dependencies import IdentityDep
from call24.identity.model import Principal
from call24.journal.dependencies import JournalDep
from call24.kit.clock import Clock
from call24.kit.errors import Conflict
from call24.live.answers import AgentSessionAnswer
from call24.live.dependencies import BoardDep, ViewsDep
from call24.tenants.dependencies import TenantsDep

router = Router(prefix="/v1", tags=["session"])

Agent = Annotated[Principal, Depends(allowed("session.change"))]


class StateRequest(Body):
    """The state that you request.

    `reason`: of a pause; a pause reason's id or a built-in code (break, lunch, training, meeting, paperwork).
    """

    state: Literal["available", "paused", "offline"]
    reason: str | None = Field(None, min_length=1, max_length=60)


@router.put("/session", operation_id="session_request_state")
async def wish(
    body: StateRequest,
    principal: Agent,
    board: BoardDep,
    engine: EngineDep,
    views: ViewsDep,
    clock: ClockDep,
    agent_service: AgentsDep,
) -> AgentSessionAnswer:
    """Requests a state for yourself: available, paused or offline. During a call it takes effect when the call is over.

    409 `disposition_required` while your wrap-up waits for its disposition; nothing is changed then.
    """
    signal = _signal(body, principal, clock, agent_service)
    session = board.session(principal.tenant_id, principal.user_id)
    if session is not None and disposition_missing(session):
        raise Conflict("Set the disposition of your last call first", code="disposition_required")
    await engine.wish(principal.tenant_id, principal.user_id, signal)
    return await views.session(principal.tenant_id, principal.user_id)


@router.post("/session/heartbeat", status_code=204, operation_id="session_heartbeat")
async def heartbeat(principal: Agent) -> Response:
    """Reports that the app is still there, where it has no realtime connection. Each other request does so too.

    An agent without a connection, a request or a registered phone for a minute is offered no more calls.
    """
    return Response(status_code=204)


@router.get("/session/timeline", operation_id="session_read_timeline")
async def timeline(
    principal: Agent,
    identity: IdentityDep,
    tenants: TenantsDep,
    journal: JournalDep,
    clock: ClockDep,
    agent_service: AgentsDep,
    views: ViewsDep,
    day: DayParameter = None,
) -> AgentTimeline:
    """Retrieves your own day: each state with its reason and call, and what supervisors corrected."""
    return await day_of(
        identity, tenants, journal, clock, agent_service, views, principal.tenant_id, principal.user_id, day
    )


def _signal(body: StateRequest, principal: Principal, clock: Clock, agent_service: AgentService) -> machine.AgentSignal:
    now = clock.now()
    match body.state:
        case "available":
            return machine.AvailableWished(at=now)
        case "paused":
            reason, limit_s = agent_service.wished_pause(principal.tenant_id, body.reason)
            return machine.PauseWished(at=now, reason=reason, limit_s=limit_s)
        case "offline":
            return machine.OfflineWished(at=now)
