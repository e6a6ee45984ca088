"""An agent calls somebody: a customer, over the organisation's trunks, or a colleague."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends
from pydantic import Field

from call24.engine.answers import PlacedCall
from call24.engine.api.call_targets import Consulted, colleague, e164
from call24.engine.dependencies import CallRequestsDep
from call24.http.access import Body, allowed
from call24.http.router import Router
from call24.identity.dependencies import IdentityDep
from call24.identity.model import Principal
from call24.kit.errors import Invalid
from call24.kit.ids import NumberId
from call24.queues.dependencies import QueuesDep
from call24.queues.service import QueueService
from call24.tenants.dependencies import TenantsDep
from call24.tenants.service import TenantService

router = Router(prefix="/v1/calls", tags=["calls"])


class NewCall(Body):
    """Whom to call. `from`: the id of the organisation's number that the customer sees; left out: the number of one of
    your queues, or the first.

    The settings of that number's queue apply to the call: recording, wrap-up, disposition.
    """

    to: Consulted
    from_number_id: str | None = Field(None, alias="from", min_length=1, max_length=40)


@router.post("", status_code=201, operation_id="calls_place")
async def place(
    body: NewCall,
    principal: Annotated[Principal, Depends(allowed("calls.place"))],
    tenants: TenantsDep,
    call_requests: CallRequestsDep,
    identity: IdentityDep,
    queue_service: QueuesDep,
) -> PlacedCall:
    """Places a call to a customer or a colleague.

    Your own phone rings first and answers by itself; then the other party is rung. 409 `phone_not_registered` where
    your phone could not ring.
    """
    to = body.to
    number = None if to.number is None else e164(tenants, principal.tenant_id, to.number, "to.number")
    call_id = await call_requests.place(
        principal.tenant_id,
        principal.user_id,
        number=number,
        colleague_id=None if to.agent_id is None else colleague(identity, principal, to.agent_id),
        number_id=None if number is None else _shown(tenants, queue_service, principal, body.from_number_id),
        device_id=principal.device_id,
    )
    return {"id": call_id}


def _shown(
    tenants: TenantService, queue_service: QueueService, principal: Principal, wanted: str | None
) -> NumberId | None:
    """Raises: Invalid for a number that this organisation does not have."""
    ours = tenants.known_numbers(principal.tenant_id)
    if wanted is not None:
        if all(number.id != wanted for number in ours):
            raise Invalid(errors=[("from", "a number of this organisation")])
        return NumberId(wanted)
    shown = [number for number in ours if number.verified_at is not None]
    queues = {number.id: queue_service.known(number.queue_id) for number in shown if number.queue_id is not None}
    theirs = (id for id, queue in queues.items() if queue is not None and principal.user_id in queue.members)
    return next(theirs, shown[0].id if shown else None)
