"""Roles. Generated from the OpenAPI document by generate.py: do not edit."""

from __future__ import annotations

from typing import NotRequired, TypedDict

from call24_client.transport import Request, part


class PermissionAnswer(TypedDict):
    """A permission that roles and API tokens can have."""

    name: str
    help: str
    yours: bool


class PermissionList(TypedDict):
    """All permissions."""

    items: list[PermissionAnswer]


class RoleAnswer(TypedDict):
    """A role: a named set of permissions."""

    id: str
    name: str
    built_in: bool
    permissions: list[str]


class RoleList(TypedDict):
    """The built-in roles, then the organisation's own by name."""

    items: list[RoleAnswer]


class NewRole(TypedDict):
    """`permissions`: names as in `GET /v1/permissions`, only of permissions that you have yourself."""

    name: str
    permissions: list[str]


class RoleChange(TypedDict):
    """Fields that are left out stay as they are. `permissions` replaces the whole list."""

    name: NotRequired[str | None]
    permissions: NotRequired[list[str] | None]


def list_permissions() -> Request[PermissionList]:
    """Lists all permissions: what each allows, and whether you have it."""
    return Request("GET", "/v1/permissions")


def list_roles() -> Request[RoleList]:
    """Lists the roles: the built-in ones, then the organisation's own by name."""
    return Request("GET", "/v1/roles")


def add_role(body: NewRole, *, idempotency_key: str | None = None) -> Request[RoleAnswer]:
    """Creates a role. 403 beyond_own: `permissions` has one that you lack; the problem names it. 409 name_taken. An
    organisation has 50 roles of its own at most (409 too_many).
    """
    return Request("POST", "/v1/roles", body=body, headers={"Idempotency-Key": idempotency_key})


def read_role(role_id: str) -> Request[RoleAnswer]:
    """Returns a role: a built-in one, or one of the organisation's own."""
    return Request("GET", f"/v1/roles/{part(role_id)}")


def change_role(role_id: str, body: RoleChange, *, if_match: str | None = None) -> Request[RoleAnswer]:
    """Changes a role's name or permissions. Built-in roles cannot be changed. The permissions of everybody who has
    the role change with their next request. 403 beyond_own: the role has, or would have, a permission that you
    lack.
    """
    return Request("PATCH", f"/v1/roles/{part(role_id)}", body=body, headers={"If-Match": if_match})


def delete_role(role_id: str, *, if_match: str | None = None) -> Request[None]:
    """Deletes a role. 409 role_in_use: a user has it."""
    return Request("DELETE", f"/v1/roles/{part(role_id)}", headers={"If-Match": if_match}, answer="nothing")
