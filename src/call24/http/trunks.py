"""How calls reach an organisation: trunks and numbers."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends
from pydantic import Field

from call24.http.access import Body, ServicesDep, allowed
from call24.identity.model import Principal
from call24.kit.errors import Invalid, NotFound
from call24.kit.ids import QueueId, TrunkId
from call24.tenants.model import Number, Trunk

router = APIRouter(prefix="/v1", tags=["administration"])


class NewTrunk(Body):
    name: str = Field(max_length=200)
    addresses: list[Annotated[str, Field(max_length=60)]] = Field(max_length=64)


class NewNumber(Body):
    number: str = Field(max_length=40)
    trunk_id: str = Field(max_length=40)
    queue_id: str = Field(max_length=40)
    greeting: str | None = Field("greeting", max_length=64)


@router.get("/trunks")
async def list_trunks(
    principal: Annotated[Principal, Depends(allowed("trunks.read"))], services: ServicesDep
) -> dict[str, Any]:
    return {"items": [_trunk_view(trunk) for trunk in await services.tenants.trunks(principal.tenant_id)]}


@router.post("/trunks", status_code=201)
async def add_trunk(
    body: NewTrunk, principal: Annotated[Principal, Depends(allowed("trunks.write"))], services: ServicesDep
) -> dict[str, Any]:
    return _trunk_view(await services.tenants.add_trunk(principal.tenant_id, body.name, body.addresses))


@router.get("/numbers")
async def list_numbers(
    principal: Annotated[Principal, Depends(allowed("numbers.read"))], services: ServicesDep
) -> dict[str, Any]:
    return {"items": [_number_view(number) for number in await services.tenants.numbers(principal.tenant_id)]}


@router.post("/numbers", status_code=201)
async def add_number(
    body: NewNumber, principal: Annotated[Principal, Depends(allowed("numbers.write"))], services: ServicesDep
) -> dict[str, Any]:
    """A trunk or queue of another organisation is answered like one that does not exist."""
    tenant = await services.tenants.get(principal.tenant_id)
    try:
        queue = await services.queues.get(principal.tenant_id, QueueId(body.queue_id))
    except NotFound:
        raise Invalid(errors=[("queue_id", "a queue of this organisation")]) from None
    try:
        number = await services.tenants.add_number(tenant, body.number, TrunkId(body.trunk_id), queue.id, body.greeting)
    except NotFound:
        raise Invalid(errors=[("trunk_id", "a trunk of this organisation")]) from None
    return _number_view(number)


def _trunk_view(trunk: Trunk) -> dict[str, Any]:
    return {"id": trunk.id, "name": trunk.name, "addresses": list(trunk.addresses)}


def _number_view(number: Number) -> dict[str, Any]:
    return {
        "id": number.id,
        "number": number.e164,
        "trunk_id": number.trunk_id,
        "queue_id": number.queue_id,
        "greeting": number.greeting,
    }
