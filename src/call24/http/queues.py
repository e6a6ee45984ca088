"""An organisation's queues."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends
from pydantic import Field

from call24.http.access import Body, ServicesDep, allowed
from call24.identity.model import Principal
from call24.kit.ids import QueueId, UserId
from call24.queues.model import Queue

router = APIRouter(prefix="/v1/queues", tags=["administration"])

Member = Annotated[str, Field(max_length=40)]


class QueueChange(Body):
    """What is not named stays as it is."""

    name: str | None = Field(None, max_length=200)
    members: list[Member] | None = Field(None, max_length=1000)
    offer_s: int | None = None
    max_wait_s: int | None = None
    wrap_up_s: int | None = None
    service_level_s: int | None = None
    record: Literal["always", "on_demand", "never"] | None = None
    music: str | None = Field(None, max_length=64)

    def settings(self) -> dict[str, Any]:
        given = self.model_dump(exclude_none=True)
        if self.members is not None:
            given["members"] = tuple(UserId(member) for member in self.members)
        return given


class NewQueue(QueueChange):
    name: str = Field(max_length=200)


@router.get("")
async def list_queues(
    principal: Annotated[Principal, Depends(allowed("queues.read"))], services: ServicesDep
) -> dict[str, Any]:
    return {"items": [_view(queue) for queue in await services.queues.all(principal.tenant_id)]}


@router.post("", status_code=201)
async def add_queue(
    body: NewQueue, principal: Annotated[Principal, Depends(allowed("queues.write"))], services: ServicesDep
) -> dict[str, Any]:
    return _view(await services.queues.create(principal.tenant_id, **body.settings()))


@router.patch("/{queue_id}")
async def change_queue(
    queue_id: str,
    body: QueueChange,
    principal: Annotated[Principal, Depends(allowed("queues.write"))],
    services: ServicesDep,
) -> dict[str, Any]:
    return _view(await services.queues.change(principal.tenant_id, QueueId(queue_id), **body.settings()))


def _view(queue: Queue) -> dict[str, Any]:
    return {
        "id": queue.id,
        "name": queue.name,
        "members": list(queue.members),
        "offer_s": queue.offer_s,
        "max_wait_s": queue.max_wait_s,
        "wrap_up_s": queue.wrap_up_s,
        "service_level_s": queue.service_level_s,
        "record": queue.record,
        "music": queue.music,
    }
