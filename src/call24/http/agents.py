"""Agents as supervisors see and correct them, and what agents say their calls came to."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends
from pydantic import Field

from call24.agents import machine
from call24.agents.model import AgentSession, AgentState
from call24.http.access import Body, ServicesDep, allowed
from call24.http.agent_days import DayParameter, day_of
from call24.http.call_dependencies import Work, WorkDep
from call24.http.dependencies import Services
from call24.identity.model import Principal
from call24.kit.errors import Conflict, Invalid
from call24.kit.ids import CallId, DispositionId, QueueId, UserId

router = APIRouter(prefix="/v1", tags=["agents"])


class Correction(Body):
    """`reason`: why; a code, since journals keep no words about people."""

    state: Literal["available", "paused", "offline"]
    reason: Literal["asked", "forgotten", "away", "stuck", "technical", "shift_over", "other"]


class Given(Body):
    disposition_id: str = Field(max_length=40)


@router.put("/agents/{agent_id}/session", operation_id="agents_set_session")
async def correct(
    agent_id: str,
    body: Correction,
    principal: Annotated[Principal, Depends(allowed("agents.correct"))],
    work: WorkDep,
    services: ServicesDep,
) -> dict[str, Any]:
    """Say what an agent is. A wrap-up ends at once, also without its disposition; a call or an offer goes on, and the
    correction comes after it (`next`). Who did it, and why, is written down."""
    user = await services.identity.user(principal.tenant_id, UserId(agent_id))
    signal = machine.Corrected(
        at=work.clock.now(), by=principal.user_id, state=AgentState(body.state), reason=body.reason
    )
    await work.engine.wish(principal.tenant_id, user.id, signal)
    return await work.views.session(principal.tenant_id, user.id)


@router.delete("/agents/{agent_id}/offer", status_code=202, operation_id="agents_end_offer")
async def end_offer(
    agent_id: str,
    principal: Annotated[Principal, Depends(allowed("agents.correct"))],
    work: WorkDep,
    services: ServicesDep,
) -> dict[str, Any]:
    """End an offer that is stuck: the agent is free again, the caller goes on to the next. 409 not_offered."""
    user = await services.identity.user(principal.tenant_id, UserId(agent_id))
    work.requests.end_offer(principal.tenant_id, principal.user_id, user.id)
    return {}


@router.get("/agents/{agent_id}/timeline", operation_id="agents_read_timeline")
async def timeline(
    agent_id: str,
    principal: Annotated[Principal, Depends(allowed("agents.read"))],
    work: WorkDep,
    services: ServicesDep,
    day: DayParameter = None,
) -> dict[str, Any]:
    """One agent's day: every state with its reason and call, every wish, and who corrected what."""
    return await day_of(work, services, principal.tenant_id, UserId(agent_id), day)


@router.post("/calls/{call_id}/disposition", operation_id="calls_set_disposition")
async def give_disposition(
    call_id: str,
    body: Given,
    principal: Annotated[Principal, Depends(allowed("session.change"))],
    work: WorkDep,
    services: ServicesDep,
) -> dict[str, Any]:
    """What the call came to, as far as this agent had it. During the call or its wrap-up; given again, it corrects.

    409 not_in_hand when the agent does not have this call, or its wrap-up is over. 422 for a disposition that the
    queue does not take.
    """
    tenant_id, agent_id, call = principal.tenant_id, principal.user_id, CallId(call_id)
    session = work.board.session(tenant_id, agent_id)
    if session is None or not _has(session, call):
        await work.history.record(tenant_id, call, work.queues_of(principal), principal.user_id)
        raise _not_in_hand()
    disposition_id = DispositionId(body.disposition_id)
    queue_id = session.wrap_up_queue_id or await _queue_of(work, session, call)
    _check(services, session, queue_id, disposition_id)
    signal = machine.DispositionGiven(at=work.clock.now(), call_id=call, disposition_id=disposition_id)
    after = await work.engine.wish(tenant_id, agent_id, signal)
    if (after.disposed_call_id, after.disposed_as) != (call, disposition_id):
        raise _not_in_hand()
    return await work.views.session(tenant_id, agent_id)


def _has(session: AgentSession, call_id: CallId) -> bool:
    return session.call_id == call_id and session.state in {AgentState.ON_CALL, AgentState.WRAP_UP}


def _check(services: Services, session: AgentSession, queue_id: QueueId | None, disposition_id: DispositionId) -> None:
    """An own call without a queue takes every disposition. Raises: Invalid."""
    queue = services.queues.known(queue_id) if queue_id is not None else None
    if queue is not None and queue.disposition == "off":
        raise Invalid(errors=[("disposition_id", "this call's queue asks for none")])
    listed = queue.dispositions if queue is not None else ()
    fitting = services.agents.known_dispositions(session.tenant_id, listed)
    if disposition_id not in {disposition.id for disposition in fitting}:
        raise Invalid(errors=[("disposition_id", "one of those that this call's queue takes")])


async def _queue_of(work: Work, session: AgentSession, call_id: CallId) -> QueueId | None:
    """The queue that the call is in now; of one that is over, where it was first."""
    live = work.board.call(session.tenant_id, call_id)
    if live is not None:
        return live.call.queue_id
    return (await work.history.record(session.tenant_id, call_id, None)).queue_id


def _not_in_hand() -> Conflict:
    return Conflict("You do not have this call, or its wrap-up is over", code="not_in_hand")
