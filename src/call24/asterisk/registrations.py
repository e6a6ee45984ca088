"""Which phones are registered, asked of Asterisk when somebody wants to know. It keeps nothing."""

from __future__ import annotations

from collections.abc import Mapping

from call24.asterisk.client import AriClient, AriReply
from call24.kit.ids import DeviceId, TenantId
from call24.kit.sip_names import sip_name

FEW = 8
"""Up to so many are asked about one by one; for more, the list of all costs both sides less."""


class Registrations:
    def __init__(self, ari: AriClient) -> None:
        self._ari = ari

    async def registered(self, devices: Mapping[DeviceId, TenantId]) -> frozenset[DeviceId] | None:
        """Those of them that could be rung, each asked for as its organisation's. None: Asterisk does not say."""
        names = {sip_name(tenant_id, device): device for device, tenant_id in devices.items()}
        if len(names) > FEW:
            reply = await self._ari.request("GET", "/endpoints/PJSIP")
            if reply.gone:  # there is no endpoint at all
                return frozenset()
            if not reply.ok or not isinstance(reply.body, list):
                return None
            online = names.keys() & {each["resource"] for each in reply.body if each["state"] == "online"}
            return frozenset(names[name] for name in online)
        told = {name: _online(await self._ari.request("GET", f"/endpoints/PJSIP/{name}")) for name in names}
        return None if None in told.values() else frozenset(names[name] for name, yes in told.items() if yes)


def _online(reply: AriReply) -> bool | None:
    if reply.gone:
        return False
    if not reply.ok or not isinstance(reply.body, dict):
        return None
    return bool(reply.body.get("state") == "online")
