"""Sessions of Pusher's protocol frame by frame: what a server says to each socket and to each request, step by step.

Two servers are compared by it, so what must differ (ids, times, words) is put in the same form. How it is known that a
server has said all is the server's own: `fence` where answers keep their order, `quiet` where they do not.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import re
import time
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import urlencode

import httpx
from tests.support.realtime.pusher_clients import Peer
from tests.support.wait import wait_until
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from call24.identity.channel_auth import sign, sign_user
from call24.kit.secrets import RealtimeKey
from call24.realtime.request_signature import signature

Json = dict[str, Any]
WORDS = ("message", "error")
_SIGNED = re.compile(r"[\w-]+:[0-9a-f]{64}")
QUIET_S = 0.3
ADDRESS = "/app/{key}?protocol=7&client=test&version=1"


class Line:
    """One socket."""

    def __init__(self, name: str, connection: ClientConnection) -> None:
        self.name = name
        self.id = ""
        self.heard: list[Any] = []
        self.pongs = 0
        self.last_at = 0.0
        self.code: int | None = None
        self._connection = connection
        self._listening = asyncio.create_task(self._listen())

    async def _listen(self) -> None:
        try:
            async for text in self._connection:
                self.last_at = time.monotonic()
                frame = json.loads(text)
                self.pongs += frame["event"] == "pusher:pong"
                if frame["event"] == "pusher:connection_established":
                    self.id = json.loads(frame["data"])["socket_id"]
                self.heard.append(frame)
        except ConnectionClosed:
            pass
        self.last_at = time.monotonic()
        self.code = self._connection.close_code or 1006

    async def send(self, frame: Any) -> None:
        said = frame if isinstance(frame, str | bytes) else json.dumps(frame)
        try:
            await self._connection.send(said)
        except ConnectionClosed:
            await self._listening

    async def answers(self) -> None:
        """Until it has said all that it says to what was sent before. Its pong is not written down."""
        before = self.pongs
        await self.send({"event": "pusher:ping", "data": {}})
        await wait_until(lambda: self.pongs > before or self.code is not None, timeout_s=10)
        pong = next((one for one in reversed(self.heard) if one["event"] == "pusher:pong"), None)
        if self.pongs > before and pong is not None:
            self.heard.remove(pong)

    async def close(self) -> None:
        await self._connection.close()
        await self._listening


class Recorder:
    """Speaks to a server and writes down what it says."""

    def __init__(self, peer: Peer, settle: Callable[[Recorder], Awaitable[None]]) -> None:
        self.peer = peer
        self.key = RealtimeKey(peer.key, peer.secret)
        self.lines: dict[str, Line] = {}
        self.steps: list[Json] = []
        self._settle = settle
        self._told: set[str] = set()

    # --- what is done ---

    async def opens(self, step: str, name: str, address: str = ADDRESS) -> None:
        at = f"ws://{self.peer.host}:{self.peer.port}{address.format(key=self.peer.key)}"
        self.lines[name] = Line(name, await connect(at, proxy=None))
        await wait_until(lambda: self.lines[name].heard or self.lines[name].code, timeout_s=10)
        await self._write(step)

    async def says(self, step: str, name: str, frame: Any) -> None:
        await self.lines[name].send(frame)
        await self._write(step)

    async def closes(self, step: str, name: str) -> None:
        await self.lines[name].close()
        self._told.add(name)
        await self._write(step)

    async def asks(self, step: str, method: str, path: str, body: Any = None, **query: Any) -> None:
        """Of the HTTP API. `query` also replaces what the signature is made of."""
        content = b"" if body is None else json.dumps(body).encode()
        path = f"/apps/{self.peer.app_id}{path}"
        asked = {"auth_key": self.peer.key, "auth_timestamp": str(int(time.time())), "auth_version": "1.0"}
        if content:
            asked["body_md5"] = hashlib.md5(content).hexdigest()
        asked |= {name: value for name, value in query.items() if name != "auth_signature"}
        signed = query.get("auth_signature") or signature(self.peer.secret, method, path, asked)
        asked["auth_signature"] = signed
        address = f"http://{self.peer.host}:{self.peer.port}{path}?{urlencode(asked)}"
        async with httpx.AsyncClient(trust_env=False) as http:
            headers = {"Content-Type": "application/json"} if content else {}
            answer = await http.request(method, address, content=content, headers=headers)
        await self._write(step, answer)

    # --- what is signed ---

    def subscribe(self, name: str, channel: str, member: Json | None = None, auth: str | None = None) -> Json:
        told: Json = {"channel": channel}
        if member is not None:
            told["channel_data"] = json.dumps(member)
        if auth is not None or channel.startswith(("private-", "presence-")):
            told["auth"] = auth or sign(self.key, self.lines[name].id, channel, told.get("channel_data", ""))
        return {"event": "pusher:subscribe", "data": told}

    def sign_in(self, name: str, user: Json, auth: str | None = None) -> Json:
        told = json.dumps(user)
        signed = auth or sign_user(self.key, self.lines[name].id, told)
        return {"event": "pusher:signin", "data": {"auth": signed, "user_data": told}}

    # --- what is written down ---

    async def _write(self, step: str, answer: httpx.Response | None = None) -> None:
        await self._settle(self)
        told: Json = {"step": step}
        if answer is not None:
            told["answer"] = {"status": answer.status_code, "body": self._body(answer)}
        for name, line in self.lines.items():
            heard, line.heard = line.heard, []
            if heard:
                told[f"to {name}"] = [self._plain(frame) for frame in heard]
            if line.code is not None and name not in self._told:
                told[f"{name} is closed"] = line.code
                self._told.add(name)
        self.steps.append(told)

    def _body(self, answer: httpx.Response) -> Any:
        try:
            return self._plain(answer.json())
        except ValueError:
            return "(text)" if answer.text else ""

    def _plain(self, value: Any) -> Any:
        match value:
            case {"event": _, "data": str(data)} if data.startswith(("{", "[", '"')):
                return {**self._fields(value), "data": {"as text": self._plain(json.loads(data))}}
            case dict():
                return self._fields(value)
            case list():
                return [self._plain(one) for one in value]
            case str():
                value = _SIGNED.sub("<signed>", value)
                for name, line in self.lines.items():
                    value = value.replace(line.id, f"<{name}>") if line.id else value
        return value

    def _fields(self, told: Json) -> Json:
        """`seq` is Call24's own, beside every event: it is told of once, in the page."""
        kept = {name: self._plain(value) for name, value in told.items() if not (name == "seq" and "event" in told)}
        return {name: "(words)" if name in WORDS and isinstance(one, str) else kept[name] for name, one in kept.items()}

    async def end(self) -> None:
        for line in self.lines.values():
            await line.close()


async def fence(recorder: Recorder) -> None:
    """Twice, since what one socket has begun another may hear of in the loop's next turn."""
    for _ in range(2):
        for line in list(recorder.lines.values()):
            if line.code is None:
                await line.answers()


async def quiet(recorder: Recorder) -> None:
    begun = time.monotonic()

    def still() -> bool:
        last = max([begun, *(line.last_at for line in recorder.lines.values())])
        return time.monotonic() - last > QUIET_S

    await wait_until(still, timeout_s=10)
