"""What rooms have built, by the short names that tests use."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from call24.agents.service import AgentService
from call24.audit.service import AuditLog
from call24.contacts.service import ContactService
from call24.flows.prompts import PromptService
from call24.flows.service import FlowService
from call24.idempotency.service import IdempotencyService
from call24.identity.accounts import Accounts
from call24.identity.service import IdentityService
from call24.identity.setup import Setup
from call24.privacy.persons import Persons
from call24.privacy.receipts import Receipts
from call24.pusher_apps.service import ApplicationService
from call24.queues.hours_service import HoursService
from call24.queues.service import QueueService
from call24.server.http_services import Services
from call24.tenants.refused_calls import RefusedCalls
from call24.tenants.service import TenantService
from call24.toll_fraud.service import TollFraudGuard
from call24.webhooks.service import WebhookService

SHORT: dict[str, type] = {
    "accounts": Accounts,
    "agents": AgentService,
    "applications": ApplicationService,
    "audit": AuditLog,
    "contacts": ContactService,
    "fence": TollFraudGuard,
    "flows": FlowService,
    "hours": HoursService,
    "identity": IdentityService,
    "once": IdempotencyService,
    "persons": Persons,
    "prompts": PromptService,
    "queues": QueueService,
    "receipts": Receipts,
    "refused_calls": RefusedCalls,
    "setup": Setup,
    "tenants": TenantService,
    "webhooks": WebhookService,
}


@dataclass(frozen=True, kw_only=True)
class BuiltServices(Services):
    """`built.queues` is `built.there.get(QueueService)`."""

    def __getattr__(self, name: str) -> Any:
        if name not in SHORT:
            raise AttributeError(name)
        return self.there.get(SHORT[name])
