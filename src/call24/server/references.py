"""What exists in an organisation, for rooms that may name things of rooms which they do not import."""

from __future__ import annotations

from collections.abc import Callable

from call24.agents.service import AgentService
from call24.flows.prompts import PromptService
from call24.flows.rules import FlowTargets
from call24.flows.service import FlowService
from call24.identity.service import IdentityService
from call24.kit.ids import TenantId
from call24.queues.hours_service import HoursService
from call24.queues.rules import QueueReferences
from call24.queues.service import QueueService, Surroundings
from call24.tenants.service import TenantService
from call24.toll_fraud import rules as fence
from call24.toll_fraud.model import TollFraudPolicy


class FlowReferences:
    """What a flow may name. From the database, not from memory: another process may just have made it.

    Where calls may be forwarded to is the toll-fraud protection's policy; how many and how long is asked when it
    happens.
    """

    def __init__(
        self,
        identity: IdentityService,
        queues: QueueService,
        hours: HoursService,
        prompts: PromptService,
        policy: Callable[[TenantId], TollFraudPolicy],
        tenants: TenantService,
    ) -> None:
        self._identity = identity
        self._queues = queues
        self._hours = hours
        self._prompts = prompts
        self._policy = policy
        self._tenants = tenants

    async def __call__(self, tenant_id: TenantId) -> FlowTargets:
        policy = self._policy(tenant_id)
        own = {number.e164 for number in self._tenants.known_numbers(tenant_id)}

        def may_forward(number: str) -> str | None:
            if number in own:
                return "This is a number of your own, and calls would go round: lead to its queue or flow instead."
            denied = fence.destination(policy, number)
            return f"{denied.text}: choose another number, or change the toll-fraud policy." if denied else None

        return FlowTargets(
            users={user.id for user in await self._identity.users(tenant_id)},
            queues={queue.id for queue in self._queues.known_queues(tenant_id)},
            hours=await self._hours.ids(tenant_id),
            prompts={*self._prompts.built_in, *(prompt.id for prompt in await self._prompts.all(tenant_id))},
            may_forward=may_forward,
        )


def queue_surroundings(agents: AgentService, flows: FlowService, prompts: PromptService) -> Surroundings:
    """What a queue may name. Retired dispositions too: a queue that has one can still be changed."""

    def known(tenant_id: TenantId) -> QueueReferences:
        published = (flow for flow in flows.known_flows(tenant_id) if flow.published is not None)
        return QueueReferences(
            flows={flow.id for flow in published},
            dispositions={one.id for one in agents.dispositions.known_all(tenant_id)},
            prompts=prompts.known_sounds(tenant_id),
        )

    return known
