"""For whoever runs this installation: a new key for what an organisation has encrypted (`call24 rotate`)."""

from __future__ import annotations

from typing import Literal

from fastapi import Request, Response

from call24.files.dependencies import FilesDep
from call24.http.middleware.audit import on_behalf
from call24.http.router import Router
from call24.kit.errors import NotFound
from call24.kit.ids import TenantId
from call24.recordings.dependencies import RecordingsDep
from call24.server.api.operator import OPERATOR, OperatorDep
from call24.tenants.dependencies import TenantsDep

router = Router(prefix="/v1/internal/organisations/{tenant_id}/keys", tags=["internal"], include_in_schema=False)


@router.post("/{kind}", status_code=204, operation_id="operator_rotate_key")
async def rotate(
    tenant_id: str,
    kind: Literal["recordings", "files"],
    request: Request,
    _: OperatorDep,
    tenants: TenantsDep,
    recordings: RecordingsDep,
    files: FilesDep,
) -> Response:
    """A new key for what comes. Recordings are encrypted again with it in the background, files are not."""
    tenant = tenants.known(TenantId(tenant_id))
    if tenant is None:
        raise NotFound
    await (recordings.key_rotation.rotate(tenant.id) if kind == "recordings" else files.rotate_key(tenant.id))
    on_behalf(request, tenant.id, OPERATOR, None)
    return Response(status_code=204)
