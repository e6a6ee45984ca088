"""The rooms of this installation: the one list. Each declares in its `room.py` what it plugs in; here it is folded."""

from __future__ import annotations

from importlib import import_module

from call24.asterisk import personal_data as asterisk
from call24.http import health, problem_pages, reference
from call24.installer import personal_data as installer
from call24.kit.room import Room
from call24.server.api import (
    changelog,
    doctor,
    mobile_app,
    operator,
    operator_accounts,
    operator_calls,
    operator_crash_reports,
    operator_keys,
    operator_status,
    trust,
)

NAMES = (
    "migrations",
    "tenants",
    "branding",
    "identity",
    "audit",
    "journal",
    "changes",
    "idempotency",
    "corrections",
    "restrictions",
    "consents",
    "agents",
    "queues",
    "flows",
    "contacts",
    "people",
    "tasks",
    "toll_fraud",
    "pusher_apps",
    "webhooks",
    "web_push",
    "notifications",
    "engine",
    "task_offers",
    "recordings",
    "call_records",
    "call_notes",
    "call_quality",
    "statistics",
    "live",
    "exports",
    "reconciliation",
    "what_if",
    "staffing",
    "processors",
    "crm",
    "files",
    "activity",
    "privacy",
    "caller_files",
    "address_book_files",
    "task_mails",
    "saved_reports",
    "carddav",
    "self_audit",
    "privacy_requests",
    "incidents",
    "disclosures",
    "policy",
    "data_transfers",
    "administration",
    "crash_reports",
    "tracing",
    "sip_edge",
    "sip_traces",
    "realtime",
    "metrics",
    "doctor",
)


def _room(name: str) -> Room:
    found: Room = import_module(f"call24.{name}.room").ROOM
    return found


ROOMS = tuple(_room(name) for name in NAMES)

ROUTERS = (
    health.router,
    *sorted((router for room in ROOMS for router in room.routers), key=lambda router: -len(router.prefix)),
    doctor.router,
    operator.router,
    operator_crash_reports.router,
    operator_accounts.router,
    operator_status.router,
    operator_calls.router,
    operator_keys.router,
    reference.router,
    problem_pages.router,
    trust.router,
    changelog.router,
    mobile_app.router,
)
"""Longer addresses come first: `/v1/trunks/bans` is no trunk's id."""
HOLDINGS = (*(room.holds for room in ROOMS if room.holds is not None), asterisk.HOLDS, installer.HOLDS)
SEALED = tuple(field for room in ROOMS for field in room.sealed)
INDEXES = tuple(index for room in ROOMS for index in room.indexes)
