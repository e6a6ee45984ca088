"""What there is to be allowed, and what the built-in roles are allowed. Pure.

`may` is the one decision point: what is not granted is refused, and a name that is not in this list is nobody's.
An organisation's own roles are sets of these permissions (roles.py); API and app read the same list.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
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
    "exports.make",
    "organisation.read",
    "organisation.write",
    "sign_in.write",
    "queues.read",
    "queues.write",
    "flows.read",
    "flows.write",
    "users.read",
    "users.write",
    "users.export",
    "roles.read",
    "roles.write",
    "trunks.read",
    "trunks.write",
    "numbers.read",
    "numbers.write",
    "fence.read",
    "fence.write",
    "audit.read",
    "audit.export",
]

HELP: Mapping[Permission, str] = {
    "live.read": "See the live board: queues, and who is available.",
    "session.change": "Go available, pause and end a wrap-up; say what a call came to.",
    "agents.read": "See each agent's day.",
    "agents.correct": "Say what an agent's state is, and end an offer that is stuck.",
    "phone.use": "Have a phone in the app that rings.",
    "call.control": "Hold, transfer, consult, conference and record calls in one's own hand.",
    "calls.read_own": "See the calls of one's queues and one's own.",
    "calls.read_all": "See all calls, live and ended, and the reports.",
    "calls.place": "Ring outside numbers and colleagues.",
    "calls.monitor": "Listen to calls that go on, whisper and join them.",
    "calls.take_over": "Take a call from an agent.",
    "calls.end": "End other people's calls.",
    "callbacks.read": "See promised call-backs.",
    "callbacks.write": "Remove promised call-backs.",
    "tasks.read": "See tasks.",
    "tasks.write": "Make, take and finish tasks.",
    "recordings.play_own": "Listen to recordings of one's own calls and to messages in one's queues.",
    "recordings.play_all": "Listen to all recordings.",
    "recordings.audit": "See who listened to a recording.",
    "recordings.keys": "See and renew the keys that recordings are encrypted with.",
    "exports.make": "Save call records and reports as files.",
    "organisation.read": "See the organisation's settings.",
    "organisation.write": "Change the organisation's settings.",
    "sign_in.write": "Change how all sign in: the own sign-in, and the second proof as a duty.",
    "queues.read": "See queues and opening hours.",
    "queues.write": "Change queues, opening hours, pause reasons and dispositions.",
    "flows.read": "See flows and prompts.",
    "flows.write": "Change and publish flows, add and remove prompts.",
    "users.read": "See the people of the organisation and their skills.",
    "users.write": "Add people, change and delete them.",
    "users.export": "Save all that is kept of a person as a file.",
    "roles.read": "See roles and what they are allowed.",
    "roles.write": "Make and change roles, and give them to people.",
    "trunks.read": "See trunks.",
    "trunks.write": "Change trunks.",
    "numbers.read": "See the organisation's numbers.",
    "numbers.write": "Change numbers and where they lead.",
    "fence.read": "See which outside numbers may be rung, and how much.",
    "fence.write": "Change the fence, and lift a freeze.",
    "audit.read": "Read the audit log.",
    "audit.export": "Save the audit log as a file.",
}

EVERYTHING: frozenset[str] = frozenset(HELP)
_NOTHING: frozenset[str] = frozenset()

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
_CONFIGURATION: frozenset[Permission] = frozenset(
    {"organisation.read", "queues.read", "flows.read", "users.read", "trunks.read", "numbers.read", "fence.read"}
)
_SUPERVISOR: frozenset[Permission] = (
    _AGENT
    | _CONFIGURATION
    | {
        "agents.read",
        "agents.correct",
        "calls.read_all",
        "calls.monitor",
        "calls.take_over",
        "calls.end",
        "callbacks.write",
        "recordings.play_all",
        "recordings.audit",
        "exports.make",
    }
)
_ADMINISTRATOR: frozenset[Permission] = _SUPERVISOR | {
    "organisation.write",
    "sign_in.write",
    "queues.write",
    "flows.write",
    "users.write",
    "roles.read",
    "roles.write",
    "trunks.write",
    "numbers.write",
    "audit.read",
}
_PRIVACY_OFFICER: frozenset[Permission] = frozenset(
    {
        "calls.read_own",
        "calls.read_all",
        "recordings.audit",
        "exports.make",
        "organisation.read",
        "users.read",
        "users.export",
        "roles.read",
        "audit.read",
        "audit.export",
    }
)
_AUDITOR: frozenset[Permission] = _CONFIGURATION | {"roles.read", "recordings.audit", "audit.read", "audit.export"}

OWNER = "owner"
BUILT_IN: Mapping[str, frozenset[str]] = {
    OWNER: EVERYTHING,
    "administrator": _ADMINISTRATOR,
    "supervisor": _SUPERVISOR,
    "agent": _AGENT,
    "privacy_officer": _PRIVACY_OFFICER,
    "auditor": _AUDITOR,
}
"""The roles that every organisation has. Only the owner renews keys and moves the fence."""


def may(granted: Collection[str], permission: str) -> bool:
    """Whether who holds `granted` may do what `permission` names."""
    return permission in EVERYTHING and permission in granted


STEP_UP: frozenset[str] = frozenset(
    {
        "calls.monitor",
        "calls.take_over",
        "recordings.play_own",
        "recordings.play_all",
        "recordings.keys",
        "exports.make",
        "audit.export",
        "users.write",
        "users.export",
        "roles.write",
        "organisation.write",
        "sign_in.write",
        "trunks.write",
        "numbers.write",
        "fence.write",
    }
)
"""What needs a recent second proof, of who has an authenticator or whose organisation asks for it."""


def permits(principal: Principal, permission: str) -> bool:
    """Whether whoever makes a request may do this: what the role may, narrowed by the token's abilities."""
    return may(principal.permissions, permission)


def narrowed(granted: frozenset[str], abilities: Iterable[str]) -> frozenset[str]:
    """What is left of a role in the hands of a token with these abilities; `*` leaves all of it."""
    wanted = frozenset(abilities)
    return granted if "*" in wanted else granted & wanted


def held(granted: frozenset[str], abilities: Iterable[str], *, machine: bool) -> frozenset[str]:
    """What is left of a role in a token's hands. To a machine `*` gives nothing that asks people for a second proof."""
    wanted = frozenset(abilities)
    return narrowed(granted, wanted) - (STEP_UP - wanted if machine else frozenset())


def lacking(granted: Collection[str], wanted: Iterable[str]) -> list[str]:
    """Which of `wanted` somebody who holds `granted` cannot give to others, since they may not do it themselves."""
    return sorted(permission for permission in wanted if not may(granted, permission))


def of_built_in(role: str) -> frozenset[str]:
    return BUILT_IN.get(role, _NOTHING)
