"""What is stopped, and what is let go of, before the documents of an organisation are deleted, in this order."""

from __future__ import annotations

from call24.audit.service import AuditLog
from call24.engine.engine import Engine
from call24.journal.journal import Journal
from call24.kit.ids import TenantId
from call24.server.projections import Readers
from call24.server.services import Rooms


async def close_tenant(
    tenant_id: TenantId, engine: Engine, journal: Journal, audit: AuditLog, rooms: Rooms, readers: Readers
) -> None:
    """Calls first, then who writes about them, then the sound: nothing of it comes back afterwards."""
    await engine.close_tenant(tenant_id)
    rooms.callers.close_tenant(tenant_id)
    readers.regulars.close_tenant(tenant_id)
    rooms.fence.forget_tenant(tenant_id)
    rooms.refused_calls.forget_tenant(tenant_id)
    await journal.close_tenant(tenant_id)
    await audit.close_tenant(tenant_id)
    readers.board.forget_tenant(tenant_id)
    await readers.projector.close_tenant(tenant_id)
    readers.tasks.forget_tenant(tenant_id)  # its last records may have had the tasks looked for
    await readers.recordings.erase_tenant(tenant_id)
    await rooms.prompts.erase_tenant(tenant_id)
    await readers.exports.erase_tenant(tenant_id)
    await rooms.applications.erase_tenant(tenant_id)
    rooms.webhooks.close_tenant(tenant_id)
    await readers.feed.close_tenant(tenant_id)
