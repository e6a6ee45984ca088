"""Roles, and the permissions that they are made of."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Depends, Response
from pydantic import Field

from call24.http.access import SERIALISED, Body, PrincipalDep, allowed
from call24.http.router import Router
from call24.identity.dependencies import IdentityDep
from call24.identity.model import CustomRole, Principal
from call24.identity.permissions import BUILT_IN, HELP

router = Router(prefix="/v1", tags=["administration"])

Reader = Annotated[Principal, Depends(allowed("roles.read"))]
Writer = Annotated[Principal, Depends(allowed("roles.write"))]
Permissions = Annotated[list[Annotated[str, Field(max_length=40)]], Field(max_length=100)]


class NewRole(Body):
    """`permissions`: names from the list; nobody gives what they lack."""

    name: str = Field(max_length=200)
    permissions: Permissions


class RoleChange(Body):
    """What is not named stays as it is."""

    name: str | None = Field(None, max_length=200)
    permissions: Permissions | None = None


@router.get("/permissions", operation_id="roles_list_permissions")
async def list_permissions(principal: PrincipalDep) -> dict[str, Any]:
    """All there are, with what each lets one do, and whether the asker may."""
    rows = [{"name": name, "help": text, "yours": name in principal.permissions} for name, text in HELP.items()]
    return {"items": rows}


@router.get("/roles", operation_id="roles_list_roles")
async def list_roles(principal: Reader, identity: IdentityDep) -> dict[str, Any]:
    """The built-in roles, then the organisation's own."""
    name = identity.roles.name
    built_in = [
        {"id": role, "name": name(principal.tenant_id, role), "built_in": True, "permissions": sorted(granted)}
        for role, granted in BUILT_IN.items()
    ]
    return {"items": [*built_in, *(_view(role) for role in await identity.roles.all(principal.tenant_id))]}


@router.post("/roles", status_code=201, dependencies=SERIALISED, operation_id="roles_add_role")
async def add_role(body: NewRole, principal: Writer, identity: IdentityDep) -> dict[str, Any]:
    """403 beyond_own names what the asker lacks."""
    roles = identity.roles
    return _view(await roles.create(principal.tenant_id, principal.permissions, body.name, body.permissions))


@router.patch("/roles/{role_id}", dependencies=SERIALISED, operation_id="roles_change_role")
async def change_role(role_id: str, body: RoleChange, principal: Writer, identity: IdentityDep) -> dict[str, Any]:
    """Holds for everybody who has it from their next request on."""
    roles = identity.roles
    changed = await roles.change(principal.tenant_id, principal.permissions, role_id, body.name, body.permissions)
    return _view(changed)


@router.delete("/roles/{role_id}", status_code=204, dependencies=SERIALISED, operation_id="roles_delete_role")
async def delete_role(role_id: str, principal: Writer, identity: IdentityDep) -> Response:
    """409 role_in_use while somebody has it."""
    await identity.roles.delete(principal.tenant_id, principal.permissions, role_id)
    return Response(status_code=204)


def _view(role: CustomRole) -> dict[str, Any]:
    return {"id": role.id, "name": role.name, "built_in": False, "permissions": list(role.permissions)}
