"""What a client asks for by the address and the headers that it connects with: which application, from which page."""

from __future__ import annotations

import re
from typing import NamedTuple
from urllib.parse import parse_qs, urlsplit

from call24.realtime import protocol as p
from call24.realtime.app_channels import AppChannels
from call24.realtime.hub import Hub
from call24.realtime.protocol import Close

_PATH = re.compile(r"(?:.*/)?app/([A-Za-z0-9_-]{1,64})/?")
WHY = {
    Close.TLS_ONLY: "This application is reached by TLS only: use wss",
    Close.UNKNOWN_APP: "There is no such app",
    Close.DISABLED: "The application is switched off",
    Close.OVER_QUOTA: "The application has as many sockets as it may have",
    Close.UNKNOWN_PATH: "There is nothing here",
    Close.BAD_VERSION: "The protocol's version is a number",
    Close.UNSUPPORTED_VERSION: "This version of the protocol is not spoken here: use 7",
    Close.NO_VERSION: "The address names no version of the protocol",
    Close.OVER_CAPACITY: "Too many sockets: try again later",
}


class UpgradeRequest(NamedTuple):
    """`target`: path and query, as they came; `tls`: whether nobody on the way could read along."""

    target: str
    host: str
    origin: str
    tls: bool

    @property
    def key(self) -> str | None:
        """Of the application; None where there is nothing."""
        path = _PATH.fullmatch(self.target.partition("?")[0])
        return None if path is None else path[1]


def origin_allowed(asked: UpgradeRequest, others: frozenset[str] = frozenset()) -> bool:
    """Browsers name the page that connects: it must be ours. What is no browser names none. Source: RFC 6455 10.2."""
    origin = asked.origin
    if not origin or origin in others:
        return not origin or origin != "null"
    try:
        page = urlsplit(origin)
        served = urlsplit(f"{page.scheme}://{asked.host}")
        ports = {"https": 443, "http": 80}
        return (
            page.scheme in ports
            and page.hostname is not None
            and (page.hostname, page.port or ports[page.scheme]) == (served.hostname, served.port or ports[page.scheme])
        )
    except ValueError:
        return False


def is_built_in(hub: Hub, asked: UpgradeRequest) -> bool:
    """Pages of organisations' own applications are on hosts of their own; no cookie of ours lets them in."""
    return asked.key in (None, hub.key)


def namespace_of(hub: Hub, asked: UpgradeRequest) -> AppChannels | Close:
    """The application that this address is of, or why it is not served."""
    if asked.key is None:
        return Close.UNKNOWN_PATH
    namespace = hub.namespace(asked.key)
    if namespace is None:
        return Close.UNKNOWN_APP
    version = parse_qs(asked.target.partition("?")[2]).get("protocol", [None])[0]
    if (fault := p.version_fault(version)) is not None:
        return fault
    return Close.TLS_ONLY if namespace.terms.tls_only and not asked.tls else namespace
