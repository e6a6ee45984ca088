"""Who waits at a desk: all lines of one organisation, their order, places, and how fast they move."""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from datetime import datetime

from call24.kit.ids import CallId, QueueId
from call24.queues.waiting_call import WaitingCall
from call24.routing import estimate
from call24.routing.router import CallRouter
from call24.routing.rules import order_of


class WaitingLines:
    """Tells ``router`` who joins and leaves. Places are looked up, not counted."""

    def __init__(self, router: CallRouter) -> None:
        self._router = router
        self._waiting: dict[CallId, WaitingCall] = {}
        self._lines: dict[QueueId | None, list[tuple[int, datetime, CallId]]] = {}
        self._paces: dict[QueueId, estimate.Pace] = {}

    def __bool__(self) -> bool:
        return bool(self._waiting)

    def in_order(self) -> tuple[WaitingCall, ...]:
        return tuple(sorted(self._waiting.values(), key=order_of))

    def get(self, call_id: CallId) -> WaitingCall | None:
        return self._waiting.get(call_id)

    def join(self, call: WaitingCall) -> None:
        self.leave(call.call_id)
        self._waiting[call.call_id] = call
        insort(self._lines.setdefault(call.queue_id, []), order_of(call))
        self._router.join(call)

    def leave(self, call_id: CallId) -> None:
        call = self._waiting.pop(call_id, None)
        if call is None:
            return
        line = self._lines[call.queue_id]
        del line[bisect_left(line, order_of(call))]
        if not line:
            del self._lines[call.queue_id]
        self._router.leave(call_id)

    def length(self, queue_id: QueueId | None) -> int:
        return len(self._lines.get(queue_id, ()))

    def position(self, call: WaitingCall) -> int:
        """1: the next one of its queue. Who was promised a callback has a place too."""
        return bisect_right(self._lines.get(call.queue_id, []), order_of(call))

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
