"""What routes ask for, gathered where it is made, and found by its type afterwards."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import UnionType
from typing import get_args, get_type_hints

from call24.asterisk.scanners import Scanners
from call24.asterisk.trunk_status import TrunkStatus
from call24.call_records.history import History
from call24.engine.engine import Engine
from call24.engine.requests import Requests
from call24.http.app import Edge
from call24.http.health import Health
from call24.http.middleware.served_requests import Listener
from call24.identity.api.phone import PhoneServer
from call24.identity.model import Principal
from call24.kit.ids import TenantId, UserId
from call24.kit.provided import Provided
from call24.kit.secrets import RealtimeKey
from call24.live.board import Board
from call24.live.system_parts import SystemParts
from call24.live.views import Views
from call24.realtime.broadcasting import Sockets
from call24.server.api.doctor import TenantErasers
from call24.server.api.mobile_app import MobileApps
from call24.server.api.tool_secrets import ToolSecrets
from call24.server.api.trust import TrustPage
from call24.sip_edge.api import Bans
from call24.sip_edge.state import PhoneBans
from call24.tenants.api.trunks import TrunkStatuses


@dataclass(frozen=True, kw_only=True)
class Services:
    """`there`: what the rooms have built; `health`: a part's name -> whether it is there; `web`: the app's folder.

    `wss_port`: where phones connect;

    `socket_authorised`: told (socket id, principal) whenever a realtime socket is allowed to hear a channel;
    `realtime_at`: host and port of the sockets, where they are not ours;
    `origins`: pages of other hosts that may use the API;
    `socket_application`: the key of the application that an open socket is of, by the socket's id;
    `socket_application_at`: the same where another process must be asked, for whom;
    `erase_tenant`: what must go with an organisation besides its documents (recordings on disk, live desks);
    `authority`: the certificate of our own authority, where it signed the server's; `address`: where other devices find
    the app, empty when none can; `mobile_apps`: the operator's apps for phones;
    `seen`: told whenever a user is heard of; `trunk_status`: how a trunk fares, by its id;
    `bans`: who is kept from the SIP port; `phone_bans`: from the phones' port;
    `served`: who wants to know of each request.
    """

    there: Provided
    realtime: RealtimeKey
    wss_port: int
    web: Path
    doctor_secret: str
    operator_secret: str = ""
    health: Mapping[str, Health] = field(default_factory=dict)
    socket_authorised: Callable[[str, Principal], Awaitable[None] | None] | None = None
    socket_application: Callable[[str], str | None] | None = None
    socket_application_at: Callable[[TenantId, str], Awaitable[str | None]] | None = None
    realtime_at: tuple[str, int] | None = None
    origins: tuple[str, ...] = ()
    erase_tenant: tuple[Callable[[TenantId], Awaitable[None]], ...] = ()
    seen: Callable[[UserId], None] | None = None
    authority: Path | None = None
    address: str = ""
    mobile_apps: MobileApps = field(default_factory=MobileApps)
    trunk_status: Callable[[str], TrunkStatus] | None = None
    bans: Scanners | None = None
    phone_bans: PhoneBans | None = None
    served: Listener | None = None
    known: asyncio.Event | None = None

    def edge(self) -> Edge:
        """What routes find, by its type."""
        found = Provided(self.there)
        sockets = Sockets(
            realtime=self.realtime,
            realtime_at=self.realtime_at,
            socket_authorised=self.socket_authorised,
            socket_application_at=self.socket_application_at,
            **({} if self.socket_application is None else {"socket_application": self.socket_application}),
        )
        trunk_statuses = TrunkStatuses() if self.trunk_status is None else TrunkStatuses(self.trunk_status)
        for one in (
            sockets,
            trunk_statuses,
            PhoneServer(self.wss_port),
            TrustPage(self.authority, self.address),
            self.mobile_apps,
            Bans(self.bans, self.phone_bans),
            TenantErasers(self.erase_tenant),
            ToolSecrets(doctor_secret=self.doctor_secret, operator_secret=self.operator_secret),
        ):
            found.put(type(one), one)
        return Edge(
            provided=found,
            health=self.health,
            web=self.web,
            seen=self.seen,
            realtime_at=self.realtime_at,
            origins=self.origins,
            served=self.served,
            known=self.known,
        )


@dataclass(frozen=True, kw_only=True)
class Work:
    """`system`: part -> ok or away."""

    engine: Engine
    requests: Requests
    board: Board
    views: Views
    history: History
    system: Callable[[], dict[str, str]]

    def put_into(self, found: Provided) -> None:
        _put_fields(found, self)
        found.put(SystemParts, SystemParts(self.system))


def _put_fields(found: Provided, services: object) -> None:
    for name, kind in get_type_hints(type(services)).items():
        plain = (
            next((one for one in get_args(kind) if one is not type(None)), kind)
            if isinstance(kind, UnionType)
            else kind
        )
        if isinstance(plain, type) and plain is not Provided and plain.__module__.startswith("call24."):
            found.put(plain, getattr(services, name))
