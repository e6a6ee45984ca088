"""Whose calls and tasks a user may see, by the queues that the user is a member of."""

from __future__ import annotations

from call24.http.access import require
from call24.identity.model import Principal
from call24.identity.permissions import permits
from call24.kit.ids import QueueId
from call24.queues.service import QueueService


def visible_queues(principal: Principal, queues: QueueService) -> list[QueueId] | None:
    """The queues whose calls a user may see; None: all. Raises: Refused."""
    if permits(principal, "calls.read_all"):
        return None
    require(principal, "calls.read_own")
    known = queues.known_queues(principal.tenant_id)
    return [queue.id for queue in known if principal.user_id in queue.members]
