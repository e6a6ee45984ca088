"""Call24's HTTP API as its own tools use it: JSON in, JSON out, over TLS that is checked.

Asks and tells; what an answer means is for who asks. Blocking calls run in a thread, so that audio keeps its pace.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import http.client
import json
import ssl
import urllib.error
import urllib.request
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from call24.kit.settings import Settings

TIMEOUT_S = 10.0


class ApiAnswer(NamedTuple):
    """`status` 0: nobody answered, and `body` says why; `refused`: nor was it asked, since nobody listens there. JSON
    is read, anything else stays bytes.

    Header names are in lower case.
    """

    status: int
    body: Any
    headers: Mapping[str, str]
    refused: bool = False

    @property
    def ok(self) -> bool:
        return 200 <= self.status < 300

    @property
    def trouble(self) -> str:
        """The problem in one line, for a person."""
        if isinstance(self.body, dict):
            said = self.body.get("detail") or self.body.get("title") or self.body.get("status")
            return f"{self.status} {said or ''}".strip()
        return str(self.body) if self.status == 0 else str(self.status)


class Api:
    """`token` is a bearer token, set by `sign_in` or by hand."""

    def __init__(self, settings: Settings) -> None:
        self.base = settings.address
        self.token: str | None = None
        self._tls = trust(settings)

    async def get(self, path: str) -> ApiAnswer:
        return await self.ask("GET", path)

    async def post(self, path: str, body: Mapping[str, Any] | None = None, **headers: str) -> ApiAnswer:
        return await self.ask("POST", path, body or {}, headers)

    async def ask(
        self, method: str, path: str, body: Mapping[str, Any] | None = None, headers: Mapping[str, str] | None = None
    ) -> ApiAnswer:
        return await asyncio.to_thread(self.ask_now, method, path, body, headers)

    async def sign_in(self, email: str, password: str, device_name: str) -> ApiAnswer:
        """Signs in and keeps the token."""
        login = {"email": email, "password": password, "device_name": device_name}
        answer = await self.post("/v1/auth/login", login)
        if answer.ok:
            self.token = answer.body["token"]
        return answer

    def ask_now(
        self,
        method: str,
        path: str,
        body: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> ApiAnswer:
        """The blocking form of `ask`."""
        sent = {name.replace("_", "-"): value for name, value in (headers or {}).items()}
        if self.token:
            sent["Authorization"] = f"Bearer {self.token}"
        return ask_now(method, self.base + path, body, sent, self._tls)


def ask_now(
    method: str,
    url: str,
    body: Mapping[str, Any] | None = None,
    headers: Mapping[str, str] | None = None,
    tls: ssl.SSLContext | None = None,
) -> ApiAnswer:
    """One request, blocking."""
    sent = dict(headers or {})
    raw = None
    if body is not None:
        raw, sent["Content-Type"] = json.dumps(body).encode(), "application/json"
    # No proxy: this installation's own server is asked, whatever the environment says.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=tls))
    try:
        with opener.open(urllib.request.Request(url, raw, sent, method=method), timeout=TIMEOUT_S) as reply:
            return _answer(reply.status, reply.read(), reply.headers.items())
    except urllib.error.HTTPError as error:
        with error:
            return _answer(error.code, error.read(), error.headers.items())
    except (OSError, ValueError, http.client.HTTPException) as error:
        reason = getattr(error, "reason", error)
        return ApiAnswer(0, str(reason), {}, refused=isinstance(reason, ConnectionRefusedError))


def basic_auth(user: str, password: str) -> str:
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


def trunk_host(settings: Settings) -> str:
    """Where this machine itself reaches Asterisk's trunk port."""
    return "127.0.0.1" if settings.sip_host in ("0.0.0.0", "::") else settings.sip_host


def trust(settings: Settings) -> ssl.SSLContext:
    """Trusts this installation's own authority, or the public ones where a certificate was given."""
    own = settings.tls / "ca.pem"
    return ssl.create_default_context(cafile=str(own) if own.exists() and not settings.tls_cert else None)


def _answer(status: int, raw: bytes, headers: Iterable[tuple[str, str]]) -> ApiAnswer:
    lower = {name.lower(): value for name, value in headers}
    body: Any = raw
    if "json" in lower.get("content-type", ""):
        with contextlib.suppress(ValueError):
            body = json.loads(raw)
    return ApiAnswer(status, body, lower)
