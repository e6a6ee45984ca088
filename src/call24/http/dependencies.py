"""What the routers need: built by main, read by every request."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from call24.agents.service import AgentService
from call24.asterisk.scanners import Scanners
from call24.asterisk.trunk_status import TrunkStatus
from call24.audit.service import AuditLog
from call24.contacts.service import ContactService
from call24.flows.prompts import PromptService
from call24.flows.service import FlowService
from call24.idempotency.service import Once
from call24.identity.accounts import Accounts
from call24.identity.model import Principal
from call24.identity.service import IdentityService
from call24.identity.setup import Setup
from call24.kit.ids import TenantId, UserId
from call24.kit.secrets import RealtimeKey
from call24.privacy.persons import Persons
from call24.pusher_apps.service import ApplicationService
from call24.queues.hours_service import HoursService
from call24.queues.service import QueueService
from call24.sip_edge.state import Bans as PhoneBans
from call24.tenants.refused_calls import RefusedCalls
from call24.tenants.service import TenantService
from call24.toll_fraud.service import Fence
from call24.webhooks.service import WebhookService

Seen = Callable[[UserId], None]
Health = Callable[[], Awaitable[bool]]
TenantEraser = Callable[[TenantId], Awaitable[None]]
SocketAuthorised = Callable[[str, Principal], Awaitable[None] | None]
SocketApplication = Callable[[str], str | None]
SocketApplicationAt = Callable[[TenantId, str], Awaitable[str | None]]

TrunkStatusOf = Callable[[str], TrunkStatus]


def no_status(_trunk_id: str) -> TrunkStatus:
    return TrunkStatus(status="unknown")


def no_socket(_socket_id: str) -> str | None:
    return None


@dataclass(frozen=True, kw_only=True)
class Services:
    """`health`: a part's name -> whether it is there; `web`: the built app's folder; `wss_port`: where phones connect.

    `socket_authorised`: told (socket id, principal) whenever a realtime socket is allowed to hear a channel;
    `realtime_at`: host and port of the sockets, where they are not ours;
    `socket_application`: the key of the application that an open socket is of, by the socket's id;
    `socket_application_at`: the same where another process must be asked, for whom;
    `erase_tenant`: what must go with an organisation besides its documents (recordings on disk, live desks);
    `authority`: the certificate of our own authority, where it signed the server's; `address`: where other devices find
    the app, empty when none can;
    `seen`: told whenever a user is heard of; `trunk_status`: how a trunk fares, by its id;
    `bans`: who is kept from the SIP port; `phone_bans`: from the phones' port.
    """

    identity: IdentityService
    accounts: Accounts
    tenants: TenantService
    queues: QueueService
    hours: HoursService
    flows: FlowService
    prompts: PromptService
    agents: AgentService
    contacts: ContactService
    fence: Fence
    applications: ApplicationService
    webhooks: WebhookService
    once: Once
    persons: Persons
    setup: Setup
    audit: AuditLog
    realtime: RealtimeKey
    wss_port: int
    web: Path
    doctor_secret: str
    operator_secret: str = ""
    health: Mapping[str, Health] = field(default_factory=dict)
    socket_authorised: SocketAuthorised | None = None
    socket_application: SocketApplication = no_socket
    socket_application_at: SocketApplicationAt | None = None
    realtime_at: tuple[str, int] | None = None
    erase_tenant: tuple[TenantEraser, ...] = ()
    seen: Seen | None = None
    authority: Path | None = None
    address: str = ""
    trunk_status: TrunkStatusOf = no_status
    bans: Scanners | None = None
    phone_bans: PhoneBans | None = None
    refused_calls: RefusedCalls | None = None
