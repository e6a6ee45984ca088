"""The history of calls. What can be done with one that goes on is in engine/api."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from fastapi import Query
from pydantic import Field

from call24.call_records.answers import CallDetail, CallPage, CallRow
from call24.call_records.api.filters import (
    LONGEST_S,
    Direction,
    EndedOutcome,
    FilterDep,
    Id,
    Reader,
    filter_of,
)
from call24.call_records.dependencies import HistoryDep
from call24.call_records.history import History
from call24.call_records.history_filter import CallFilter
from call24.call_records.history_row import HistoryRow, row_of
from call24.call_records.timeline import timeline
from call24.contacts.call_names import CallNames, in_call
from call24.contacts.dependencies import CallNamesDep, ContactsDep
from call24.contacts.service import ContactService
from call24.http.access import Body
from call24.http.provided import ClockDep
from call24.http.router import Router
from call24.identity.model import Principal
from call24.journal.dependencies import JournalDep
from call24.kit.ids import CallId
from call24.kit.instants import iso
from call24.live.dependencies import ViewsDep
from call24.live.views import Views
from call24.queues.dependencies import QueuesDep
from call24.queues.service import QueueService
from call24.queues.visibility import visible_queues
from call24.recordings.api import recording_view
from call24.recordings.dependencies import RecordingsDep
from call24.recordings.service import Recordings
from call24.tenants.dependencies import TenantsDep

router = Router(prefix="/v1/calls", tags=["calls"])


class Search(Body):
    """What to search for. The filters are those of the list of calls."""

    q: str = Field(min_length=1, max_length=100, description="The customer's number or name, or a part of it")
    since: str | None = Field(None, alias="from", max_length=40)
    until: str | None = Field(None, alias="to", max_length=40)
    direction: Direction | None = None
    outcome: EndedOutcome | None = None
    queue_id: Id = None
    agent_id: Id = None
    disposition_id: Id = None
    min_duration_s: int | None = Field(None, ge=0, le=LONGEST_S)
    max_duration_s: int | None = Field(None, ge=0, le=LONGEST_S)
    recorded: bool | None = None
    limit: int = Field(25, ge=1, le=100)
    cursor: str | None = Field(None, max_length=200, description="The `next` of the page before")


@router.get("", operation_id="calls_list_calls")
async def history(
    principal: Reader,
    queue_service: QueuesDep,
    history_service: HistoryDep,
    contact_service: ContactsDep,
    call_names: CallNamesDep,
    recording_service: RecordingsDep,
    views: ViewsDep,
    of: FilterDep,
    limit: Annotated[int, Query(ge=1, le=100)] = 25,
    cursor: Annotated[str | None, Query(max_length=200)] = None,
) -> CallPage:
    """Lists ended calls, newest first.

    Who may read all calls gets all; an agent gets its own and those of its queues. Filters narrow this down; a call is
    listed if it fits all that are given. `from` and `to` are days in the organisation's time zone (`2026-11-24`; the
    last day is included) or instants (`2026-11-24T09:00:00Z`; `to` is not included), and are compared with when the
    call began. `disposition_id`, the durations and `recorded` look through a year at most (without `from`: the last
    one), and with them a page may have fewer calls than `limit`, or none, while others follow: read on until `next` is
    null. To filter by number, use `POST /v1/calls/search`, which takes the same filters: a number must not be in a
    URL.
    """
    return await _page(
        queue_service,
        history_service,
        contact_service,
        call_names,
        recording_service,
        views,
        principal,
        limit,
        cursor,
        "",
        of,
    )


@router.post("/search", operation_id="calls_search")
async def search(
    body: Search,
    principal: Reader,
    queue_service: QueuesDep,
    history_service: HistoryDep,
    contact_service: ContactsDep,
    call_names: CallNamesDep,
    recording_service: RecordingsDep,
    views: ViewsDep,
    tenants: TenantsDep,
    clock: ClockDep,
) -> CallPage:
    """Searches ended calls by the customer's number or name, or a part of it.

    A POST, since URLs are logged on the way and the words are personal data. Takes the filters of the list of calls,
    and answers with a page as the list does.
    """
    of = filter_of(
        tenants,
        principal.tenant_id,
        clock.now(),
        since=body.since,
        until=body.until,
        direction=body.direction,
        outcome=body.outcome,
        queue_id=body.queue_id,
        agent_id=body.agent_id,
        disposition_id=body.disposition_id,
        min_duration_s=body.min_duration_s,
        max_duration_s=body.max_duration_s,
        recorded=body.recorded,
    )
    return await _page(
        queue_service,
        history_service,
        contact_service,
        call_names,
        recording_service,
        views,
        principal,
        body.limit,
        body.cursor,
        body.q,
        of,
    )


async def _page(
    queue_service: QueueService,
    history_service: History,
    contact_service: ContactService,
    call_names: CallNames,
    recording_service: Recordings,
    views: Views,
    principal: Principal,
    limit: int,
    cursor: str | None,
    text: str,
    of: CallFilter,
) -> CallPage:
    queues = visible_queues(principal, queue_service)
    page = await history_service.page(
        principal.tenant_id,
        limit=limit,
        cursor=cursor,
        text=text,
        queues=queues,
        agent_id=principal.user_id,
        of=of,
        recorded=recording_service.of_calls,
    )
    return {
        "items": await rows_of(contact_service, call_names, recording_service, views, principal, page.rows),
        "next": page.next,
    }


@router.get("/{call_id}", operation_id="calls_read")
async def detail(
    call_id: str,
    principal: Reader,
    queue_service: QueuesDep,
    history_service: HistoryDep,
    journal: JournalDep,
    views: ViewsDep,
    contact_service: ContactsDep,
    call_names: CallNamesDep,
    recording_service: RecordingsDep,
) -> CallDetail:
    """Returns a call: its timeline, legs, queues, agents, transfers, monitoring, and why each agent was rung.

    404 for a call that you may not see, and for one whose record is deleted. 403 `data_restricted` where the
    customer's data is kept and not used.
    """
    queues = visible_queues(principal, queue_service)
    record = await history_service.record(principal.tenant_id, CallId(call_id), queues, principal.user_id)
    entries = await journal.read_call(principal.tenant_id, record.id)
    [row] = await rows_of(contact_service, call_names, recording_service, views, principal, [row_of(record)])
    named, ended = record.recording_id, record.ended_at is not None
    if row["recording"] is None and named is not None and ended and not await recording_service.awaited(named):
        row["recording"] = {"id": named, "kind": "call", "state": "deleted", "duration_s": 0.0}
    return {
        **row,
        **views.detail_fields(record),
        "timeline": [{"at": iso(x.at), "event": x.event, "text": x.text} for x in timeline(entries, views.name)],
        "offers": views.offers(record),
        "delete_at": iso(record.delete_at),
        "cause": record.cause,
        "found_missing": record.found_missing,
    }


async def rows_of(
    contact_service: ContactService,
    call_names: CallNames,
    recording_service: Recordings,
    views: Views,
    principal: Principal,
    records: Sequence[HistoryRow],
) -> list[CallRow]:
    contacts = await contact_service.some(principal.tenant_id, [r.contact_id for r in records if r.contact_id])
    recordings = await recording_service.of_calls(principal.tenant_id, [record.id for record in records])
    names = await call_names.some(principal.tenant_id, [record.id for record in records])
    rows = []
    for record in records:
        stored = contacts.get(record.contact_id) if record.contact_id else None
        known = stored or views.unwritten(principal.tenant_id, record.contact_id)
        row = views.row(principal.tenant_id, record, in_call(known, names.get(record.id)))
        if not row["restricted"] and (recording := recordings.get(record.id)) is not None:
            row["recording"] = recording_view(recording)
        rows.append(row)
    return rows
