"""The routers of the working day: those that need the engine, or what reads its journal."""

from __future__ import annotations

from call24.http import (
    agents,
    callbacks,
    calls,
    exports,
    hand,
    live,
    monitoring,
    placing,
    reconciliations,
    recordings,
    reports,
    session,
    tasks,
    what_if,
    why,
)

OF_THE_DAY = (
    live.router,
    session.router,
    agents.router,
    calls.router,
    why.router,
    placing.router,
    hand.router,
    monitoring.router,
    callbacks.router,
    tasks.router,
    recordings.router,
    reports.router,
    exports.router,
    reconciliations.router,
    what_if.router,
)
