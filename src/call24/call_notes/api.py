"""The note of a call, over HTTP: who sees the call reads it; who has or had the call writes it."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request
from pydantic import Field

from call24.call_notes.answers import CallNoteAnswer
from call24.call_notes.dependencies import CallNotesDep
from call24.call_notes.model import CallNote
from call24.call_notes.rules import is_theirs
from call24.call_records.call_record import fold
from call24.call_records.dependencies import HistoryDep
from call24.call_records.history import History, visible
from call24.call_records.labels import named
from call24.call_records.model import CallRecord
from call24.call_records.replay import BEGINNINGS
from call24.http.access import Body, allowed
from call24.http.middleware.audit import goes_on
from call24.http.router import Router
from call24.identity.model import Principal
from call24.identity.permissions import permits
from call24.journal.dependencies import JournalDep
from call24.journal.journal import Journal
from call24.kit.errors import NotFound, Refused
from call24.kit.ids import CallId
from call24.kit.instants import iso
from call24.live.dependencies import ViewsDep
from call24.live.views import Views
from call24.queues.dependencies import QueuesDep
from call24.queues.service import QueueService
from call24.queues.visibility import visible_queues

router = Router(prefix="/v1/calls", tags=["calls"])

Reader = Annotated[Principal, Depends(allowed("calls.read_own"))]
Writer = Annotated[Principal, Depends(allowed("calls.read_own", "call_notes.write"))]


class CallNoteWish(Body):
    """The whole note. An empty text removes it."""

    text: str = Field(max_length=8_000, description="At most 4,000 characters, without spaces at the ends of lines")


@router.get("/{call_id}/note", operation_id="calls_read_note")
async def read(
    call_id: str,
    principal: Reader,
    notes: CallNotesDep,
    journal: JournalDep,
    history: HistoryDep,
    queues: QueuesDep,
    views: ViewsDep,
) -> CallNoteAnswer:
    """Returns the note of a call, while the call goes on and afterwards.

    404 for a call that you may not see. 403 `data_restricted` where the customer's data is kept and not used.
    """
    call = await _call(call_id, principal, journal, history, queues)
    return _view(call, await notes.read(principal.tenant_id, call.id), principal, views)


@router.put("/{call_id}/note", operation_id="calls_write_note")
async def write(
    call_id: str,
    body: CallNoteWish,
    request: Request,
    principal: Writer,
    notes: CallNotesDep,
    journal: JournalDep,
    history: HistoryDep,
    queues: QueuesDep,
    views: ViewsDep,
) -> CallNoteAnswer:
    """Replaces the note of a call; an empty text removes it. Meant to be asked again and again, as it is typed.

    For who has or had the call, or whose phone it rings at; with `call_notes.write_all`, for who sees it. With
    `If-Match` nobody overwrites what another wrote meanwhile (412). It is deleted with the call's record. A day after
    the call a legal hold keeps it as it is (409 `legal_hold`). The audit log has a line of each user's first change of
    a note, and of its removal; a CRM is told the note as it is a minute after the call.
    """
    call = await _call(call_id, principal, journal, history, queues)
    if not _may_write(call, principal):
        raise Refused("Only who had the call writes its note")

    async def still_there() -> bool:
        return bool(await journal.read_call(principal.tenant_id, call.id))

    written = await notes.write(call, principal.user_id, body.text, still_there)
    if not written.begins:
        goes_on(request)
    return _view(call, written.note, principal, views)


async def _call(
    call_id: str, principal: Principal, journal: Journal, history: History, queues: QueueService
) -> CallRecord:
    """From its journal: there is no record yet of one that rings. Raises: NotFound, Refused (data_restricted)."""
    entries = await journal.read_call(principal.tenant_id, CallId(call_id))
    if not any(entry.type in BEGINNINGS for entry in entries):
        raise NotFound
    call = fold(entries)
    theirs = visible_queues(principal, queues)
    if theirs is not None and not is_theirs(call, principal.user_id) and not visible(call, theirs, principal.user_id):
        raise NotFound
    history.check_shown(principal.tenant_id, call.contact_id)
    return call


def _may_write(call: CallRecord, principal: Principal) -> bool:
    return is_theirs(call, principal.user_id) or permits(principal, "call_notes.write_all")


def _view(call: CallRecord, note: CallNote | None, principal: Principal, views: Views) -> CallNoteAnswer:
    may = call.direction != "internal" and permits(principal, "call_notes.write") and _may_write(call, principal)
    return {
        "call_id": call.id,
        "text": note.text if note is not None else "",
        "version": note.version if note is not None else 0,
        "by": named(note.by, views.name) if note is not None else None,
        "authors": [named(one, views.name) for one in note.authors] if note is not None else [],
        "at": iso(note.at) if note is not None else None,
        "may_write": may,
    }
