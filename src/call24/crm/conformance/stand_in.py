"""What every stand-in of a CRM has: its own users' changes, a clock, faults on demand, and a look at every request.

It is no part of a running installation.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any, TypeVar

from aiohttp import web

TOKEN = "conformance-token"


@dataclass
class FakeRecord:
    """`fields`: by the names of the checks: given, family, email, phone, do_not_use; no others are compared."""

    id: str
    fields: dict[str, Any]
    updated_at: datetime
    version: int = 1
    key: str = ""
    deleted: bool = False


@dataclass(kw_only=True)
class Fault:
    """What happens to one request. `status`, `headers`, `body`: answered in its place; `wait_s`: before the answer;
    `after`: the request is carried out, and its answer is lost; `cut`: the answer ends in its middle; `only`: of
    requests of this kind alone (`kind_of`)."""

    status: int = 0
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    wait_s: float = 0.0
    after: bool = False
    cut: bool = False
    only: str = ""


class StandIn(ABC):
    """`skew`: its clock against ours. `faults`: one for each request, in their order. `wrong`: what was not right with
    requests. `twice`: lists give each record two times. `remembers`: it tells of deletions. `meanwhile`: is done once,
    before the next request is carried out. `creating`, `logging`: kinds of requests that create a record, a call."""

    creating = ""
    logging = ""
    tick = timedelta(microseconds=1)
    """The least that two of its times can differ by."""
    tells_deletions = True
    """In its lists."""
    tells_gone = True
    """Of a record that is asked for, that it was deleted; otherwise it is as if it never was."""

    def __init__(self) -> None:
        self.skew = timedelta()
        self.faults: list[Fault] = []
        self.wrong: list[str] = []
        self.asked: list[tuple[str, str]] = []
        self.at: list[datetime] = []
        self.twice = False
        self.remembers = True
        self.meanwhile: Callable[[], object] | None = None
        self.now: Callable[[], datetime] = lambda: datetime.now(UTC)
        self.url = ""

    # --- the CRM's own users ---

    @property
    @abstractmethod
    def records(self) -> Mapping[str, FakeRecord]: ...

    @property
    @abstractmethod
    def calls(self) -> Mapping[str, Mapping[str, Any]]:
        """What was logged, by its id."""

    @abstractmethod
    def add(self, *, id: str = "", at: datetime | None = None, key: str = "", **fields: Any) -> FakeRecord: ...

    @abstractmethod
    def change(self, id: str, *, at: datetime | None = None, **fields: Any) -> FakeRecord: ...

    @abstractmethod
    def delete(self, id: str) -> None: ...

    @abstractmethod
    def retire(self, id: str) -> None:
        """So that the CRM's list tells it as deleted."""

    def goes_on(self) -> None:  # noqa: B027 - most have nothing to do later
        """It does what it does in the background, some minutes later."""

    def clock(self) -> datetime:
        return self.now() + self.skew

    def live(self) -> list[FakeRecord]:
        return [one for one in self.records.values() if not one.deleted]

    # --- fields as a client has them ---

    @abstractmethod
    def members(self, **fields: Any) -> dict[str, Any]:
        """Members of a record, for fields by the names of the checks."""

    @abstractmethod
    def named(self, members: Mapping[str, Any]) -> dict[str, Any]:
        """The other way; what is empty is left out."""

    # --- requests ---

    @abstractmethod
    def application(self) -> web.Application: ...

    def kind_of(self, request: web.Request) -> str:
        return request.method

    def look(self, request: web.Request) -> None:
        """Notes what is wrong with a request."""
        if TOKEN in request.path_qs:
            self.wrong.append("the token stands in the address")

    @abstractmethod
    def refused(self, request: web.Request) -> web.Response | None:
        """The answer to who may not ask."""

    async def guarded(
        self, request: web.Request, step: Callable[[web.Request], Awaitable[web.Response]]
    ) -> web.StreamResponse:
        kind = self.kind_of(request)
        self.asked.append((kind, request.path_qs))
        self.at.append(self.now())
        fault = self._fault(kind)
        if fault is not None and fault.wait_s:
            await asyncio.sleep(fault.wait_s)
        if fault is not None and fault.status:
            return web.Response(status=fault.status, headers=dict(fault.headers), body=fault.body)
        self.look(request)
        if (refused := self.refused(request)) is not None:
            return refused
        if self.meanwhile is not None:
            meanwhile, self.meanwhile = self.meanwhile, None
            meanwhile()
        answer = await step(request)
        if fault is not None and fault.after and request.transport is not None:
            request.transport.abort()
        if fault is not None and fault.cut:
            return await self._cut(request, answer)
        return answer

    def _fault(self, kind: str) -> Fault | None:
        for n, one in enumerate(self.faults):
            if one.only in ("", kind):
                return self.faults.pop(n)
        return None

    @staticmethod
    async def _cut(request: web.Request, answer: web.Response) -> web.StreamResponse:
        body = bytes(answer.body) if isinstance(answer.body, bytes) else b""
        cut = web.StreamResponse(status=answer.status, headers={"Content-Type": "application/json"})
        await cut.prepare(request)
        await cut.write(body[: len(body) // 2])
        await cut.write_eof()
        return cut

    def answer(self, status: int, body: Any) -> web.Response:
        date = format_datetime(self.clock().replace(microsecond=0), usegmt=True)
        return web.json_response(body, status=status, headers={"Date": date})


S = TypeVar("S", bound=StandIn)


@contextlib.asynccontextmanager
async def serving(crm: S, port: int = 0, path: str = "") -> AsyncIterator[S]:
    """On this machine; `port` 0: a free one. `path`: what its address ends in."""
    with socket.socket() as listening:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(("127.0.0.1", port))
        runner = web.AppRunner(crm.application(), access_log=None, shutdown_timeout=1.0)
        await runner.setup()
        await web.SockSite(runner, listening).start()
        crm.url = f"http://127.0.0.1:{listening.getsockname()[1]}{path}"
        try:
            yield crm
        finally:
            await runner.cleanup()
