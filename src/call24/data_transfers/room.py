"""Transfers of personal data to other regions: the register, and the question that settings ask it."""

from __future__ import annotations

from call24.crm.rules import endpoint_of as crm_endpoint
from call24.crm.service import CrmConnections
from call24.data_transfers import api, personal_data, store
from call24.data_transfers.permissions import PERMISSIONS
from call24.data_transfers.service import DataTransfers
from call24.files.moving import FileMoves
from call24.identity.accounts import Accounts
from call24.identity.oidc.rules import endpoint_of as provider_endpoint
from call24.kit.clock import Clock
from call24.kit.endpoints import Endpoint
from call24.kit.ids import TenantId
from call24.kit.mongo import Mongo
from call24.kit.provided import Provided
from call24.kit.room import Built, Room
from call24.kit.settings import Settings
from call24.policy.service import Policies
from call24.processors.rules import endpoint_of as processor_endpoint
from call24.processors.service import Processors
from call24.tenants.rules import endpoint_of as trunk_endpoint
from call24.tenants.service import TenantService
from call24.web_push.service import WebPush
from call24.webhooks.rules import endpoint_of as webhook_endpoint
from call24.webhooks.service import WebhookService


def build(there: Provided) -> Built:
    policies, tenants = there.get(Policies), there.get(TenantService)
    webhooks, provider = there.get(WebhookService), there.get(Accounts).provider
    processors, pushes, crm = there.get(Processors), there.get(WebPush), there.get(CrmConnections)

    async def region(tenant_id: TenantId) -> str:
        return (await policies.settings(tenant_id)).data_region

    async def found(tenant_id: TenantId) -> list[Endpoint]:
        sign_in = await provider.get(tenant_id)
        return [
            *(trunk_endpoint(one) for one in await tenants.trunks(tenant_id) if one.enabled),
            *(webhook_endpoint(one) for one in await webhooks.all(tenant_id) if one.enabled),
            *(processor_endpoint(one) for one in await processors.all(tenant_id)),
            *(crm_endpoint(one) for one in await crm.all(tenant_id)),
            *await pushes.hosts(tenant_id),
            *(provider_endpoint(one) for one in [sign_in] if one is not None and one.enabled),
        ]

    transfers = DataTransfers(
        there.get(Mongo),
        there.get(Clock),
        region=region,
        found=found,
        own=_own(there.get(Settings)),
        changed=policies.forget_organisation,
    )
    crm.why_not = there.get(FileMoves).why_not = transfers.why_not
    tenants.why_not = webhooks.why_not = processors.why_not = pushes.why_not = provider.why_not = transfers.why_not
    policies.why_not, policies.transfers = transfers.why_no_region, transfers.told
    return Built(services=(transfers,))


def _own(settings: Settings) -> list[Endpoint]:
    return [
        Endpoint(kind="database", country=settings.database_country),
        *([] if settings.smtp is None else [Endpoint(kind="mail", country=settings.mail_country)]),
        *([] if settings.sentry_dsn is None else [Endpoint(kind="error_service", country=settings.sentry_country)]),
        *([] if settings.otlp_endpoint is None else [Endpoint(kind="trace_collector", country=settings.otlp_country)]),
        *([] if settings.files_store is None else [Endpoint(kind="file_store", country=settings.files_store_country)]),
        *(
            []
            if settings.pusher_url_file is None
            else [Endpoint(kind="hosted_pusher", country=settings.pusher_country)]
        ),
    ]


ROOM = Room(
    name="data_transfers",
    provides=(DataTransfers,),
    build=build,
    routers=(api.router,),
    permissions=PERMISSIONS,
    indexes=store.INDEXES,
    holds=personal_data.HOLDS,
)
