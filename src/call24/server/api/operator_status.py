"""For whoever runs this installation: what runs, since when, and what is not well."""

from __future__ import annotations

from call24.http.router import Router
from call24.metrics.answers import InstallationStatus
from call24.metrics.dependencies import InstallationDep
from call24.metrics.installation_api import view
from call24.server.api.operator import OperatorDep

router = Router(prefix="/v1/internal/status", tags=["internal"], include_in_schema=False)


@router.get("", operation_id="operator_status")
async def read(_: OperatorDep, installation: InstallationDep) -> InstallationStatus:
    """Says how each part of the installation is, and what to do where it is not well."""
    return view(await installation.status(), on_machine=True)
