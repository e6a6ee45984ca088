"""Roles and the permissions that they are made of."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends
from pydantic import Field

from call24.http.access import SERIALISED, Body, PrincipalDep, allowed
from call24.http.router import Router
from call24.identity.answers.users import PermissionAnswer, PermissionList, RoleAnswer, RoleList
from call24.identity.dependencies import IdentityDep
from call24.identity.model import CustomRole, Principal
from call24.identity.permissions import BUILT_IN, HELP

router = Router(prefix="/v1", tags=["administration"])

Reader = Annotated[Principal, Depends(allowed("roles.read"))]
Writer = Annotated[Principal, Depends(allowed("roles.write"))]
Permissions = Annotated[list[Annotated[str, Field(max_length=40)]], Field(max_length=100)]


class NewRole(Body):
    """`permissions`: names as in `GET /v1/permissions`, only of permissions that you have yourself."""

    name: str = Field(max_length=200)
    permissions: Permissions


class RoleChange(Body):
    """Fields that are left out stay as they are. `permissions` replaces the whole list."""

    name: str | None = Field(None, max_length=200)
    permissions: Permissions | None = None


@router.get("/permissions", operation_id="roles_list_permissions")
async def list_permissions(principal: PrincipalDep) -> PermissionList:
    """Lists all permissions: what each allows, and whether you have it."""
    rows: list[PermissionAnswer] = [
        {"name": name, "help": text, "yours": name in principal.permissions} for name, text in HELP.items()
    ]
    return {"items": rows}


@router.get("/roles", operation_id="roles_list_roles")
async def list_roles(principal: Reader, identity: IdentityDep) -> RoleList:
    """Lists the roles: the built-in ones, then the organisation's own by name."""
    built_in = [_built_in(role, identity.roles.name(principal.tenant_id, role)) for role in BUILT_IN]
    return {"items": [*built_in, *(_view(role) for role in await identity.roles.all(principal.tenant_id))]}


@router.get("/roles/{role_id}", operation_id="roles_read_role")
async def read_role(role_id: str, principal: Reader, identity: IdentityDep) -> RoleAnswer:
    """Returns a role: a built-in one, or one of the organisation's own."""
    if role_id in BUILT_IN:
        return _built_in(role_id, identity.roles.name(principal.tenant_id, role_id))
    return _view(await identity.roles.get(principal.tenant_id, role_id))


@router.post("/roles", status_code=201, dependencies=SERIALISED, operation_id="roles_add_role")
async def add_role(body: NewRole, principal: Writer, identity: IdentityDep) -> RoleAnswer:
    """Creates a role.

    403 beyond_own: `permissions` has one that you lack; the problem names it. 409 name_taken. An organisation has 50
    roles of its own at most (409 too_many).
    """
    roles = identity.roles
    return _view(await roles.create(principal.tenant_id, principal.permissions, body.name, body.permissions))


@router.patch("/roles/{role_id}", dependencies=SERIALISED, operation_id="roles_change_role")
async def change_role(role_id: str, body: RoleChange, principal: Writer, identity: IdentityDep) -> RoleAnswer:
    """Changes a role's name or permissions. Built-in roles cannot be changed.

    The permissions of everybody who has the role change with their next request. 403 beyond_own: the role has, or would
    have, a permission that you lack.
    """
    roles = identity.roles
    changed = await roles.change(principal.tenant_id, principal.permissions, role_id, body.name, body.permissions)
    return _view(changed)


@router.delete("/roles/{role_id}", status_code=204, dependencies=SERIALISED, operation_id="roles_delete_role")
async def delete_role(role_id: str, principal: Writer, identity: IdentityDep) -> None:
    """Deletes a role. 409 role_in_use: a user has it."""
    await identity.roles.delete(principal.tenant_id, principal.permissions, role_id)


def _built_in(role: str, name: str) -> RoleAnswer:
    return {"id": role, "name": name, "built_in": True, "permissions": sorted(BUILT_IN[role])}


def _view(role: CustomRole) -> RoleAnswer:
    return {"id": role.id, "name": role.name, "built_in": False, "permissions": list(role.permissions)}
