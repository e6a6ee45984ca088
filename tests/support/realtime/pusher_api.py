"""Signed requests to Pusher's HTTP API, made by hand: what its libraries would never send can be sent too."""

from __future__ import annotations

import hashlib
import json
from typing import Any
from urllib.parse import urlencode

import httpx
from starlette.types import ASGIApp

from call24.pusher_apps.model import AppTerms
from call24.realtime.request_signature import signature


class PusherApi:
    def __init__(self, app: ASGIApp, now: float) -> None:
        self.client = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="https://call24.test:8024")
        self.now = now

    async def ask(self, terms: AppTerms, method: str, path: str, body: Any = None, **more: Any) -> httpx.Response:
        """`more`: query parameters; those that begin with auth_ and body_md5 replace what would be sent, or, when
        None, are left out. `number`: of the application in the path. `signed`: the method and the path that the
        signature is over, where it is taken from another request."""
        content = b"" if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
        path = f"/apps/{more.pop('number', terms.number)}{path}"
        signed = more.pop("signed", (method, path))
        asked = {"auth_key": terms.key, "auth_timestamp": str(int(self.now)), "auth_version": "1.0"}
        if content:
            asked["body_md5"] = hashlib.md5(content).hexdigest()
        asked |= {name: value for name, value in more.items() if name != "auth_signature"}
        asked = {name: value for name, value in asked.items() if value is not None}
        asked["auth_signature"] = more.get("auth_signature") or signature(terms.secret, *signed, asked)
        return await self.client.request(method, f"{path}?{urlencode(asked)}", content=content)
