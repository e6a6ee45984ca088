"""What agents choose from: reasons to pause, and dispositions. All read them; who sets up queues changes them."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Depends, Query, Response
from pydantic import Field

from call24.agents.dependencies import AgentsDep
from call24.agents.rules import calls_back
from call24.agents.settings import Disposition, PauseReason
from call24.http.access import SERIALISED, Body, allowed
from call24.http.pagination import AskedDep
from call24.http.router import Router
from call24.identity.model import Principal
from call24.kit.errors import NotFound
from call24.kit.ids import QueueId
from call24.kit.paging import Place
from call24.queues.dependencies import QueuesDep

router = Router(prefix="/v1", tags=["administration"])

Reader = Annotated[Principal, Depends(allowed("session.change"))]
Writer = Annotated[Principal, Depends(allowed("queues.write"))]
Name = Annotated[str, Field(min_length=1, max_length=200)]


class ReasonChange(Body):
    """What is not named stays as it is; `limit_s` null: no limit."""

    name: Name | None = None
    limit_s: int | None = None
    order: int | None = None
    active: bool | None = None


class NewReason(Body):
    name: Name
    limit_s: int | None = None
    order: int = 0


class DispositionChange(Body):
    """What is not named stays as it is."""

    name: Name | None = None
    order: int | None = None
    active: bool | None = None
    call_back: bool | None = None


class NewDisposition(Body):
    """`call_back`: the customer is to be called again; the app then asks the agent when."""

    name: Name
    order: int = 0
    call_back: bool = False


@router.get("/pause-reasons", operation_id="reason_codes_list_pause_reasons")
async def list_pause_reasons(principal: Reader, agent_service: AgentsDep, asked: AskedDep) -> dict[str, Any]:
    """Also those that nobody can choose any more, for what is past: `active` false."""
    return asked.page(await agent_service.pause_reasons.all(principal.tenant_id), _reason, _shown)


@router.post("/pause-reasons", status_code=201, dependencies=SERIALISED, operation_id="reason_codes_add_pause_reason")
async def add_pause_reason(body: NewReason, principal: Writer, agent_service: AgentsDep) -> dict[str, Any]:
    made = await agent_service.pause_reasons.create(
        principal.tenant_id, body.name, limit_s=body.limit_s, order=body.order
    )
    return _reason(made)


@router.patch("/pause-reasons/{reason_id}", operation_id="reason_codes_change_pause_reason")
async def change_pause_reason(
    reason_id: str, body: ReasonChange, principal: Writer, agent_service: AgentsDep
) -> dict[str, Any]:
    """The limit of pauses that go on stays what it was."""
    settings = _given(body, nullable={"limit_s"})
    return _reason(await agent_service.pause_reasons.change(principal.tenant_id, reason_id, **settings))


@router.delete("/pause-reasons/{reason_id}", status_code=204, operation_id="reason_codes_retire_pause_reason")
async def retire_pause_reason(reason_id: str, principal: Writer, agent_service: AgentsDep) -> Response:
    await agent_service.pause_reasons.retire(principal.tenant_id, reason_id)
    return Response(status_code=204)


@router.get("/dispositions", operation_id="reason_codes_list_dispositions")
async def list_dispositions(
    principal: Reader,
    queue_service: QueuesDep,
    agent_service: AgentsDep,
    asked: AskedDep,
    queue_id: Annotated[str | None, Query(max_length=40)] = None,
) -> dict[str, Any]:
    """All of them; or with `queue_id` those that an agent may give for a call of this queue."""
    if queue_id is None:
        return asked.page(await agent_service.dispositions.all(principal.tenant_id), _disposition, _shown)
    queue = queue_service.known(QueueId(queue_id))
    if queue is None or queue.tenant_id != principal.tenant_id:
        raise NotFound
    fitting = agent_service.known_dispositions(principal.tenant_id, queue.dispositions)
    return asked.page(fitting if queue.disposition != "off" else [], _disposition, _shown)


@router.post("/dispositions", status_code=201, dependencies=SERIALISED, operation_id="reason_codes_add_disposition")
async def add_disposition(body: NewDisposition, principal: Writer, agent_service: AgentsDep) -> dict[str, Any]:
    made = await agent_service.dispositions.create(
        principal.tenant_id, body.name, order=body.order, call_back=body.call_back
    )
    return _disposition(made)


@router.patch("/dispositions/{disposition_id}", operation_id="reason_codes_change_disposition")
async def change_disposition(
    disposition_id: str, body: DispositionChange, principal: Writer, agent_service: AgentsDep
) -> dict[str, Any]:
    dispositions = agent_service.dispositions
    before = await dispositions.get(principal.tenant_id, disposition_id)
    settings = {"call_back": calls_back(before), **_given(body)}  # a new name says nothing any more
    return _disposition(await dispositions.change(principal.tenant_id, disposition_id, **settings))


@router.delete("/dispositions/{disposition_id}", status_code=204, operation_id="reason_codes_retire_disposition")
async def retire_disposition(disposition_id: str, principal: Writer, agent_service: AgentsDep) -> Response:
    await agent_service.dispositions.retire(principal.tenant_id, disposition_id)
    return Response(status_code=204)


def _given(body: Body, nullable: frozenset[str] | set[str] = frozenset()) -> dict[str, Any]:
    """The fields that the request names; null means something only where it can."""
    given = body.model_dump(exclude_unset=True)
    return {name: value for name, value in given.items() if value is not None or name in nullable}


def _shown(choice: PauseReason | Disposition) -> Place:
    return choice.order, choice.name_key, choice.id


def _reason(reason: PauseReason) -> dict[str, Any]:
    return {
        "id": reason.id,
        "name": reason.name,
        "limit_s": reason.limit_s,
        "order": reason.order,
        "active": reason.active,
    }


def _disposition(disposition: Disposition) -> dict[str, Any]:
    return {
        "id": disposition.id,
        "name": disposition.name,
        "order": disposition.order,
        "call_back": calls_back(disposition),
        "active": disposition.active,
    }
