"""Whoever accepts an invitation joins the queues that it names, if they are there and its maker may still say so."""

from __future__ import annotations

import logging

from call24.identity.model import Invitation, User
from call24.identity.service import IdentityService
from call24.kit.errors import Call24Error, NotFound
from call24.kit.ids import QueueId, TenantId, UserId
from call24.queues.service import QueueService

log = logging.getLogger(__name__)

PERMISSION = "queues.write"
_TRIES = 5


class InvitedMembers:
    def __init__(self, queues: QueueService, identity: IdentityService) -> None:
        self._queues = queues
        self._identity = identity

    async def accepted(self, invitation: Invitation, user: User) -> None:
        """The account is there by now, whatever becomes of this. Raises: nothing."""
        maker = self._identity.known_user(invitation.invited_by)
        if not invitation.queues or maker is None or maker.tenant_id != invitation.tenant_id:
            return
        if not self._identity.lets_in(maker) or not self._identity.permits(maker, PERMISSION):
            log.info("an invitation's queues are left out: who invited may not change queues any more")
            return
        for queue_id in invitation.queues:
            try:
                await self._join(invitation.tenant_id, queue_id, user.id)
            except NotFound:
                log.info("a queue of an invitation is left out: %s was deleted", queue_id)
            except Call24Error as trouble:
                log.warning("%s could not join %s: %s", user.id, queue_id, trouble)

    async def _join(self, tenant_id: TenantId, queue_id: QueueId, user_id: UserId) -> None:
        """Whoever changes its members at the same moment may not have seen this one: then once more."""
        for _ in range(_TRIES):
            members = (await self._queues.get(tenant_id, queue_id)).members
            if user_id in members:
                return
            await self._queues.change(tenant_id, queue_id, members=(*members, user_id))
