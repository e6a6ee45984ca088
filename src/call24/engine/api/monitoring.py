"""Supervisors in a call: hear it, speak to its agent or to all, take it over, end it. Each leaves an event behind."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import Depends

from call24.engine.answers import CallCommandAccepted
from call24.engine.dependencies import CallRequestsDep
from call24.http.access import Body, allowed
from call24.http.router import Router
from call24.identity.model import Principal
from call24.kit.ids import CallId

router = Router(prefix="/v1/calls/{call_id}", tags=["supervision"])

Listener = Annotated[Principal, Depends(allowed("calls.monitor"))]
Reason = Literal["coaching", "quality", "complaint", "help_asked", "technical"]


class Monitoring(Body):
    """How to take part, and why.

    `listen`: nobody hears the supervisor; `whisper`: the agent alone does; `barge`: everybody does.
    """

    mode: Literal["listen", "whisper", "barge"]
    reason: Reason


class TakeOver(Body):
    """Why the call is taken over."""

    reason: Reason


class End(Body):
    """Why the call is ended."""

    reason: Literal["stuck", "abuse", "technical"] = "stuck"


@router.post("/monitor", status_code=202, operation_id="monitoring_monitor")
async def monitor(
    call_id: str, body: Monitoring, principal: Listener, call_requests: CallRequestsDep
) -> CallCommandAccepted:
    """Joins a call as a supervisor, or changes how you take part.

    Your own phone rings and answers by itself. Calling it again with another `mode` changes the mode.
    """
    call_requests.heard(principal.tenant_id, principal.user_id, CallId(call_id))
    await call_requests.reach.own_phone(principal.tenant_id, principal.user_id, principal.device_id)
    call_requests.monitor(
        principal.tenant_id, principal.user_id, CallId(call_id), body.mode, body.reason, principal.device_id
    )
    return {}


@router.delete("/monitor", status_code=202, operation_id="monitoring_stop")
async def stop_monitoring(call_id: str, principal: Listener, call_requests: CallRequestsDep) -> CallCommandAccepted:
    """Leaves the call that you monitor."""
    call_requests.monitor_end(principal.tenant_id, principal.user_id, CallId(call_id))
    return {}


@router.post("/take-over", status_code=202, operation_id="monitoring_take_over")
async def take_over(
    call_id: str,
    body: TakeOver,
    principal: Annotated[Principal, Depends(allowed("calls.take_over"))],
    call_requests: CallRequestsDep,
) -> CallCommandAccepted:
    """Takes over the call that you monitor: you become its agent, and the agent who had it is out."""
    call_requests.take_over(principal.tenant_id, principal.user_id, CallId(call_id), body.reason)
    return {}


@router.post("/end", status_code=202, operation_id="monitoring_end_call")
async def end(
    call_id: str,
    body: End,
    principal: Annotated[Principal, Depends(allowed("calls.end"))],
    call_requests: CallRequestsDep,
) -> CallCommandAccepted:
    """Ends a call for everybody in it."""
    call_requests.end(principal.tenant_id, principal.user_id, CallId(call_id), body.reason)
    return {}
