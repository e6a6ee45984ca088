"""What supervisors see and correct of agents, and the dispositions that agents give."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import Depends
from pydantic import Field

from call24.agents import machine
from call24.agents.api.agent_days import DayParameter, day_of
from call24.agents.api.answers import AgentTimeline, OfferEnding
from call24.agents.dependencies import AgentsDep
from call24.agents.model import AgentSession, AgentState
from call24.agents.service import AgentService
from call24.call_records.dependencies import HistoryDep
from call24.call_records.history import History
from call24.engine.dependencies import CallRequestsDep, EngineDep
from call24.http.access import Body, allowed
from call24.http.provided import ClockDep
from call24.http.router import Router
from call24.identity.dependencies import IdentityDep
from call24.identity.model import Principal
from call24.journal.dependencies import JournalDep
from call24.kit.errors import Conflict, Invalid
from call24.kit.ids import CallId, DispositionId, QueueId, UserId
from call24.live.answers import AgentSessionAnswer
from call24.live.board import Board
from call24.live.dependencies import BoardDep, ViewsDep
from call24.queues.dependencies import QueuesDep
from call24.queues.service import QueueService
from call24.queues.visibility import visible_queues
from call24.tenants.dependencies import TenantsDep

router = Router(prefix="/v1", tags=["agents"])


class AgentCorrection(Body):
    """The state that the agent is to have, and why: a code, because journals keep no words about people."""

    state: Literal["available", "paused", "offline"]
    reason: Literal["asked", "forgotten", "away", "stuck", "technical", "shift_over", "other"]


class DispositionGiven(Body):
    """One of the dispositions that the call's queue takes."""

    disposition_id: str = Field(max_length=40)


@router.put("/agents/{agent_id}/session", operation_id="agents_set_session")
async def correct(
    agent_id: str,
    body: AgentCorrection,
    principal: Annotated[Principal, Depends(allowed("agents.correct"))],
    identity: IdentityDep,
    engine: EngineDep,
    views: ViewsDep,
    clock: ClockDep,
) -> AgentSessionAnswer:
    """Sets an agent's state, as a supervisor. Who did it and why is recorded.

    A wrap-up ends at once, also without its disposition. A call or an offer goes on, and the new state follows it
    (`next`).
    """
    user = await identity.user(principal.tenant_id, UserId(agent_id))
    signal = machine.Corrected(at=clock.now(), by=principal.user_id, state=AgentState(body.state), reason=body.reason)
    await engine.wish(principal.tenant_id, user.id, signal)
    return await views.session(principal.tenant_id, user.id)


@router.delete("/agents/{agent_id}/offer", status_code=202, operation_id="agents_end_offer")
async def end_offer(
    agent_id: str,
    principal: Annotated[Principal, Depends(allowed("agents.correct"))],
    call_requests: CallRequestsDep,
    identity: IdentityDep,
) -> OfferEnding:
    """Ends an offer that is stuck: the agent is free again, and the caller goes on to the next agent.

    409 `not_offered` where the agent is offered no call.
    """
    user = await identity.user(principal.tenant_id, UserId(agent_id))
    call_requests.end_offer(principal.tenant_id, principal.user_id, user.id)
    return {}


@router.get("/agents/{agent_id}/timeline", operation_id="agents_read_timeline")
async def timeline(
    agent_id: str,
    principal: Annotated[Principal, Depends(allowed("agents.read"))],
    identity: IdentityDep,
    tenants: TenantsDep,
    journal: JournalDep,
    clock: ClockDep,
    agent_service: AgentsDep,
    views: ViewsDep,
    day: DayParameter = None,
) -> AgentTimeline:
    """Retrieves an agent's day: each state with its reason and call, each request, and each correction."""
    return await day_of(
        identity, tenants, journal, clock, agent_service, views, principal.tenant_id, UserId(agent_id), day
    )


@router.post("/calls/{call_id}/disposition", operation_id="calls_set_disposition")
async def give_disposition(
    call_id: str,
    body: DispositionGiven,
    principal: Annotated[Principal, Depends(allowed("session.change"))],
    board: BoardDep,
    engine: EngineDep,
    views: ViewsDep,
    history_service: HistoryDep,
    queue_service: QueuesDep,
    clock: ClockDep,
    agent_service: AgentsDep,
) -> AgentSessionAnswer:
    """Sets your disposition of a call, during the call or its wrap-up. Setting it again replaces it.

    409 `not_in_hand` where you do not have this call or its wrap-up is over. 422 for a disposition that the call's
    queue does not take.
    """
    tenant_id, agent_id, call = principal.tenant_id, principal.user_id, CallId(call_id)
    session = board.session(tenant_id, agent_id)
    if session is None or not _has(session, call):
        queues = visible_queues(principal, queue_service)
        await history_service.record(tenant_id, call, queues, principal.user_id, restricted=True)
        raise _not_in_hand()
    disposition_id = DispositionId(body.disposition_id)
    queue_id = session.wrap_up_queue_id or await _queue_of(board, history_service, session, call)
    _check(agent_service, queue_service, session, queue_id, disposition_id)
    signal = machine.DispositionGiven(at=clock.now(), call_id=call, disposition_id=disposition_id)
    after = await engine.wish(tenant_id, agent_id, signal)
    if (after.disposed_call_id, after.disposed_as) != (call, disposition_id):
        raise _not_in_hand()
    return await views.session(tenant_id, agent_id)


def _has(session: AgentSession, call_id: CallId) -> bool:
    return session.call_id == call_id and session.state in {AgentState.ON_CALL, AgentState.WRAP_UP}


def _check(
    agent_service: AgentService,
    queue_service: QueueService,
    session: AgentSession,
    queue_id: QueueId | None,
    disposition_id: DispositionId,
) -> None:
    """An own call without a queue takes every disposition. Raises: Invalid."""
    queue = queue_service.known(queue_id) if queue_id is not None else None
    if queue is not None and queue.disposition == "off":
        raise Invalid(errors=[("disposition_id", "this call's queue asks for none")])
    listed = queue.dispositions if queue is not None else ()
    fitting = agent_service.known_dispositions(session.tenant_id, listed)
    if disposition_id not in {disposition.id for disposition in fitting}:
        raise Invalid(errors=[("disposition_id", "one of those that this call's queue takes")])


async def _queue_of(board: Board, history_service: History, session: AgentSession, call_id: CallId) -> QueueId | None:
    """The queue that the call is in now; of one that is over, where it was first."""
    live = board.call(session.tenant_id, call_id)
    if live is not None:
        return live.call.queue_id
    return (await history_service.record(session.tenant_id, call_id, None, restricted=True)).queue_id


def _not_in_hand() -> Conflict:
    return Conflict("You do not have this call, or its wrap-up is over", code="not_in_hand")
