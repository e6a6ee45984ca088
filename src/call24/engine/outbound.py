"""Calls to the outside, as the engine dials them: nothing is dialled that the toll-fraud protection has not allowed.

It also ends what has used up the day's minutes. Who is dialled is found here, at the last moment: numbers are personal
data and stand in no event.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Coroutine
from datetime import datetime, timedelta
from typing import Any

import msgspec

from call24.calls import commands as c
from call24.calls.dialling import FENCED, NO_TRUNK
from call24.calls.model import MOBILE, Call, Direction
from call24.calls.signals import LegEnded, Signal
from call24.calls.telephony import Telephony
from call24.engine.forward_chains import ForwardChains
from call24.engine.ports import Caller, Callers, Directory, OutboundGuard
from call24.flows.model import Forward
from call24.kit.clock import Clock, TimerHandle
from call24.kit.ids import CallId, LegId, TenantId, UserId
from call24.toll_fraud.model import AllowedCall, Denied

log = logging.getLogger(__name__)

NO_NUMBER = 1
USED_UP = 16
_LIMIT_GRACE = timedelta(milliseconds=500)

Spawn = Callable[[Coroutine[Any, Any, None], str], object]


class OutboundDialler:
    def __init__(
        self,
        *,
        clock: Clock,
        telephony: Telephony,
        directory: Directory,
        callers: Callers,
        fence: OutboundGuard,
        spawn: Spawn,
    ) -> None:
        self._clock = clock
        self._telephony = telephony
        self._directory = directory
        self._callers = callers
        self._fence = fence
        self._spawn = spawn
        self._limits: dict[LegId, TimerHandle | None] = {}
        self._chains = ForwardChains()
        self._until_at: dict[LegId, datetime] = {}

    async def dial(self, call: Call, caller: Caller, command: c.DialOutside, tell: Callable[[Signal], None]) -> None:
        """Dial, or tell the call at once that this leg has ended, with the cause. For a test call nobody is dialled."""
        if call.rules.test:
            tell(self._ended(command.leg, FENCED))
            return
        number = await self._number(call, caller, command)
        shown = self._directory.shown(call.tenant_id, command.shown_id)
        if number is None or shown is None:
            tell(self._ended(command.leg, NO_NUMBER if number is None else NO_TRUNK))
            return
        now = self._clock.now()
        forwards = command.contact_id is None and not command.mobile
        if command.contact_id is None and self._directory.owns(call.tenant_id, number):
            tell(self._ended(command.leg, FENCED))  # a flow that forwards to itself would go round for ever
            return
        if forwards and not self._chains.may_forward(call.id):
            log.warning("call %s was forwarded too often and is not forwarded again", call.id)
            tell(self._ended(command.leg, FENCED))
            return
        verdict = self._fence.admit(
            command.leg,
            call.tenant_id,
            command.user_id,
            number,
            now,
            further=command.further,
            forwarded=command.mobile,
        )
        if isinstance(verdict, Denied):
            tell(msgspec.structs.replace(self._ended(command.leg, FENCED), denied=verdict.code))
            return
        self._limits[command.leg] = self._until(command.leg, verdict.limit_s)
        if forwards:
            self._chains.forwards(call.id, number, shown, now)
        await self._telephony.perform(
            msgspec.structs.replace(command, number=number, shown=shown, limit_s=verdict.limit_s)
        )

    def arrived(self, call_id: CallId, dialled: str, caller: str) -> None:
        """A call came in; it may be one that this installation forwarded."""
        self._chains.arrived(call_id, dialled, caller, self._clock.now())

    def reaches(self, tenant_id: TenantId, number: str) -> bool:
        """Whether a caller may be rung back at the number that it named."""
        return not self._directory.owns(tenant_id, number) and self._fence.reaches(tenant_id, number)

    def _ended(self, leg: LegId, cause: int) -> LegEnded:
        return LegEnded(at=self._clock.now(), leg=leg, cause=cause)

    def _until(self, leg: LegId, limit_s: float | None) -> TimerHandle | None:
        if limit_s is None:
            return None
        self._until_at[leg] = self._clock.now() + timedelta(seconds=limit_s)
        hang_up = c.HangUpLeg(leg=leg, cause=USED_UP)
        return self._clock.call_later(
            limit_s, lambda: self._spawn(self._telephony.perform(hang_up), f"end of the minutes of {leg}")
        )

    async def _number(self, call: Call, caller: Caller, command: c.DialOutside) -> str | None:
        if command.mobile:
            return None if command.user_id is None else self._directory.mobile(call.tenant_id, command.user_id)
        if command.contact_id is None:
            return self._of_flow(call)
        if command.contact_id == caller.contact_id:
            return caller.number or None
        return (await self._callers.recall(call.tenant_id, command.contact_id)).number or None

    def _of_flow(self, call: Call) -> str | None:
        """A flow's own number: a setting of the organisation."""
        if call.flow is None or call.node_id is None:
            return None
        flow = self._directory.plan(call.tenant_id).flow(call.flow)
        node = flow.nodes.get(call.node_id) if flow is not None else None
        return node.number if isinstance(node, Forward) else None

    async def adopt(self, call: Call, caller: Caller) -> None:
        """After a restart: the legs that are out there count again, and end when their minutes do."""
        if call.direction in {Direction.OUTBOUND, Direction.CALLBACK} and call.caller_leg is not None:
            self._adopt(call, call.caller_leg, caller.number)
        self._adopt_mobiles(call)
        party = call.consult_party
        legs = [(dial.leg, dial.contact_id) for dial in (call.dial, party.dial if party else None) if dial is not None]
        if party is not None and party.leg is not None and party.agent_id is None:
            legs.append((party.leg, party.contact_id))
        for leg, contact_id in legs:
            known = await self._callers.recall(call.tenant_id, contact_id) if contact_id is not None else None
            self._adopt(call, leg, known.number if known is not None else self._of_flow(call))

    def _adopt_mobiles(self, call: Call) -> None:
        legs = [(each.agent_id, each.mobile.leg) for each in call.offers if each.mobile is not None]
        if call.device_id == MOBILE and call.agent_id is not None and call.agent_leg is not None:
            legs.append((call.agent_id, call.agent_leg))
        for agent_id, leg in legs:
            self._adopt(call, leg, self._directory.mobile(call.tenant_id, agent_id), mobile_of=agent_id)

    def _adopt(self, call: Call, leg: LegId, number: str | None, mobile_of: UserId | None = None) -> None:
        if number and leg not in self._limits:
            began_at = call.connected_at or call.arrived_at
            user_id, forwarded = mobile_of or call.agent_id, mobile_of is not None
            verdict = self._fence.admit(leg, call.tenant_id, user_id, number, began_at, forwarded=forwarded)
            left_s = verdict.limit_s if isinstance(verdict, AllowedCall) else 0
            self._limits[leg] = self._until(leg, left_s)

    def ended(self, signal: LegEnded) -> LegEnded:
        """The leg's end, with its reason where the day's minutes were over: Asterisk keeps the same limit as we do."""
        until = self._until_at.get(signal.leg)
        self.over(signal.leg)
        is_used_up = until is not None and self._clock.now() >= until - _LIMIT_GRACE
        return msgspec.structs.replace(signal, why="minutes_used_up") if is_used_up else signal

    def over(self, leg: LegId) -> None:
        """Told of every leg: also of one that was out there before a restart and is known to the toll-fraud protection
        alone."""
        self._until_at.pop(leg, None)
        timer = self._limits.pop(leg, None)
        if timer is not None:
            timer.cancel()
        self._fence.over(leg, self._clock.now())
