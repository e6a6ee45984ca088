"""Whether a flow can be published, and which node comes next. Pure.

What a draft must be to be kept at all (`checked_draft`) is little: it may be half done. What is wrong with it is told
by `validate`, as a list of problems that each say what to do.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator
from typing import Literal, assert_never

import msgspec

from call24.flows.graph import Nodes, circles, reached, ways
from call24.flows.model import (
    DIGITS,
    Announce,
    FlowVersion,
    Forward,
    HangUp,
    LeaveTask,
    Menu,
    Node,
    NodeId,
    OfferCallback,
    OpenHours,
    Ring,
    SetNode,
    Sound,
    ToQueueNode,
    Voicemail,
    Walk,
    WithdrawConsent,
)
from call24.kit.errors import Invalid
from call24.kit.ids import HoursId, QueueId, UserId
from call24.kit.phone import parse_e164
from call24.tenants.skills import LEVELS, SkillNeed

NODES_MAX = 200
AGENTS_MAX = 50
SKILLS_MAX = 20
PRIORITIES = range(101)
LOST = HangUp(prompt="away")
"""Where a call goes that finds no next node: it is told to ring again, and ends."""

FailedTry = Literal["timeout", "invalid"]
"""Nothing was pressed, or a key that the menu does not have."""

_NODE_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,39}")
_RING_S = range(5, 121)
_RANGES = {"timeout_s": range(1, 61), "tries": range(1, 11), "ring_s": _RING_S, "priority": PRIORITIES}
_FIELDS = {
    "next": "where to continue",
    "on_timeout": "where to continue when nothing is pressed",
    "on_invalid": "where to continue after a wrong key",
    "open": "where to continue in opening hours",
    "closed": "where to continue outside them",
    "no_answer": "where to continue when nobody answers",
    "declined": "where to continue for callers who prefer to wait",
    "failed": "where to continue when the number does not answer",
}


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """Why a flow cannot be published. `node_id` None: the flow as a whole; `text` says what to do about it."""

    code: str
    node_id: NodeId | None
    text: str


class FlowTargets(msgspec.Struct, frozen=True, kw_only=True):
    """What exists in the organisation. `may_forward`: None when a number may be rung, else why not."""

    queues: Collection[QueueId] = frozenset()
    hours: Collection[HoursId] = frozenset()
    prompts: Collection[Sound] = frozenset()
    users: Collection[UserId] = frozenset()
    may_forward: Callable[[str], str | None] = lambda number: None


def checked_draft(start: NodeId, nodes: Nodes) -> None:
    """What can be stored under its names at all. Raises: Invalid."""
    if len(nodes) > NODES_MAX:
        raise Invalid(errors=[("nodes", f"at most {NODES_MAX}")])
    if any(not _NODE_ID.fullmatch(node_id) for node_id in nodes):
        raise Invalid(errors=[("nodes", "a node is named by 1 to 40 letters, digits, dashes")])
    targets = [start, *(target for node in nodes.values() for target in ways(node).values())]
    if any(target and not _NODE_ID.fullmatch(target) for target in targets):
        raise Invalid(errors=[("nodes", "an exit leads to the name of a node, or to nothing yet")])
    keys = {digit for node in nodes.values() if isinstance(node, Menu) for digit in node.choices}
    if any(len(key) != 1 or key in "$.\x00" for key in keys):
        raise Invalid(errors=[("nodes", "a choice is one key of a telephone")])


def validate(start: NodeId, nodes: Nodes, known: FlowTargets) -> list[Problem]:
    """Everything that stands against publishing; empty: nothing does."""
    if len(nodes) > NODES_MAX:
        return [_whole("too_many_nodes", f"A flow has at most {NODES_MAX} nodes: split it into several flows.")]
    found: list[Problem] = []
    if not start:
        found.append(_whole("no_start", "Choose the node where a call begins."))
    elif start not in nodes:
        found.append(_whole("start_unknown", f"The call begins with “{start}”, which does not exist: choose another."))
    for node_id, node in nodes.items():
        found += _of_ways(node_id, node, nodes)
        found += _of_node(node_id, node, known)
        found += _of_ranges(node_id, node)
        found += _of_sounds(node_id, node, known)
    if start in nodes:
        found_ways = reached(start, nodes)
        lost = [node_id for node_id in nodes if node_id not in found_ways]
        found += [_at(one, "unreachable", "This node cannot be reached: connect it, or delete it.") for one in lost]
    found += [_circle(circle) for circle in circles(nodes)]
    return found


def passes_by(node: OpenHours | SetNode, is_open: Callable[[HoursId], bool]) -> str:
    """The way (see `ways`) by which a call leaves a node where nothing is heard and nothing is waited for."""
    if isinstance(node, OpenHours):
        return "open" if is_open(node.hours_id) else "closed"
    return "next"


def after_failed_try(menu: Menu, why: FailedTry, before: int) -> str | None:
    """The way on after a try at a menu that failed; None: the caller hears it again. `before`: tries failed earlier."""
    return None if before + 1 < menu.tries else f"on_{why}"


def walk(version: FlowVersion, node_id: NodeId, is_open: Callable[[HoursId], bool]) -> Walk:
    """From `node_id` on to the node that does something, itself included; `LOST` where there is none."""
    priority: int | None = None
    skills: dict[str, SkillNeed] = {}
    passed: set[NodeId] = set()
    while node_id not in passed and (node := version.nodes.get(node_id)) is not None:
        passed.add(node_id)
        if not isinstance(node, OpenHours | SetNode):
            return Walk(node_id=node_id, node=node, priority=priority, skills=tuple(skills.values()))
        if isinstance(node, SetNode):
            priority = priority if node.priority is None else node.priority
            skills |= {need.name: need for need in node.skills}
        node_id = ways(node)[passes_by(node, is_open)]
    return Walk(node_id=node_id, node=LOST, priority=priority, skills=tuple(skills.values()))


def sounds(node: Node) -> list[Sound]:
    """What a node plays."""
    match node:
        case Menu():
            return [node.prompt, *([node.invalid_prompt] if node.invalid_prompt is not None else [])]
        case Announce() | OfferCallback() | WithdrawConsent() | LeaveTask():
            return [node.prompt]
        case Voicemail() | HangUp():
            return [node.prompt] if node.prompt is not None else []
        case OpenHours() | SetNode() | ToQueueNode() | Ring() | Forward():
            return []
        case _:
            assert_never(node)


def named(nodes: Nodes) -> set[str]:
    """The ids and sounds that a flow names: queues, hours, prompts, people."""
    found: set[str] = set()
    for node in nodes.values():
        found.update(sounds(node))
        match node:
            case ToQueueNode() | OfferCallback() | LeaveTask():
                found.add(node.queue_id)
            case OpenHours():
                found.add(node.hours_id)
            case Ring():
                found.update(node.agents)
            case _:
                pass
    return found


def _of_ways(node_id: NodeId, node: Node, nodes: Nodes) -> Iterator[Problem]:
    for field, target in ways(node).items():
        kind, _, which = field.partition(".")
        what = {"choices": f"where to continue after key {which}", "exits": f"where to continue for “{which}”"}.get(
            kind
        )
        if not target:
            yield _at(node_id, "dead_end", f"Choose {what or _FIELDS[field]}.")
        elif target not in nodes:
            text = f"“{target}” does not exist: choose {what or _FIELDS[field]}, or create that node."
            yield _at(node_id, "unknown_node", text)


def _of_node(node_id: NodeId, node: Node, known: FlowTargets) -> Iterator[Problem]:
    match node:
        case Menu():
            yield from _of_menu(node_id, node)
        case OpenHours() if node.hours_id not in known.hours:
            yield _at(node_id, "unknown_hours", "These opening hours do not exist: choose others.")
        case ToQueueNode() | OfferCallback() | LeaveTask() if node.queue_id not in known.queues:
            yield _at(node_id, "unknown_queue", "This queue does not exist: choose another.")
        case Ring():
            yield from _of_ring(node_id, node, known)
        case Forward():
            yield from _of_forward(node_id, node, known)
        case SetNode():
            yield from _of_skills(node_id, node)
        case _:
            pass
    if isinstance(node, OfferCallback) and not _is_digit(node.digit):
        yield _at(node_id, "bad_digit", "Choose one key to accept with: 0 to 9, * or #.")


def _of_menu(node_id: NodeId, node: Menu) -> Iterator[Problem]:
    if not node.choices:
        yield _at(node_id, "menu_empty", "Give the menu at least one choice.")
    for digit in node.choices:
        if not _is_digit(digit):
            yield _at(node_id, "bad_digit", f"“{digit}” is not a telephone key: use 0 to 9, * or #.")


def _of_ring(node_id: NodeId, node: Ring, known: FlowTargets) -> Iterator[Problem]:
    if not 1 <= len(node.agents) <= AGENTS_MAX:
        yield _at(node_id, "no_agents", f"Choose 1 to {AGENTS_MAX} people to ring.")
    if len(set(node.agents)) != len(node.agents):
        yield _at(node_id, "doubled_agent", "Somebody is named twice: name each person once.")
    if any(agent not in known.users for agent in node.agents):
        yield _at(node_id, "unknown_user", "Somebody to ring does not exist here any more: choose others.")


def _of_forward(node_id: NodeId, node: Forward, known: FlowTargets) -> Iterator[Problem]:
    if parse_e164(node.number, None) != node.number:
        yield _at(node_id, "bad_number", "Give the number with its country code, such as +442079460123.")
    elif why := known.may_forward(node.number):
        yield _at(node_id, "number_not_allowed", why)


def _of_skills(node_id: NodeId, node: SetNode) -> Iterator[Problem]:
    if node.priority is None and not node.skills:
        yield _at(node_id, "sets_nothing", "Choose a priority or a skill, or delete this node.")
    if len(node.skills) > SKILLS_MAX or len({need.name for need in node.skills}) != len(node.skills):
        yield _at(node_id, "bad_skill", f"Name each skill once, {SKILLS_MAX} at most.")
    for need in node.skills:
        relaxes = need.relax_after_s is None or 0 <= need.relax_after_s <= 86400
        if not 1 <= len(need.name) <= 60 or not need.name.isprintable() or need.level not in LEVELS or not relaxes:
            yield _at(node_id, "bad_skill", "A skill has a name of 1 to 60 characters and a level from 1 to 10.")


def _of_ranges(node_id: NodeId, node: Node) -> Iterator[Problem]:
    for field, allowed in _RANGES.items():
        value = getattr(node, field, None)
        if value is not None and value not in allowed:
            yield _at(node_id, "out_of_range", f"{field} must be from {allowed[0]} to {allowed[-1]}.")


def _of_sounds(node_id: NodeId, node: Node, known: FlowTargets) -> Iterator[Problem]:
    for sound in sounds(node):
        if not sound:
            yield _at(node_id, "no_prompt", "Choose what the caller hears here.")
        elif sound not in known.prompts:
            yield _at(node_id, "unknown_prompt", f"There is no prompt “{sound[:60]}”: choose another.")


def _circle(circle: list[NodeId]) -> Problem:
    trail = " → ".join([*circle[:8], *(["…"] if len(circle) > 8 else []), circle[0]])
    text = f"A caller who does nothing would loop here for ever ({trail}): lead to a message or a hang-up."
    return _at(circle[0], "endless_loop", text)


def _is_digit(text: str) -> bool:
    return len(text) == 1 and text in DIGITS


def _whole(code: str, text: str) -> Problem:
    return Problem(code=code, node_id=None, text=text)


def _at(node_id: NodeId, code: str, text: str) -> Problem:
    return Problem(code=code, node_id=node_id, text=text)
