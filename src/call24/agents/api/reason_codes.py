"""Pause reasons and dispositions. All agents read them; who administers queues changes them."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Depends, Query, Response
from pydantic import Field

from call24.agents.api.answers import (
    DispositionAnswer,
    DispositionPage,
    PauseReasonAnswer,
    PauseReasonPage,
)
from call24.agents.dependencies import AgentsDep
from call24.agents.rules import calls_back
from call24.agents.settings import Disposition, PauseReason
from call24.http.access import SERIALISED, Body, allowed
from call24.http.pagination import AskedDep
from call24.http.router import Router
from call24.identity.model import Principal
from call24.kit.errors import NotFound
from call24.kit.ids import QueueId
from call24.kit.paging import SortKey
from call24.queues.dependencies import QueuesDep

router = Router(prefix="/v1", tags=["administration"])

Reader = Annotated[Principal, Depends(allowed("session.change"))]
Writer = Annotated[Principal, Depends(allowed("queues.write"))]
Name = Annotated[str, Field(min_length=1, max_length=200)]


class PauseReasonChange(Body):
    """A pause reason. Fields that are left out stay as they are. `limit_s` null: no limit. `active` true brings a
    retired one back."""

    name: Name | None = None
    limit_s: int | None = None
    order: int | None = None
    active: bool | None = None


class NewPauseReason(Body):
    """A new pause reason. `limit_s`: seconds that such a pause may last; null: no limit."""

    name: Name
    limit_s: int | None = None
    order: int = 0


class DispositionChange(Body):
    """A disposition. Fields that are left out stay as they are. `active` true brings a retired one back."""

    name: Name | None = None
    order: int | None = None
    active: bool | None = None
    call_back: bool | None = None


class NewDisposition(Body):
    """A new disposition. `call_back`: the customer is to be called again; the app then asks the agent when."""

    name: Name
    order: int = 0
    call_back: bool = False


@router.get("/pause-reasons", operation_id="reason_codes_list_pause_reasons")
async def list_pause_reasons(principal: Reader, agent_service: AgentsDep, asked: AskedDep) -> PauseReasonPage:
    """Lists the pause reasons in their order, also retired ones (`active` false)."""
    return asked.page(await agent_service.pause_reasons.all(principal.tenant_id), _reason, _shown)


@router.post("/pause-reasons", status_code=201, dependencies=SERIALISED, operation_id="reason_codes_add_pause_reason")
async def add_pause_reason(body: NewPauseReason, principal: Writer, agent_service: AgentsDep) -> PauseReasonAnswer:
    """Creates a pause reason. One that was retired and has this name comes back with its id.

    409 `name_taken` where there is one with this name, `too_many` where the organisation has 500 already.
    """
    made = await agent_service.pause_reasons.create(
        principal.tenant_id, body.name, limit_s=body.limit_s, order=body.order
    )
    return _reason(made)


@router.get("/pause-reasons/{reason_id}", operation_id="reason_codes_read_pause_reason")
async def read_pause_reason(reason_id: str, principal: Reader, agent_service: AgentsDep) -> PauseReasonAnswer:
    """Retrieves a pause reason, also a retired one."""
    return _reason(await agent_service.pause_reasons.get(principal.tenant_id, reason_id))


@router.patch("/pause-reasons/{reason_id}", operation_id="reason_codes_change_pause_reason")
async def change_pause_reason(
    reason_id: str, body: PauseReasonChange, principal: Writer, agent_service: AgentsDep
) -> PauseReasonAnswer:
    """Updates a pause reason. Pauses that go on keep the limit that they began with."""
    settings = _given(body, nullable={"limit_s"})
    return _reason(await agent_service.pause_reasons.change(principal.tenant_id, reason_id, **settings))


@router.delete("/pause-reasons/{reason_id}", status_code=204, operation_id="reason_codes_retire_pause_reason")
async def retire_pause_reason(reason_id: str, principal: Writer, agent_service: AgentsDep) -> Response:
    """Retires a pause reason. Nobody can choose it any more; past pauses keep its name."""
    await agent_service.pause_reasons.retire(principal.tenant_id, reason_id)
    return Response(status_code=204)


@router.get("/dispositions", operation_id="reason_codes_list_dispositions")
async def list_dispositions(
    principal: Reader,
    queue_service: QueuesDep,
    agent_service: AgentsDep,
    asked: AskedDep,
    queue_id: Annotated[str | None, Query(max_length=40)] = None,
) -> DispositionPage:
    """Lists the dispositions in their order, also retired ones.

    With `queue_id`: only those that agents can choose for calls of this queue.
    """
    if queue_id is None:
        return asked.page(await agent_service.dispositions.all(principal.tenant_id), _disposition, _shown)
    queue = queue_service.known(QueueId(queue_id))
    if queue is None or queue.tenant_id != principal.tenant_id:
        raise NotFound
    fitting = agent_service.known_dispositions(principal.tenant_id, queue.dispositions)
    return asked.page(fitting if queue.disposition != "off" else [], _disposition, _shown)


@router.post("/dispositions", status_code=201, dependencies=SERIALISED, operation_id="reason_codes_add_disposition")
async def add_disposition(body: NewDisposition, principal: Writer, agent_service: AgentsDep) -> DispositionAnswer:
    """Creates a disposition. One that was retired and has this name comes back with its id.

    409 `name_taken` where there is one with this name, `too_many` where the organisation has 500 already.
    """
    made = await agent_service.dispositions.create(
        principal.tenant_id, body.name, order=body.order, call_back=body.call_back
    )
    return _disposition(made)


@router.get("/dispositions/{disposition_id}", operation_id="reason_codes_read_disposition")
async def read_disposition(disposition_id: str, principal: Reader, agent_service: AgentsDep) -> DispositionAnswer:
    """Retrieves a disposition, also a retired one."""
    return _disposition(await agent_service.dispositions.get(principal.tenant_id, disposition_id))


@router.patch("/dispositions/{disposition_id}", operation_id="reason_codes_change_disposition")
async def change_disposition(
    disposition_id: str, body: DispositionChange, principal: Writer, agent_service: AgentsDep
) -> DispositionAnswer:
    """Updates a disposition. Calls that have it show its new name."""
    dispositions = agent_service.dispositions
    before = await dispositions.get(principal.tenant_id, disposition_id)
    settings = {"call_back": calls_back(before), **_given(body)}  # a new name says nothing any more
    return _disposition(await dispositions.change(principal.tenant_id, disposition_id, **settings))


@router.delete("/dispositions/{disposition_id}", status_code=204, operation_id="reason_codes_retire_disposition")
async def retire_disposition(disposition_id: str, principal: Writer, agent_service: AgentsDep) -> Response:
    """Retires a disposition. Nobody can choose it any more; past calls keep its name."""
    await agent_service.dispositions.retire(principal.tenant_id, disposition_id)
    return Response(status_code=204)


def _given(body: Body, nullable: frozenset[str] | set[str] = frozenset()) -> dict[str, Any]:
    """The fields that the request names; null means something only where it can."""
    given = body.model_dump(exclude_unset=True)
    return {name: value for name, value in given.items() if value is not None or name in nullable}


def _shown(choice: PauseReason | Disposition) -> SortKey:
    return choice.order, choice.name_key, choice.id


def _reason(reason: PauseReason) -> PauseReasonAnswer:
    return {
        "id": reason.id,
        "name": reason.name,
        "limit_s": reason.limit_s,
        "order": reason.order,
        "active": reason.active,
    }


def _disposition(disposition: Disposition) -> DispositionAnswer:
    return {
        "id": disposition.id,
        "name": disposition.name,
        "order": disposition.order,
        "call_back": calls_back(disposition),
        "active": disposition.active,
    }
