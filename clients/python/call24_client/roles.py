"""Roles. Generated from the OpenAPI document by generate.py: do not edit."""

from __future__ import annotations

from typing import NotRequired, TypedDict

from call24_client.transport import Request, part


class ListPermissionsAnswerItemsItem(TypedDict):
    name: NotRequired[str | None]
    help: NotRequired[str | None]
    yours: NotRequired[bool | None]


class ListPermissionsAnswer(TypedDict):
    items: list[ListPermissionsAnswerItemsItem | None]


class ListRolesAnswerItemsItem(TypedDict):
    id: NotRequired[str | None]
    name: NotRequired[str | None]
    built_in: NotRequired[bool | None]
    permissions: NotRequired[list[str | None] | None]


class ListRolesAnswer(TypedDict):
    items: list[ListRolesAnswerItemsItem | None]


class AddRoleAnswer(TypedDict):
    id: str
    name: NotRequired[str | None]
    built_in: NotRequired[bool | None]
    permissions: NotRequired[list[str | None] | None]


class NewRole(TypedDict):
    """`permissions`: names from the list; nobody gives what they lack."""

    name: str
    permissions: list[str]


class RoleChange(TypedDict):
    """What is not named stays as it is."""

    name: NotRequired[str | None]
    permissions: NotRequired[list[str] | None]


def list_permissions() -> Request[ListPermissionsAnswer]:
    """All there are, with what each lets one do, and whether the asker may."""
    return Request("GET", "/v1/permissions")


def list_roles() -> Request[ListRolesAnswer]:
    """The built-in roles, then the organisation's own."""
    return Request("GET", "/v1/roles")


def add_role(body: NewRole, *, idempotency_key: str | None = None) -> Request[AddRoleAnswer]:
    """403 beyond_own names what the asker lacks."""
    return Request("POST", "/v1/roles", body=body, headers={"Idempotency-Key": idempotency_key})


def change_role(role_id: str, body: RoleChange) -> Request[AddRoleAnswer]:
    """Holds for everybody who has it from their next request on."""
    return Request("PATCH", f"/v1/roles/{part(role_id)}", body=body)


def delete_role(role_id: str) -> Request[None]:
    """409 role_in_use while somebody has it."""
    return Request("DELETE", f"/v1/roles/{part(role_id)}", answer="nothing")
