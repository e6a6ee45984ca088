"""Where trunks may lead: to carriers in the internet, and to no machine that the operator did not mean to be reached.

A name is resolved here, each address is looked at, and Asterisk is told the address: a name that answers otherwise a
second time gains nothing. Like kit/outbound_http.py for HTTP. Source: RFC 3263 (SRV, then addresses); OWASP, "SSRF
Prevention".
"""

from __future__ import annotations

import asyncio
import concurrent.futures
import functools
import ipaddress
import logging
import socket
from collections.abc import Callable, Collection

import msgspec

from call24.kit.outbound_http import is_public
from call24.kit.own_addresses import is_own, own_addresses

log = logging.getLogger(__name__)

RESOLVE_S = 3.0
SIP_PORT, SIPS_PORT = 5060, 5061
PLACES_MAX = 16
_THREADS = concurrent.futures.ThreadPoolExecutor(8, "trunk names")
"""Their own: a name whose server does not answer holds a thread for longer than anybody waits for it."""

OWN = "one of Call24's own ports"
PRIVATE = "this machine or a private network, which the operator does not allow for trunks"


class SipTarget(msgspec.Struct, frozen=True, order=True):
    address: str
    port: int


class SipTargets:
    """`private`: the operator lets trunks lead to this machine and its networks too; `own_ports`: what listens here;
    `own`: this machine's addresses, looked at again each time."""

    def __init__(
        self,
        *,
        private: bool = False,
        own_ports: Collection[int] = (),
        own: Callable[[], frozenset[str]] = own_addresses,
    ) -> None:
        self._private, self._own_ports, self._own = private, own_ports, own

    def why_not(self, place: SipTarget) -> str | None:
        """What is wrong with a place to send SIP to; None: nothing."""
        if place.port in self._own_ports and is_own(place.address, self._own()):
            return OWN
        if not self._private and not is_public(place.address):
            return PRIVATE
        return None

    async def places(self, host: str, port: int | None, transport: str) -> list[SipTarget]:
        """Where a trunk's host is now, the best first; empty: nowhere. SRV records count where no port was named."""
        usual = SIPS_PORT if transport == "tls" else SIP_PORT
        if _is_address(host):
            return [SipTarget(host, port or usual)]
        named = [] if port is not None else await _services(host, transport)
        found = [
            SipTarget(address, its_port)
            for name, its_port in (named[:PLACES_MAX] or [(host, port or usual)])
            for address in await _addresses(name)
        ]
        return list(dict.fromkeys(found))[:PLACES_MAX]

    async def allowed(self, host: str, port: int | None, transport: str) -> tuple[list[SipTarget], str | None]:
        """The places, and why none of them may be used: one that may not spoils all, since Asterisk's choice, or the
        next answer of the name, may be that one."""
        places = await self.places(host, port, transport)
        refused = [why for place in places if (why := self.why_not(place)) is not None]
        return ([], refused[0]) if refused else (places, None)


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


async def _addresses(host: str) -> list[str]:
    if _is_address(host):
        return [host]
    try:
        async with asyncio.timeout(RESOLVE_S):
            ask = functools.partial(socket.getaddrinfo, host, None, type=socket.SOCK_DGRAM)
            found = await asyncio.get_running_loop().run_in_executor(_THREADS, ask)
    except (OSError, TimeoutError, UnicodeError):
        log.warning("the host name of a trunk cannot be resolved: %s", host)
        return []
    return sorted({str(place[4][0]) for place in found})


async def _services(host: str, transport: str) -> list[tuple[str, int]]:
    """Names and ports of the host's SRV records, the most wanted first."""
    import dns.asyncresolver  # 80 ms: only where a trunk is a name without a port
    import dns.exception

    kind = "_sips._tcp" if transport == "tls" else f"_sip._{transport}"
    try:
        answer = await dns.asyncresolver.resolve(f"{kind}.{host.rstrip('.')}", "SRV", lifetime=RESOLVE_S)
    except (dns.exception.DNSException, OSError):
        return []
    rows = sorted(answer, key=lambda row: (row.priority, -row.weight, str(row.target)))
    return [(str(row.target).rstrip("."), int(row.port)) for row in rows if str(row.target) != "."]
