"""CRMs: an organisation's address book and its CRM are kept in step, and calls are logged there."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from call24.agents.service import AgentService
from call24.call_notes.service import CallNotes
from call24.changes.reader import RoomReader
from call24.consents.model import Purpose
from call24.consents.service import Consents
from call24.contacts.erasure_register import ErasureRegister
from call24.contacts.service import ContactService
from call24.crm import api, personal_data, store
from call24.crm.activity import ACTIVITY, CrmActivity
from call24.crm.connector import CrmClient
from call24.crm.connectors.chosen import client_of
from call24.crm.connectors.tryton.rpc import TrytonSessions
from call24.crm.engine import Engine
from call24.crm.model import CrmConnection, CrmJob
from call24.crm.permissions import PERMISSIONS
from call24.crm.readers import CrmEvents
from call24.crm.recipients import CrmRecipients
from call24.crm.service import CrmConnections
from call24.crm.settling import May
from call24.crm.store import CrmStore
from call24.crm.telling import Telling
from call24.crm.warnings import StoppedNotices
from call24.crm.webhooks import CrmWebhooks
from call24.crm.worker import AT_ONCE, EACH, CrmWorker
from call24.identity.accounts import Accounts
from call24.identity.service import IdentityService
from call24.kit.clock import Clock
from call24.kit.ids import CallId, ContactId, DispositionId, TenantId
from call24.kit.mongo import Mongo
from call24.kit.outbound_http import Answered, OutboundHttp
from call24.kit.provided import Provided
from call24.kit.room import BackgroundTask, Built, Room
from call24.kit.sealed_field import SealedField
from call24.kit.secrets import AppKey
from call24.kit.settings import Settings
from call24.people.service import People
from call24.processors.notices import ErasureNotices
from call24.tenants.rules import is_open
from call24.tenants.service import TenantService


def build(there: Provided) -> Built:
    mongo, clock, key = there.get(Mongo), there.get(Clock), there.get(AppKey)
    tenants, settings, consents = there.get(TenantService), there.get(Settings), there.get(Consents)
    outward, sessions, kept = OutboundHttp(private=settings.webhooks_private), TrytonSessions(), CrmStore(mongo)

    def may(tenant_id: TenantId, contact_id: ContactId) -> bool:
        return consents.may(Purpose.CRM_SYNC, tenant_id, contact_id)

    async def exchange(method: str, url: str, headers: Mapping[str, str], body: bytes | None, most: int) -> Answered:
        return await outward.exchange(method, url, headers, body, most=most)

    def client(connection: CrmConnection, token: str) -> CrmClient:
        return client_of(connection, token, exchange, clock.now, sessions)

    telling = _telling(there, kept, may)
    engine = _engine(there, kept, telling, may)
    connections = CrmConnections(kept, engine, clock, key, client, private=settings.webhooks_private)
    recipients = CrmRecipients(connections, engine.erasing, telling, clock)
    there.get(ErasureNotices).add_recipients("crm", recipients)
    worker = CrmWorker(connections, engine, clock)
    worker.is_open = lambda tenant_id: is_open(tenants.known(tenant_id))
    webhooks = CrmWebhooks(
        kept,
        clock,
        key,
        settings.address,
        is_open=lambda tenant_id: worker.is_open(tenant_id),
        woken=connections.put.set,
    )
    accounts = there.get(Accounts)
    worker.stopped = StoppedNotices(mongo, clock, there.get(IdentityService), lambda: accounts.news.post)
    working = BackgroundTask(
        name="crm", run=worker.run, bound=f"{AT_ONCE} connections at once, {EACH} of an organisation"
    )
    return Built(
        services=(connections, webhooks, recipients, worker, CrmEvents(connections, telling), CrmActivity(mongo)),
        tasks=(working,),
        stop=(outward.close,),
    )


def _telling(there: Provided, kept: CrmStore, may: May) -> Telling:
    agents, address = there.get(AgentService), there.get(Settings).address

    def called(tenant_id: TenantId, disposition_id: DispositionId) -> str:
        found = agents.known_disposition(tenant_id, disposition_id)
        return found.name if found is not None else ""

    async def noted(tenant_id: TenantId, call_id: CallId) -> str:
        found = await there.get(CallNotes).read(tenant_id, call_id)
        return found.text if found is not None else ""

    return Telling(
        kept,
        there.get(Mongo),
        there.get(Clock),
        may=may,
        link_to=lambda call_id: f"{address}/#/history/{call_id}",
        called=called,
        noted=noted,
    )


def _engine(there: Provided, kept: CrmStore, telling: Telling, may: May) -> Engine:
    tenants, contacts, register = there.get(TenantService), there.get(ContactService), there.get(ErasureRegister)

    def region(tenant_id: TenantId) -> str | None:
        tenant = tenants.known(tenant_id)
        return tenant.region if tenant is not None else None

    def erased_ids(tenant_id: TenantId, number: str) -> Collection[ContactId]:
        line = register.line(contacts.first_id(tenant_id, number))
        return register.erased_ids(line) if line is not None else ()

    return Engine(
        kept,
        there.get(People),
        there.get(Clock),
        there.get(AppKey),
        may=may,
        contact_of=contacts.id_for,
        erased_ids=erased_ids,
        region=region,
        telling=telling,
    )


ROOM = Room(
    name="crm",
    provides=(CrmConnections, CrmWebhooks, CrmRecipients, CrmWorker, CrmEvents, CrmActivity),
    build=build,
    routers=(api.router, api.records, api.inbound),
    permissions=PERMISSIONS,
    indexes=store.INDEXES,
    readers=(
        RoomReader(name="crm", wants=CrmEvents.wants, of=CrmEvents, read=CrmEvents.read),
        RoomReader(
            name="crm_objections", wants=CrmEvents.wants_objections, of=CrmEvents, read=CrmEvents.read_objections
        ),
    ),
    activity=ACTIVITY,
    sealed=(
        SealedField(kind=CrmConnection, field="credentials", purpose="crm credentials"),
        SealedField(kind=CrmConnection, field="webhook.secret", purpose="crm webhook secrets"),
        SealedField(kind=CrmJob, field="number", purpose="crm erasures"),
    ),
    holds=personal_data.HOLDS,
)
