"""Sees when the machine's clock was set while the server runs, and takes the new time over when that harms nothing.

A difference of less than a second is caught up with by a thousandth of the time that passes. A larger one waits until
no call goes on and nobody is at work. The later it gets the less is waited for.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine, Iterable
from datetime import timedelta
from typing import Any

from call24.agents.model import AgentSession, AgentState
from call24.engine.engine import Engine
from call24.engine.liveness import AgentPresence
from call24.engine.recovery import legs_of
from call24.kit.clock import Clock
from call24.kit.monotonic_clock import MonotonicClock

log = logging.getLogger(__name__)

LOOK_EVERY_S = 1.0
NOTICED = timedelta(milliseconds=5)
CREEP = timedelta(milliseconds=1)
JUMP = timedelta(seconds=1)
BELIEVED = timedelta(days=1)
"""A clock that is further off is set wrong more often than right, and what is kept until a day would be deleted."""
AGENTS_WAITED_FOR_S = 3600.0
CALLS_WAITED_FOR_S = 6 * 3600.0
SAY_EVERY_S = 3600.0


class ClockWatch:
    """`calls`: whether a call goes on; `agents`: whether an agent is at work, so that its states are being measured."""

    def __init__(self, clock: MonotonicClock, calls: Callable[[], bool], agents: Callable[[], bool]) -> None:
        self._clock, self._calls, self._agents = clock, calls, agents
        self._off_s: float | None = None
        """How long it has been off by a jump; None: it is not."""

    async def run(self) -> None:
        while True:
            self.look(LOOK_EVERY_S)
            await asyncio.sleep(LOOK_EVERY_S)

    def look(self, passed_s: float) -> None:
        """Once; ``passed_s`` since the last look."""
        behind = self._clock.behind
        if abs(behind) < JUMP:
            self._off_s = None
            if abs(behind) >= NOTICED:
                self._clock.creep(CREEP if behind > timedelta() else -CREEP)
            return
        before, self._off_s = self._off_s, 0.0 if self._off_s is None else self._off_s + passed_s
        if before is None or self._off_s // SAY_EVERY_S > before // SAY_EVERY_S:
            self._say(behind)
        if abs(behind) <= BELIEVED and self._harms_nothing(self._off_s):
            self._clock.follow()
            self._off_s = None
            log.warning("the server's clock is set to the machine's clock: %+.1f s", behind.total_seconds())

    def _harms_nothing(self, off_s: float) -> bool:
        if self._calls():
            return off_s >= CALLS_WAITED_FOR_S
        return off_s >= AGENTS_WAITED_FOR_S or not self._agents()

    def _say(self, behind: timedelta) -> None:
        what = "the machine's clock was set by %+.1f s; "
        if abs(behind) > BELIEVED:
            log.error(
                what + "that is too much to follow: correct the machine's clock, or restart Call24 if it is correct",
                behind.total_seconds(),
            )
        else:
            log.warning(
                what + "the server's clock follows when there are no calls and no agent is signed in",
                behind.total_seconds(),
            )


def tasks(
    clock: Clock, engine: Engine, presence: AgentPresence, sessions: Callable[[], Iterable[AgentSession]]
) -> dict[str, Callable[[], Coroutine[Any, Any, None]]]:
    """What main runs; nothing where the time is another's, as in tests."""
    if not isinstance(clock, MonotonicClock):
        return {}
    clock.followed.append(presence.clock_set)

    def calls() -> bool:
        """Somebody is on the line. A callback that waits for its time has no line."""
        return any(legs_of(call) for call in engine.all_live())

    def agents() -> bool:
        return any(session.state is not AgentState.OFFLINE for session in sessions())

    return {"clock": ClockWatch(clock, calls, agents).run}
