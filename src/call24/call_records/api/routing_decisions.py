"""Why an agent was rung for a call: each offer, and the reason for and against everybody who was looked at.

From the journal, so that it can be read while the call goes on, and after it.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends

from call24.call_records.answers import RoutingDecisions
from call24.call_records.call_record import fold
from call24.call_records.dependencies import HistoryDep
from call24.call_records.history import visible
from call24.call_records.replay import BEGINNINGS
from call24.http.access import allowed
from call24.http.router import Router
from call24.identity.model import Principal
from call24.journal.dependencies import JournalDep
from call24.kit.errors import NotFound
from call24.kit.ids import CallId
from call24.live.dependencies import ViewsDep
from call24.queues.dependencies import QueuesDep
from call24.queues.visibility import visible_queues

router = Router(prefix="/v1/calls", tags=["calls"])


@router.get("/{call_id}/why", operation_id="calls_explain_routing")
async def why(
    call_id: str,
    principal: Annotated[Principal, Depends(allowed("calls.read_own"))],
    queue_service: QueuesDep,
    journal: JournalDep,
    history_service: HistoryDep,
    views: ViewsDep,
) -> RoutingDecisions:
    """Explains why agents were rung for a call: each offer in order, with the reasons for and against each candidate.

    It can be read while the call goes on, and afterwards. `reason` is in words; `code` is the same for programs.
    """
    entries = await journal.read_call(principal.tenant_id, CallId(call_id))
    if not any(entry.type in BEGINNINGS for entry in entries):
        raise NotFound
    record = fold(entries)
    queues = visible_queues(principal, queue_service)
    rung = any(offer.agent_id == principal.user_id for offer in record.offers)
    if queues is not None and not rung and not visible(record, queues, principal.user_id):
        raise NotFound
    history_service.check_shown(principal.tenant_id, record.contact_id)
    return {"call_id": record.id, "outcome": record.outcome, "offers": views.offers(record)}
