"""Who waits at a desk: all lines of one organisation, their order, places, and how fast they move."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from call24.kit.ids import CallId, QueueId
from call24.routing import estimate
from call24.routing.model import WaitingCall


class Lines:
    def __init__(self) -> None:
        self._waiting: dict[CallId, WaitingCall] = {}
        self._paces: dict[QueueId, estimate.Pace] = {}

    def __bool__(self) -> bool:
        return bool(self._waiting)

    def all(self) -> Collection[WaitingCall]:
        return self._waiting.values()

    def in_order(self) -> tuple[WaitingCall, ...]:
        return tuple(sorted(self._waiting.values(), key=_order))

    def get(self, call_id: CallId) -> WaitingCall | None:
        return self._waiting.get(call_id)

    def join(self, call: WaitingCall) -> None:
        self._waiting[call.call_id] = call

    def leave(self, call_id: CallId) -> None:
        self._waiting.pop(call_id, None)

    def length(self, queue_id: QueueId | None) -> int:
        return sum(call.queue_id == queue_id for call in self._waiting.values())

    def position(self, call: WaitingCall) -> int:
        """1: the next one of its queue. Who was promised a call-back has a place too."""
        mine = _order(call)
        return sum(other.queue_id == call.queue_id and _order(other) <= mine for other in self._waiting.values())

    def answered(self, call: WaitingCall, working_agents: int, now: datetime) -> None:
        """An agent was found: out of the line. A second try shows nothing about how fast the line moves."""
        self.leave(call.call_id)
        if call.queue_id is None or call.tried:
            return
        pace = self._paces.get(call.queue_id, estimate.empty())
        waited_s = max(0.0, (now - call.since).total_seconds())
        self._paces[call.queue_id] = pace.answered(now, waited_s, working_agents)

    def estimate(
        self, queue_id: QueueId, position: int, working_agents: int, now: datetime
    ) -> estimate.Estimate | None:
        return self._paces.get(queue_id, estimate.empty()).estimate(position, working_agents, now)


def _order(call: WaitingCall) -> tuple[int, datetime, CallId]:
    return -call.priority, call.since, call.call_id
