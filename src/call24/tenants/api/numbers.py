"""Phone numbers: what answers them, and which may be shown to called parties."""

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
from call24.kit.paging import SortKey
from call24.queues.dependencies import QueuesDep
from call24.queues.service import QueueService
from call24.tenants.answers import CallerNumber, CallerNumberPage, NumberAnswer, NumberPage
from call24.tenants.dependencies import TenantsDep
from call24.tenants.model import Number

router = Router(prefix="/v1", tags=["administration"])

Id = Annotated[str, Field(max_length=40)]
Reader = Annotated[Principal, Depends(allowed("numbers.read"))]
Owner = Annotated[Principal, Depends(allowed("numbers.write"))]
Deleter = Annotated[Principal, Depends(deleting("numbers.write"))]


class NumberChange(Body):
    """What answers a number. Fields that are left out stay as they are. A `queue_id` removes the `flow_id`, and a
    `flow_id` the `queue_id`.

    `greeting`: what is played before the queue: a built-in sound's name or a prompt's id; null: nothing.
    """

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
    """A new number, and what answers it: a queue or a flow. `number`: E.164, or as it is dialled in the organisation's
    country."""

    number: str = Field(max_length=40)
    trunk_id: Id


@router.get("/numbers", operation_id="numbers_list_numbers")
async def list_numbers(principal: Reader, tenants: TenantsDep, asked: AskedDep) -> NumberPage:
    """Lists the organisation's phone numbers, the oldest first."""
    return asked.page(await tenants.numbers(principal.tenant_id), _view, _made)


@router.post("/numbers", status_code=201, dependencies=SERIALISED, operation_id="numbers_add_number")
async def add_number(
    body: NewNumber,
    principal: Owner,
    tenants: TenantsDep,
    prompt_service: PromptsDep,
    queue_service: QueuesDep,
    flow_service: FlowsDep,
) -> NumberAnswer:
    """Adds a phone number to a trunk.

    The operator must have granted the number to the organisation. A number belongs to one organisation at a time.
    """
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


@router.get("/numbers/{number_id}", operation_id="numbers_read_number")
async def read_number(number_id: str, principal: Reader, tenants: TenantsDep) -> NumberAnswer:
    """Retrieves a phone number and what answers it."""
    return _view(await tenants.number(principal.tenant_id, NumberId(number_id)))


@router.patch("/numbers/{number_id}", dependencies=SERIALISED, operation_id="numbers_change_number")
async def change_number(
    number_id: str,
    body: NumberChange,
    principal: Owner,
    tenants: TenantsDep,
    prompt_service: PromptsDep,
    queue_service: QueuesDep,
    flow_service: FlowsDep,
) -> NumberAnswer:
    """Updates what answers a phone number, its trunk or its label. The number itself never changes.

    Calls that go on are not affected. On another trunk the number must be verified again, by an
    inbound call.
    """
    await _check(body, principal.tenant_id, prompt_service, queue_service, flow_service)
    changed = await tenants.change_number(principal.tenant_id, NumberId(number_id), **body.settings())
    return _view(changed)


@router.delete("/numbers/{number_id}", status_code=204, operation_id="numbers_remove_number")
async def remove_number(number_id: str, principal: Deleter, tenants: TenantsDep) -> None:
    """Removes a phone number. New calls to it are refused; calls that go on are not affected."""
    await tenants.remove_number(principal.tenant_id, NumberId(number_id))


@router.get("/caller-numbers", operation_id="numbers_list_caller_numbers")
async def list_caller_numbers(
    principal: Annotated[Principal, Depends(allowed("calls.place"))], tenants: TenantsDep, asked: AskedDep
) -> CallerNumberPage:
    """Lists the numbers that called parties may be shown: the verified ones.

    The first is shown where none is chosen.
    """
    known = tenants.known_numbers(principal.tenant_id)
    numbers = [number for number in known if number.verified_at is not None]
    return asked.page(numbers, _caller_number, _made)


def _made(number: Number) -> SortKey:
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


def _caller_number(number: Number) -> CallerNumber:
    return {"id": number.id, "number": number.e164, "label": number.label}


def _view(number: Number) -> NumberAnswer:
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
