"""What an agent can do with the call in hand. Intents only: the engine decides, and the app hears of it over realtime.

What the call's state does not allow is answered with 409 and a code of calls/preconditions.py.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends
from pydantic import Field

from call24.calls import signals as s
from call24.calls.model import Call, Direction
from call24.calls.preconditions import Asked, concerns, refusal
from call24.engine.answers import CallCommandAccepted
from call24.engine.api.call_targets import Consulted, Target, target
from call24.engine.dependencies import CallRequestsDep, EngineDep
from call24.engine.engine import Engine
from call24.engine.requests import Requests
from call24.flows.dependencies import FlowsDep
from call24.http.access import Body, allowed
from call24.http.provided import ClockDep
from call24.http.router import Router
from call24.identity.dependencies import IdentityDep
from call24.identity.model import Principal
from call24.kit.errors import NotFound
from call24.kit.ids import CallId, LegId, new_id
from call24.queues.dependencies import QueuesDep
from call24.tenants.dependencies import TenantsDep

router = Router(prefix="/v1/calls/{call_id}", tags=["call in hand"])

Talker = Annotated[Principal, Depends(allowed("call.control"))]

DONE: CallCommandAccepted = {}
OWN = {Direction.OUTBOUND, Direction.INTERNAL}


class Transfer(Body):
    """Where to transfer the call."""

    to: Target


class Consult(Body):
    """Whom to consult."""

    to: Consulted


class Digits(Body):
    """The tones to send."""

    digits: str = Field(pattern=r"^[0-9*#]{1,32}$")


@router.post("/decline", status_code=202, operation_id="call_control_decline")
async def decline(
    call_id: str, principal: Talker, clock: ClockDep, call_requests: CallRequestsDep, engine: EngineDep
) -> CallCommandAccepted:
    """Declines a call that rings.

    The call goes to the next agent, and the caller keeps the place in the queue. A consultation is refused. 409 where
    the call does not ring for you.
    """
    return ask(
        call_requests, engine, principal, call_id, s.DeclineRequested(at=clock.now(), agent_id=principal.user_id)
    )


@router.post("/hangup", status_code=202, operation_id="call_control_hang_up")
async def hang_up(
    call_id: str, principal: Talker, clock: ClockDep, engine: EngineDep, call_requests: CallRequestsDep
) -> CallCommandAccepted:
    """Ends the call for everybody in it.

    With a consult party in the call, the customer stays with that party. The consult party itself only leaves.
    """
    call = _mine(engine, principal, call_id)
    now, who = clock.now(), principal.user_id
    if call.direction in OWN and call.offer_to(who) is not None:  # one's own phone rings for one's own call
        return ask(call_requests, engine, principal, call_id, s.DeclineRequested(at=now, agent_id=who))
    return ask(call_requests, engine, principal, call_id, s.HangUpRequested(at=now, agent_id=who))


@router.post("/hold", status_code=202, operation_id="call_control_hold")
async def hold(
    call_id: str, principal: Talker, clock: ClockDep, call_requests: CallRequestsDep, engine: EngineDep
) -> CallCommandAccepted:
    """Puts the customer on hold, with music, until `resume`.

    409 where the call is not connected.
    """
    return ask(call_requests, engine, principal, call_id, s.HoldRequested(at=clock.now(), agent_id=principal.user_id))


@router.post("/resume", status_code=202, operation_id="call_control_resume")
async def resume(
    call_id: str, principal: Talker, clock: ClockDep, call_requests: CallRequestsDep, engine: EngineDep
) -> CallCommandAccepted:
    """Takes the customer back from hold.

    409 where the call is not on hold.
    """
    return ask(call_requests, engine, principal, call_id, s.ResumeRequested(at=clock.now(), agent_id=principal.user_id))


@router.post("/mute", status_code=202, operation_id="call_control_mute")
async def mute(
    call_id: str, principal: Talker, clock: ClockDep, call_requests: CallRequestsDep, engine: EngineDep
) -> CallCommandAccepted:
    """Mutes the agent until `unmute`: nobody hears the agent, and neither does the recording."""
    return ask(
        call_requests, engine, principal, call_id, s.MuteRequested(at=clock.now(), agent_id=principal.user_id, on=True)
    )


@router.post("/unmute", status_code=202, operation_id="call_control_unmute")
async def unmute(
    call_id: str, principal: Talker, clock: ClockDep, call_requests: CallRequestsDep, engine: EngineDep
) -> CallCommandAccepted:
    """Ends `mute`: the agent is heard again."""
    return ask(
        call_requests, engine, principal, call_id, s.MuteRequested(at=clock.now(), agent_id=principal.user_id, on=False)
    )


@router.post("/digits", status_code=202, operation_id="call_control_send_digits")
async def digits(
    call_id: str, body: Digits, principal: Talker, clock: ClockDep, call_requests: CallRequestsDep, engine: EngineDep
) -> CallCommandAccepted:
    """Sends DTMF tones to the party that the agent talks to, such as another company's IVR."""
    now = clock.now()
    return ask(
        call_requests,
        engine,
        principal,
        call_id,
        s.DigitsRequested(at=now, agent_id=principal.user_id, digits=body.digits),
    )


