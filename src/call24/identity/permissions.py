"""What a role may do. Pure: `may` is the one decision point, and what is not listed is refused."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from call24.identity.model import Principal

Permission = Literal[
    "live.read",
    "session.change",
    "agents.read",
    "agents.correct",
    "phone.use",
    "call.control",
    "calls.read_own",
    "calls.read_all",
    "calls.place",
    "calls.monitor",
    "calls.take_over",
    "calls.end",
    "callbacks.read",
    "callbacks.write",
    "tasks.read",
    "tasks.write",
    "recordings.play_own",
    "recordings.play_all",
    "recordings.audit",
    "recordings.keys",
    "organisation.read",
    "organisation.write",
    "queues.read",
    "queues.write",
    "flows.read",
    "flows.write",
    "users.read",
    "users.write",
    "trunks.read",
    "trunks.write",
    "numbers.read",
    "numbers.write",
    "fence.read",
    "fence.write",
]

_AGENT: frozenset[Permission] = frozenset(
    {
        "live.read",
        "session.change",
        "phone.use",
        "call.control",
        "calls.read_own",
        "calls.place",
        "callbacks.read",
        "tasks.read",
        "tasks.write",
        "recordings.play_own",
    }
)
_SUPERVISOR: frozenset[Permission] = _AGENT | {
    "agents.read",
    "agents.correct",
    "calls.read_all",
    "calls.monitor",
    "calls.take_over",
    "calls.end",
    "callbacks.write",
    "recordings.play_all",
    "recordings.audit",
    "organisation.read",
    "queues.read",
    "flows.read",
    "users.read",
    "trunks.read",
    "numbers.read",
    "fence.read",
}
_OWNER: frozenset[Permission] = _SUPERVISOR | {
    "organisation.write",
    "queues.write",
    "flows.write",
    "users.write",
    "trunks.write",
    "numbers.write",
    "fence.write",
    "recordings.keys",
}
_ALLOWED: Mapping[str, frozenset[str]] = {"agent": _AGENT, "supervisor": _SUPERVISOR, "owner": _OWNER}


def may(role: str, permission: str) -> bool:
    """Whether `role` may do `permission`; unknown roles and permissions may nothing."""
    return permission in _ALLOWED.get(role, ())


def permits(principal: Principal, permission: str) -> bool:
    """Whether whoever makes a request may do this: what the role may, narrowed by the token's abilities."""
    able = "*" in principal.abilities or permission in principal.abilities
    return able and may(principal.role, permission)
