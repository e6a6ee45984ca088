"""An agent calls somebody: a customer, over the organisation's trunks, or a colleague."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header
from pydantic import Field

from call24.http.access import Body, ServicesDep, allowed
from call24.http.hand import Consulted, colleague, e164
from call24.http.work import WorkDep
from call24.identity.model import Principal
from call24.kit.ids import NumberId

router = APIRouter(prefix="/v1/calls", tags=["calls"])


class NewCall(Body):
    """`from`: the number of the organisation's that the customer sees; else that of the agent's queue."""

    to: Consulted
    from_number_id: str | None = Field(None, alias="from", min_length=1, max_length=40)


@router.post("", status_code=201)
async def place(
    body: NewCall,
    principal: Annotated[Principal, Depends(allowed("calls.place"))],
    work: WorkDep,
    services: ServicesDep,
    idempotency_key: Annotated[str | None, Header(min_length=1, max_length=200)] = None,
) -> dict[str, Any]:
    """The agent's own phone rings first and answers by itself. Repeated with the same Idempotency-Key: one call."""

    async def placed() -> dict[str, Any]:
        to = body.to
        number = None if to.number is None else e164(services, principal.tenant_id, to.number, "to.number")
        call_id = await work.requests.place(
            principal.tenant_id,
            principal.user_id,
            number=number,
            colleague_id=None if to.agent_id is None else colleague(services, principal, to.agent_id),
            number_id=None if body.from_number_id is None else NumberId(body.from_number_id),
            device_id=principal.device_id,
        )
        return {"id": call_id}

    if idempotency_key is None:
        return await placed()
    who = (principal.tenant_id, principal.user_id, idempotency_key)
    answer: dict[str, Any] = await work.once.do(who, body.model_dump_json(), placed)
    return answer
