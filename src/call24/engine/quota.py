"""How many calls each organisation may have at a time, so that none takes the lines that another one needs.

Decides over counts that it is given; refuses nothing itself. What is counted is a *line*: a leg to or from the outside,
and two legs in all, whichever is more, since the ports of this machine's sound are what runs out.
"""

from __future__ import annotations

import logging
import math
import sys
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Literal

import msgspec

from call24.calls.model import MOBILE, Call, Direction
from call24.engine.recovery import legs_of
from call24.kit.clock import Clock
from call24.kit.ids import CallId, LegId, TenantId
from call24.kit.package import COMMAND

log = logging.getLogger(__name__)

KEPT_FOR_EACH = 5
"""So many lines an organisation finds free whatever the others do, as long as half of all lines is enough for that."""
ALARM_EVERY = timedelta(minutes=1)

Why = Literal["over_quota", "no_line_left"]
"""over_quota: its own limit is reached; no_line_left: what is free is kept for other organisations."""


class LineUsage(msgspec.Struct, frozen=True, kw_only=True):
    """An organisation's lines: in use, the most that it may use, and how many calls were refused since the start."""

    used: int
    limit: int
    refused: int


def cost(call: Call) -> int:
    """The lines that a call takes now. A callback that waits takes none."""
    legs = len(set(legs_of(call)))
    return max(_outside(call), math.ceil(legs / 2))


def _outside(call: Call) -> int:
    party = call.consult_party
    legs: list[LegId | None] = [call.dial.leg if call.dial is not None else None]
    if call.direction is not Direction.INTERNAL:
        legs.append(call.caller_leg)
    if party is not None and party.agent_id is None:
        legs += [party.leg, party.dial.leg if party.dial is not None else None]
    legs += [offer.mobile.leg for offer in call.offers if offer.mobile is not None]
    legs += [call.agent_leg] if call.device_id == MOBILE else []
    return len({leg for leg in legs if leg is not None})


class Quota:
    """``capacity``: the lines of the whole installation. ``limit``: an organisation's own limit, None without one;
    ``organisations``: all that there are; ``live``: the calls that go on."""

    def __init__(
        self,
        capacity: int,
        limit: Callable[[TenantId], int | None],
        organisations: Callable[[], Iterable[TenantId]],
        clock: Clock,
    ) -> None:
        self.capacity = capacity
        self._limit = limit
        self._organisations = organisations
        self._clock = clock
        self._costs: dict[CallId, tuple[Call, int]] = {}
        """Of the calls that went on when it was asked last: each new call asks for the cost of all."""
        self._refused: dict[TenantId, int] = {}
        self._told: dict[TenantId, datetime] = {}

    def lines(self, tenant_id: TenantId, live: Iterable[Call]) -> LineUsage:
        used = sum(cost(call) for call in live if call.tenant_id == tenant_id)
        return LineUsage(used=used, limit=self.limit(tenant_id), refused=self._refused.get(tenant_id, 0))

    def limit(self, tenant_id: TenantId) -> int:
        own = self._limit(tenant_id)
        return self.capacity if own is None else min(own, self.capacity)

    def refuses(self, tenant_id: TenantId, live: Iterable[Call], more: int) -> Why | None:
        """Why ``more`` lines cannot be had besides those of ``live``; 0: the lines of ``live`` are looked at alone."""
        used, costs = dict[TenantId, int](), dict[CallId, tuple[Call, int]]()
        for call in live:
            known = self._costs.get(call.id)
            if known is None or known[0] is not call:
                known = call, cost(call)
            costs[call.id] = known
            used[call.tenant_id] = used.get(call.tenant_id, 0) + known[1]
        self._costs = costs
        wanted = used.get(tenant_id, 0) + more
        if wanted > self.limit(tenant_id):
            return self._refuse(tenant_id, "over_quota", wanted)
        if wanted > KEPT_FOR_EACH and sum(used.values()) + more > self.capacity - self._kept(tenant_id, used):
            return self._refuse(tenant_id, "no_line_left", wanted)
        return None

    def _kept(self, tenant_id: TenantId, used: dict[TenantId, int]) -> int:
        """What must stay free for the others."""
        others = (each for each in self._organisations() if each != tenant_id)
        return min(self.capacity // 2, sum(max(0, KEPT_FOR_EACH - used.get(each, 0)) for each in others))

    def _refuse(self, tenant_id: TenantId, why: Why, wanted: int) -> Why:
        refused = self._refused[tenant_id] = self._refused.get(tenant_id, 0) + 1
        now, told = self._clock.now(), self._told.get(tenant_id)
        if told is None or now - told >= ALARM_EVERY:
            self._told[tenant_id] = now
            log.warning(
                "a call of organisation %s was refused (%s): it would be call %d of %d allowed, the installation has "
                "room for %d; %d refused since the start. `%s quota` shows and sets limits",
                tenant_id, why, wanted, self.limit(tenant_id), self.capacity, refused, COMMAND,
            )  # fmt: skip
        return why

    def forget(self, tenant_id: TenantId) -> None:
        self._costs = {}
        self._refused.pop(tenant_id, None)
        self._told.pop(tenant_id, None)


def unlimited(clock: Clock) -> Quota:
    """Whoever comes is taken."""
    return Quota(sys.maxsize, lambda _: None, tuple, clock)
