"""The built app in a browser page without a server: every request, the realtime link and the phone are answered here.

It says what the contract says and can be made to fail; whether the real server says the same is for the other tests.
"""

from __future__ import annotations

import base64
import json
import mimetypes
import re
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import parse_qsl, urlparse

from playwright.async_api import BrowserContext, Page, Route, WebSocketRoute
from tests.support.app import scene
from tests.support.app import scene_audit as audit
from tests.support.app import scene_calls as calls
from tests.support.app import scene_reports as reports
from tests.support.app.scene_accounts import Accounts
from tests.support.app.scene_branding import BrandingScene
from tests.support.app.scene_connections import Connections
from tests.support.app.scene_files import FileScene
from tests.support.app.scene_flows import Flows
from tests.support.app.scene_notifications import NotificationScene
from tests.support.app.scene_policy import policy
from tests.support.app.scene_privacy import Privacy
from tests.support.app.scene_registers import Registers
from tests.support.app.scene_saved_reports import SavedReportScene
from tests.support.app.scene_staffing import StaffingScene
from tests.support.app.scene_tasks import TaskScene
from tests.support.app.scene_webhooks import Webhooks
from tests.support.app.scene_what_if import WhatIfScene
from tests.support.app.sip import Dialogue, answered, header, registered

from call24.http.middleware.security_headers import content_security_policy
from call24.tasks.api.tasks import NewTask

DIST = Path(__file__).parents[3] / "web" / "dist"
ORIGIN = "https://call24.test"
TENANT_CHANNEL = "private-tenant.ten_1"
USER_CHANNEL = f"{TENANT_CHANNEL}.user.usr_saraa"
OF_THE_USER = ("session", "call", "live_call", "notification")
PHONE = {"device_id": "dev_1", "aor": "sip:ten_1.dev_1@call24", "username": "ten_1.dev_1", "password": "x"}
POLICY = content_security_policy(b"call24.test").decode()
REALTIME = {"key": "k", "host": "call24.test", "port": 443, "auth_endpoint": "/broadcasting/auth"}
PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
Json = dict[str, Any]


class Scene(Protocol):
    def answer(self, method: str, path: str, body: Any) -> tuple[int, Any] | None:
        """Status and answer; None: another scene's."""
        ...


