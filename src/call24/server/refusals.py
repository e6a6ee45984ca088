"""What ends at once when somebody says no to a purpose, and the no that a caller says in a call."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

from call24.call_records.call_record import CallRecord
from call24.calls import signals as s
from call24.consents.model import ConsentEntry, Purpose
from call24.consents.service import Consents
from call24.engine.engine import Engine


def ending(engine: Engine) -> Callable[[ConsentEntry], None]:
    """What goes on ends: the recording of a caller who says no to it, the monitoring of an agent who does."""

    def refused(entry: ConsentEntry) -> None:
        now, calls = engine.clock.now(), engine.live_calls(entry.tenant_id)
        if entry.purpose is Purpose.RECORDING:
            for call in calls:
                if call.contact_id == entry.contact_id:
                    engine.tell_call(call.id, s.ConsentWithdrawn(at=now))
        if entry.purpose is not Purpose.MONITORING:
            return
        for call in calls:
            party = call.consult_party
            if entry.user_id in (call.agent_id, party.agent_id if party is not None else None):
                for monitor in call.monitors:
                    asked = s.MonitorEndRequested(at=now, user_id=monitor.user_id)
                    engine.tell_call(call.id, asked)

    return refused


def entered(consents: Consents) -> Callable[[CallRecord], Coroutine[Any, Any, None]]:
    """A reader of call records: who stopped the recording of a call is not recorded in the next either.

    Of a caller without a number there is no next call that could be known; a consent that was withdrawn elsewhere is in
    the ledger already.
    """

    async def written(record: CallRecord) -> None:
        stopped = record.recording_stopped
        if stopped is not None and stopped.by != "withdrawal" and record.contact_id is not None:
            await consents.stopped_in_call(record.tenant_id, record.contact_id, record.id)

    return written
