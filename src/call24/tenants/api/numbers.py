"""The numbers that customers dial, what answers them, and those that a called party may see."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Depends
from pydantic import Field

from call24.flows.dependencies import FlowsDep, PromptsDep
from call24.flows.prompts import PromptService
from call24.flows.service import FlowService
from call24.http.access import SERIALISED, Body, allowed, deleting
from call24.http.pagination import AskedDep, ms
from call24.http.router import Router
from call24.identity.model import Principal
from call24.kit.errors import Invalid, NotFound
from call24.kit.ids import FlowId, NumberId, QueueId, TenantId, TrunkId
from call24.kit.instants import iso
from call24.kit.paging import Place
from call24.queues.dependencies import QueuesDep
from call24.queues.service import QueueService
from call24.tenants.dependencies import TenantsDep
from call24.tenants.model import Number

router = Router(prefix="/v1", tags=["administration"])

Id = Annotated[str, Field(max_length=40)]
Reader = Annotated[Principal, Depends(allowed("numbers.read"))]
Owner = Annotated[Principal, Depends(allowed("numbers.write"))]
Deleter = Annotated[Principal, Depends(deleting("numbers.write"))]


class NumberChange(Body):
    """What is not named stays as it is; naming a queue takes the flow away, and the other way round."""

    trunk_id: Id = ""
    queue_id: Id | None = None
    flow_id: Id | None = None
    greeting: str | None = Field("greeting", max_length=64)
    label: str = Field("", max_length=200)

    def settings(self) -> dict[str, Any]:
        given = {field: getattr(self, field) for field in self.model_fields_set}
        for one, other in (("queue_id", "flow_id"), ("flow_id", "queue_id")):
            if given.get(one) is not None:
                given.setdefault(other, None)
        return given


class NewNumber(NumberChange):
    number: str = Field(max_length=40)
    trunk_id: Id


@router.get("/numbers", operation_id="numbers_list_numbers")
async def list_numbers(principal: Reader, tenants: TenantsDep, asked: AskedDep) -> dict[str, Any]:
    """The oldest first."""
    return asked.page(await tenants.numbers(principal.tenant_id), _view, _made)


@router.post("/numbers", status_code=201, dependencies=SERIALISED, operation_id="numbers_add_number")
async def add_number(
    body: NewNumber,
    principal: Owner,
    tenants: TenantsDep,
    prompt_service: PromptsDep,
    queue_service: QueuesDep,
    flow_service: FlowsDep,
) -> dict[str, Any]:
    """A trunk, queue or flow of another organisation is answered like one that does not exist."""
    tenant = await tenants.get(principal.tenant_id)
    await _check(body, principal.tenant_id, prompt_service, queue_service, flow_service)
    try:
        number = await tenants.add_number(
            tenant,
            body.number,
            TrunkId(body.trunk_id),
            QueueId(body.queue_id) if body.queue_id is not None else None,
            body.greeting,
            flow_id=FlowId(body.flow_id) if body.flow_id is not None else None,
            label=body.label,
        )
    except NotFound:
        raise Invalid(errors=[("trunk_id", "a trunk of this organisation")]) from None
    return _view(number)


@router.patch("/numbers/{number_id}", dependencies=SERIALISED, operation_id="numbers_change_number")
async def change_number(
    number_id: str,
    body: NumberChange,
    principal: Owner,
    tenants: TenantsDep,
    prompt_service: PromptsDep,
    queue_service: QueuesDep,
    flow_service: FlowsDep,
) -> dict[str, Any]:
    await _check(body, principal.tenant_id, prompt_service, queue_service, flow_service)
    changed = await tenants.change_number(principal.tenant_id, NumberId(number_id), **body.settings())
    return _view(changed)


@router.delete("/numbers/{number_id}", status_code=204, operation_id="numbers_remove_number")
async def remove_number(number_id: str, principal: Deleter, tenants: TenantsDep) -> None:
    """New calls to it are refused; those in hand go on."""
    await tenants.remove_number(principal.tenant_id, NumberId(number_id))


@router.get("/caller-numbers", operation_id="numbers_list_caller_numbers")
async def list_caller_numbers(
    principal: Annotated[Principal, Depends(allowed("calls.place"))], tenants: TenantsDep, asked: AskedDep
) -> dict[str, Any]:
    """What a called party may be shown: verified numbers. The first is shown where none is chosen."""
    known = tenants.known_numbers(principal.tenant_id)
    numbers = [number for number in known if number.verified_at is not None]
    return {**asked.page(numbers, lambda one: {"id": one.id, "number": one.e164, "label": one.label}, _made)}


def _made(number: Number) -> Place:
    return ms(number.created_at), number.id


async def _check(
    body: NumberChange,
    tenant_id: TenantId,
    prompt_service: PromptService,
    queue_service: QueueService,
    flow_service: FlowService,
) -> None:
    """Raises: Invalid."""
    if body.queue_id is not None:
        try:
            await queue_service.get(tenant_id, QueueId(body.queue_id))
        except NotFound:
            raise Invalid(errors=[("queue_id", "a queue of this organisation")]) from None
    if body.flow_id is not None:
        try:
            await flow_service.get(tenant_id, FlowId(body.flow_id))
        except NotFound:
            raise Invalid(errors=[("flow_id", "a flow of this organisation")]) from None
    greeting = body.greeting if "greeting" in body.model_fields_set else None
    if greeting is not None and not prompt_service.known(tenant_id, greeting):
        raise Invalid(errors=[("greeting", "a prompt of this organisation, or one that comes with Call24")])


def _view(number: Number) -> dict[str, Any]:
    return {
        "id": number.id,
        "number": number.e164,
        "label": number.label,
        "trunk_id": number.trunk_id,
        "queue_id": number.queue_id,
        "flow_id": number.flow_id,
        "greeting": number.greeting,
        "verified_at": iso(number.verified_at),
    }
