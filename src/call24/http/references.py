"""What uses a thing of an organisation: nothing that something else needs is deleted. From memory, as last known."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from call24.http.dependencies import Services
from call24.kit.ids import TenantId


def used_by(services: Services) -> Callable[[TenantId, str], Sequence[str]]:
    """Asked (tenant, id): the names of the numbers, queues and flows that lead there."""

    def users(tenant_id: TenantId, thing: str) -> list[str]:
        numbers = [
            f"number {number.e164}"
            for number in services.tenants.known_numbers(tenant_id)
            if thing in (number.queue_id, number.flow_id, number.greeting)
        ]
        flows = services.flows.users_of(tenant_id, thing)
        return [*numbers, *flows, *services.queues.users_of(tenant_id, thing)]

    return users
