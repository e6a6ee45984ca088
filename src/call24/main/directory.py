"""The engine's ports, filled from the rooms that keep the configuration and the contacts. Memory only."""

from __future__ import annotations

from call24.calls.model import CallRules
from call24.contacts.callers import KnownCallers
from call24.contacts.model import Contact
from call24.engine.ports import Caller, Route
from call24.identity.service import IdentityService
from call24.kit.ids import ContactId, DeviceId, QueueId, TenantId, UserId
from call24.kit.phone import parse_e164
from call24.queues.service import QueueService
from call24.tenants.model import Number
from call24.tenants.rules import comes_through
from call24.tenants.service import TenantService


class KnownDirectory:
    def __init__(self, tenants: TenantService, identity: IdentityService, queues: QueueService) -> None:
        self._tenants = tenants
        self._identity = identity
        self._queues = queues

    def route(self, dialled: str, trunk: str) -> Route | None:
        number = self._number(dialled)
        tenant = self._tenants.known(number.tenant_id) if number else None
        queue = self._queues.known(number.queue_id) if number and number.queue_id else None
        own_trunk = self._tenants.known_trunk(number.trunk_id) if number else None
        if number is None or tenant is None or queue is None or own_trunk is None:
            return None
        # A number answers only on its own carrier's trunk: nobody reaches it through another organisation's.
        if not comes_through(own_trunk, trunk, self._tenants.resolved(own_trunk.id)):
            return None
        rules = CallRules(
            greeting=number.greeting,
            offer_s=queue.offer_s,
            max_wait_s=queue.max_wait_s,
            wrap_up_s=queue.wrap_up_s,
            record=queue.record == "always",
            keep_days=tenant.record_days,
        )
        return Route(tenant_id=tenant.id, number_id=number.id, queue_id=queue.id, rules=rules)

    def _number(self, dialled: str) -> Number | None:
        """Carriers write E.164 with or without its plus."""
        for written in (dialled, f"+{dialled}"):
            e164 = parse_e164(written, None)
            if e164 is not None and (number := self._tenants.number_by_e164(e164)) is not None:
                return number
        return None

    def members(self, tenant_id: TenantId) -> dict[QueueId, tuple[UserId, ...]]:
        return {queue.id: queue.members for queue in self._queues.known_queues(tenant_id)}

    def devices(self, tenant_id: TenantId, agent_id: UserId) -> tuple[DeviceId, ...]:
        theirs = [device for device in self._identity.known_devices(agent_id) if device.tenant_id == tenant_id]
        return tuple(device.id for device in sorted(theirs, key=lambda device: device.created_at, reverse=True))


class ContactCallers:
    def __init__(self, callers: KnownCallers, tenants: TenantService) -> None:
        self._callers = callers
        self._tenants = tenants

    def identify(self, tenant_id: TenantId, caller: str, name: str) -> Caller:
        """An anonymous or impossible number makes no contact."""
        tenant = self._tenants.known(tenant_id)
        number = parse_e164(caller, tenant.region if tenant else None)
        if number is None:
            return Caller(contact_id=None, number="", name="")
        return _caller(self._callers.note(tenant_id, number, name))

    async def recall(self, tenant_id: TenantId, contact_id: ContactId | None) -> Caller:
        contact = await self._callers.get(tenant_id, contact_id)
        return Caller(contact_id=contact_id, number="", name="") if contact is None else _caller(contact)


def _caller(contact: Contact) -> Caller:
    return Caller(contact_id=contact.id, number=contact.number, name=contact.shown_name or "")
