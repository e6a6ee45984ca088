"""Whether a trunk's host answers, now: SIP OPTIONS to it, and where the trunk registers, whether its login is taken.

It goes where the trunk itself may go and nowhere else (`SipTargets`), from this server; where Asterisk is on a host of
its own, that is another address than calls come from. The login is asked about by a REGISTER without a Contact, which
registers nothing and takes nothing away. Source: RFC 3261, 11 (OPTIONS), 10.3 step 6 (a query of bindings).
"""

from __future__ import annotations

import asyncio
import secrets
import ssl
import time
from collections import deque
from datetime import datetime
from pathlib import Path
from typing import Literal

import msgspec

from call24.asterisk.carrier_certificates import believing, wrong_with
from call24.doctor.carrier_link import CarrierLink, Silent, carrier_link
from call24.kit.clock import Clock
from call24.kit.errors import TooMany
from call24.kit.fair import Fair
from call24.kit.ids import TenantId, TrunkId
from call24.kit.sip_targets import SipTarget, SipTargets
from call24.tenants.model import Trunk
from call24.tenants.service import TenantService
from call24.testphones.sip_message import authorisation

Verdict = Literal["answers", "silent", "unreachable", "no_address", "forbidden", "certificate", "inbound_only"]
"""`unreachable`: the connection was refused, or broke; `no_address`: its name leads nowhere."""
AN_HOUR = 60
"""Tests of an organisation."""
AT_ONCE, OF_ONE, WAITING = 4, 2, 4
"""In all, of one organisation, and how many of its wait."""
AGAIN_S = 5.0
"""Between two tests of a trunk."""
LOOKED_UP_S = 10.0
"""A name that leads to many others, none of which answers."""
REMEMBERED = 2_000


class TrunkTest(msgspec.Struct, frozen=True, kw_only=True):
    """`code`: what the host answered to OPTIONS; any code shows that it answers. `register_code`: what it answered to
    the account's login; None: the trunk does not register, or nothing came. `certificate`: what is wrong with it."""

    at: datetime
    verdict: Verdict
    code: int | None = None
    rtt_ms: int | None = None
    register_code: int | None = None
    certificate: str = ""


class TrunkTests:
    """`authorities`: who may sign carriers' certificates; None: those that this machine believes."""

    def __init__(self, tenants: TenantService, clock: Clock, authorities: Path | None) -> None:
        self._tenants = tenants
        self._clock = clock
        self._authorities = authorities
        self._last: dict[TrunkId, datetime] = {}
        self._begun: dict[TenantId, deque[datetime]] = {}
        self._gate = Fair(AT_ONCE, OF_ONE, WAITING)

    async def test(self, trunk: Trunk) -> TrunkTest:
        """Raises: TooMany."""
        self._admit(trunk)
        async with self._gate.turn(trunk.tenant_id):
            return await self._test(trunk)

    def forget(self, tenant_id: TenantId) -> None:
        """The organisation is closed."""
        self._begun.pop(tenant_id, None)

    def _admit(self, trunk: Trunk) -> None:
        now = self._clock.now()
        last = self._last.get(trunk.id)
        if last is not None and (now - last).total_seconds() < AGAIN_S:
            raise TooMany("This trunk was tested a moment ago", retry_after_s=round(AGAIN_S))
        begun = self._begun.setdefault(trunk.tenant_id, deque())
        while begun and (now - begun[0]).total_seconds() >= 3600:
            begun.popleft()
        if len(begun) >= AN_HOUR:
            left = 3600 - int((now - begun[0]).total_seconds())
            raise TooMany(f"At most {AN_HOUR} tests of trunks an hour", retry_after_s=max(1, left))
        begun.append(now)
        self._last[trunk.id] = now
        while len(self._last) > REMEMBERED:
            del self._last[next(iter(self._last))]

    async def _test(self, trunk: Trunk) -> TrunkTest:
        now = self._clock.now()
        if trunk.host is None:
            return TrunkTest(at=now, verdict="inbound_only")
        targets = self._tenants.targets or SipTargets(private=True)
        try:
            async with asyncio.timeout(LOOKED_UP_S):
                places, why_not = await targets.allowed(trunk.host, trunk.port, trunk.transport)
        except TimeoutError:
            return TrunkTest(at=now, verdict="no_address")
        if why_not is not None:
            return TrunkTest(at=now, verdict="forbidden")
        if not places:
            return TrunkTest(at=now, verdict="no_address")
        context = await self._context() if trunk.transport == "tls" else None
        try:
            async with carrier_link(places[0], trunk.transport, _bare(trunk.host), context) as link:
                return await self._ask(trunk, link, now)
        except ssl.SSLError:
            return await self._untrusted(trunk.host, places[0], context, now)
        except TimeoutError:
            return TrunkTest(at=now, verdict="silent")
        except OSError:
            return TrunkTest(at=now, verdict="unreachable")

    async def _ask(self, trunk: Trunk, link: CarrierLink, now: datetime) -> TrunkTest:
        """Raises: OSError."""
        begun = time.monotonic()
        try:
            uri = _uri(trunk)
            options = link.request("OPTIONS", uri, f"sip:call24@{_host(trunk)}", 1, secrets.token_hex(12))
            answer = await link.ask(options)
        except Silent:
            return TrunkTest(at=now, verdict="silent")
        rtt_ms = round((time.monotonic() - begun) * 1000)
        registers = await self._register(trunk, link) if trunk.kind == "registration" else None
        return TrunkTest(at=now, verdict="answers", code=answer.status, rtt_ms=rtt_ms, register_code=registers)

    async def _register(self, trunk: Trunk, link: CarrierLink) -> int | None:
        """None: no answer to it."""
        if trunk.login is None:
            return None
        username, password = trunk.login.username, self._tenants.trunk_password(trunk)
        uri, who, call_id = _uri(trunk), f"sip:{username}@{_host(trunk)}", secrets.token_hex(12)
        try:
            answer = await link.ask(link.request("REGISTER", uri, who, 1, call_id))
            asked, given = (
                ("WWW-Authenticate", "Authorization")
                if answer.status == 401
                else ("Proxy-Authenticate", "Proxy-Authorization")
            )
            proof = None
            if answer.status in (401, 407):
                proof = authorisation(answer.all(asked), "REGISTER", uri, username, password)
            if proof is not None:
                answer = await link.ask(link.request("REGISTER", uri, who, 2, call_id, ((given, proof),)))
        except (Silent, OSError):  # it answered the OPTIONS, which is what is told
            return None
        return answer.status

    async def _context(self) -> ssl.SSLContext:
        if self._authorities is None:
            return ssl.create_default_context()
        return await asyncio.to_thread(believing, self._authorities)

    async def _untrusted(self, host: str, place: SipTarget, context: ssl.SSLContext | None, now: datetime) -> TrunkTest:
        assert context is not None
        words = await wrong_with(_bare(host), place, context, now)
        return TrunkTest(at=now, verdict="certificate", certificate=words)


def _bare(host: str) -> str:
    return host.strip("[]").rstrip(".").lower()


def _host(trunk: Trunk) -> str:
    host = _bare(trunk.host or "")
    return f"[{host}]" if ":" in host else host


def _uri(trunk: Trunk) -> str:
    port = f":{trunk.port}" if trunk.port else ""
    transport = "" if trunk.transport == "udp" else f";transport={trunk.transport}"
    return f"sip:{_host(trunk)}{port}{transport}"
