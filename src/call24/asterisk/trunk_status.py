"""How each trunk fares, asked of Asterisk every few seconds: is it registered, does its host answer.

`since` is when we saw it change. It changes nothing and alarms nobody.
Source: Asterisk 22, AMI actions PJSIPShowRegistrationsOutbound, PJSIPQualify; ARI's endpoint state (by OPTIONS).
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Iterable
from datetime import datetime

import msgspec

from call24.asterisk.ami import TROUBLE, manager_session
from call24.asterisk.carrier_certificates import CarrierCertificates
from call24.asterisk.client import AriClient
from call24.asterisk.trunks import TrunkLine
from call24.kit.clock import Clock
from call24.tenants.model import TrunkState

EVERY_S = 3.0


class TrunkStatus(msgspec.Struct, frozen=True, kw_only=True):
    """`trouble`: what is wrong with its host's certificate, in words; empty: nothing is known to be."""

    status: TrunkState
    since: datetime | None = None
    trouble: str = ""


class TrunkWatch:
    """`trunks`: all that are switched on. `certificates`: what is wrong with theirs; None: nobody looks."""

    def __init__(
        self,
        ari: AriClient,
        clock: Clock,
        trunks: Callable[[], Iterable[TrunkLine]],
        certificates: CarrierCertificates | None = None,
    ) -> None:
        self._certificates = certificates
        self._ari = ari
        self._clock = clock
        self._trunks = trunks
        self._seen: dict[str, TrunkStatus] = {}

    def status(self, trunk_id: str) -> TrunkStatus:
        seen = self._seen.get(trunk_id) or TrunkStatus(status="unknown")
        trouble = self._certificates.trouble(trunk_id) if self._certificates is not None else ""
        return msgspec.structs.replace(seen, trouble=trouble) if trouble else seen

    async def run(self) -> None:
        """For ever."""
        while True:
            await self.look()
            await asyncio.sleep(EVERY_S)

    async def look(self) -> None:
        trunks: dict[str, TrunkLine] = {trunk.trunk_id: trunk for trunk in self._trunks()}
        # The listing names every phone: it is asked for only where a trunk's state depends on it.
        states = await self._states() if any(trunk.goes_out for trunk in trunks.values()) else {}
        offline = [x.name for x in trunks.values() if x.goes_out and states.get(x.name) == "offline"]
        registers = any(trunk.registers for trunk in trunks.values())
        registered = await self._asked(offline) if registers or offline else {}
        for trunk_id, trunk in trunks.items():
            status = status_of(trunk, states.get(trunk.name, ""), registered.get(trunk.name, ""))
            self._note(trunk_id, trunk.unusable or status)
        for trunk_id in self._seen.keys() - trunks.keys():
            self._note(trunk_id, "off")
        if self._certificates is not None:
            self._certificates.look(trunks.values(), self._works)

    def _works(self, trunk: TrunkLine) -> bool:
        return self.status(trunk.trunk_id).status in ("registered", "reachable")

    def _note(self, trunk_id: str, status: TrunkState) -> None:
        if self.status(trunk_id).status != status:
            self._seen[trunk_id] = TrunkStatus(status=status, since=self._clock.now())

    async def _states(self) -> dict[str, str]:
        reply = await self._ari.request("GET", "/endpoints/PJSIP")
        return {row["resource"]: row["state"] for row in reply.body} if reply.ok else {}

    async def _asked(self, offline: Iterable[str]) -> dict[str, str]:
        """The registrations. Who is offline is knocked at again: by itself Asterisk does so after a random time."""
        try:
            async with manager_session(self._ari) as ask:
                for name in offline:
                    await ask({"action": "PJSIPQualify", "endpoint": name})
                return registrations(await ask({"action": "PJSIPShowRegistrationsOutbound"}))
        except TROUBLE:
            return {}


def status_of(trunk: TrunkLine, state: str, registration: str) -> TrunkState:
    """`state`: online or offline; `registration`: Registered, Rejected or Unregistered; empty: not known."""
    if not trunk.goes_out:
        return "inbound_only"
    if trunk.registers and registration == "Registered":
        return "registered"
    if state == "offline":
        return "unreachable"
    if state != "online":
        return "unknown"
    if not trunk.registers:
        return "reachable"
    return "rejected" if registration == "Rejected" else "unknown"


def registrations(said: str) -> dict[str, str]:
    """Name -> status, from the manager's list."""
    found = {}
    for block in re.split(r"\r?\n\r?\n", said):
        fields = dict(re.findall(r"^([A-Za-z]+): (.*?)\r?$", block, re.MULTILINE))
        if fields.get("ObjectType") == "registration":
            found[fields.get("ObjectName", "")] = fields.get("Status", "")
    return found
