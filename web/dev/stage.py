"""Serves the built app and example answers inside a Playwright page, with a scripted realtime link and phone registrar.

Development only. The network is never touched: every request of the page is answered here.
"""

from __future__ import annotations

import json
import mimetypes
import re
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlparse

import scene
from playwright.async_api import BrowserContext, Page, Route, WebSocketRoute

DIST = Path(__file__).parent.parent / "dist"
ORIGIN = "https://call24.test"
CHROMIUM = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
            "--disable-component-update", "--disable-sync", "--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream",
            "--autoplay-policy=no-user-gesture-required"]


class Stage:
    """One page's world: what the API answers now, and the sockets through which things can happen to it."""

    def __init__(self) -> None:
        self.live: dict[str, Any] = scene.live()
        self.me = scene.ME
        self.rows = scene.ROWS
        self.fail: dict[str, tuple[int, dict[str, Any]]] = {}
        self.realtime_up = True
        self.asked: list[tuple[str, str, Any]] = []
        self.pusher: WebSocketRoute | None = None
        self.sip: WebSocketRoute | None = None
        self.contact = ""
        self.wav = b""

    async def set(self, context: BrowserContext) -> None:
        await context.route(re.compile(r".*"), self._answer)
        await context.route_web_socket(re.compile(r".*/app/.*"), self._pusher)
        await context.route_web_socket(re.compile(r".*:8089/ws"), self._registrar)

    async def _answer(self, route: Route) -> None:
        url = urlparse(route.request.url)
        if url.path.startswith(("/v1/", "/broadcasting/")):
            body = route.request.post_data_json if route.request.post_data else None
            self.asked.append((route.request.method, url.path, body))
            status, answer = self._api(route.request.method, url.path, parse_qs(url.query), body)
            if isinstance(answer, bytes):
                await route.fulfill(status=status, body=answer, content_type="audio/wav")
            else:
                await route.fulfill(status=status, body=json.dumps(answer), content_type="application/json")
            return
        file = DIST / (url.path.lstrip("/") or "index.html")
        if not file.is_file():
            await route.fulfill(status=404, body="")
            return
        await route.fulfill(body=file.read_bytes(), content_type=mimetypes.guess_type(file.name)[0] or "application/octet-stream")

    def _api(self, method: str, path: str, query: dict[str, list[str]], body: Any) -> tuple[int, Any]:
        if path in self.fail:
            return self.fail[path]
        if path in ("/v1/auth/login", "/v1/setup"):
            return 200, {"token": "tok_1|secret", **self.me}
        if path == "/v1/me":
            return 200, self.me
        if path == "/v1/phone":
            return 200, {"device_id": "dev_1", "aor": "sip:dev_1@call24", "username": "dev_1", "password": "x", "ws_url": "wss://call24.test:8089/ws"}
        if path == "/v1/realtime":
            return 200, {"key": "k", "host": "call24.test", "port": 443, "auth_endpoint": "/broadcasting/auth",
                         "channels": {"user": "private-user.usr_saraa", "tenant": "private-tenant.ten_1"}}
        if path == "/broadcasting/auth":
            return 200, {"auth": "k:sig"}
        if path == "/v1/live":
            return 200, self.live
        if path == "/v1/session":
            self.live = {**self.live, "session": scene.session(body["state"], reason=body.get("reason"), since=scene.ago(seconds=0))}
            return 200, self.live["session"]
        if path == "/v1/calls":
            q = query.get("q", [""])[0].lower()
            rows = [r for r in self.rows if q in (r["name"] or "").lower() or q.replace(" ", "") in (r["number"] or "")]
            return 200, {"items": rows, "next": None if q else "more"}
        if path.startswith("/v1/recordings/"):
            self.wav = self.wav or scene.recording()
            return 200, self.wav
        if method == "POST":
            return 202, {}
        found = scene.detail(path.rsplit("/", 1)[-1])
        return (200, found) if found else (404, {"code": "not_found", "title": "Not found", "status": 404, "detail": "There is no such call."})

    async def _pusher(self, ws: WebSocketRoute) -> None:
        if not self.realtime_up:
            await ws.close()
            return
        self.pusher = ws

        def hear(text: str | bytes) -> None:
            message = json.loads(text)
            if message["event"] == "pusher:subscribe":
                self.emit("pusher_internal:subscription_succeeded", {}, message["data"]["channel"])
            elif message["event"] == "pusher:ping":
                self.emit("pusher:pong", {})

        ws.on_message(hear)
        self.emit("pusher:connection_established", {"socket_id": "1.1", "activity_timeout": 120})

    def emit(self, event: str, body: Any, channel: str | None = None) -> None:
        if self.pusher is None:
            return
        message: dict[str, Any] = {"event": event, "data": json.dumps(body)}
        if channel:
            message["channel"] = channel
        self.pusher.send(json.dumps(message))

    def tell(self, event: str, body: dict[str, Any]) -> None:
        mine = event in ("session", "call")
        self.emit(event, body, "private-user.usr_saraa" if mine else "private-tenant.ten_1")

    def _registrar(self, ws: WebSocketRoute) -> None:
        self.sip = ws

        def hear(text: str | bytes) -> None:
            message = text if isinstance(text, str) else text.decode()
            if message.startswith("REGISTER "):
                self.contact = re.search(r"^Contact: <([^>]+)>", message, re.M)[1]  # type: ignore[index]
                ws.send(_reply(message, "200 OK", f"Contact: <{self.contact}>;expires=120\r\n"))
            elif re.match(r"SIP/2.0 200 .*", message) and "INVITE" in message:
                tag = re.search(r"^To: (.*)$", message, re.M)[1].strip()  # type: ignore[index]
                ws.send(self._request("ACK", tag, ""))

        ws.on_message(hear)

    def _request(self, method: str, to: str, body: str, extra: str = "") -> str:
        seq = 2 if method == "BYE" else 1
        return (f"{method} {self.contact} SIP/2.0\r\nVia: SIP/2.0/WSS stage;branch=z9hG4bKstage{method}\r\nMax-Forwards: 70\r\n"
                f"From: <sip:call24@call24>;tag=stage\r\nTo: {to}\r\nCall-ID: stage-1\r\nCSeq: {seq} {method}\r\n"
                f"Contact: <sip:asterisk@call24;transport=ws>\r\n{extra}Content-Length: {len(body)}\r\n\r\n{body}")

    def invite(self, call_id: str, auto: bool = False) -> None:
        sdp = ("v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\na=group:BUNDLE 0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 0 101\r\n"
               "a=mid:0\r\na=setup:actpass\r\na=rtcp-mux\r\na=ice-ufrag:abcd\r\na=ice-pwd:abcdefghijklmnopqrstuv12\r\n"
               f"a=fingerprint:sha-256 {':'.join(['AB'] * 32)}\r\na=rtpmap:0 PCMU/8000\r\na=rtpmap:101 telephone-event/8000\r\na=sendrecv\r\n")
        headers = f"X-Call24-Call: {call_id}\r\nX-Call24-Offer: off_1\r\n" + ("X-Call24-Answer: auto\r\n" if auto else "") + "Content-Type: application/sdp\r\n"
        assert self.sip is not None
        self.sip.send(self._request("INVITE", f"<{self.contact}>", sdp, headers))


def _reply(request: str, status: str, extra: str) -> str:
    keep = [line for line in request.split("\r\n") if re.match(r"(Via|From|Call-ID|CSeq):", line)]
    to = re.search(r"^To: (.*)$", request, re.M)[1].strip()  # type: ignore[index]
    return f"SIP/2.0 {status}\r\n" + "\r\n".join(keep) + f"\r\nTo: {to};tag=reg\r\n{extra}Content-Length: 0\r\n\r\n"


async def sign_in(page: Page) -> None:
    await page.add_init_script("localStorage.getItem('call24.token') || localStorage.setItem('call24.token', 'tok_1|secret')")
