"""What is known of a flow from all of its nodes: worked out once for each state of it, since lists ask again and again.

A draft's revision and the version that calls run say which state it is: the nodes of either never change.
"""

from __future__ import annotations

from collections.abc import Collection

import msgspec

from call24.flows.model import Flow, FlowVersion
from call24.flows.rules import named
from call24.kit.ids import FlowId


class Digest(msgspec.Struct, frozen=True, kw_only=True):
    """`uses`: the ids and sounds that the draft or what calls run names, sorted. `changed`: the two differ, or no call
    runs anything of it."""

    revision: int
    version: int | None
    uses: tuple[str, ...]
    changed: bool


class Digests:
    """One for each flow at most; those of flows that are gone are taken away by `forget` and `keep`."""

    def __init__(self) -> None:
        self._known: dict[FlowId, Digest] = {}

    def of(self, flow: Flow, running: FlowVersion | None, *, keep: bool = True) -> Digest:
        """`keep`: it is the flow as it is now, and is asked for again."""
        if self.has(flow, running):
            return self._known[flow.id]
        digest = _digest(flow, running)
        if keep:
            self._known[flow.id] = digest
        return digest

    def has(self, flow: Flow, running: FlowVersion | None) -> bool:
        known = self._known.get(flow.id)
        return known is not None and (known.revision, known.version) == (flow.revision, _number(running))

    def keep(self, flows: Collection[FlowId]) -> None:
        self._known = {flow_id: known for flow_id, known in self._known.items() if flow_id in flows}

    def forget(self, flow_id: FlowId) -> None:
        self._known.pop(flow_id, None)


def _number(running: FlowVersion | None) -> int | None:
    return None if running is None else running.version


def _digest(flow: Flow, running: FlowVersion | None) -> Digest:
    changed = running is None or (running.start, running.nodes) != (flow.start, flow.nodes)
    uses = named(flow.nodes) | (named(running.nodes) if running is not None and changed else set())
    return Digest(revision=flow.revision, version=_number(running), uses=tuple(sorted(uses)), changed=changed)
