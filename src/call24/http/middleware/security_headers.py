"""The security headers of every answer. Source: OWASP Secure Headers Project; W3C CSP Level 3."""

from __future__ import annotations

import re

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from call24.http.pages import STYLE_DIGEST

_HOST = re.compile(rb"^([A-Za-z0-9.-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\])(:[0-9]{1,5})?$")
_STRICT_TRANSPORT = (b"strict-transport-security", b"max-age=31536000")
FIXED = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (
        b"permissions-policy",
        b"microphone=(self), autoplay=(self), camera=(), display-capture=(), geolocation=(), gyroscope=(), "
        b"accelerometer=(), magnetometer=(), midi=(), payment=(), serial=(), usb=(), bluetooth=(), hid=(self)",
    ),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"x-frame-options", b"DENY"),
)


def content_security_policy(host: bytes, more: bytes = b"") -> bytes:
    """Scripts only from here; sockets to any port of the host that the page came from (realtime and the phone)."""
    match = _HOST.match(host)
    sockets = b" wss://" + match[1] + b":*" if match else b""
    return (
        b"default-src 'self'; connect-src 'self'"
        + sockets
        + more
        + b"; img-src 'self' data: blob:; media-src 'self' blob:; "
        b"style-src 'self' 'sha256-" + STYLE_DIGEST + b"'; font-src 'self'; worker-src 'self'; manifest-src 'self'; "
        b"object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    )


class SecurityHeaders:
    """`sockets`: host and port of realtime sockets elsewhere."""

    def __init__(self, app: ASGIApp, sockets: tuple[str, int] | None = None) -> None:
        self._app = app
        self._sockets = b"" if sockets is None else f" wss://{sockets[0]}:{sockets[1]}".encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        host = next((value for name, value in scope["headers"] if name == b"host"), b"")

        async def secured(message: Message) -> None:
            if message["type"] == "http.response.start":
                present = {name.lower() for name, _ in message["headers"]}
                headers = [
                    *message["headers"],
                    *FIXED,
                    *(
                        [_STRICT_TRANSPORT] if scope.get("scheme") == "https" else []
                    ),  # RFC 6797 7.2: never in the clear
                    (b"content-security-policy", content_security_policy(host, self._sockets)),
                ]
                if b"cache-control" not in present:
                    headers.append((b"cache-control", b"no-store"))
                message = {**message, "headers": headers}
            await send(message)

        await self._app(scope, receive, secured)
