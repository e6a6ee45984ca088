"""Asterisk's manager interface (AMI) by HTTP beside ARI, for the few things that ARI has no request for.

A session for a few actions at a time; no connection is held between two uses. What is asked is the asker's business.
Source: Asterisk 22, rawman with a session's cookie.
"""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping

import aiohttp

from call24.asterisk.client import AriClient

REQUEST_S = 2.0
COOKIE = "mansession_id"

Ask = Callable[[Mapping[str, str]], Awaitable[str]]
TROUBLE = (aiohttp.ClientError, TimeoutError, OSError)
"""What is raised when Asterisk does not answer."""


@contextlib.asynccontextmanager
async def manager_session(ari: AriClient) -> AsyncIterator[Ask]:
    """Raises: one of TROUBLE, here and from each question."""
    url = ari.url.removesuffix("/ari") + "/rawman"
    user, password = ari.login
    timeout = aiohttp.ClientTimeout(total=REQUEST_S)
    async with aiohttp.ClientSession(timeout=timeout, cookie_jar=aiohttp.DummyCookieJar()) as http:
        login = {"action": "Login", "username": user, "secret": password}
        async with http.post(url, data=login) as answer:
            cookie = answer.cookies.get(COOKIE)
        headers = {"Cookie": f'{COOKIE}="{cookie.value}"'} if cookie is not None else {}

        async def ask(action: Mapping[str, str]) -> str:
            async with http.post(url, data=action, headers=headers) as answer:
                return await answer.text()

        yield ask
        await ask({"action": "Logoff"})
