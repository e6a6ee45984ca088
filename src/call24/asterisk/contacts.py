"""Which phones are registered, asked of Asterisk when somebody wants to know. It keeps nothing."""

from __future__ import annotations

from collections.abc import Collection

from call24.asterisk.client import AriClient, Reply
from call24.kit.ids import DeviceId

FEW = 8
"""Up to so many are asked about one by one; for more, the list of all costs both sides less."""


class Contacts:
    def __init__(self, ari: AriClient) -> None:
        self._ari = ari

    async def registered(self, devices: Collection[DeviceId]) -> frozenset[DeviceId] | None:
        """Those of them that could be rung. None: Asterisk does not say."""
        if len(devices) > FEW:
            reply = await self._ari.request("GET", "/endpoints/PJSIP")
            if reply.gone:  # there is no endpoint at all
                return frozenset()
            if not reply.ok or not isinstance(reply.body, list):
                return None
            return frozenset(devices) & {each["resource"] for each in reply.body if each["state"] == "online"}
        online = {device: _online(await self._ari.request("GET", f"/endpoints/PJSIP/{device}")) for device in devices}
        return None if None in online.values() else frozenset(device for device, yes in online.items() if yes)


def _online(reply: Reply) -> bool | None:
    if reply.gone:
        return False
    if not reply.ok or not isinstance(reply.body, dict):
        return None
    return bool(reply.body.get("state") == "online")
