"""A stand-in for a browser and its vendor's push service: it checks every request as RFC 8030 and RFC 8292 say, and
decrypts what it gets with the browser's key (RFC 8291), by code of its own.

Like a real service it keeps one message of a topic for a browser that is not connected, until its TTL is over.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import hmac
import json
import re
import time
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web
from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

CURVE = ec.SECP256R1()


def b64(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def unb64(text: str) -> bytes:
    assert re.fullmatch(r"[A-Za-z0-9_-]*", text), "base64url without padding"
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


def point(raw: bytes) -> ec.EllipticCurvePublicKey:
    return ec.EllipticCurvePublicKey.from_encoded_point(CURVE, raw)


@dataclass
class Browser:
    """One subscription. `key`, `auth`: its own; `asked`: the server's key that it subscribed with."""

    id: str
    origin: str
    asked: str
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(CURVE))
    auth: bytes = field(default=b"0123456789abcdef")

    @property
    def public(self) -> bytes:
        return self.key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)

    def subscription(self, **more: Any) -> dict[str, Any]:
        """As the app sends it."""
        keys = {"p256dh": b64(self.public), "auth": b64(self.auth)}
        return {"endpoint": f"{self.origin}/push/{self.id}", **keys, **more}

    def decrypted(self, body: bytes) -> bytes:
        """RFC 8188, section 2, and RFC 8291, section 3.4."""
        salt, record, length = body[:16], int.from_bytes(body[16:20]), body[20]
        sender, sealed = body[21 : 21 + length], body[21 + length :]
        assert length == 65 and len(sealed) <= record, "one record, by a P-256 key"
        shared = self.key.exchange(ec.ECDH(), point(sender))
        secret = _expand(_mac(self.auth, shared), b"WebPush: info\0" + self.public + sender, 32)
        keyed = _mac(salt, secret)
        opened = AESGCM(_expand(keyed, b"Content-Encoding: aes128gcm\0", 16)).decrypt(
            _expand(keyed, b"Content-Encoding: nonce\0", 12), sealed, None
        )
        message = opened.rstrip(b"\0")
        assert message.endswith(b"\2"), "the last record"
        return message[:-1]


@dataclass
class Pushed:
    browser: str
    headers: dict[str, str]
    message: dict[str, Any]
    length: int
    at: float

    @property
    def topic(self) -> str:
        return self.headers["topic"]


@dataclass
class PushService:
    """`answers`: statuses for the requests to come, 201 when there are none left; `delay_s`: before each answer."""

    origin: str = ""
    browsers: dict[str, Browser] = field(default_factory=dict)
    took: list[Pushed] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)
    delay_s: float = 0.0
    at_once: int = 0
    most_at_once: int = 0
    subject: str | None = None

    def browser(self, asked: str, id: str = "") -> Browser:
        """Somebody subscribes, with the server's key."""
        made = Browser(id or f"b{len(self.browsers)}", self.origin, asked)
        self.browsers[made.id] = made
        return made

    def of(self, browser: Browser) -> list[dict[str, Any]]:
        return [one.message for one in self.took if one.browser == browser.id]

    def shown(self, browser: Browser) -> dict[str, dict[str, Any]]:
        """What stands on its screen: the newest of each tag."""
        return {one["tag"]: one for one in self.of(browser)}

    async def take(self, request: web.Request) -> web.Response:
        self.at_once += 1
        self.most_at_once = max(self.at_once, self.most_at_once)
        try:
            body = await request.read()
            if self.delay_s:
                await asyncio.sleep(self.delay_s)
            browser = self.browsers.get(request.match_info["id"])
            if browser is None:
                return web.Response(status=410)
            if self.answers and (status := self.answers.pop(0)) != 201:
                return web.Response(status=status)
            headers = {name.casefold(): value for name, value in request.headers.items()}
            try:
                self.check(browser, headers)
                message = json.loads(browser.decrypted(body))
            except Exception as fault:
                self.faults.append(repr(fault))
                return web.Response(status=400)
            self.took.append(Pushed(browser.id, headers, message, len(body), time.monotonic()))
            return web.Response(status=201, headers={"Location": f"{self.origin}/message/{len(self.took)}"})
        finally:
            self.at_once -= 1

    def check(self, browser: Browser, headers: dict[str, str]) -> None:
        """Raises: AssertionError, InvalidSignature."""
        assert headers["content-encoding"] == "aes128gcm"
        assert 0 <= int(headers["ttl"]) <= 28 * 86400
        assert headers["urgency"] in ("very-low", "low", "normal", "high")
        assert re.fullmatch(r"[A-Za-z0-9_-]{1,32}", headers["topic"])
        scheme, _, rest = headers["authorization"].partition(" ")
        said = dict(one.strip().split("=", 1) for one in rest.split(","))
        assert scheme == "vapid" and said["k"] == browser.asked, "the key that the browser subscribed with"
        head, claims, signature = said["t"].split(".")
        r, s = int.from_bytes(unb64(signature)[:32]), int.from_bytes(unb64(signature)[32:])
        signed = utils.encode_dss_signature(r, s)
        point(unb64(said["k"])).verify(signed, f"{head}.{claims}".encode(), ec.ECDSA(SHA256()))
        assert json.loads(unb64(head))["alg"] == "ES256"
        told = json.loads(unb64(claims))
        assert told["aud"] == self.origin, "signed for this service alone"
        assert 0 < told["exp"] - time.time() <= 24 * 3600, "for a day at most"
        self.subject = told.get("sub")


@contextlib.asynccontextmanager
async def push_service(made: Callable[[], PushService] = PushService) -> AsyncIterator[PushService]:
    service = made()
    app = web.Application()
    app.router.add_post("/push/{id}", service.take)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    service.origin = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield service
    finally:
        await runner.cleanup()


def _mac(key: bytes, text: bytes) -> bytes:
    return hmac.digest(key, text, hashlib.sha256)


def _expand(key: bytes, info: bytes, length: int) -> bytes:
    return _mac(key, info + b"\1")[:length]
