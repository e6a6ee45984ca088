"""For whoever runs this installation: one call out of the journal, as a ladder. The organisation's audit log has it."""

from __future__ import annotations

from fastapi import Request

from call24.call_records.dependencies import HistoryDep
from call24.call_records.ladder import ladder
from call24.contacts.dependencies import KnownCallersDep
from call24.http.middleware.audit import on_behalf
from call24.http.router import Router
from call24.journal.dependencies import JournalDep
from call24.kit.ids import CallId
from call24.kit.instants import iso
from call24.kit.phone import masked
from call24.server.answers import CallLadder
from call24.server.api.operator import OPERATOR, OperatorDep

router = Router(prefix="/v1/internal/calls", tags=["internal"], include_in_schema=False)


@router.get("/{call_id}", operation_id="operator_read_call")
async def read(
    call_id: str,
    request: Request,
    _: OperatorDep,
    history: HistoryDep,
    journal: JournalDep,
    callers: KnownCallersDep,
    numbers: bool = False,
) -> CallLadder:
    """One call of any organisation, step by step. Its customer's number is masked unless `numbers` is set."""
    record = await history.of_any_organisation(CallId(call_id))
    on_behalf(request, record.tenant_id, OPERATOR, None)
    contact = await callers.get(record.tenant_id, record.contact_id)
    number = None if contact is None else contact.number if numbers else masked(contact.number)
    steps = ladder(await journal.read_call(record.tenant_id, record.id))
    return {
        "id": record.id,
        "tenant_id": record.tenant_id,
        "direction": record.direction,
        "at": iso(record.arrived_at),
        "outcome": record.outcome.value,
        "number": number,
        "steps": [
            {"seq": one.seq, "after_s": one.after_s, "from": one.source, "to": one.target, "text": one.text}
            for one in steps
        ],
    }
