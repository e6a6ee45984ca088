"""The provider itself, as it is reached over the network: what it says of itself, its keys, and codes for tokens.

What comes back is believed only within its bounds: the issuer that was set, endpoints over TLS, answers of a limited
size. Nothing is kept but for a while in memory. It checks no token (id_token.py does) and knows no accounts.
Source: OpenID Connect Discovery 1.0 (4.3); RFC 6749 (4.1.3), RFC 7636 (PKCE); OpenID Connect Core 1.0 (5.3, 10.1.1).
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal
from urllib.parse import quote

import aiohttp

from call24.identity.oidc.id_token import Key, Keys, NotBelieved, named_key, read_keys
from call24.identity.oidc.model import ProviderFault
from call24.identity.oidc.rules import is_endpoint
from call24.kit.clock import Clock
from call24.kit.outbound_http import OutboundHttp

Problem = Literal[ProviderFault, "refused"]
"""`refused`: the provider did not take the code."""

FRESH = timedelta(hours=1)
KEYS_AGAIN = timedelta(seconds=30)
"""A key that is not known is looked for again, but not more often than this: anybody can name one."""
_KNOWN_MAX = 200
_DISCOVERY = "/.well-known/openid-configuration"


class ProviderTrouble(Exception):
    """The provider did not do what it should; `problem` says what, in a word."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem)
        self.problem = problem


@dataclass(frozen=True)
class Client:
    """Who we are to the provider."""

    id: str
    secret: str = field(repr=False)


@dataclass(frozen=True)
class About:
    """What the provider says of itself. `posts_secret`: it takes the secret in the form alone."""

    issuer: str
    authorization: str
    token: str
    keys: str
    userinfo: str | None
    posts_secret: bool
    at: datetime


@dataclass(frozen=True)
class Exchange:
    """What a code is exchanged with."""

    code: str = field(repr=False)
    verifier: str = field(repr=False)
    redirect_uri: str


class OidcClient:
    def __init__(self, clock: Clock, outward: OutboundHttp) -> None:
        self._clock = clock
        self._outward = outward
        self._about: dict[str, About] = {}
        self._keys: dict[str, tuple[Keys, datetime]] = {}

    @property
    def private(self) -> bool:
        return self._outward.private

    def forget(self, issuer: str) -> None:
        about = self._about.pop(issuer, None)
        if about is not None:
            self._keys.pop(about.keys, None)

    async def about(self, issuer: str) -> About:
        """Raises: ProviderTrouble."""
        known = self._about.get(issuer)
        if known is not None and self._clock.now() - known.at < FRESH:
            return known
        said = await self._json("GET", issuer.rstrip("/") + _DISCOVERY)
        if said.get("issuer") != issuer:
            raise ProviderTrouble("other_issuer")
        ways = said.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
        about = About(
            issuer=issuer,
            authorization=self._endpoint(said, "authorization_endpoint"),
            token=self._endpoint(said, "token_endpoint"),
            keys=self._endpoint(said, "jwks_uri"),
            userinfo=self._endpoint(said, "userinfo_endpoint") if "userinfo_endpoint" in said else None,
            posts_secret=isinstance(ways, list) and "client_secret_basic" not in ways,
            at=self._clock.now(),
        )
        if len(self._about) >= _KNOWN_MAX:
            self._about.clear()
            self._keys.clear()
        self._about[issuer] = about
        return about

    async def keys(self, about: About, *, lacks: bool = False) -> Keys:
        """`lacks`: what is known has not the key that is wanted. Raises: ProviderTrouble."""
        now = self._clock.now()
        keys, at = self._keys.get(about.keys, (None, now))
        if keys is not None and now - at < (KEYS_AGAIN if lacks else FRESH):
            return keys
        keys = read_keys(await self._json("GET", about.keys))
        if not keys:
            raise ProviderTrouble("no_keys")
        self._keys[about.keys] = keys, now
        return keys

    async def key_of(self, about: About, token: str) -> Key:
        """That has signed it, as the token says. One that is not known yet is looked for once more: keys change.

        Raises: ProviderTrouble, NotBelieved.
        """
        algorithm, kid = named_key(token)
        key = (await self.keys(about)).find(algorithm, kid)
        key = key or (await self.keys(about, lacks=True)).find(algorithm, kid)
        if key is None:
            raise NotBelieved("no key of the provider has signed it")
        return key

    async def exchange(self, about: About, client: Client, with_: Exchange) -> tuple[str, str]:
        """(ID token, access token). Raises: ProviderTrouble (client_refused: our id or secret is wrong)."""
        form = {
            "grant_type": "authorization_code",
            "code": with_.code,
            "redirect_uri": with_.redirect_uri,
            "code_verifier": with_.verifier,
        }
        headers = {}
        if about.posts_secret:
            form |= {"client_id": client.id, "client_secret": client.secret}
        else:
            both = f"{quote(client.id, safe='')}:{quote(client.secret, safe='')}"
            headers["Authorization"] = f"Basic {base64.b64encode(both.encode()).decode()}"
        said = await self._json("POST", about.token, headers, form)
        id_token, access_token = said.get("id_token"), said.get("access_token")
        if not isinstance(id_token, str):
            raise ProviderTrouble("refused")
        return id_token, access_token if isinstance(access_token, str) else ""

    async def userinfo(self, about: About, access_token: str) -> Mapping[str, Any]:
        """Empty where there is none. Raises: ProviderTrouble."""
        if about.userinfo is None or not access_token or not access_token.isprintable():
            return {}
        return await self._json("GET", about.userinfo, {"Authorization": f"Bearer {access_token}"})

    async def _json(
        self, method: str, url: str, headers: Mapping[str, str] | None = None, form: Mapping[str, str] | None = None
    ) -> Mapping[str, Any]:
        try:
            status, body = await self._outward.ask(
                method, url, {"Accept": "application/json", "User-Agent": "call24", **(headers or {})}, form
            )
        except (OSError, aiohttp.ClientError, TimeoutError):
            raise ProviderTrouble("unreachable") from None
        except ValueError:
            raise ProviderTrouble("no_provider") from None
        try:
            said = json.loads(body)
        except (ValueError, RecursionError):
            said = None
        if form is not None and status >= 400:
            wrong = status == 401 or (isinstance(said, dict) and said.get("error") == "invalid_client")
            raise ProviderTrouble("client_refused" if wrong else "refused")
        if status != 200 or not isinstance(said, dict):
            raise ProviderTrouble("no_provider")
        return said

    def _endpoint(self, said: Mapping[str, Any], name: str) -> str:
        url = said.get(name)
        if not isinstance(url, str) or not is_endpoint(url, private=self.private):
            raise ProviderTrouble("no_provider")
        return url
