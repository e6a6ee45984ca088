"""How many agents a queue needs, as a curve. It changes nothing and reads nothing of the organisation."""

from __future__ import annotations

from typing import Annotated, cast

import msgspec
from fastapi import Depends, Query

from call24.http.access import allowed
from call24.http.router import Router
from call24.identity.model import Principal
from call24.staffing.answers import StaffingCurve, StaffingPoint
from call24.staffing.model import CurveQuestion
from call24.staffing.program import computed

router = Router(prefix="/v1/staffing", tags=["reports"])


@router.get("", operation_id="staffing_read_curve")
async def read_curve(
    principal: Annotated[Principal, Depends(allowed("calls.read_all"))],
    arrivals_per_hour: Annotated[float, Query(ge=1, le=50_000, description="Average number of calls an hour")],
    handle_s: Annotated[float, Query(ge=1, le=7_200, description="Average talk and hold time of a call")],
    wrap_up_s: Annotated[float, Query(ge=0, le=3_600, description="Wrap-up time after each call")] = 0,
    patience_s: Annotated[
        float | None, Query(ge=1, le=86_400, description="Average time after which callers hang up; left out: never")
    ] = None,
    target_s: Annotated[float, Query(ge=0, le=3_600, description="A call is in time that is answered within it")] = 20,
    goal: Annotated[float, Query(ge=0.01, le=0.99, description="The share of calls that should be in time")] = 0.8,
) -> StaffingCurve:
    """Simulates a queue with several team sizes: the service level and the wait of each, beside Erlang C.

    Calls go through the routing that real calls go through. Agents answer at once and work all the time. It takes some
    seconds; one at a time per organisation: 429 while another is computed. Calls for 150 agents at most.
    """
    question = CurveQuestion(
        arrivals_per_hour=arrivals_per_hour,
        handle_s=handle_s,
        wrap_up_s=wrap_up_s,
        patience_s=patience_s,
        target_s=target_s,
        goal=goal,
    )
    found = await computed(principal.tenant_id, question)
    return {
        "erlangs": round(question.erlangs, 2),
        "target_s": target_s,
        "goal": goal,
        "smallest": found.smallest,
        "smallest_erlang_c": found.smallest_erlang_c,
        "calls": found.calls,
        "points": cast("list[StaffingPoint]", msgspec.to_builtins(found.points)),
    }
