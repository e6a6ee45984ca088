"""Whether the other end of a socket is still there, and whether it speaks too much."""

from __future__ import annotations

from call24.kit.clock import Clock, TimerHandle
from call24.realtime import protocol
from call24.realtime.connection import Connection
from call24.realtime.protocol import Close

ACTIVITY_S = float(protocol.ACTIVITY_TIMEOUT_S)
PONG_S = 30.0
SUBSCRIBE_S = 60.0
MESSAGES_PER_S, MESSAGES_BURST = 25.0, 250.0


class ActivityTimeout:
    """Pings after silence and closes when no pong comes; closes what subscribes to nothing within a minute, where it
    must (`must_subscribe`)."""

    __slots__ = ("_budget", "_clock", "_connection", "_heard", "_must_subscribe", "_pinged", "_timer")

    def __init__(self, connection: Connection, clock: Clock, *, must_subscribe: bool = True) -> None:
        self._must_subscribe = must_subscribe
        self._connection = connection
        self._clock = clock
        self._heard = clock.now()
        self._pinged = False
        self._budget = MESSAGES_BURST
        self._timer: TimerHandle = clock.call_later(SUBSCRIBE_S, self._look)

    def heard(self) -> bool:
        """A message came; False when it is one too many."""
        now = self._clock.now()
        self._budget = min(MESSAGES_BURST, self._budget + (now - self._heard).total_seconds() * MESSAGES_PER_S)
        self._heard, self._pinged = now, False
        self._budget -= 1
        return self._budget >= 0

    def stop(self) -> None:
        self._timer.cancel()

    def _look(self) -> None:
        silence = (self._clock.now() - self._heard).total_seconds()
        wait = PONG_S
        if self._must_subscribe and self._connection.grant is None:
            self._connection.close(Close.INACTIVE, "Nothing was subscribed to")
        elif silence < ACTIVITY_S:
            wait = ACTIVITY_S - silence
        elif self._pinged:
            self._connection.close(Close.NO_PONG, "No answer to a ping")
        else:
            self._pinged = True
            self._connection.put(protocol.PING)
        if not self._connection.closing:
            self._timer = self._clock.call_later(wait, self._look)
