"""The quality of a call, over HTTP: whoever sees the call reads it; the phone of whoever spoke in it tells it."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Response
from pydantic import Field

from call24.call_quality.answers import CallQualityAnswer, LegQualityRow
from call24.call_quality.dependencies import CallQualityDep
from call24.call_quality.model import LegQuality
from call24.call_quality.rules import cause_of, leg_of, measured_s, opinion_score, rating, told_too_late
from call24.call_records.api.filters import Reader
from call24.call_records.call_record import fold
from call24.call_records.dependencies import HistoryDep
from call24.call_records.replay import BEGINNINGS
from call24.http.access import Body, allowed
from call24.http.provided import ClockDep
from call24.http.router import Router
from call24.identity.model import Principal
from call24.journal.dependencies import JournalDep
from call24.kit.errors import Conflict, NotFound
from call24.kit.ids import CallId
from call24.queues.dependencies import QueuesDep
from call24.queues.visibility import visible_queues

router = Router(prefix="/v1/calls", tags=["calls"])

Phone = Annotated[Principal, Depends(allowed("phone.use"))]


class CallQualityWish(Body):
    """What a phone measured over the whole call: means, and shares of packets."""

    s: float = Field(ge=1, le=86_400, description="Seconds that were measured")
    round_trip_ms: float | None = Field(None, ge=0, le=60_000)
    jitter_ms: float = Field(ge=0, le=60_000)
    lost_received: float = Field(ge=0, le=1, description="Share of the packets lost towards the phone. 1: none arrived")
    lost_sent: float | None = Field(None, ge=0, le=1, description="Share lost on the way from the phone to the PBX")


@router.get("/{call_id}/quality", operation_id="calls_read_quality")
async def read(
    call_id: str, principal: Reader, quality: CallQualityDep, history: HistoryDep, queues: QueuesDep
) -> CallQualityAnswer:
    """Returns how an ended call sounded between the phones of agents and the PBX.

    404 for a call that you may not see, and for one whose record is deleted. 403 `data_restricted` where the
    customer's data is kept and not used.
    """
    theirs = visible_queues(principal, queues)
    record = await history.record(principal.tenant_id, CallId(call_id), theirs, principal.user_id)
    return {"legs": [_row(one) for one in await quality.read(principal.tenant_id, record.id)]}


@router.put("/{call_id}/quality", status_code=204, operation_id="calls_tell_quality")
async def tell(
    call_id: str,
    body: CallQualityWish,
    principal: Phone,
    quality: CallQualityDep,
    journal: JournalDep,
    clock: ClockDep,
) -> Response:
    """Tells how a call sounded at your phone, on the leg that you spoke on last; told again, it replaces what was told.

    404 for a call in which you did not speak. 409 for one that you left more than 15 minutes ago. `s` counts up to what
    the leg has lasted. The figures are of your line: with the call's record one can tell whose it was.
    """
    entries = await journal.read_call(principal.tenant_id, CallId(call_id))
    call = fold(entries) if any(entry.type in BEGINNINGS for entry in entries) else None
    leg = leg_of(call, principal.user_id) if call is not None else None
    if call is None or leg is None:
        raise NotFound
    now = clock.now()
    if told_too_late(leg, now):
        raise Conflict("You left this call more than 15 minutes ago")

    async def still_there() -> bool:
        return bool(await journal.read_call(principal.tenant_id, call.id))

    figures = {**body.model_dump(), "s": measured_s(leg, body.s, now)}
    told = LegQuality(id=leg.leg, tenant_id=principal.tenant_id, call_id=call.id, at=now, **figures)
    await quality.write(told, still_there)
    return Response(status_code=204)


def _row(of: LegQuality) -> LegQualityRow:
    return {
        "leg_id": of.id,
        "s": of.s,
        "round_trip_ms": of.round_trip_ms,
        "jitter_ms": of.jitter_ms,
        "lost_received": of.lost_received,
        "lost_sent": of.lost_sent,
        "mos": opinion_score(rating(of)),
        "cause": cause_of(of),
    }