class Stage:
    """What the API answers now, and the sockets through which things happen to the page."""

    def __init__(self) -> None:
        self.live: Json = scene.live()
        self.beside: Json = scene.BESIDE
        self.me = scene.ME
        self.rows = scene.ROWS
        self.report = reports.report()
        self.today = reports.today()
        self.report_totals = reports.totals(empty=True)
        self.export = reports.export("done", 8)
        self.compared: list[Json] = []
        self.asked_reports: list[dict[str, str]] = []
        self.asked_calls: list[Json] = []
        self.asked_counted: list[dict[str, str]] = []
        """What lists of calls were narrowed to."""
        self.query: dict[str, str] = {}
        self.what_if = WhatIfScene()
        self.staffing = StaffingScene()
        self.saved_reports = SavedReportScene()
        self.fail: dict[str, tuple[int, Json]] = {}
        self.realtime_up = True
        self.said: list[str] = []
        """All that pages were answered and told, as JSON."""
        self.asked: list[tuple[str, str, Any]] = []
        self.pusher: WebSocketRoute | None = None
        self._subscribed: dict[str, int] = {}
        """How often the snapshot had been asked for when each channel was subscribed."""
        self.sip: WebSocketRoute | None = None
        self.dialogue: Dialogue | None = None
        self.changed: dict[str, Json] = {}
        self.details: dict[str, Json] = {}
        self.tasks: list[Json] = list(calls.FIXED["/v1/tasks"]["items"])
        self.sessions = list(scene.SESSIONS)
        self.provider: Json | None = None
        self.policy = policy(due=False)
        self.closing = scene.closing(ends_at=None)
        self.pictures: list[Json] = []
        self.accounts = Accounts()
        self.connections = Connections()
        self.branding = BrandingScene()
        self.webhooks = Webhooks()
        self.flows = Flows()
        self.privacy = Privacy()
        self.registers = Registers()
        self.notifications = NotificationScene()
        self.files = FileScene()
        self.work = TaskScene(self._all_tasks, self._task, self._change)
        self.served: Callable[[str, str, Any], Awaitable[tuple[int, Any]]] | None = None
        """What begins with `served_at` (a "?" ends each path) is answered by the real API."""
        self.served_at: str | tuple[str, ...] = ""
        self.more: tuple[Scene, ...] = ()
        """What else is answered."""
        self._contact = ""
        self._sound = b""

    async def set(self, context: BrowserContext) -> None:
        await context.route(re.compile(r".*"), self._answer)
        await context.route_web_socket(re.compile(r".*/app/.*"), self._open_pusher)
        await context.route_web_socket(re.compile(r".*:8089/ws"), self._open_phone)

    def was_asked(self, method: str, path: str) -> int:
        return sum(1 for asked in self.asked if asked[:2] == (method, path))

    @property
    def is_followed(self) -> bool:
        """The page has asked for its snapshot since it subscribed: from now on events count."""
        if len(self._subscribed) < 2:
            return False
        return self.was_asked("GET", "/v1/live") > max(self._subscribed.values())

    # --- HTTP ---

    async def _answer(self, route: Route) -> None:
        url = urlparse(route.request.url)
        if not url.path.startswith(("/v1/", "/broadcasting/")):
            await self._file(route, url.path)
            return
        form = "multipart" in route.request.headers.get("content-type", "")
        body = None if form else route.request.post_data_json if route.request.post_data else None
        self.asked.append((route.request.method, url.path, body))
        if url.path == "/v1/reports":
            self.asked_reports.append(dict(parse_qsl(url.query)))
        if url.path == "/v1/reports/calls":
            self.asked_counted.append(dict(parse_qsl(url.query)))
        if url.path in self.fail and self.fail[url.path][0] == 0:
            await route.abort("connectionrefused")
            return
        self.query = self.webhooks.asked = self.staffing.query = self.branding.query = dict(parse_qsl(url.query))
        if self.served is not None and f"{url.path}?".startswith(self.served_at):
            status, answer = await self.served(route.request.method, f"{url.path}?{url.query}", body)
        else:
            status, answer = self._api(route.request.method, url.path, body)
        if isinstance(answer, bytes):
            kind = "image/png" if url.path.endswith(("/picture", "logo")) else "audio/wav"
            await route.fulfill(status=status, body=answer, content_type=kind)
        else:
            self.said.append(json.dumps(answer, ensure_ascii=False))
            await route.fulfill(status=status, body=self.said[-1], content_type="application/json")

    async def _file(self, route: Route, path: str) -> None:
        file = DIST / (path.lstrip("/") or "index.html")
        if file.is_file():
            kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
            headers = {"content-type": kind, "content-security-policy": POLICY}
            await route.fulfill(body=file.read_bytes(), headers=headers)
        else:
            await route.fulfill(status=404, body="")

    def _api(self, method: str, path: str, body: Any) -> tuple[int, Any]:
        if path in self.fail:
            return self.fail[path]
        due = path in self.accounts.due
        if not due and (answer := self._of_the_user(method, path, body)) is not None:
            return 200, answer
        rooms = (
            self.work,
            self.files,
            self.notifications,
            self.accounts,
            self.webhooks,
            self.flows,
            self.connections,
            self.branding,
            self.privacy,
            self.registers,
            self.what_if,
            self.staffing,
            self.saved_reports,
            *self.more,
        )
        found = next((answer for room in rooms if (answer := room.answer(method, path, body)) is not None), None)
        if found is not None:
            return found
        fixed: dict[str, Any] = {
            "/v1/auth/login": {"token": "tok_1|secret", **self.me},
            "/v1/setup": {"token": "tok_1|secret", **self.me},
            "/v1/me": self.me,
            "/v1/me/device": {},
            "/v1/invitations/look": scene.INVITATION,
            "/v1/age-screen": {},
            "/v1/invitations/accept": {"token": "1|secret", **self.me},
            "/v1/auth/provider/begin": {
                "url": f"{ORIGIN}/?state=s&code=c&iss=https%3A%2F%2Fid.example",
                "browser": "b",
            },
            "/v1/auth/provider/complete": {"token": "1|secret", **self.me},
            "/v1/organisation/provider/test": {"ok": False, "problem": "client_refused"},
            "/v1/pictures": {"items": self.pictures},
            "/v1/me/policy": self.policy,
            "/v1/auth/reset": {"sends": True},
            "/v1/me/password": {},
            "/v1/auth/reset/complete": {},
            "/v1/auth/email/confirm": {"email": "new@northwind.example"},
            "/v1/phone": {**PHONE, "ws_url": "wss://call24.test:8089/ws"},
            "/v1/realtime": {**REALTIME, "channels": {"user": USER_CHANNEL, "tenant": TENANT_CHANNEL}},
            "/broadcasting/auth": {"auth": "k:signature"},
            "/v1/administration/counts": scene.counts(self.me),
            "/v1/live": self.live,
            "/v1/live/caller": self.beside,
            "/v1/reports": reports.asked(self.report, self.query),
            "/v1/reports/today": self.today,
            "/v1/reports/totals": self.report_totals,
            "/v1/reports/calls": {"items": self.rows[:3], "next": None},
            "/v1/reconciliations": {"items": self.compared},
            "/v1/exports": {**self.export, "state": "running"},
            "/v1/exports/exp_1": self.export,
            "/v1/exports/exp_1/file": b"hour,calls\n",
            "/v1/me/file": b"PK",
        }
        if path in fixed:
            return 200, fixed[path]
        if path in audit.FIXED:
            return 200, audit.FIXED[path]
        if method == "GET" and path in calls.FIXED:
            found = self.tasks if path == "/v1/tasks" else calls.FIXED[path]["items"]
            rows = [self.changed.get(row["id"], row) for row in found]
            found = [row for row in rows if row.get("state") != "done"]
            return 200, {"items": found, **({"next": None} if path == "/v1/tasks" else {})}
        if method == "POST" and path in ("/v1/calls", "/v1/tasks"):
            return 201, self._added(path, body)
        if method == "PATCH":
            return 200, self._changed(path, body)
        if path == "/v1/session":
            self.live = {**self.live, "session": scene.session(body["state"], reason=body.get("reason"))}
            return 200, self.live["session"]
        if path in ("/v1/calls", "/v1/calls/search"):
            return 200, self._page(body or self.query)
        if path.startswith("/v1/recordings/"):
            self._sound = self._sound or scene.recording()
            return 200, self._sound
        return self._call(method, path)

    def _of_the_user(self, method: str, path: str, body: Any) -> Any:
        """What the user's account, or its organisation's sign-in, is told to become; None for all else."""
        if path.startswith("/v1/me/sessions"):
            if method == "DELETE":
                ended = path.rsplit("/", 1)[-1]
                self.sessions = [row for row in self.sessions if row["current"] or ended not in ("sessions", row["id"])]
            return {"items": self.sessions}
        if path == "/v1/me/policy/acceptances":
            self.policy = policy(due=False)
            return {}
        if path == "/v1/organisation/closing":
            if method != "GET":
                self.closing = scene.closing(ends_at="2026-12-08T20:00:00.000Z" if method == "POST" else None)
            return self.closing
        if path == "/v1/organisation/closing/plan":
            return scene.CLOSING_PLAN
        if path == "/v1/me/picture":
            self.pictures = [{"user_id": self.me["user"]["id"], "tag": "t"}] if method == "POST" else []
            return {"tag": "t"}
        if path.endswith("/picture"):
            return PIXEL
        if path == "/v1/me" and method == "PATCH":
            self.me = {**self.me, "user": {**self.me["user"], **body}}
            return self.me["user"]
        if path == "/v1/organisation/provider":
            if method == "PUT":
                self.provider = {**{name: body[name] for name in body if name != "client_secret"}, "findable": []}
            ours = {"redirect_uri": f"{ORIGIN}/", "logout_uri": f"{ORIGIN}/v1/auth/provider/logout"}
            return {"provider": self.provider, **ours}
        return None

    def _added(self, path: str, body: Any) -> Json:
        if path == "/v1/calls":
            return {"id": "call_own"}
        wish = NewTask.model_validate_json(json.dumps(body))
        self.tasks = [
            calls.task("new", wish.kind, 0, None, None, title=wish.title, due_at=body.get("due_at")),
            *self.tasks,
        ]
        return self.tasks[0]

    def _changed(self, path: str, body: Any) -> Json:
        return self._change(path.rsplit("/", 1)[-1], body)

    def _all_tasks(self) -> list[Json]:
        return [self.changed.get(row["id"], row) for row in self.tasks]

    def _task(self, id: str) -> Json | None:
        found = next((row for row in self.tasks if row["id"] == id), None)
        return self.changed.get(id, found) if found is not None else None

    def _change(self, id: str, body: Json) -> Json:
        found = next(row for row in self.tasks if row["id"] == id)
        self.changed[id] = {**self.changed.get(id, found), **body}
        return self.changed[id]

    def _page(self, asked: Json) -> Json:
        text = asked.get("q", "")
        wanted, digits = text.lower(), text.replace(" ", "")
        rows = [r for r in self.rows if wanted in (r["name"] or "").lower() or digits in (r["number"] or "")]
        self.asked_calls.append({name: value for name, value in asked.items() if name not in ("q", "limit", "cursor")})
        rows = [row for row in rows if calls.fits(row, self.asked_calls[-1])]
        return {"items": rows, "next": None if text or self.asked_calls[-1] else "more"}

    def _call(self, method: str, path: str) -> tuple[int, Any]:
        if method == "GET":
            key = path.rsplit("/", 1)[-1]
            found = self.details.get(key) or scene.detail(key)
            return (200, found) if found else (404, problem(404, "not_found"))
        if path.endswith("/reattach"):
            self.invite(path.split("/")[-2], auto=True)
        return 202, {}

    # --- realtime ---

    async def _open_pusher(self, ws: WebSocketRoute) -> None:
        if not self.realtime_up:
            await ws.close()
            return
        self.pusher = ws
        self._subscribed = {}

        def hear(text: str | bytes) -> None:
            message = json.loads(text)
            if message["event"] == "pusher:subscribe":
                channel = message["data"]["channel"]
                self._subscribed[channel] = self.was_asked("GET", "/v1/live")
                self._emit("pusher_internal:subscription_succeeded", {}, channel)
            elif message["event"] == "pusher:ping":
                self._emit("pusher:pong", {})

        ws.on_message(hear)
        self._emit("pusher:connection_established", {"socket_id": "1.1", "activity_timeout": 120})

    def _emit(self, event: str, body: Json, channel: str | None = None) -> None:
        assert self.pusher is not None
        message: Json = {"event": event, "data": json.dumps(body)}
        self.pusher.send(json.dumps(message if channel is None else {**message, "channel": channel}))

    def tell(self, event: str, body: Json) -> None:
        self._emit(event, body, USER_CHANNEL if event in OF_THE_USER else TENANT_CHANNEL)

    async def cut_realtime(self) -> None:
        assert self.pusher is not None
        self.realtime_up = False
        await self.pusher.close()

    # --- the phone ---

    def _open_phone(self, ws: WebSocketRoute) -> None:
        self.sip = ws

        def hear(text: str | bytes) -> None:
            message = text if isinstance(text, str) else text.decode()
            if message.startswith("REGISTER "):
                self._contact = header(message, "Contact").split(";")[0].strip("<>") + ";transport=ws"
                ws.send(registered(message))
            elif message.startswith("OPTIONS "):
                ws.send(answered(message))
            elif message.startswith("SIP/2.0 200") and "INVITE" in header(message, "CSeq"):
                assert self.dialogue is not None
                self.dialogue.to = header(message, "To")
                ws.send(self.dialogue.request("ACK"))

        ws.on_message(hear)

    def invite(self, call_id: str, *, offer_id: str = "off_1", auto: bool = False, purpose: str = "") -> None:
        assert self.sip is not None
        number = self.dialogue.number + 1 if self.dialogue else 1
        self.dialogue = Dialogue(number, self._contact, f"<{self._contact}>")
        self.sip.send(self.dialogue.invite(call_id, offer_id, auto, purpose))

    def hang_up(self) -> None:
        assert self.sip is not None
        assert self.dialogue is not None
        self.sip.send(self.dialogue.request("BYE"))


def problem(status: int, code: str) -> Json:
    return {"type": f"/problems/{code}", "title": code, "status": status, "detail": code, "code": code}


async def keep_signed_in(page: Page, token: str = "tok_1|secret") -> None:
    """As if the device had been signed in before; a reload after sign-out must not sign in again."""
    await page.add_init_script(f"""
        if (!sessionStorage.getItem('begun')) localStorage.setItem('call24.token', '{token}')
        sessionStorage.setItem('begun', '1')
    """)
