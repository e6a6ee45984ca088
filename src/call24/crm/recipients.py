"""CRMs as recipients of callers' data: erasures are passed on to them and their answers are the receipts.

A connection's own turns speak with the CRM (engine.py); here what they were answered is looked up, and again until it
is there.
"""

from __future__ import annotations

from collections.abc import Sequence

from call24.crm.erasing import Erasing
from call24.crm.service import CrmConnections
from call24.crm.telling import Telling, erasure_id
from call24.kit.clock import Clock
from call24.kit.errors import NotFound
from call24.kit.ids import ContactId, CrmConnectionId, ProcessorId, TenantId
from call24.processors.model import PersonKind
from call24.processors.recipients import ErasureAnswer, ErasureRequest


class CrmRecipients:
    """An `ErasureRecipients`."""

    def __init__(self, connections: CrmConnections, erasing: Erasing, telling: Telling, clock: Clock) -> None:
        self._connections = connections
        self._erasing = erasing
        self._telling = telling
        self._clock = clock

    async def of(self, tenant_id: TenantId, kind: PersonKind) -> Sequence[tuple[ProcessorId, str]]:
        if kind != "caller":
            return []
        return [(ProcessorId(one.id), one.name) for one in await self._connections.all(tenant_id)]

    async def ask(self, tenant_id: TenantId, recipient_id: ProcessorId, request: ErasureRequest) -> ErasureAnswer:
        try:
            connection = await self._connections.get(tenant_id, CrmConnectionId(recipient_id))
        except NotFound:
            return ErasureAnswer(trouble="removed")
        if request.told is not None:
            return ErasureAnswer(said="a change of the person, or a restriction, goes to the CRM by its connection")
        contact_id = ContactId(request.person.id)
        await self.erase_callers(tenant_id, [contact_id])
        of_link = await self._connections.job(tenant_id, erasure_id(connection, contact_id, "erasure"))
        by_number = await self._erasing.ask_by_number(connection, contact_id, request.person.address)
        asked = [one for one in (of_link, by_number) if one is not None]
        said = "; ".join(one.said for one in asked if one.said)
        if all(one.state != "waiting" for one in asked):
            return ErasureAnswer(said=said)
        await self._connections.wake(tenant_id, [connection.id], rights=True)
        return ErasureAnswer(trouble="refused" if said else "no_answer", said=said or "it waits for the CRM")

    async def erase_callers(self, tenant_id: TenantId, contact_ids: Sequence[ContactId]) -> int:
        """These numbers are erased here: the CRM is told before anything else; of how many people that is new.

        Repeating it is harmless. Raises: Unavailable.
        """
        marked = 0
        for link in await self._connections.store.of_contact(tenant_id, contact_ids):
            theirs = [id for id in contact_ids if id in link.contact_ids]
            for contact_id in theirs:
                await self._telling.put(
                    tenant_id, link.connection_id, "erasure", (contact_id,), contact_id=contact_id, link_id=link.id
                )
            if theirs:
                await self._connections.store.mark_erasing(link, theirs, self._clock.now())
                marked += 1
            await self._connections.wake(tenant_id, [link.connection_id], rights=True)
        return marked
