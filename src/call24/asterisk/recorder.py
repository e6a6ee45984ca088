"""Silence in a running recording: card numbers are said and typed without being kept.

The recorder itself goes on, so both sides stay in step and a pause is as long in the file as it was. ARI has no request
for it; Asterisk's manager interface has, by HTTP beside ARI. The switch is Asterisk's and sits on the leg: hold,
transfer and a restarted Call24 do not change it, and setting it twice is harmless.
Source: Asterisk 22, AMI action MixMonitorMute; rawman over HTTP with a session's cookie.
"""

from __future__ import annotations

import asyncio
import logging
from typing import Literal, NewType

import aiohttp

from call24.asterisk.client import AriClient
from call24.kit.ids import LegId

log = logging.getLogger(__name__)

REQUEST_S = 2.0
TRIES = 3
AGAIN_S = 0.1
COOKIE = "mansession_id"

Outcome = Literal["done", "gone", "refused", "away"]
"""gone: the leg has ended. refused: nothing records it (or the login is wrong). away: Asterisk does not answer."""

_Session = NewType("_Session", str)


class RecorderSwitch:
    """It holds no connection between two uses: pauses are rare."""

    def __init__(self, ari: AriClient) -> None:
        self._ari = ari

    @property
    def _url(self) -> str:
        return self._ari.url.removesuffix("/ari") + "/rawman"

    async def pause(self, leg: LegId) -> Outcome:
        """When this returns "done", both sides are silent in the file until ``resume``."""
        return await self._set(leg, "1")

    async def resume(self, leg: LegId) -> Outcome:
        return await self._set(leg, "0")

    async def _set(self, leg: LegId, state: str) -> Outcome:
        outcome: Outcome = "away"
        for attempt in range(TRIES):
            if attempt:
                await asyncio.sleep(AGAIN_S)
            outcome = await self._once(leg, state)
            if outcome in ("done", "gone"):
                break
        if outcome not in ("done", "gone"):
            log.error("the recorder of leg %s could not be told (mute %s): %s", leg, state, outcome)
        return outcome

    async def _once(self, leg: LegId, state: str) -> Outcome:
        timeout = aiohttp.ClientTimeout(total=REQUEST_S)
        try:
            async with aiohttp.ClientSession(timeout=timeout, cookie_jar=aiohttp.DummyCookieJar()) as http:
                session = await self._signed_in(http)
                if session is None:
                    return "refused"
                mute = {"action": "MixMonitorMute", "channel": leg, "direction": "both", "state": state}
                said = await self._ask(http, session, mute)
                await self._ask(http, session, {"action": "Logoff"})
        except (aiohttp.ClientError, TimeoutError, OSError):
            return "away"
        if "Response: Success" in said:
            return "done"
        return "gone" if "No such channel" in said else "refused"

    async def _signed_in(self, http: aiohttp.ClientSession) -> _Session | None:
        user, password = self._ari.login
        login = {"action": "Login", "username": user, "secret": password}
        async with http.post(self._url, data=login) as answer:
            cookie = answer.cookies.get(COOKIE)
            if cookie is None or "Response: Success" not in await answer.text():
                return None
            return _Session(cookie.value)

    async def _ask(self, http: aiohttp.ClientSession, session: _Session, action: dict[str, str]) -> str:
        cookie = {"Cookie": f'{COOKIE}="{session}"'}
        async with http.post(self._url, data=action, headers=cookie) as answer:
            return await answer.text()
