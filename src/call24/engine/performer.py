"""Carries out what a call commands, but for its timers: on the telephone network, at the desk, and on other calls.

What a command is for is decided by the call's machine. Callbacks begin here, and are over for who is being talked to.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

import msgspec

from call24.calls import commands as c
from call24.calls import events as e
from call24.calls import signals as s
from call24.calls.dialling import TOO_MANY
from call24.calls.evolution import begin
from call24.calls.model import Call
from call24.calls.telephony import Telephony
from call24.engine import call_openings
from call24.engine.call_task import CallTask
from call24.engine.desk import Message
from call24.engine.desk_messages import message_of
from call24.engine.outbound import OutboundDialler
from call24.engine.ports import Caller, Directory
from call24.engine.promises import Promises
from call24.engine.quota import Quota
from call24.kit.clock import Clock
from call24.kit.ids import LegId, TenantId


def asking(caller: Caller) -> tuple[str, ...]:
    """What is said to who answered an agent's mobile number."""
    digits = tuple(f"digit-{digit}" for digit in caller.number if digit.isdigit())
    if caller.restricted or not digits:
        return ("mobile-call-withheld", "mobile-press-1")
    return ("mobile-call-from", *digits, "mobile-press-1")


class Performer:
    """``own``: a leg is this call's from now on; ``open``: begins a call; ``live``: the calls that go on; ``to_desk``:
    tells the organisation's desk."""

    def __init__(
        self,
        *,
        clock: Clock,
        telephony: Telephony,
        directory: Directory,
        outside: OutboundDialler,
        quota: Quota,
        promises: Promises,
        own: Callable[[CallTask, LegId], None],
        open: Callable[[Call, Caller, e.Beginning], CallTask],
        live: Callable[[], Iterable[Call]],
        to_desk: Callable[[TenantId, Message], None],
    ) -> None:
        self._clock = clock
        self._telephony = telephony
        self._directory = directory
        self._outside = outside
        self._quota = quota
        self._promises = promises
        self._own = own
        self._open = open
        self._live = live
        self._to_desk = to_desk

    async def perform(self, task: CallTask, command: c.AnyCommand) -> None:
        call = task.call
        match command:
            case c.RingAgent():
                # Known before it is done: the answer can arrive before the request to ring has returned.
                self._own(task, command.leg)
                number, name = ("", "") if task.caller.restricted else (task.caller.number, task.caller.name)
                named = msgspec.structs.replace(command, caller_number=number, caller_name=name)
                await self._telephony.perform(named)
            case c.SnoopLeg():
                self._own(task, command.snoop_leg)
                await self._telephony.perform(command)
            case c.DialOutside() if self._quota.refuses(call.tenant_id, self._live(), 0):
                self._own(task, command.leg)
                task.tell(s.LegEnded(at=self._clock.now(), leg=command.leg, cause=TOO_MANY))
            case c.DialOutside():
                self._own(task, command.leg)
                await self._outside.dial(call, task.caller, command, task.tell)
            case c.AskForKey(leg=leg, tenant_id=tenant_id, playback_id=playback_id):
                sounds = asking(task.caller)
                play = c.PlaySound(leg=leg, tenant_id=tenant_id, playback_id=playback_id, sounds=sounds)
                await self._telephony.perform(play)
            case c.PromiseCallback():
                self._open_callback(task, command)
            case c.CustomerReached():
                self._settle_callbacks(task)
            case c.StartTimer() | c.StopTimer():
                raise TypeError("timers belong to the call task")
            case (
                c.RequestAgent() | c.LeaveQueue() | c.TellPlace() | c.ReserveAgent() | c.ReleaseAgent() | c.AgentTaken()
            ):
                self._to_desk(call.tenant_id, message_of(call, command, self._clock.now()))
            case _:
                await self._telephony.perform(command)

    def _open_callback(self, origin: CallTask, command: c.PromiseCallback) -> None:
        """One for each number: asked again, the first promise holds."""
        call = origin.call
        plan = self._directory.plan(call.tenant_id)
        queue = plan.queue(command.queue_id)
        promised = [task for task in self._promises.to(call) if task is not origin]
        if call.contact_id is None or queue is None or promised:
            return
        declined = plan.not_recorded((call.contact_id,))
        event = call_openings.promised(call, call.contact_id, queue, command.since, declined)
        task = self._open(begin(call.tenant_id, event, self._clock.now()), origin.caller, event)
        task.tell(s.CallerArrived(at=self._clock.now()))

    def _settle_callbacks(self, reached: CallTask) -> None:
        """Who is being talked to, whoever rang whom, need not be called back any more."""
        if reached.call.contact_id is not None:
            for task in self._promises.to(reached.call):
                if task is not reached:
                    task.tell(s.EndRequested(at=self._clock.now(), user_id=None, reason="reached"))
