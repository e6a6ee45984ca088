"""Webhooks: events sent to an organisation's own servers."""

from __future__ import annotations

from collections.abc import Collection

from call24.changes.reader import RoomReader
from call24.consents.model import Purpose
from call24.consents.service import Consents
from call24.kit.clock import Clock
from call24.kit.ids import ContactId, PersonId, TenantId
from call24.kit.mongo import Mongo
from call24.kit.outbound_http import OutboundHttp
from call24.kit.provided import Provided
from call24.kit.room import BackgroundTask, Built, Room
from call24.kit.sealed_field import SealedField
from call24.kit.secrets import AppKey
from call24.kit.settings import Settings
from call24.restrictions.service import Restrictions
from call24.tenants.rules import is_open
from call24.tenants.service import TenantService
from call24.webhooks import api, personal_data, store
from call24.webhooks.model import Webhook
from call24.webhooks.readers import WebhookEvents
from call24.webhooks.sender import AT_ONCE, EACH, Sender
from call24.webhooks.service import WebhookService


def build(there: Provided) -> Built:
    clock, settings, tenants = there.get(Clock), there.get(Settings), there.get(TenantService)
    mongo = there.get(Mongo)
    webhooks = WebhookService(mongo, clock, there.get(AppKey), private=settings.webhooks_private)
    consents = there.get(Consents)
    webhooks.may_tell = lambda tenant_id, contact_id: consents.may(Purpose.CRM_SYNC, tenant_id, contact_id)
    restrictions = there.get(Restrictions)

    def may_tell_person(tenant_id: TenantId, person_id: PersonId, contact_ids: Collection[ContactId]) -> bool:
        """Not where one of the numbers is of a caller who objected: they are perhaps this person."""
        if restrictions.restricted_person(tenant_id, person_id, contact_ids):
            return False
        return all(webhooks.may_tell(tenant_id, one) for one in contact_ids)

    webhooks.may_tell_person = may_tell_person
    webhooks.is_open = lambda tenant_id: is_open(tenants.known(tenant_id))
    outward = OutboundHttp(private=settings.webhooks_private)
    sender = Sender(webhooks, clock, outward.post)
    sending = BackgroundTask(
        name="webhook messages", run=sender.run, bound=f"{AT_ONCE} addresses at once, {EACH} of an organisation"
    )
    return Built(
        services=(webhooks, WebhookEvents(webhooks, clock, mongo)),
        tasks=(sending,),
        refresh=(webhooks.refresh,),
        stop=(outward.close,),
    )


ROOM = Room(
    name="webhooks",
    provides=(WebhookService, WebhookEvents),
    build=build,
    routers=(api.router,),
    indexes=store.INDEXES,
    readers=(
        RoomReader(name="webhooks", wants=WebhookEvents.wants, of=WebhookEvents, read=WebhookEvents.read),
        RoomReader(
            name="webhook_objections",
            wants=WebhookEvents.wants_objections,
            of=WebhookEvents,
            read=WebhookEvents.read_objections,
        ),
    ),
    sealed=(
        SealedField(kind=Webhook, field="secret", purpose="webhook secrets"),
        SealedField(kind=Webhook, field="old_secret", purpose="webhook secrets"),
    ),
    holds=personal_data.HOLDS,
)
