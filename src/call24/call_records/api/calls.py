"""The history of calls. What can be done with one that goes on is in hand.py and monitoring.py."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from fastapi import Depends, Query
from pydantic import Field

from call24.call_records.answers import CallDetail, CallPage, CallRow
from call24.call_records.dependencies import HistoryDep
from call24.call_records.history import History
from call24.call_records.history_row import HistoryRow, row_of
from call24.call_records.timeline import timeline
from call24.contacts.dependencies import ContactsDep
from call24.contacts.service import ContactService
from call24.http.access import Body, allowed
from call24.http.router import Router
from call24.identity.model import Principal
from call24.journal.dependencies import JournalDep
from call24.kit.ids import CallId, QueueId, UserId
from call24.kit.instants import iso
from call24.live.dependencies import ViewsDep
from call24.live.views import Views
from call24.queues.dependencies import QueuesDep
from call24.queues.service import QueueService
from call24.queues.visibility import visible_queues
from call24.recordings.api import recording_view
from call24.recordings.dependencies import RecordingsDep
from call24.recordings.service import Recordings

router = Router(prefix="/v1/calls", tags=["calls"])

Reader = Annotated[Principal, Depends(allowed("calls.read_own"))]


class Search(Body):
    """What to search for."""

    q: str = Field(min_length=1, max_length=100, description="A part of the customer's number or name")
    limit: int = Field(25, ge=1, le=100)
    cursor: str | None = Field(None, max_length=200, description="The `next` of the page before")


@router.get("", operation_id="calls_list_calls")
async def history(
    principal: Reader,
    queue_service: QueuesDep,
    history_service: HistoryDep,
    contact_service: ContactsDep,
    recording_service: RecordingsDep,
    views: ViewsDep,
    limit: Annotated[int, Query(ge=1, le=100)] = 25,
    cursor: Annotated[str | None, Query(max_length=200)] = None,
    queue_id: Annotated[str | None, Query(max_length=40)] = None,
    agent_id: Annotated[str | None, Query(max_length=40)] = None,
) -> CallPage:
    """Lists ended calls, newest first.

    Who may read all calls gets all; an agent gets its own and those of its queues. `queue_id` and `agent_id` leave only
    calls that were in the queue, or that the agent had.
    """
    of_queue, of_agent = queue_id and QueueId(queue_id), agent_id and UserId(agent_id)
    return await _page(
        queue_service,
        history_service,
        contact_service,
        recording_service,
        views,
        principal,
        limit,
        cursor,
        "",
        of_queue or None,
        of_agent or None,
    )


@router.post("/search", operation_id="calls_search")
async def search(
    body: Search,
    principal: Reader,
    queue_service: QueuesDep,
    history_service: HistoryDep,
    contact_service: ContactsDep,
    recording_service: RecordingsDep,
    views: ViewsDep,
) -> CallPage:
    """Searches ended calls by a part of the customer's number or name.

    A POST, since URLs are logged on the way and the words are personal data. The answer is a page as of the list of
    calls.
    """
    return await _page(
        queue_service,
        history_service,
        contact_service,
        recording_service,
        views,
        principal,
        body.limit,
        body.cursor,
        body.q,
    )


async def _page(
    queue_service: QueueService,
    history_service: History,
    contact_service: ContactService,
    recording_service: Recordings,
    views: Views,
    principal: Principal,
    limit: int,
    cursor: str | None,
    text: str,
    of_queue: QueueId | None = None,
    of_agent: UserId | None = None,
) -> CallPage:
    queues = visible_queues(principal, queue_service)
    page = await history_service.page(
        principal.tenant_id,
        limit=limit,
        cursor=cursor,
        text=text,
        queues=queues,
        agent_id=principal.user_id,
        of_queue=of_queue,
        of_agent=of_agent,
    )
    return {"items": await _rows(contact_service, recording_service, views, principal, page.rows), "next": page.next}


@router.get("/{call_id}", operation_id="calls_read")
async def detail(
    call_id: str,
    principal: Reader,
    queue_service: QueuesDep,
    history_service: HistoryDep,
    journal: JournalDep,
    views: ViewsDep,
    contact_service: ContactsDep,
    recording_service: RecordingsDep,
) -> CallDetail:
    """Returns a call: its timeline, legs, queues, agents, transfers, monitoring, and why each agent was rung.

    404 for a call that you may not see, and for one whose record is deleted.
    """
    queues = visible_queues(principal, queue_service)
    record = await history_service.record(principal.tenant_id, CallId(call_id), queues, principal.user_id)
    entries = await journal.read_call(principal.tenant_id, record.id)
    [row] = await _rows(contact_service, recording_service, views, principal, [row_of(record)])
    return {
        **row,
        **views.passages(record),
        "timeline": [{"at": iso(x.at), "event": x.event, "text": x.text} for x in timeline(entries, views.name)],
        "offers": views.offers(record),
        "delete_at": iso(record.delete_at),
        "cause": record.cause,
        "found_missing": record.found_missing,
    }


async def _rows(
    contact_service: ContactService,
    recording_service: Recordings,
    views: Views,
    principal: Principal,
    records: Sequence[HistoryRow],
) -> list[CallRow]:
    contacts = await contact_service.some(principal.tenant_id, [r.contact_id for r in records if r.contact_id])
    recordings = await recording_service.of_calls(principal.tenant_id, [record.id for record in records])
    rows = []
    for record in records:
        stored = contacts.get(record.contact_id) if record.contact_id else None
        row = views.row(record, stored or views.unwritten(principal.tenant_id, record.contact_id))
        if (recording := recordings.get(record.id)) is not None:
            row["recording"] = recording_view(recording)
        rows.append(row)
    return rows
