"""A real OpenID provider of its own process, and somebody who signs in there with a browser's cookies."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, nullcontext
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urljoin, urlsplit

import httpx
from joserfc.jwk import ECKey, RSAKey
from tests.support.realtime.pusher_clients import CLIENTS

from call24.installer import web

CLIENT, SECRET = "call24", "a secret of the client"
BACK = "https://call24.test:8024/"
Key = RSAKey | ECKey


def rsa_key(kid: str) -> RSAKey:
    return RSAKey.generate_key(2048, {"kid": kid, "use": "sig", "alg": "RS256"})


def ec_key(kid: str) -> ECKey:
    return ECKey.generate_key("P-256", {"kid": kid, "use": "sig", "alg": "ES256"})


@dataclass(frozen=True)
class OpenId:
    """`logout_port`: where it says on this machine that somebody has signed out."""

    port: int
    accounts: Mapping[str, Mapping[str, Any]]
    logout_port: int | None = None

    @property
    def issuer(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @asynccontextmanager
    async def running(self, keys: Sequence[Key], algorithm: str = "RS256") -> AsyncIterator[None]:
        assert web.node() and web.packages_there(CLIENTS), "Node and oidc-provider are missing: `./call24 test`"
        client = {
            "client_id": CLIENT,
            "client_secret": SECRET,
            "redirect_uris": [BACK],
            "id_token_signed_response_alg": algorithm,
        }
        if self.logout_port is not None:
            uri = f"http://127.0.0.1:{self.logout_port}/"
            client |= {"backchannel_logout_uri": uri, "backchannel_logout_session_required": True}
        told = {
            "port": self.port,
            "keys": [key.as_dict(private=True) for key in keys],
            "clients": [client],
            "accounts": self.accounts,
        }
        child = await asyncio.create_subprocess_exec(
            *(str(web.node()), str(CLIENTS / "provider.mjs"), json.dumps(told)),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
        )
        assert child.stdin is not None and child.stdout is not None
        try:
            async with asyncio.timeout(60):
                while b"ready" not in (line := await child.stdout.readline()):
                    assert line, "the provider has ended"
            yield
        finally:
            child.stdin.close()
            await child.wait()


async def sign_out(issuer: str, browser: httpx.AsyncClient) -> None:
    """Signs out at the provider, in the browser that signed in there."""
    asked = await browser.get(f"{issuer}/session/end")
    form = re.search(r'<form[^>]*action="([^"]+)"', asked.text)
    xsrf = re.search(r'name="xsrf" value="([^"]+)"', asked.text)
    assert form and xsrf, asked.text
    done = await browser.post(form[1], data={"xsrf": xsrf[1], "logout": "yes"})
    assert done.status_code < 400, done.text


@asynccontextmanager
async def told_of_logouts(port: int) -> AsyncIterator[list[str]]:
    """Stands where the provider says that somebody has signed out; what came, as it was sent."""
    came: list[str] = []

    async def hear(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        length = re.search(rb"content-length: (\d+)", head, re.IGNORECASE)
        assert length, head
        came.append((await reader.readexactly(int(length[1]))).decode())
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n")
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(hear, "127.0.0.1", port):
        yield came


async def visit(url: str, login: str, browser: httpx.AsyncClient | None = None) -> dict[str, str]:
    """Signs in at the provider; what the browser is sent back with."""
    async with nullcontext(browser) if browser is not None else httpx.AsyncClient() as browser:
        answer = await browser.get(url)
        for _ in range(12):
            if answer.is_redirect:
                to = urljoin(str(answer.url), answer.headers["location"])
                if to.startswith(BACK):
                    return {name: values[0] for name, values in parse_qs(urlsplit(to).query).items()}
                answer = await browser.get(to)
                continue
            assert answer.status_code == 200, answer.text
            form = re.search(r'<form[^>]*action="([^"]+)"', answer.text)
            prompt = re.search(r'name="prompt" value="([a-z]+)"', answer.text)
            assert form and prompt, answer.text
            said = {"prompt": prompt[1], **({"login": login, "password": "any"} if prompt[1] == "login" else {})}
            answer = await browser.post(urljoin(str(answer.url), form[1]), data=said)
    raise AssertionError("the provider sent nobody back")
