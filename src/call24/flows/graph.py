"""Which node leads to which, and what follows: what is reached, and where a call would go round for ever. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import assert_never

from call24.flows.model import (
    Announce,
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
    ToQueueNode,
    Voicemail,
    WithdrawConsent,
)

Nodes = Mapping[NodeId, Node]


def ways(node: Node) -> dict[str, NodeId]:
    """Every way on from a node: the field that names it -> the node it leads to."""
    match node:
        case Announce() | SetNode() | WithdrawConsent() | LeaveTask():
            return {"next": node.next}
        case Menu():
            choices = {f"choices.{digit}": target for digit, target in node.choices.items()}
            return {**choices, "on_timeout": node.on_timeout, "on_invalid": node.on_invalid}
        case OpenHours():
            return {"open": node.open, "closed": node.closed}
        case ToQueueNode():
            return {f"exits.{reason}": target for reason, target in node.exits.items()}
        case Ring():
            return {"no_answer": node.no_answer}
        case OfferCallback():
            return {"declined": node.declined}
        case Forward():
            return {"failed": node.failed}
        case Voicemail() | HangUp():
            return {}
        case _:
            assert_never(node)


def unattended(node: Node) -> list[NodeId]:
    """Where a call may get to although its caller does nothing and nobody is there, at once or after some words."""
    kept = ("choices.", "on_invalid", "exits.max_wait")
    return [target for field, target in ways(node).items() if not field.startswith(kept)]


def reached(start: NodeId, nodes: Nodes) -> set[NodeId]:
    """The nodes that a call can get to, `start` included."""
    seen: set[NodeId] = set()
    waiting = [start]
    while waiting:
        node_id = waiting.pop()
        if node_id in nodes and node_id not in seen:
            seen.add(node_id)
            waiting += ways(nodes[node_id]).values()
    return seen


def circles(nodes: Nodes) -> list[list[NodeId]]:
    """Circles that an unattended call would never leave, each as its nodes in order; each node is in one at most."""
    found: list[list[NodeId]] = []
    done: set[NodeId] = set()
    for start in nodes:
        trail: dict[NodeId, Iterator[NodeId]] = {}
        place: NodeId | None = start if start not in done else None
        while place is not None:
            trail[place] = iter([target for target in unattended(nodes[place]) if target in nodes])
            place = _next_place(trail, done, found)
    return found


def _next_place(trail: dict[NodeId, Iterator[NodeId]], done: set[NodeId], found: list[list[NodeId]]) -> NodeId | None:
    """One step of a depth-first search: where it goes deeper, or None at its end."""
    while trail:
        last = next(reversed(trail))
        for target in trail[last]:
            if target in trail:
                order = list(trail)
                circle = order[order.index(target) :]
                if not any(set(circle) & set(other) for other in found):
                    found.append(circle)
            elif target not in done:
                return target
        done.add(last)
        del trail[last]
    return None
