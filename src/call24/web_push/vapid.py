"""Says to push services who sends: a signed token for each of them, by a key of the installation (VAPID).

The key is derived from the app key and not stored. A browser's subscription is bound to its public part.
Source: RFC 8292 (claims, section 2; header, section 3; key of the subscription, section 4.2).
"""

from __future__ import annotations

import ipaddress
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric import ec
from joserfc import jwt
from joserfc.jwk import ECKey

from call24.kit.clock import Clock
from call24.kit.secrets import AppKey
from call24.web_push.encoding import CURVE, b64, public_bytes

LASTS, RENEWED = timedelta(hours=12), timedelta(hours=1)
"""A token may last a day (RFC 8292, section 2); it is made again each hour, so that clocks may differ by hours."""
KEPT = 50
_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
"""Of P-256. Source: SEC 2, section 2.4.2."""


class Vapid:
    """`subject`: how a push service reaches whoever runs this, an https address; empty: not said."""

    def __init__(self, key: AppKey, clock: Clock, subject: str) -> None:
        self._key = ec.derive_private_key(_scalar(key), CURVE)
        self._signing = ECKey.import_key(self._key)
        self._clock = clock
        self._subject = subject
        self._made: dict[str, tuple[datetime, str]] = {}
        self.public = b64(public_bytes(self._key.public_key()))
        """What a browser subscribes with: base64url of an uncompressed point."""

    def authorization(self, endpoint: str) -> str:
        """The header for a request to this address."""
        parts = urlsplit(endpoint)
        audience = f"{parts.scheme}://{parts.netloc}"
        now = self._clock.wall()
        made = self._made.get(audience)
        if made is None or not timedelta() <= now - made[0] < RENEWED:
            made = self._made[audience] = now, self._token(audience, now)
            while len(self._made) > KEPT:
                self._made.pop(next(iter(self._made)))
        return f"vapid t={made[1]}, k={self.public}"

    def _token(self, audience: str, now: datetime) -> str:
        claims: dict[str, object] = {"aud": audience, "exp": int((now + LASTS).timestamp())}
        if self._subject:
            claims["sub"] = self._subject
        return jwt.encode({"alg": "ES256", "typ": "JWT"}, claims, self._signing)


def subject_of(address: str) -> str:
    """By the app's public address; empty where nobody else could open it: a push service would refuse that."""
    host = urlsplit(address).hostname or ""
    return f"https://{urlsplit(address).netloc}" if reachable_name(host) else ""


def reachable_name(host: str) -> bool:
    """Whether this may be the name or address of a machine in the internet."""
    try:
        return ipaddress.ip_address(host).is_global
    except ValueError:
        return "." in host and not host.endswith((".localhost", ".local", ".internal", ".invalid", ".test"))


def _scalar(key: AppKey) -> int:
    """Of 512 bits, so that taking it modulo the order favours no number. Source: FIPS 186-5, A.2.1."""
    wide = key.derive("web push, first half") + key.derive("web push, second half")
    return int.from_bytes(wide) % (_ORDER - 1) + 1
