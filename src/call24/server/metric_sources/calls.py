"""Calls, queues and agents as they are now: of the whole installation, and of the organisations with the most calls.

A queue has no series of its own, since an organisation may have thousands; its figures are on the organisation's board.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from itertools import product

from call24.agents.model import AgentState
from call24.calls.model import Call, CallState, Direction
from call24.engine.engine import Engine
from call24.engine.quota import cost
from call24.kit.clock import Clock
from call24.kit.ids import TenantId
from call24.metrics.exposition import Sample
from call24.metrics.families import OTHERS, TENANTS_SHOWN
from call24.queues.service import QueueService
from call24.tenants.service import TenantService

_IN_LINE = {CallState.WAITING, CallState.OFFERED}


async def calls(engine: Engine, tenants: TenantService) -> list[Sample]:
    live = engine.all_live()
    seen = Counter((call.state.value, call.direction.value) for call in live)
    found = [
        Sample("call24_calls", seen[state.value, way.value], (state.value, way.value))
        for state, way in product(CallState, Direction)
        if state is not CallState.ENDED
    ]
    found.append(Sample("call24_lines_used", sum(map(cost, live))))
    found.append(Sample("call24_lines_limit", engine.quota.capacity))
    shown = shown_tenants(live, tenants)
    by_tenant = Counter(shown.get(call.tenant_id, OTHERS) for call in live)
    return found + [Sample("call24_tenant_calls", count, (whose,)) for whose, count in by_tenant.items()]


async def queues(engine: Engine, tenants: TenantService, queues: QueueService, clock: Clock) -> list[Sample]:
    live, now = engine.all_live(), clock.now()
    in_line = [call for call in live if call.state in _IN_LINE and call.queue_id is not None]
    waits = [
        (call, max(0.0, (now - (call.queued_at or call.arrived_at)).total_seconds()))
        for call in in_line
        if call.direction is not Direction.CALLBACK
    ]
    shown = shown_tenants(live, tenants)
    return [
        Sample("call24_queue_waiting_calls", len(waits)),
        Sample("call24_queue_waiting_callbacks", len(in_line) - len(waits)),
        Sample("call24_queue_longest_wait_seconds", max((wait for _, wait in waits), default=0.0)),
        Sample("call24_queues_with_callers", len({call.queue_id for call, _ in waits})),
        Sample("call24_queues", queues.known_count),
        *_by_tenant(waits, shown),
    ]


def _by_tenant(waits: Iterable[tuple[Call, float]], shown: Mapping[TenantId, str]) -> Iterator[Sample]:
    count = dict.fromkeys(shown.values(), 0)
    longest = dict.fromkeys(shown.values(), 0.0)
    for call, wait in waits:
        whose = shown.get(call.tenant_id, OTHERS)
        count[whose] = count.get(whose, 0) + 1
        longest[whose] = max(wait, longest.get(whose, 0.0))
    for whose in count:
        yield Sample("call24_tenant_waiting_calls", count[whose], (whose,))
        yield Sample("call24_tenant_longest_wait_seconds", longest[whose], (whose,))


async def agents(engine: Engine) -> list[Sample]:
    seen = Counter(session.state for session in engine.sessions())
    return [Sample("call24_agents", seen[state], (state.value,)) for state in AgentState]


def shown_tenants(live: Iterable[Call], tenants: TenantService) -> dict[TenantId, str]:
    """Whose series have an id: those with the most calls, TENANTS_SHOWN at most. Those of the doctor come and go."""
    most = Counter(call.tenant_id for call in live)
    lasting = [
        tenant_id
        for tenant_id, _ in sorted(most.items(), key=lambda one: (-one[1], one[0]))
        if (tenant := tenants.known(tenant_id)) is not None and not tenant.temporary
    ]
    return {tenant_id: str(tenant_id) for tenant_id in lasting[:TENANTS_SHOWN]}
