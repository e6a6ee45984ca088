"""What uses a thing of an organisation: nothing that something else needs is deleted. From memory, as last known."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from call24.flows.service import FlowService
from call24.kit.ids import TenantId
from call24.queues.service import QueueService
from call24.tenants.service import TenantService


def used_by(
    flow_service: FlowService, tenants: TenantService, queue_service: QueueService
) -> Callable[[TenantId, str], Sequence[str]]:
    """Asked (tenant, id): the names of the numbers, queues and flows that lead there."""

    def users(tenant_id: TenantId, thing: str) -> list[str]:
        numbers = [
            f"number {number.e164}"
            for number in tenants.known_numbers(tenant_id)
            if thing in (number.queue_id, number.flow_id, number.greeting)
        ]
        flows = flow_service.users_of(tenant_id, thing)
        return [*numbers, *flows, *queue_service.users_of(tenant_id, thing)]

    return users
