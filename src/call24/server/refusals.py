"""What ends at once when somebody says no to a purpose, and the no that a caller says in a call."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from call24.call_records.call_record import CallRecord
from call24.calls import signals as s
from call24.consents.model import ConsentEntry, Purpose
from call24.consents.service import Consents
from call24.engine.engine import Engine


def ending(engine: Engine) -> Callable[[ConsentEntry], None]:
    """An agent's no to monitoring ends that of the call that goes on."""

    def refused(entry: ConsentEntry) -> None:
        if entry.purpose is not Purpose.MONITORING:
            return
        for call in engine.live_calls(entry.tenant_id):
            party = call.consult_party
            if entry.user_id in (call.agent_id, party.agent_id if party is not None else None):
                for monitor in call.monitors:
                    asked = s.MonitorEndRequested(at=engine.clock.now(), user_id=monitor.user_id)
                    engine.tell_call(call.id, asked)

    return refused


def entered(consents: Consents) -> Callable[[CallRecord], Awaitable[None]]:
    """A reader of call records: who stopped the recording of a call is not recorded in the next either.

    Of a caller without a number there is no next call that could be known.
    """

    async def written(record: CallRecord) -> None:
        if record.recording_stopped is not None and record.contact_id is not None:
            await consents.stopped_in_call(record.tenant_id, record.contact_id, record.id)

    return written