@router.post("/transfer", status_code=202, operation_id="call_control_transfer")
async def transfer(
    call_id: str,
    body: Transfer,
    principal: Talker,
    clock: ClockDep,
    engine: EngineDep,
    call_requests: CallRequestsDep,
    queue_service: QueuesDep,
    flow_service: FlowsDep,
    tenants: TenantsDep,
    identity: IdentityDep,
) -> CallCommandAccepted:
    """Transfers the call to another agent, queue, flow or number, without asking first (a blind transfer).

    You are out of the call at once. Where nobody answers, the customer comes back to you. 409 `customer_in_call` for
    the number of the call's own customer.
    """
    call = _mine(engine, principal, call_id)
    to = target(call_requests, queue_service, flow_service, tenants, identity, principal, body.to, call)
    return ask(
        call_requests,
        engine,
        principal,
        call_id,
        s.TransferRequested(at=clock.now(), agent_id=principal.user_id, to=to),
    )


@router.post("/consult", status_code=202, operation_id="call_control_consult")
async def consult(
    call_id: str,
    body: Consult,
    principal: Talker,
    clock: ClockDep,
    call_requests: CallRequestsDep,
    engine: EngineDep,
    queue_service: QueuesDep,
    flow_service: FlowsDep,
    tenants: TenantsDep,
    identity: IdentityDep,
) -> CallCommandAccepted:
    """Calls a colleague or an outside number while the customer hears music.

    Go on with `swap`, `complete`, `cancel` or `conference`. A colleague who is paused is rung: pauses keep away only
    calls of queues. 409 `colleague_offline`, `colleague_busy` or `colleague_no_phone` where the colleague cannot be
    rung, and `customer_in_call` for the number of the call's own customer.
    """
    call = _mine(engine, principal, call_id)
    to = target(
        call_requests,
        queue_service,
        flow_service,
        tenants,
        identity,
        principal,
        Target(agent_id=body.to.agent_id, number=body.to.number),
        call,
    )
    signal = s.ConsultRequested(at=clock.now(), agent_id=principal.user_id, to=to)
    if to.agent_id is not None and refusal(call, signal) is None:
        await call_requests.reach.colleague(principal.tenant_id, to.agent_id)
    return ask(call_requests, engine, principal, call_id, signal)


@router.post("/swap", status_code=202, operation_id="call_control_swap")
async def swap(
    call_id: str, principal: Talker, clock: ClockDep, call_requests: CallRequestsDep, engine: EngineDep
) -> CallCommandAccepted:
    """Switches between the customer and the consult party; the other one hears music."""
    return ask(call_requests, engine, principal, call_id, s.SwapRequested(at=clock.now(), agent_id=principal.user_id))


@router.post("/complete", status_code=202, operation_id="call_control_complete_transfer")
async def complete(
    call_id: str, principal: Talker, clock: ClockDep, call_requests: CallRequestsDep, engine: EngineDep
) -> CallCommandAccepted:
    """Completes the transfer: leaves the customer with the consult party, also while that party still rings."""
    return ask(
        call_requests, engine, principal, call_id, s.CompleteRequested(at=clock.now(), agent_id=principal.user_id)
    )


