"""The routers of the working day: those that need the engine, or what reads its journal."""

from __future__ import annotations

from call24.http import (
    agents,
    call_control,
    callbacks,
    calls,
    exports,
    live,
    monitoring,
    outbound_calls,
    reconciliations,
    recordings,
    reports,
    routing_decisions,
    session,
    tasks,
    what_if,
)

OF_THE_DAY = (
    live.router,
    session.router,
    agents.router,
    calls.router,
    routing_decisions.router,
    outbound_calls.router,
    call_control.router,
    monitoring.router,
    callbacks.router,
    tasks.router,
    recordings.router,
    reports.router,
    exports.router,
    reconciliations.router,
    what_if.router,
)
