"""The rooms that keep what organisations set and who their people are. None of them knows of calls."""

from __future__ import annotations

from call24.agents.service import AgentService
from call24.changes.service import Changes
from call24.contacts.callers import KnownCallers
from call24.contacts.service import ContactService
from call24.flows.prompts import PromptService
from call24.flows.service import FlowService
from call24.idempotency.service import IdempotencyService
from call24.identity.accounts import Accounts
from call24.identity.channel_auth import ChannelAuth
from call24.identity.service import IdentityService
from call24.identity.setup import Setup
from call24.installer import espeak_program
from call24.installer.asterisk_conf import built_in_sounds
from call24.journal.journal import Journal
from call24.kit.clock import Clock
from call24.kit.holdings import Held
from call24.kit.ids import TenantId
from call24.kit.mongo import Mongo
from call24.kit.outbound_http import OutboundHttp
from call24.kit.own_addresses import own_addresses
from call24.kit.provided import Provided
from call24.kit.secrets import AppKey
from call24.kit.settings import Settings, SettingsError
from call24.kit.sip_targets import SipTargets
from call24.privacy.persons import Persons
from call24.pusher_apps.service import ApplicationService
from call24.queues.hours_service import HoursService
from call24.queues.service import QueueService
from call24.realtime.hosted import HostedAt, hosted_at
from call24.server.references import FlowReferences, queue_surroundings
from call24.tenants.refused_calls import RefusedCalls
from call24.tenants.rules import TrunkLimits
from call24.tenants.service import TenantService
from call24.toll_fraud.service import TollFraudGuard
from call24.webhooks.service import WebhookService


def hosted(settings: Settings) -> HostedAt | None:
    """Raises: SettingsError."""
    url = settings.pusher_url()
    try:
        return None if url is None else hosted_at(url)
    except ValueError as error:
        raise SettingsError("--pusher-url-file", str(error)) from None


def trunk_limits(settings: Settings) -> TrunkLimits:
    widest = {4: settings.trunk_widest_ipv4, 6: settings.trunk_widest_ipv6}
    most, each = settings.trunk_networks, settings.trunk_networks_each
    own = settings.own_asterisk
    return TrunkLimits(networks_of_one=each, networks_of_all=most, widest=widest, tls=own)


def trunk_targets(settings: Settings) -> SipTargets:
    public = frozenset({settings.public_address})

    return SipTargets(
        private=settings.trunks_private, own_ports=settings.own_ports, own=lambda: own_addresses() | public
    )


class Rooms:
    """`held`: what rooms let go of when an account is deleted; empty in a process that deletes none."""

    def __init__(
        self, settings: Settings, mongo: Mongo, clock: Clock, key: AppKey, journal: Journal, held: Held
    ) -> None:
        self.there = Provided()
        self.changes = Changes(mongo, clock)
        self.tenants = TenantService(mongo, clock, key, trunk_limits(settings), trunk_targets(settings))
        self.refused_calls = RefusedCalls(mongo, clock, self.tenants)
        self.identity = IdentityService(mongo, clock, key)
        self.identity.is_open, self.identity.asks_proof = self._is_open, self._asks_proof
        self.identity.grants_address = self.tenants.grants_address
        self.identity.grants_name = self.tenants.grants_name
        self.outward = OutboundHttp(private=settings.sign_in_private)
        self.accounts = Accounts(mongo, clock, key, self.identity, self.outward)
        self.agents = AgentService(mongo, self.identity)
        self.applications = ApplicationService(mongo, clock, key)
        self.applications.is_open = self._is_open
        self.webhooks = WebhookService(mongo, clock, key, private=settings.webhooks_private)
        self.webhooks.is_open = self._is_open
        self.once = IdempotencyService(mongo, clock, key)
        self.queues = QueueService(mongo, clock, self.identity)
        self.hours = HoursService(mongo, clock, self.tenants)
        self.prompts = PromptService(
            mongo,
            clock,
            settings.prompts,
            built_in=built_in_sounds(),
            speaker=lambda: espeak_program.find(settings),
        )
        self.contacts = ContactService(mongo, clock, key, self.changes)
        self.callers = KnownCallers(self.contacts)
        self.fence = TollFraudGuard(mongo, clock, self.tenants, journal.append)
        around = FlowReferences(self.identity, self.queues, self.hours, self.prompts, self.fence.policy, self.tenants)
        self.flows = FlowService(mongo, clock, around)
        self.queues.surroundings = queue_surroundings(self.agents, self.flows, self.prompts)
        self.hosted = hosted(settings)
        self.realtime = self.hosted.key if self.hosted is not None else key.realtime()
        self.channel_auth = ChannelAuth(self.realtime, clock)
        self.persons = Persons(mongo, clock, self.identity, self.accounts, held)
        self.setup = Setup(mongo, clock, settings.data, self.tenants, self.identity)
        self._provide(settings, mongo, clock, key, journal)

    def _provide(self, settings: Settings, mongo: Mongo, clock: Clock, key: AppKey, journal: Journal) -> None:
        """What the other rooms are built of."""
        put = self.there.put
        put(Settings, settings)
        put(Mongo, mongo)
        put(Clock, clock)
        put(AppKey, key)
        put(Journal, journal)
        put(Changes, self.changes)
        put(TenantService, self.tenants)
        put(IdentityService, self.identity)
        put(QueueService, self.queues)
        put(ContactService, self.contacts)

    async def refresh(self) -> None:
        """Another process, or a person, may have changed what is kept in memory. Raises: Unavailable."""
        await self.tenants.refresh()
        await self.identity.refresh()
        await self.queues.refresh()
        await self.hours.refresh()
        await self.fence.refresh()
        await self.agents.refresh()
        await self.applications.refresh()
        await self.webhooks.refresh()
        await self.prompts.refresh()
        await self.flows.refresh()

    def may_hear(self, tenant_id: TenantId, role: str) -> bool:
        """Whether who has this role may hear realtime events at all."""
        return self._is_open(tenant_id) and "live.read" in self.identity.roles.granted(tenant_id, role)

    def _is_open(self, tenant_id: TenantId) -> bool:
        tenant = self.tenants.known(tenant_id)
        return tenant is None or tenant.disabled_at is None

    def _asks_proof(self, tenant_id: TenantId) -> bool:
        tenant = self.tenants.known(tenant_id)
        return tenant is not None and tenant.mfa_required

    def monitoring_visible(self, tenant_id: TenantId) -> bool:
        tenant = self.tenants.known(tenant_id)
        return tenant is None or tenant.monitoring_visible

    def tenant_ids(self) -> list[TenantId]:
        return [tenant.id for tenant in self.tenants.known_tenants()]
