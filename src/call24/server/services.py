"""What the core asks of the rooms, by name: the telephony side, the demo and this process's own work."""

from __future__ import annotations

from call24.agents.mobiles import AgentMobiles
from call24.agents.service import AgentService
from call24.audit.service import AuditLog
from call24.changes.service import Changes
from call24.consents.service import Consents
from call24.contacts.callers import KnownCallers
from call24.contacts.erasure_register import ErasureRegister
from call24.contacts.service import ContactService
from call24.doctor.number_test import NumberTests
from call24.flows.prompts import PromptService
from call24.flows.service import FlowService
from call24.identity.accounts import Accounts
from call24.identity.channel_auth import ChannelGrants
from call24.identity.service import IdentityService
from call24.identity.setup import Setup
from call24.journal.journal import Journal
from call24.kit.clock import Clock
from call24.kit.ids import TenantId
from call24.kit.mongo import Mongo
from call24.kit.provided import Provided
from call24.kit.secrets import AppKey
from call24.kit.settings import Settings
from call24.people.service import People
from call24.privacy.caller_erasure import CallerErasures
from call24.privacy.persons import Persons
from call24.pusher_apps.service import ApplicationService
from call24.queues.hours_service import HoursService
from call24.queues.service import QueueService
from call24.tasks.service import TaskService
from call24.tenants.refused_calls import RefusedCalls
from call24.tenants.rules import is_open
from call24.tenants.service import TenantService
from call24.toll_fraud.service import TollFraudGuard
from call24.webhooks.service import WebhookService


def ground(settings: Settings, mongo: Mongo, clock: Clock, key: AppKey, journal: Journal, audit: AuditLog) -> Provided:
    """What there is before the first room."""
    there = Provided()
    there.put(Settings, settings)
    there.put(Mongo, mongo)
    there.put(Clock, clock)
    there.put(AppKey, key)
    there.put(Journal, journal)
    there.put(AuditLog, audit)
    return there


class Rooms:
    def __init__(self, there: Provided) -> None:
        self.changes = there.get(Changes)
        self.tenants = there.get(TenantService)
        self.refused_calls = there.get(RefusedCalls)
        self.identity = there.get(IdentityService)
        self.accounts = there.get(Accounts)
        self.agents = there.get(AgentService)
        self.mobiles = there.get(AgentMobiles)
        self.applications = there.get(ApplicationService)
        self.webhooks = there.get(WebhookService)
        self.queues = there.get(QueueService)
        self.people = there.get(People)
        self.tasks = there.get(TaskService)
        self.hours = there.get(HoursService)
        self.prompts = there.get(PromptService)
        self.contacts = there.get(ContactService)
        self.consents = there.get(Consents)
        self.callers = there.get(KnownCallers)
        self.fence = there.get(TollFraudGuard)
        self.flows = there.get(FlowService)
        self.channel_auth = there.get(ChannelGrants)
        self.persons = there.get(Persons)
        self.caller_erasures = there.get(CallerErasures)
        self.erasure_register = there.get(ErasureRegister)
        self.setup = there.get(Setup)
        self.number_tests = there.get(NumberTests)

    def may_hear(self, tenant_id: TenantId, role: str) -> bool:
        """Whether who has this role may hear realtime events at all."""
        return is_open(self.tenants.known(tenant_id)) and "live.read" in self.identity.roles.granted(tenant_id, role)

    def monitoring_visible(self, tenant_id: TenantId) -> bool:
        tenant = self.tenants.known(tenant_id)
        return tenant is None or tenant.monitoring_visible

    def tenant_ids(self) -> list[TenantId]:
        return [tenant.id for tenant in self.tenants.known_tenants()]
