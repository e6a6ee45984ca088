"""When a channel's subscribers are told how many they are: in the next turn while they are few, else every 5 s at most.

What is told last is always right. Source: Pusher Channels, "Subscription Count events".
"""

from __future__ import annotations

from collections.abc import Callable

from call24.kit.clock import Clock

FEW = 100
EVERY_S = 5.0


class SubscriberCounts:
    """`tell` is called with the name of a channel whose count is to be told now."""

    def __init__(self, clock: Clock, tell: Callable[[str], object]) -> None:
        self._clock = clock
        self._tell = tell
        self._waiting: set[str] = set()

    def changed(self, channel: str, subscribers: int) -> None:
        if channel not in self._waiting:
            self._waiting.add(channel)
            self._clock.call_later(0 if subscribers <= FEW else EVERY_S, lambda: self._due(channel))

    def _due(self, channel: str) -> None:
        self._waiting.discard(channel)
        self._tell(channel)
