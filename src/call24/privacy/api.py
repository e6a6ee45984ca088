"""Persons' rights over what is kept of them: a file of all of it, and that it is deleted with the account."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import Depends, Response

from call24.audit.dependencies import AuditDep
from call24.audit.service import AuditLog
from call24.flows.dependencies import FlowsDep
from call24.http.access import SERIALISED, Body, allowed, check_over, recently_proven
from call24.http.files import a_file
from call24.http.router import Router
from call24.identity.api.tokens import InApp
from call24.identity.dependencies import IdentityDep
from call24.identity.model import Principal
from call24.kit.ids import TenantId, UserId
from call24.privacy.dependencies import PersonsDep
from call24.privacy.persons import Persons
from call24.queues.rules import check_unused
from call24.tenants.dependencies import TenantsDep
from call24.tenants.service import TenantService

router = Router(prefix="/v1", tags=["administration"])

_ZIP = "application/zip"


class Leaving(Body):
    reason: Literal["left", "asked", "mistake", "other"]


@router.post("/users/{user_id}/delete", dependencies=SERIALISED, operation_id="users_delete")
async def delete(
    user_id: str,
    body: Leaving,
    principal: Annotated[Principal, Depends(allowed("users.write"))],
    identity: IdentityDep,
    flow_service: FlowsDep,
    persons: PersonsDep,
) -> dict[str, Any]:
    """Delete the account and all that is kept of the person, in every place; `deleted` counts it by collection.

    Sessions, sockets and phones have ended when this is answered. Records of calls, the audit log and statistics stay
    until their day, by an id that leads to nobody. 409 last_owner, user_on_call, user_in_use (a flow leads to them).
    """
    await check_over(user_id, principal, identity)
    check_unused(flow_service.users_of(principal.tenant_id, user_id), "user_in_use")
    erasure = await persons.erase(principal.tenant_id, UserId(user_id), body.reason)
    return {"id": erasure.id, "deleted": erasure.deleted}


@router.get(
    "/me/file", response_class=Response, responses=a_file(_ZIP), tags=["session"], operation_id="users_export_my_data"
)
async def my_file(principal: InApp, tenants: TenantsDep, audit_log: AuditDep, persons: PersonsDep) -> Response:
    """All that is kept of oneself, as JSON in a ZIP; `manifest.json` says what is in it and what not. 403 mfa_due."""
    recently_proven(principal)
    return await _file(principal.tenant_id, principal.user_id, tenants, audit_log, persons)


@router.get("/users/{user_id}/file", response_class=Response, responses=a_file(_ZIP), operation_id="users_export_data")
async def file(
    user_id: str,
    principal: Annotated[Principal, Depends(allowed("users.export"))],
    tenants: TenantsDep,
    audit_log: AuditDep,
    persons: PersonsDep,
) -> Response:
    """The same of another person, for who answers for the organisation's privacy."""
    return await _file(principal.tenant_id, UserId(user_id), tenants, audit_log, persons)


async def _file(
    tenant_id: TenantId, user_id: UserId, tenants: TenantService, audit_log: AuditLog, persons: Persons
) -> Response:
    """Raises: NotFound, TooMany, Unavailable."""
    tenant = await tenants.get(tenant_id)
    await audit_log.settle()
    packed = await persons.file(tenant_id, user_id, tenant.name)
    headers = {"Content-Disposition": f'attachment; filename="call24-{user_id}.zip"', "Cache-Control": "no-store"}
    return Response(packed, media_type=_ZIP, headers=headers)
