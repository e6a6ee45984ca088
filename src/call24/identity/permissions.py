"""What there is to be allowed, and what the built-in roles are allowed. Pure.

`may` is the one decision point: what is not granted is refused, and a name that is not in this list is nobody's.
An organisation's own roles are sets of these permissions (roles.py); API and app read the same list.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import get_args

from call24.identity.model import Principal
from call24.kit.permission import BuiltInRole, Permission, declared

PERMISSIONS = (
    Permission("phone.use", "Receive calls on the phone in the app.", roles=("administrator", "supervisor", "agent")),
    Permission(
        "sign_in.write",
        "Change how users sign in: single sign-on, and whether a second factor is required.",
        roles=("administrator",),
        step_up=True,
    ),
    Permission(
        "users.read",
        "See the organisation's users and their skills.",
        roles=("administrator", "supervisor", "privacy_officer", "auditor"),
    ),
    Permission("users.write", "Add, change and delete users.", roles=("administrator",), step_up=True),
    Permission("users.export", "Export all personal data of a user.", roles=("privacy_officer",), step_up=True),
    Permission("roles.read", "See roles and their permissions.", roles=("administrator", "privacy_officer", "auditor")),
    Permission(
        "roles.write", "Create and change roles, and assign them to users.", roles=("administrator",), step_up=True
    ),
)
"""Of this room."""

_DECLARED = declared()
HELP: Mapping[str, str] = {one.name: one.help for one in _DECLARED}
EVERYTHING: frozenset[str] = frozenset(HELP)
STEP_UP: frozenset[str] = frozenset(one.name for one in _DECLARED if one.step_up)
"""What needs a recent second factor, of who has one or whose organisation asks for one."""
_NOTHING: frozenset[str] = frozenset()

OWNER = "owner"
BUILT_IN: Mapping[str, frozenset[str]] = {
    OWNER: EVERYTHING,
    **{role: frozenset(one.name for one in _DECLARED if role in one.roles) for role in get_args(BuiltInRole)},
}
"""The roles that every organisation has. Only the owner renews keys and changes toll-fraud protection."""


def may(granted: Collection[str], permission: str) -> bool:
    """Whether who holds `granted` may do what `permission` names."""
    return permission in EVERYTHING and permission in granted


def permits(principal: Principal, permission: str) -> bool:
    """Whether whoever makes a request may do this: what the role may, narrowed by the token's abilities."""
    return may(principal.permissions, permission)


def narrowed(granted: frozenset[str], abilities: Iterable[str]) -> frozenset[str]:
    """What is left of a role in the hands of a token with these abilities; `*` leaves all of it."""
    wanted = frozenset(abilities)
    return granted if "*" in wanted else granted & wanted


def held(granted: frozenset[str], abilities: Iterable[str], *, machine: bool) -> frozenset[str]:
    """What is left of a role in a token's hands. To an API token `*` gives nothing that asks people for a second
    factor."""
    wanted = frozenset(abilities)
    return narrowed(granted, wanted) - (STEP_UP - wanted if machine else frozenset())


def lacking(granted: Collection[str], wanted: Iterable[str]) -> list[str]:
    """Which of `wanted` somebody who holds `granted` cannot give to others, since they may not do it themselves."""
    return sorted(permission for permission in wanted if not may(granted, permission))


def of_built_in(role: str) -> frozenset[str]:
    return BUILT_IN.get(role, _NOTHING)
