"""The indexes of all rooms, made at every start."""

from __future__ import annotations

from call24.agents import store as agents
from call24.audit import store as audit
from call24.call_records import projector as reports
from call24.changes import store as changes
from call24.contacts import store as contacts
from call24.exports import service as exports
from call24.flows import store as flows
from call24.idempotency import service as once
from call24.identity import link_store as links
from call24.identity import mfa_store as proofs
from call24.identity import store as identity
from call24.identity.oidc import store as provider
from call24.journal import journal
from call24.notifications.email import outbox as notify
from call24.privacy import store as privacy
from call24.pusher_apps import store as applications
from call24.queues import store as queues
from call24.realtime import store as realtime
from call24.realtime.cluster import store as nodes
from call24.reconciliation import service as reconciliation
from call24.recordings import store as recordings
from call24.statistics import store as statistics
from call24.tasks import store as tasks
from call24.tenants import refused_calls
from call24.tenants import store as tenants
from call24.toll_fraud import store as fence
from call24.webhooks import store as webhooks

ROOMS = (
    changes,
    audit,
    tenants,
    refused_calls,
    identity,
    links,
    provider,
    proofs,
    agents,
    applications,
    queues,
    flows,
    fence,
    contacts,
    journal,
    reports,
    reconciliation,
    statistics,
    exports,
    recordings,
    tasks,
    notify,
    webhooks,
    realtime,
    nodes,
    once,
    privacy,
)
INDEXES = tuple(index for room in ROOMS for index in room.INDEXES)
