"""Whether an ID token is the provider's, for us, for this visit, and of now, and the same of a logout token. What it
says is believed after that alone.

Signatures and times are checked by joserfc. RS256 and ES256 are taken, each with its own kind of key, whatever the
token's header asks for. Source: OpenID Connect Core 1.0, 3.1.3.7; RFC 8725.
"""

from __future__ import annotations

import binascii
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from joserfc import jws, jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, RSAKey

SKEW_S = 60
TOKEN_MAX = 32 * 1024
_TEXT_MAX = 255
_LOGOUT = "http://schemas.openid.net/event/backchannel-logout"
_RSA_BITS = range(2048, 8193)

Key = RSAKey | ECKey


@dataclass(frozen=True)
class Keys:
    """A provider's keys that may sign, by algorithm: (key id or None, key)."""

    by_algorithm: Mapping[str, tuple[tuple[str | None, Key], ...]]

    def __bool__(self) -> bool:
        return any(self.by_algorithm.values())

    def find(self, algorithm: str, kid: str | None) -> Key | None:
        """Without a key id: the only one there is."""
        keys = self.by_algorithm.get(algorithm, ())  # none but those that are taken
        if kid is None:
            return keys[0][1] if len(keys) == 1 else None
        return next((key for id, key in keys if id == kid), None)


class NotBelieved(Exception):
    """The token does not hold; `why` is for the server's log and names no value."""


def read_keys(said: Mapping[str, Any]) -> Keys:
    """What is no key that we could use is passed over."""
    found: dict[str, list[tuple[str | None, Key]]] = {"RS256": [], "ES256": []}
    listed = said.get("keys")
    for raw in listed[:50] if isinstance(listed, list) else ():
        read = _read_key(raw)
        if read is not None:
            kid = raw.get("kid")
            found[read[0]].append((kid if isinstance(kid, str) else None, read[1]))
    return Keys({algorithm: tuple(keys) for algorithm, keys in found.items()})


def _read_key(raw: object) -> tuple[str, Key] | None:
    if not isinstance(raw, dict) or raw.get("use", "sig") != "sig":
        return None
    try:
        if raw.get("kty") == "RSA" and raw.get("alg", "RS256") == "RS256":
            rsa = RSAKey.import_key({name: raw[name] for name in ("kty", "n", "e")})
            public = rsa.public_key
            return ("RS256", rsa) if isinstance(public, RSAPublicKey) and public.key_size in _RSA_BITS else None
        if raw.get("kty") == "EC" and raw.get("crv") == "P-256" and raw.get("alg", "ES256") == "ES256":
            ec = ECKey.import_key({name: raw[name] for name in ("kty", "crv", "x", "y")})
            return ("ES256", ec) if isinstance(ec.public_key, EllipticCurvePublicKey) else None
    except (JoseError, ValueError, TypeError, KeyError, binascii.Error):
        pass
    return None


def named_key(token: str) -> tuple[str, str | None]:
    """(algorithm, key id) that the token says it was signed with; checked by nobody yet. Raises: NotBelieved."""
    if len(token) > TOKEN_MAX:
        raise NotBelieved("it is too long")
    try:
        header = jws.extract_compact(token.encode()).headers()
    except (JoseError, ValueError, TypeError, RecursionError):
        raise NotBelieved("it is no signed token") from None
    kid = header.get("kid")
    return str(header.get("alg")), kid if isinstance(kid, str) else None


def check(token: str, key: Key, *, issuer: str, client_id: str, nonce: str, now: datetime) -> dict[str, Any]:
    """The token's claims. Raises: NotBelieved."""
    claims = _read(
        token, key, issuer, client_id, now, sub={"essential": True}, nonce={"essential": True, "value": nonce}
    )
    if not isinstance(claims["nonce"], str) or len(claims["sub"]) > 255:
        raise NotBelieved("invalid_claim")
    others = claims["aud"] if isinstance(claims["aud"], list) else []
    if claims.get("azp", client_id) != client_id or (len(others) > 1 and "azp" not in claims):
        raise NotBelieved("it is for another client")
    return claims


def addressed(token: str) -> tuple[str, list[str]]:
    """(issuer, clients) that the token says it is from and for; checked by nobody yet. Raises: NotBelieved."""
    named_key(token)
    try:
        said = json.loads(jws.extract_compact(token.encode()).payload)
    except (JoseError, ValueError, TypeError, RecursionError):
        raise NotBelieved("it is no signed token") from None
    issuer, clients = (said.get("iss"), said.get("aud")) if isinstance(said, dict) else (None, None)
    listed = clients if isinstance(clients, list) else [clients]
    return issuer if isinstance(issuer, str) else "", [one for one in listed[:20] if isinstance(one, str)]


def check_logout(token: str, key: Key, *, issuer: str, client_id: str, now: datetime) -> dict[str, Any]:
    """The claims of a logout token: `jti`, `exp`, and `sub` or `sid` or both, each a text. Raises: NotBelieved.

    Source: OpenID Connect Back-Channel Logout 1.0, 2.4 and 2.6.
    """
    claims = _read(token, key, issuer, client_id, now, jti={"essential": True})
    events = claims.get("events")
    if not isinstance(events, dict) or not isinstance(events.get(_LOGOUT), dict) or "nonce" in claims:
        raise NotBelieved("it is no logout token")
    texts = [claims["jti"], *(claims[name] for name in ("sub", "sid") if name in claims)]
    if len(texts) < 2 or not all(isinstance(text, str) and 0 < len(text) <= _TEXT_MAX for text in texts):
        raise NotBelieved("invalid_claim")
    return claims


def _read(
    token: str, key: Key, issuer: str, client_id: str, now: datetime, **more: Mapping[str, Any]
) -> dict[str, Any]:
    """What the provider signed, for us and of now. Raises: NotBelieved."""
    algorithm = "RS256" if isinstance(key, RSAKey) else "ES256"
    rules = jwt.JWTClaimsRegistry(
        now=int(now.timestamp()),
        leeway=SKEW_S,
        iss={"essential": True, "value": issuer},
        aud={"essential": True, "value": client_id},
        exp={"essential": True},
        iat={"essential": True},
        **more,  # type: ignore[arg-type]
    )
    try:
        claims = jwt.decode(token, key, algorithms=[algorithm]).claims
        rules.validate(claims)
    except (JoseError, ValueError, TypeError, RecursionError) as error:
        raise NotBelieved(getattr(error, "error", "unreadable")) from None
    return claims
