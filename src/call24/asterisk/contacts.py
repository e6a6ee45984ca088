"""Which phones are registered, asked of Asterisk when somebody wants to know. It keeps nothing."""

from __future__ import annotations

from call24.asterisk.client import AriClient
from call24.kit.ids import DeviceId


class Contacts:
    def __init__(self, ari: AriClient) -> None:
        self._ari = ari

    async def registered(self, device_id: DeviceId) -> bool | None:
        """Whether this phone could be rung. None: Asterisk does not say."""
        reply = await self._ari.request("GET", f"/endpoints/PJSIP/{device_id}")
        if reply.gone:
            return False
        if not reply.ok or not isinstance(reply.body, dict):
            return None
        return bool(reply.body.get("state") == "online")
