"""One task owns one call: signals enter its inbox, the table decides, events are written down, commands are done."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine
from datetime import datetime, timedelta

from call24.calls import events as e
from call24.calls.commands import AnyCommand, StartTimer, StopTimer
from call24.calls.configuration import Plan
from call24.calls.machine import advance
from call24.calls.model import Call
from call24.calls.signals import Signal, TimerFired
from call24.calls.step import MayPromise, always
from call24.engine.ports import Caller
from call24.journal.journal import Journal
from call24.journal.model import Fresh
from call24.kit.clock import Clock, TimerHandle
from call24.kit.errors import Unavailable
from call24.kit.ids import LegId
from call24.kit.log_context import work_for

log = logging.getLogger(__name__)

REST_EVERY_S = 5.0
REST_TRIES = 120

Perform = Callable[["CallTask", AnyCommand], Awaitable[None]]


class CallTask:
    """``call`` is what has been written down; readers may look at it at any time.

    ``plan``: the organisation's settings as they are now; ``may_promise``: see calls/step.py.
    ``unwritten``: lines that go before those of the first signal, in the same write (the beginning of a new call).
    """

    def __init__(
        self,
        call: Call,
        caller: Caller,
        *,
        clock: Clock,
        journal: Journal,
        perform: Perform,
        plan: Callable[[], Plan],
        may_promise: MayPromise = always,
        unwritten: tuple[Fresh, ...] = (),
    ) -> None:
        self.call = call
        self.caller = caller
        self.legs: set[LegId] = set()
        """All that were ever its own."""
        self._clock = clock
        self._journal = journal
        self._perform = perform
        self._plan = plan
        self._may_promise = may_promise
        self._inbox: asyncio.Queue[Signal] = asyncio.Queue()
        self._timers: dict[str, TimerHandle] = {}
        self._unwritten = unwritten
        self.running = False

    def tell(self, signal: Signal) -> None:
        self._inbox.put_nowait(signal)

    async def run(self) -> None:
        """Work until the call has ended and its inbox is empty."""
        self.running = True
        work_for(call_id=self.call.id, tenant_id=self.call.tenant_id)
        while not (self.call.ended and self._inbox.empty()):
            signal = await self._inbox.get()
            try:
                await self.take(signal)
            except Exception:
                log.exception("call %s failed to handle the signal %s", self.call.id, type(signal).__name__)
        self.running = False
        for timer in self._timers.values():
            timer.cancel()
        await self._write_rest()

    async def take(self, signal: Signal) -> None:
        """Decide, write down, do."""
        step = advance(self.call, signal, self._plan(), self._may_promise)
        if step.ignored is not None:
            log.debug("call %s: %s ignored: %s", self.call.id, type(signal).__name__, step.ignored)
            return
        at = max(signal.at, self.call.last_at)
        self._unwritten += tuple(fresh_line(step.call, event, at) for event in step.events)
        await self._write_down()
        self.call = step.call
        for command in step.commands:
            try:
                await self._do(command)
            except Exception:  # what follows is all the more needed: an agent to be freed, a line to be hung up
                log.exception("call %s failed to carry out the command %s", self.call.id, type(command).__name__)

    async def _write_down(self) -> None:
        lines, self._unwritten = self._unwritten, ()
        try:
            await self._journal.append(self.call.tenant_id, lines)
        except Unavailable:
            # Neither database nor spool: the people on the line matter more than the record. Journal has said it.
            log.error("call %s continues, but its events are not in the journal yet", self.call.id)
            self._unwritten = lines

    async def _write_rest(self) -> None:
        """The call is over; what could not be written down while it lived may be after it."""
        for _ in range(REST_TRIES):
            if not self._unwritten:
                return
            await asyncio.sleep(REST_EVERY_S)
            await self._write_down()

    async def _do(self, command: AnyCommand) -> None:
        match command:
            case StartTimer(name=name, seconds=seconds):
                self._stop_timer(name)
                self._timers[name] = self._clock.call_later(seconds, lambda: self._fire(name))
            case StopTimer(name=name):
                self._stop_timer(name)
            case _:
                await self._perform(self, command)

    def _stop_timer(self, name: str) -> None:
        if (timer := self._timers.pop(name, None)) is not None:
            timer.cancel()

    def _fire(self, name: str) -> None:
        self._timers.pop(name, None)
        self.tell(TimerFired(at=self._clock.now(), name=name))


def fresh_line(call: Call, event: e.AnyCallEvent, at: datetime) -> Fresh:
    """The journal event of a call's event; all lines of a call fall due together with its record."""
    return Fresh(
        at=at,
        event=event,
        delete_at=call.arrived_at + timedelta(days=call.rules.keep_days),
        call_id=call.id,
        agent_id=getattr(event, "agent_id", None),
    )


async def by_itself(work: Coroutine[object, object, None], name: str) -> None:
    """One call's trouble is its own: it must not end the task group, and with it all the others."""
    try:
        await work
    except Exception:
        log.exception("%s failed", name)
