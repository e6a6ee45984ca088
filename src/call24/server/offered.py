"""What the server offers to routes and rooms, by its type."""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from call24.installer.paths import WEB
from call24.kit.ids import TenantId
from call24.kit.secrets import secret_file
from call24.realtime.hosted import hosted, realtime_key
from call24.server.api.mobile_app import MobileApps
from call24.server.http_services import Services, Work
from call24.sip_edge import state as sip_edge
from call24.tracing.service import Tracing

if TYPE_CHECKING:
    from call24.server.app import Call24


def services(server: Call24, close_tenant: Callable[[TenantId], Awaitable[None]]) -> Services:
    return Services(
        there=server.there,
        realtime=realtime_key(server.settings, server.key),
        socket_authorised=server.readers.nodes.authorised,
        realtime_at=_realtime_at(server),
        origins=server.settings.origin_list(),
        socket_application=server.readers.hub.application_of,
        wss_port=server.settings.wss_port,
        web=WEB / "dist",
        doctor_secret=secret_file(server.settings.secrets / "doctor", lambda: secrets.token_urlsafe(32)),
        operator_secret=secret_file(server.settings.secrets / "operator", lambda: secrets.token_urlsafe(32)),
        health={"mongodb": server.mongodb_here, "asterisk": server.asterisk_here, **sip_edge.health(server.settings)},
        erase_tenant=(close_tenant,),
        trunk_status=server.trunks.statuses.status,
        bans=server.scanners,
        phone_bans=sip_edge.PhoneBans(server.settings.sip_edge_bans_socket)
        if server.settings.own_phones_port
        else None,
        seen=server.presence.seen,
        authority=None if server.settings.tls_cert else server.settings.tls / "ca.pem",
        served=server.there.get(Tracing).listener(),
        known=server.known,
        address="" if server.settings.loopback else server.settings.address,
        mobile_apps=MobileApps.of(server.settings),
    )


def work(server: Call24) -> Work:
    return Work(
        engine=server.engine,
        requests=server.requests,
        board=server.readers.board,
        views=server.readers.views,
        history=server.readers.history,
        system=server.system,
    )


def _realtime_at(server: Call24) -> tuple[str, int] | None:
    elsewhere = hosted(server.settings)
    return None if elsewhere is None else (elsewhere.socket_host, elsewhere.port)