@router.post("/cancel", status_code=202, operation_id="call_control_cancel_consult")
async def cancel(
    call_id: str, principal: Talker, clock: ClockDep, call_requests: CallRequestsDep, engine: EngineDep
) -> CallCommandAccepted:
    """Ends the consultation: drops the consult party and returns to the customer."""
    return ask(call_requests, engine, principal, call_id, s.CancelRequested(at=clock.now(), agent_id=principal.user_id))


@router.post("/conference", status_code=202, operation_id="call_control_conference")
async def conference(
    call_id: str, principal: Talker, clock: ClockDep, call_requests: CallRequestsDep, engine: EngineDep
) -> CallCommandAccepted:
    """Joins the customer, the agent and the consult party in a conference."""
    return ask(
        call_requests, engine, principal, call_id, s.ConferenceRequested(at=clock.now(), agent_id=principal.user_id)
    )


@router.post("/drop", status_code=202, operation_id="call_control_drop_party")
async def drop(
    call_id: str, principal: Talker, clock: ClockDep, call_requests: CallRequestsDep, engine: EngineDep
) -> CallCommandAccepted:
    """Removes the consult party from the conference."""
    return ask(call_requests, engine, principal, call_id, s.DropRequested(at=clock.now(), agent_id=principal.user_id))


@router.post("/recording/start", status_code=202, operation_id="call_control_start_recording")
async def start_recording(
    call_id: str, principal: Talker, clock: ClockDep, call_requests: CallRequestsDep, engine: EngineDep
) -> CallCommandAccepted:
    """Starts recording the call, where the queue records on demand."""
    return ask(call_requests, engine, principal, call_id, s.RecordRequested(at=clock.now(), agent_id=principal.user_id))


@router.post("/recording/pause", status_code=202, operation_id="call_control_pause_recording")
async def pause_recording(
    call_id: str, principal: Talker, clock: ClockDep, call_requests: CallRequestsDep, engine: EngineDep
) -> CallCommandAccepted:
    """Pauses the recording, for card numbers or health data: it has silence until it is resumed.

    It goes on by itself after the queue's `auto_resume_s`.
    """
    return ask(
        call_requests, engine, principal, call_id, s.PauseRecordingRequested(at=clock.now(), agent_id=principal.user_id)
    )


@router.post("/recording/resume", status_code=202, operation_id="call_control_resume_recording")
async def resume_recording(
    call_id: str, principal: Talker, clock: ClockDep, call_requests: CallRequestsDep, engine: EngineDep
) -> CallCommandAccepted:
    """Resumes a paused recording."""
    return ask(
        call_requests,
        engine,
        principal,
        call_id,
        s.ResumeRecordingRequested(at=clock.now(), agent_id=principal.user_id),
    )


@router.post("/reattach", status_code=202, operation_id="call_control_reattach")
async def reattach(
    call_id: str, principal: Talker, clock: ClockDep, call_requests: CallRequestsDep, engine: EngineDep
) -> CallCommandAccepted:
    """Rings this device again after the app was reloaded during a call; the device answers by itself."""
    signal = s.ReattachRequested(
        at=clock.now(), agent_id=principal.user_id, device_id=principal.own_device(), leg=LegId(new_id("leg"))
    )
    return ask(call_requests, engine, principal, call_id, signal)


def ask(
    call_requests: Requests, engine: Engine, principal: Principal, call_id: str, signal: Asked
) -> CallCommandAccepted:
    """Raises: NotFound for a call that is not this agent's, Conflict for what cannot be done now."""
    call = _mine(engine, principal, call_id)
    if (why_not := refusal(call, signal)) is not None:
        raise why_not
    call_requests.request(principal.tenant_id, principal.user_id, CallId(call_id), signal)
    return DONE


def _mine(engine: Engine, principal: Principal, call_id: str) -> Call:
    call = engine.call(CallId(call_id))
    if call is None or call.tenant_id != principal.tenant_id or not concerns(call, principal.user_id):
        raise NotFound
    return call
