"""The least of a Stasis application: joins each caller to one phone, in place of the engine where phones are tested."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import aiohttp

from call24.kit.settings import ARI_APP, Settings


class Switchboard:
    """Within its `async with`, calls to any number ring `agent` (a device id) with `headers` on the INVITE."""

    def __init__(
        self, settings: Settings, agent: str, headers: dict[str, str] | None = None, *, sound: str | None = None
    ) -> None:
        """`sound`: answer each caller and play this instead of ringing anybody."""
        self._url = settings.ari_url
        login = settings.ari_login()
        self._auth = {"Authorization": aiohttp.encode_basic_auth(login.user, login.password)}
        self._agent = agent
        self._headers = headers or {}
        self._sound = sound
        self._other: dict[str, str] = {}
        self._task: asyncio.Task[None] | None = None
        self._http: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Switchboard:
        self._http = aiohttp.ClientSession(headers=self._auth)
        socket = await self._http.ws_connect(self._url.replace("http", "ws", 1) + "/events", params={"app": ARI_APP})
        self._task = asyncio.create_task(self._serve(socket))
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._http is not None
        assert self._task is not None
        self._task.cancel()
        await asyncio.wait((self._task,))
        await self._http.close()

    async def _ask(self, method: str, path: str, body: Any = None, **params: str) -> None:
        assert self._http is not None
        async with self._http.request(method, self._url + path, params=params, json=body) as reply:
            assert reply.status < 300 or reply.status == 404, (path, reply.status, await reply.text())

    async def _serve(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        async for message in socket:
            event = json.loads(message.data)
            leg = event.get("channel", {}).get("id")
            if event["type"] == "StasisStart" and event["args"][0] == "inbound":
                await self._ring(leg, event["channel"]["caller"])
            elif event["type"] == "StasisStart":
                await self._join(leg, event["args"][1])
            elif event["type"] in ("StasisEnd", "ChannelDestroyed") and leg in self._other:
                other = self._other.pop(leg)
                self._other.pop(other, None)
                await self._ask("DELETE", f"/channels/{other}")

    async def _ring(self, caller: str, who: dict[str, str]) -> None:
        if self._sound is not None:
            await self._ask("POST", f"/channels/{caller}/answer")
            await self._ask("POST", f"/channels/{caller}/play", media=self._sound)
            return
        agent = f"agent-{caller}"
        self._other |= {caller: agent, agent: caller}
        await self._ask("POST", f"/channels/{caller}/ring")
        variables = {f"PJSIP_HEADER(add,{name})": value for name, value in self._headers.items()}
        await self._ask(
            "POST", "/channels", {"variables": variables}, endpoint=f"PJSIP/{self._agent}", app=ARI_APP,
            appArgs=f"agent,{caller}", channelId=agent, callerId=f'"{who["name"]}" <{who["number"]}>',
        )  # fmt: skip

    async def _join(self, agent: str, caller: str) -> None:
        await self._ask("POST", f"/channels/{caller}/answer")
        await self._ask("POST", f"/bridges/bridge-{caller}", type="mixing")
        await self._ask("POST", f"/bridges/bridge-{caller}/addChannel", channel=f"{agent},{caller}")
