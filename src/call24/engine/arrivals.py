"""A customer rings: whose number it is, whether there is a line for it, and the call's first event.

Who is turned away here has no call and no record; whoever keeps a list of them hears of each by ``not_taken``.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Literal

import msgspec

from call24.calls import commands as c
from call24.calls import events as e
from call24.calls import signals as s
from call24.calls.evolution import begin
from call24.calls.model import Call
from call24.calls.telephony import Telephony
from call24.engine import call_openings
from call24.engine.call_task import CallTask
from call24.engine.outbound import OutboundDialler
from call24.engine.ports import Caller, Callers, Directory, Route
from call24.engine.quota import Quota, Why
from call24.kit.clock import Clock
from call24.kit.ids import LegId, TenantId

log = logging.getLogger(__name__)

# Q.850; Asterisk makes 404, 403, 503 and 488 of them
UNALLOCATED_NUMBER, REJECTED, NO_CIRCUIT, TEMPORARY_FAILURE, NO_CODEC = 1, 21, 34, 41, 58

Reason = Why | Literal["unknown_number", "no_tls", "no_srtp", "no_codec", "trouble"]


class NotTaken(msgspec.Struct, frozen=True, kw_only=True):
    """A caller who did not get in. ``tenant_id``: whose number it rang, None if nobody's. ``trunk``: the sender's
    address, or the trunk's name at Asterisk. ``caller`` and ``dialled`` are personal data as they came."""

    at: datetime
    tenant_id: TenantId | None
    trunk: str
    dialled: str
    caller: str
    reason: Reason
    cause: int


def who_rings(route: Route | None, arrived: s.LegArrived) -> tuple[str, str]:
    """The caller's number and name. A trunk that is trusted with it says the number, or that it is withheld from
    whom it rings; of any other, the From header counts alone. Source: RFC 3325 5, 7."""
    if route is None or not route.trusts_identity:
        return arrived.caller, arrived.caller_name
    if arrived.withheld:
        return "", ""
    return arrived.asserted or arrived.caller, arrived.caller_name


class Arrivals:
    """``open``: begins a call; ``live``: the calls that go on; ``lives``: whether a leg is still there."""

    def __init__(
        self,
        *,
        clock: Clock,
        telephony: Telephony,
        directory: Directory,
        callers: Callers,
        outside: OutboundDialler,
        quota: Quota,
        open: Callable[[Call, Caller, e.Beginning], CallTask],
        live: Callable[[], Iterable[Call]],
        lives: Callable[[LegId], bool],
    ) -> None:
        self._clock = clock
        self._telephony = telephony
        self._directory = directory
        self._callers = callers
        self._outside = outside
        self._quota = quota
        self._open = open
        self._live = live
        self._lives = lives
        self.not_taken: list[Callable[[NotTaken], None]] = []

    async def take(self, arrived: s.LegArrived) -> None:
        """Find out where a new caller wants to go, write down that it is here, then greet it."""
        route = None
        try:
            route = self._directory.route(arrived.dialled, arrived.trunk)
            if route is None:
                log.info("a call to an unknown number was refused: trunk %s", arrived.trunk)
                await self._turn_away(arrived, None, "unknown_number", UNALLOCATED_NUMBER)
            elif route.tls and not arrived.tls:
                await self._turn_away(arrived, route, "no_tls", REJECTED)
            elif not arrived.speaks:
                await self._turn_away(arrived, route, "no_codec", NO_CODEC)
            elif route.srtp and not arrived.srtp:
                await self._turn_away(arrived, route, "no_srtp", NO_CODEC)
            elif (why := self._quota.refuses(route.tenant_id, self._live(), 1)) is not None:
                await self._turn_away(arrived, route, why, NO_CIRCUIT)
            else:
                if not route.rules.test:  # it proves nothing about the carrier
                    self._directory.arrived(route, arrived.at)
                self._begin(route, arrived)
        except Exception:
            log.exception("the incoming call on leg %s could not be accepted", arrived.leg)
            await self._turn_away(arrived, route, "trouble", TEMPORARY_FAILURE)

    def _begin(self, route: Route, arrived: s.LegArrived) -> None:
        number, name = who_rings(route, arrived)
        caller = self._callers.identify(route.tenant_id, number, name, dialled=route.number, dialled_as=arrived.dialled)
        reachable = self._outside.reaches(route.tenant_id, caller.number)
        contacts = () if caller.contact_id is None else (caller.contact_id,)
        declined = self._directory.plan(route.tenant_id).not_recorded(contacts)
        event = call_openings.arrived(
            route,
            arrived,
            caller.contact_id,
            reachable=reachable,
            not_recorded="test" if route.rules.test else declined,
        )
        self._outside.arrived(event.call_id, arrived.dialled, caller.number)
        ended_already = not self._lives(arrived.leg)
        task = self._open(begin(route.tenant_id, event, arrived.at), caller, event)
        task.tell(s.CallerArrived(at=arrived.at))
        if ended_already:
            task.tell(s.LegEnded(at=self._clock.now(), leg=arrived.leg, cause=16))

    async def _turn_away(
        self,
        arrived: s.LegArrived,
        route: Route | None,
        why: Reason,
        cause: int,
    ) -> None:
        await self._telephony.perform(c.HangUpLeg(leg=arrived.leg, cause=cause))
        told = NotTaken(
            at=arrived.at,
            tenant_id=route.tenant_id if route is not None else None,
            trunk=arrived.trunk,
            dialled=arrived.dialled,
            caller=who_rings(route, arrived)[0],
            reason=why,
            cause=cause,
        )
        for listener in self.not_taken:
            listener(told)
