"""For whoever runs this installation: what runs, since when, and what is not well."""

from __future__ import annotations

from call24.http.router import Router
from call24.kit.instants import iso
from call24.metrics.dependencies import InstallationDep
from call24.metrics.status_rules import worst
from call24.server.answers import InstallationStatus
from call24.server.api.operator import OperatorDep

router = Router(prefix="/v1/internal/status", tags=["internal"], include_in_schema=False)


@router.get("", operation_id="operator_status")
async def read(_: OperatorDep, installation: InstallationDep) -> InstallationStatus:
    """Says how each part of the installation is, and what to do where it is not well."""
    facts, parts = await installation.status()
    return {
        "version": facts.version,
        "schema": facts.schema,
        "asterisk_version": facts.asterisk,
        "mongodb_version": facts.mongodb,
        "started_at": iso(facts.started_at),
        "at": iso(facts.now),
        "state": worst(parts),
        "parts": [{"name": part.name, "state": part.state, "seen": part.seen, "advice": part.advice} for part in parts],
    }
