"""Which rooms drop what they hold of a person whose account is being deleted, beside the documents that name them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from call24.agents.service import AgentService
from call24.idempotency.service import Once
from call24.identity.model import User
from call24.queues.service import QueueService
from call24.toll_fraud.service import Fence

Forget = Callable[[User], Awaitable[object]]


def rooms_that_forget(queues: QueueService, agents: AgentService, fence: Fence, once: Once) -> list[Forget]:
    async def answers(user: User) -> None:
        await once.forget_user(user.tenant_id, user.id, (user.id, user.email))

    return [queues.forget_user, agents.forget_user, fence.forget_user, answers]
