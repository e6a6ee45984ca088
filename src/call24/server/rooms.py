"""The rooms of this installation. Each says in its `room.py` what it plugs in; here it is put together."""

from __future__ import annotations

from call24.agents import room as agents
from call24.audit import room as audit
from call24.call_records import room as call_records
from call24.changes import room as changes
from call24.contacts import room as contacts
from call24.engine import room as engine
from call24.exports import room as exports
from call24.flows import room as flows
from call24.http import health, reference
from call24.idempotency import room as idempotency
from call24.identity import room as identity
from call24.journal import room as journal
from call24.live import room as live
from call24.notifications import room as notifications
from call24.privacy import room as privacy
from call24.pusher_apps import room as pusher_apps
from call24.queues import room as queues
from call24.realtime import room as realtime
from call24.reconciliation import room as reconciliation
from call24.recordings import room as recordings
from call24.server.api import doctor, operator, trust
from call24.sip_edge import room as sip_edge
from call24.statistics import room as statistics
from call24.tasks import room as tasks
from call24.tenants import room as tenants
from call24.toll_fraud import room as toll_fraud
from call24.webhooks import room as webhooks
from call24.what_if import room as what_if

ROOMS = (
    tenants.ROOM,
    identity.ROOM,
    audit.ROOM,
    journal.ROOM,
    changes.ROOM,
    idempotency.ROOM,
    agents.ROOM,
    queues.ROOM,
    flows.ROOM,
    contacts.ROOM,
    tasks.ROOM,
    toll_fraud.ROOM,
    pusher_apps.ROOM,
    webhooks.ROOM,
    notifications.ROOM,
    engine.ROOM,
    recordings.ROOM,
    call_records.ROOM,
    statistics.ROOM,
    live.ROOM,
    exports.ROOM,
    reconciliation.ROOM,
    what_if.ROOM,
    privacy.ROOM,
    sip_edge.ROOM,
    realtime.ROOM,
)
"""A room comes after those that it builds on."""

ROUTERS = (
    health.router,
    *(router for room in ROOMS for router in room.routers),
    doctor.router,
    operator.router,
    reference.router,
    trust.router,
)
INDEXES = tuple(index for room in ROOMS for index in room.indexes)
