"""A real OpenID provider of its own process, and somebody who signs in there with a browser's cookies."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urljoin, urlsplit

import httpx
from joserfc.jwk import ECKey, RSAKey
from tests.support.pusher_clients import CLIENTS

from call24.standalone import web

CLIENT, SECRET = "call24", "a secret of the client"
BACK = "https://call24.test:8024/"
Key = RSAKey | ECKey


def rsa_key(kid: str) -> RSAKey:
    return RSAKey.generate_key(2048, {"kid": kid, "use": "sig", "alg": "RS256"})


def ec_key(kid: str) -> ECKey:
    return ECKey.generate_key("P-256", {"kid": kid, "use": "sig", "alg": "ES256"})


@dataclass(frozen=True)
class OpenId:
    port: int
    accounts: Mapping[str, Mapping[str, Any]]

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


async def visit(url: str, login: str) -> dict[str, str]:
    """Signs in at the provider; what the browser is sent back with."""
    async with httpx.AsyncClient() as browser:
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
