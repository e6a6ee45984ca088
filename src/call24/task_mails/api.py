"""Addresses whose e-mails become tasks, for administrators."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Depends
from pydantic import Field
from typing_extensions import TypedDict

from call24.http.access import SERIALISED, Body, allowed, deleting
from call24.http.router import Router
from call24.identity.model import Principal
from call24.kit.answers import Instant
from call24.kit.ids import QueueId, TaskAddressId
from call24.kit.instants import iso
from call24.task_mails.dependencies import TaskAddressesDep
from call24.task_mails.model import TaskAddress
from call24.task_mails.rules import ADDRESSES_MAX, NAME_MAX
from call24.task_mails.service import TaskAddresses

router = Router(prefix="/v1/task-addresses", tags=["tasks"])

Manager = Annotated[Principal, Depends(allowed("tasks.manage"))]
Deleter = Annotated[Principal, Depends(deleting("tasks.manage"))]


class NewTaskAddress(Body):
    """A new address. `name`: what it is for; `queue_id`: where its tasks go, null: to no queue."""

    name: str = Field("", max_length=NAME_MAX)
    queue_id: str | None = Field(None, max_length=40)


class TaskAddressChange(NewTaskAddress):
    """Settings of an address. Fields that are left out stay as they are. `enabled`: whether it takes e-mails."""

    enabled: bool = True

    def settings(self) -> dict[str, Any]:
        return {field: getattr(self, field) for field in self.model_fields_set}


class TaskAddressAnswer(TypedDict):
    """An address whose e-mails become tasks."""

    id: str
    name: str
    address: Annotated[str | None, Field(description="Null while this installation receives no e-mail")]
    queue_id: Annotated[str | None, Field(description="Where its tasks go. Null: to no queue")]
    enabled: bool
    created_at: Instant
    rotated_at: Annotated[Instant | None, Field(description="When it was last given another address")]


class TaskAddressList(TypedDict):
    """All addresses of the organisation, the oldest first."""

    items: Annotated[list[TaskAddressAnswer], Field(max_length=ADDRESSES_MAX)]
    received: Annotated[bool, Field(description="Whether this installation receives e-mails for tasks")]


@router.get("", operation_id="tasks_list_addresses")
async def list_addresses(principal: Manager, addresses: TaskAddressesDep) -> TaskAddressList:
    """Lists the addresses whose e-mails become tasks."""
    found = await addresses.all(principal.tenant_id)
    return {"items": [_view(addresses, one) for one in found], "received": addresses.domain is not None}


@router.post("", status_code=201, dependencies=SERIALISED, operation_id="tasks_add_address")
async def add(body: NewTaskAddress, principal: Manager, addresses: TaskAddressesDep) -> TaskAddressAnswer:
    """Makes an address that cannot be guessed. E-mails to it become tasks, and answers become comments.

    An organisation has at most 20; one more is a 409 `too_many`. 409 `mail_not_received`: the operator of this
    installation has not set it up.
    """
    queue_id = None if body.queue_id is None else QueueId(body.queue_id)
    return _view(addresses, await addresses.add(principal.tenant_id, principal.user_id, body.name, queue_id))


@router.get("/{address_id}", operation_id="tasks_read_address")
async def read(address_id: str, principal: Manager, addresses: TaskAddressesDep) -> TaskAddressAnswer:
    """Retrieves an address."""
    return _view(addresses, await addresses.get(principal.tenant_id, TaskAddressId(address_id)))


@router.patch("/{address_id}", dependencies=SERIALISED, operation_id="tasks_change_address")
async def change(
    address_id: str, body: TaskAddressChange, principal: Manager, addresses: TaskAddressesDep
) -> TaskAddressAnswer:
    """Updates an address. One that is not enabled refuses e-mails."""
    changed = await addresses.change(principal.tenant_id, TaskAddressId(address_id), **body.settings())
    return _view(addresses, changed)


@router.post("/{address_id}/rotate", dependencies=SERIALISED, operation_id="tasks_rotate_address")
async def rotate(address_id: str, principal: Manager, addresses: TaskAddressesDep) -> TaskAddressAnswer:
    """Replaces the address by another one. The one before refuses e-mails from then on."""
    return _view(addresses, await addresses.rotate(principal.tenant_id, TaskAddressId(address_id)))


@router.delete("/{address_id}", status_code=204, dependencies=SERIALISED, operation_id="tasks_remove_address")
async def remove(address_id: str, principal: Deleter, addresses: TaskAddressesDep) -> None:
    """Deletes an address. Tasks that it made stay."""
    await addresses.remove(principal.tenant_id, TaskAddressId(address_id))


def _view(addresses: TaskAddresses, one: TaskAddress) -> TaskAddressAnswer:
    return {
        "id": one.id,
        "name": one.name,
        "address": addresses.shown(one),
        "queue_id": one.queue_id,
        "enabled": one.enabled,
        "created_at": iso(one.created_at),
        "rotated_at": None if one.rotated_at is None else iso(one.rotated_at),
    }
