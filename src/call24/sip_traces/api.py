"""For whoever runs this installation: the SIP messages of one call, on demand. The organisation's audit log has it."""

from __future__ import annotations

import secrets
from typing import Annotated

from fastapi import Query, Request
from pydantic import Field

from call24.http.access import Body
from call24.http.middleware.audit import goes_on, on_behalf
from call24.http.router import Router
from call24.kit.errors import NotFound
from call24.kit.instants import iso
from call24.server.api.operator import OPERATOR, OperatorDep
from call24.sip_traces.answers import SipMessageAnswer, SipTraceAnswer, SipTraceList, SipTraceShown
from call24.sip_traces.dependencies import SipTracesDep
from call24.sip_traces.model import SipTrace, TracedMessage, Wish
from call24.tenants.dependencies import TenantsDep

READERS_MAX = 8
"""Of a trace: one more makes room for itself, and the oldest one's next look has a line in the audit log again."""

router = Router(prefix="/v1/internal/sip-traces", tags=["internal"], include_in_schema=False)


class NewSipTrace(Body):
    """`number`: one of an organisation's, in E.164: the next call to it, or placed with it. `minutes`: how long that
    call is waited for; `numbers`: whether telephone numbers are kept whole."""

    number: str = Field(max_length=16, pattern=r"^\+[1-9][0-9]{6,14}$")
    minutes: int = Field(10, ge=1, le=30)
    numbers: bool = False


@router.post("", status_code=201, operation_id="operator_begin_sip_trace")
async def begin(
    body: NewSipTrace, request: Request, _: OperatorDep, tenants: TenantsDep, traces: SipTracesDep
) -> SipTraceAnswer:
    """Begins a trace of the next call of a number. 404 for a number that no organisation has."""
    number = tenants.number_by_e164(body.number)
    if number is None:
        raise NotFound("No organisation here has this number")
    on_behalf(request, number.tenant_id, OPERATOR, None)
    wish = Wish(number.tenant_id, number.id, number.e164, body.numbers)
    return _view(await traces.begin(wish, body.minutes))


@router.get("", operation_id="operator_list_sip_traces")
async def listed(_: OperatorDep, traces: SipTracesDep) -> SipTraceList:
    """Lists the traces that there are, without their messages."""
    return {"items": [_view(one) for one in traces.all()], "next": None}


@router.get("/{trace_id}", operation_id="operator_read_sip_trace")
async def read(
    trace_id: str,
    request: Request,
    _: OperatorDep,
    traces: SipTracesDep,
    after: Annotated[int, Query(ge=0)] = 0,
    reader: Annotated[str, Query(max_length=64)] = "",
) -> SipTraceShown:
    """Returns a trace's messages behind `after`. Who goes on where the last answer ended, with the `reader` of it,
    leaves no further line in the audit log, and neither does who is told none."""
    trace = traces.find(trace_id)
    on_behalf(request, trace.wish.tenant_id, OPERATOR, None)
    trace = traces.show(trace_id)
    found = [one for one in trace.messages if one.seq > after]
    reads_on = trace.readers.get(reader) == after
    if reads_on or not found:
        goes_on(request)
    if found:
        reader = reader if reads_on else _new_reader(trace)
        trace.readers[reader] = found[-1].seq
    began = trace.messages[0].at if trace.messages else 0.0
    return {
        "trace": _view(trace),
        "reader": reader if reader in trace.readers else None,
        "left_out": trace.left_out,
        "missed": trace.missed,
        "items": [_message(one, began) for one in found],
    }


@router.delete("/{trace_id}", operation_id="operator_end_sip_trace")
async def end(trace_id: str, request: Request, _: OperatorDep, traces: SipTracesDep) -> SipTraceAnswer:
    """Ends a trace that waits or captures; one that is over is deleted."""
    on_behalf(request, traces.find(trace_id).wish.tenant_id, OPERATOR, None)
    return _view(traces.end(trace_id))


def _new_reader(trace: SipTrace) -> str:
    """It leaves with an answer whose line is in the audit log, or not at all: who has it, has a line."""
    while len(trace.readers) >= READERS_MAX:
        del trace.readers[next(iter(trace.readers))]
    return secrets.token_urlsafe(16)


def _view(trace: SipTrace) -> SipTraceAnswer:
    return {
        "id": trace.id,
        "tenant_id": trace.wish.tenant_id,
        "state": trace.state,
        "reason": trace.reason if trace.state == "over" else None,
        "call_id": trace.call_id,
        "began_at": iso(trace.began_at),
        "until": iso(trace.until),
        "gone_at": iso(trace.gone_at),
        "messages": len(trace.messages),
    }


def _message(one: TracedMessage, began: float) -> SipMessageAnswer:
    return {
        "seq": one.seq,
        "after_s": round(one.at - began, 3),
        "from": one.source,
        "to": one.target,
        "line": one.line,
        "cseq": one.cseq,
        "sip_call_id": one.sip_call_id,
        "sender": one.sender,
        "receiver": one.receiver,
        "media": list(one.media),
        "again": one.again,
        "size": one.size,
    }
