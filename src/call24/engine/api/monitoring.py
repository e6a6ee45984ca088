"""Supervisors in a call: hear it, speak to its agent or to all, take it over, end it. Each leaves an event behind."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import Depends

from call24.engine.dependencies import CallRequestsDep
from call24.http.access import Body, allowed
from call24.http.router import Router
from call24.identity.model import Principal
from call24.kit.ids import CallId

router = Router(prefix="/v1/calls/{call_id}", tags=["supervision"])

Listener = Annotated[Principal, Depends(allowed("calls.monitor"))]
Reason = Literal["coaching", "quality", "complaint", "help_asked", "technical"]


class Monitoring(Body):
    """`listen`: nobody hears the supervisor; `whisper`: the agent alone does; `barge`: all do."""

    mode: Literal["listen", "whisper", "barge"]
    reason: Reason


class TakeOver(Body):
    reason: Reason


class End(Body):
    reason: Literal["stuck", "abuse", "technical"] = "stuck"


@router.post("/monitor", status_code=202, operation_id="monitoring_monitor")
async def monitor(
    call_id: str, body: Monitoring, principal: Listener, call_requests: CallRequestsDep
) -> dict[str, Any]:
    """Rings the supervisor's own phone, which answers by itself. Again with another mode: changes it."""
    call_requests.heard(principal.tenant_id, principal.user_id, CallId(call_id))
    await call_requests.reach.own_phone(principal.tenant_id, principal.user_id, principal.device_id)
    call_requests.monitor(
        principal.tenant_id, principal.user_id, CallId(call_id), body.mode, body.reason, principal.device_id
    )
    return {}


@router.delete("/monitor", status_code=202, operation_id="monitoring_stop")
async def stop_monitoring(call_id: str, principal: Listener, call_requests: CallRequestsDep) -> dict[str, Any]:
    call_requests.monitor_end(principal.tenant_id, principal.user_id, CallId(call_id))
    return {}


@router.post("/take-over", status_code=202, operation_id="monitoring_take_over")
async def take_over(
    call_id: str,
    body: TakeOver,
    principal: Annotated[Principal, Depends(allowed("calls.take_over"))],
    call_requests: CallRequestsDep,
) -> dict[str, Any]:
    """The supervisor who is in the call becomes its agent."""
    call_requests.take_over(principal.tenant_id, principal.user_id, CallId(call_id), body.reason)
    return {}


@router.post("/end", status_code=202, operation_id="monitoring_end_call")
async def end(
    call_id: str,
    body: End,
    principal: Annotated[Principal, Depends(allowed("calls.end"))],
    call_requests: CallRequestsDep,
) -> dict[str, Any]:
    """Ends a call for all who are in it."""
    call_requests.end(principal.tenant_id, principal.user_id, CallId(call_id), body.reason)
    return {}
