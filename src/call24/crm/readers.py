"""People, consents, restrictions and calls -> what CRMs are told. It keeps nothing: told again, it is the same."""

from __future__ import annotations

from collections.abc import Sequence

from call24.call_records.model import CallRecord
from call24.changes.model import Change
from call24.consents.events import CONSENT_CHANGED
from call24.consents.model import Purpose
from call24.crm import rules
from call24.crm.model import JobKind
from call24.crm.service import CrmConnections
from call24.crm.telling import Telling
from call24.kit.ids import ContactId, TenantId
from call24.people.events import PERSON_CREATED, PERSON_DELETED, PERSON_UPDATED
from call24.restrictions.events import RESTRICTION_CHANGED


class CrmEvents:
    """``read`` and ``read_objections`` are readers of the change feed, ``record_written`` of call records."""

    wants = (PERSON_CREATED, PERSON_UPDATED, PERSON_DELETED)
    wants_objections = (CONSENT_CHANGED, RESTRICTION_CHANGED)

    def __init__(self, connections: CrmConnections, telling: Telling) -> None:
        self._connections = connections
        self._telling = telling

    async def read(self, changes: Sequence[Change]) -> None:
        """Raises: Unavailable; given again, a change is the same."""
        for change in changes:
            told = PERSON_UPDATED.of(change)
            if change.type == PERSON_DELETED.name:
                await self._connections.gone(change.tenant_id, told.person_id)
            else:
                await self._connections.want(change.tenant_id, told.person_id)

    async def read_objections(self, changes: Sequence[Change]) -> None:
        """Raises: Unavailable; given again, a change is told once."""
        for change in changes:
            if change.type == RESTRICTION_CHANGED.name:
                restricted = RESTRICTION_CHANGED.of(change)
                if restricted.action in ("restricted", "lifted"):
                    objects = restricted.action == "restricted"
                    await self._told(change.tenant_id, restricted.contact_ids, objects, change.id)
                continue
            said = CONSENT_CHANGED.of(change)
            if said.purpose is Purpose.CRM_SYNC and said.contact_id is not None:
                await self._told(change.tenant_id, [said.contact_id], said.act != "grant", said.entry_id)

    async def _told(self, tenant_id: TenantId, contact_ids: Sequence[ContactId], objects: bool, about: str) -> None:
        store = self._connections.store
        for link in await store.of_contact(tenant_id, contact_ids):
            kind: JobKind = "objection" if objects else "objection_lifted"
            contact = next((id for id in link.contact_ids if id in contact_ids), None)
            await self._telling.put(
                tenant_id, link.connection_id, kind, (link.id, about), contact_id=contact, link_id=link.id
            )
            await self._connections.want(tenant_id, link.person_id)
            await self._connections.wake(tenant_id, [link.connection_id], rights=True)

    async def record_written(self, record: CallRecord) -> None:
        """A record reader: a finished call is put in line once, however often its record is written.

        Raises: Unavailable.
        """
        if record.ended_at is None or record.contact_id is None:
            return
        for connection in await self._connections.switched_on(record.tenant_id):
            if connection.log_calls and record.ended_at >= connection.created_at:
                await self._telling.put(
                    record.tenant_id,
                    connection.id,
                    "call",
                    (record.id,),
                    contact_id=record.contact_id,
                    call_id=record.id,
                    after=rules.CALL_AFTER,
                )
