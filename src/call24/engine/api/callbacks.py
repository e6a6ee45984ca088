"""Customers who are to be called back: who, since when, and what became of the attempts. Each is a waiting call."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

from fastapi import Depends

from call24.calls.model import Call, Direction
from call24.contacts.dependencies import ContactsDep
from call24.contacts.model import Contact
from call24.contacts.service import ContactService
from call24.engine.answers import Callback, CallbackPage, CallCommandAccepted
from call24.engine.dependencies import CallRequestsDep, EngineDep
from call24.engine.engine import Engine
from call24.http.access import allowed
from call24.http.pagination import AskedDep, ms
from call24.http.router import Router
from call24.identity.model import Principal
from call24.kit.errors import NotFound
from call24.kit.ids import CallId
from call24.kit.instants import iso
from call24.kit.paging import SortKey
from call24.queues.dependencies import QueuesDep
from call24.queues.service import QueueService
from call24.queues.visibility import visible_queues

router = Router(prefix="/v1/callbacks", tags=["call-backs"])


@router.get("", operation_id="callbacks_list_callbacks")
async def list_callbacks(
    principal: Annotated[Principal, Depends(allowed("callbacks.read"))],
    contact_service: ContactsDep,
    queue_service: QueuesDep,
    engine: EngineDep,
    asked: AskedDep,
) -> CallbackPage:
    """Lists callbacks, in the order in which they were promised.

    An agent gets those of its queues.
    """
    page = asked.page(_theirs(queue_service, engine, principal), lambda call: call, _promised)
    ids = [call.contact_id for call in page["items"] if call.contact_id is not None]
    contacts = await contact_service.some(principal.tenant_id, ids)
    items = [
        _view(call, contacts.get(call.contact_id) if call.contact_id else None, contact_service)
        for call in page["items"]
    ]
    return {"items": items, "next": page["next"]}


@router.get("/{call_id}", operation_id="callbacks_read")
async def read_callback(
    call_id: str,
    principal: Annotated[Principal, Depends(allowed("callbacks.read"))],
    contact_service: ContactsDep,
    queue_service: QueuesDep,
    engine: EngineDep,
) -> Callback:
    """Returns a callback that has not ended. What became of it afterwards is in its call record."""
    call = next((one for one in _theirs(queue_service, engine, principal) if one.id == call_id), None)
    if call is None:
        raise NotFound
    ids = [call.contact_id] if call.contact_id is not None else []
    contacts = await contact_service.some(principal.tenant_id, ids)
    return _view(call, contacts.get(call.contact_id) if call.contact_id else None, contact_service)


@router.delete("/{call_id}", status_code=202, operation_id="callbacks_remove")
async def remove(
    call_id: str,
    principal: Annotated[Principal, Depends(allowed("callbacks.write"))],
    call_requests: CallRequestsDep,
    queue_service: QueuesDep,
    engine: EngineDep,
) -> CallCommandAccepted:
    """Cancels a callback.

    The customer is not called any more; one who is being called is hung up on.
    """
    if CallId(call_id) not in {call.id for call in _theirs(queue_service, engine, principal)}:
        raise NotFound
    call_requests.end(principal.tenant_id, principal.user_id, CallId(call_id), "removed")
    return {}


def _theirs(queue_service: QueueService, engine: Engine, principal: Principal) -> list[Call]:
    queues = visible_queues(principal, queue_service)
    calls = [call for call in engine.live_calls(principal.tenant_id) if call.direction is Direction.CALLBACK]
    return [call for call in calls if queues is None or call.queue_id in queues]


def _promised(call: Call) -> SortKey:
    return ms(call.queued_at or call.arrived_at), call.id


def _view(call: Call, contact: Contact | None, contact_service: ContactService) -> Callback:
    restricted = call.contact_id is not None and contact_service.restricted(call.tenant_id, call.contact_id)
    expires_s = call.queue.callback_expires_s if call.queue is not None else 0
    return {
        "id": call.id,
        "state": call.state,
        "number": contact.number if contact else None,
        "name": contact.shown_name if contact else None,
        "restricted": restricted,
        "queue_id": call.queue_id,
        "agent_id": call.agent_id,
        "origin_call_id": call.origin_call_id,
        "since": iso(call.queued_at or call.arrived_at),
        "attempts": call.attempts,
        "not_before": iso(call.not_before),
        "expires_at": iso(call.arrived_at + timedelta(seconds=expires_s)),
    }
