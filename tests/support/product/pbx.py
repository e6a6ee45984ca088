"""What lives in the Asterisk of a running system, by its own word: for tests that nothing is left behind."""

from __future__ import annotations

import re
from typing import Any

import httpx

from call24.kit.settings import Settings


class Pbx:
    """Asked without TLS: no authorities are read for it (`verify=False`), which takes 20 ms each time."""

    def __init__(self, settings: Settings) -> None:
        login = settings.ari_login()
        self._url, self._login = settings.ari_url, (login.user, login.password)

    async def listed(self, what: str) -> list[dict[str, Any]]:
        """All channels or bridges, as ARI has them."""
        async with httpx.AsyncClient(auth=self._login, timeout=5, verify=False) as http:
            return list((await http.get(f"{self._url}/{what}")).raise_for_status().json())

    async def channels(self, tenant_id: str) -> list[str]:
        """The names of an organisation's channels, those that listen in included."""
        rows = await self.listed("channels")
        return [row["name"] for row in rows if (row.get("channelvars") or {}).get("C24_TENANT") == tenant_id]

    async def legs(self, tenant_id: str) -> dict[str, str]:
        """The ids of an organisation's channels, each with the id of its call."""
        rows = [(row["id"], row.get("channelvars") or {}) for row in await self.listed("channels")]
        return {leg: str(names["C24_CALL"]) for leg, names in rows if names.get("C24_TENANT") == tenant_id}

    async def bridges(self, calls: set[str]) -> list[str]:
        """The bridges of these calls."""
        rows = await self.listed("bridges")
        named = [(row["id"], re.search(r"call_[0-9a-z]{26}", row["id"])) for row in rows]
        return [id for id, call in named if call is not None and call.group() in calls]

    async def all_bridges(self) -> list[str]:
        return [str(row["id"]) for row in await self.listed("bridges") if row["channels"]]

    async def calls(self, tenant_id: str) -> set[str]:
        """The calls that this organisation's channels belong to."""
        variables = [row.get("channelvars") or {} for row in await self.listed("channels")]
        return {str(names["C24_CALL"]) for names in variables if names.get("C24_TENANT") == tenant_id}

    async def registered(self, sip_name: str) -> bool:
        """Whether this phone could be rung."""
        async with httpx.AsyncClient(auth=self._login, timeout=5, verify=False) as http:
            answer = await http.get(f"{self._url}/endpoints/PJSIP/{sip_name}")
        return answer.status_code == 200 and answer.json()["state"] == "online"
