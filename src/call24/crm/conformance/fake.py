"""A stand-in of a CRM on this machine: it speaks the REST form of docs/guides/crm-rest.md, and has the faults that it
is told to have. It checks every request, and is no part of a running installation.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

from aiohttp import web

TOKEN = "conformance-token"
PAGE_MAX = 100
OWN = ("id", "updated_at", "version", "deleted", "external_key")


@dataclass
class FakeRecord:
    id: str
    fields: dict[str, Any]
    updated_at: datetime
    version: int = 1
    key: str = ""
    deleted: bool = False

    def told(self) -> dict[str, Any]:
        own = {
            "id": self.id,
            "updated_at": self.updated_at.isoformat(),
            "version": str(self.version),
            "deleted": self.deleted,
            "external_key": self.key,
        }
        return own if self.deleted else {**self.fields, **own}


@dataclass(kw_only=True)
class Fault:
    """What happens to one request. `status`, `headers`, `body`: answered in its place; `wait_s`: before the answer;
    `after`: the request is carried out, and its answer is lost; `cut`: the answer ends in its middle; `only`: of
    requests with this method alone."""

    status: int = 0
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    wait_s: float = 0.0
    after: bool = False
    cut: bool = False
    only: str = ""


class FakeCrm:
    """`skew`: its clock against ours. `faults`: one for each request, in their order. `wrong`: what was not right with
    requests. `strict_keys`: a request is known again by its Idempotency-Key; `versions`: it has versions. `twice`:
    lists give each record two times. `drops`: members that it takes and does not keep.
    `remembers`: deletions are told in lists, and by 410. `searches`: it knows who has a number; else it tells all."""

    def __init__(self) -> None:
        self.records: dict[str, FakeRecord] = {}
        self.calls: dict[str, dict[str, Any]] = {}
        self.skew = timedelta()
        self.faults: list[Fault] = []
        self.wrong: list[str] = []
        self.asked: list[tuple[str, str]] = []
        self.at: list[datetime] = []
        self.strict_keys = True
        self.versions = True
        self.twice = False
        self.remembers = True
        self.searches = True
        self.drops: set[str] = set()
        self.meanwhile: Callable[[], object] | None = None
        self.now: Callable[[], datetime] = lambda: datetime.now(UTC)
        self.url = ""
        self._number = 0

    # --- the CRM's own users ---

    def add(self, *, id: str = "", at: datetime | None = None, key: str = "", **fields: Any) -> FakeRecord:
        self._number += 1
        made = FakeRecord(id=id or f"r{self._number}", fields=fields, updated_at=at or self.clock(), key=key)
        self.records[made.id] = made
        return made

    def change(self, id: str, *, at: datetime | None = None, **fields: Any) -> FakeRecord:
        one = self.records[id]
        one.fields.update(fields)
        one.version += 1
        one.updated_at = at or self.clock()
        return one

    def delete(self, id: str) -> None:
        one = self.records[id]
        one.deleted, one.version, one.updated_at = True, one.version + 1, self.clock()
        one.fields = {}

    def clock(self) -> datetime:
        return self.now() + self.skew

    def live(self) -> list[FakeRecord]:
        return [one for one in self.records.values() if not one.deleted]

    # --- requests ---

    def application(self) -> web.Application:
        app = web.Application(client_max_size=1 << 20)
        app.router.add_route("*", "/contacts", self._guard(self._records))
        app.router.add_route("*", "/contacts/{id}", self._guard(self._record))
        app.router.add_route("*", "/calls", self._guard(self._calls))
        return app

    def _guard(self, step: Callable[[web.Request], Awaitable[web.Response]]) -> Callable[[web.Request], Any]:
        async def guarded(request: web.Request) -> web.StreamResponse:
            self.asked.append((request.method, request.path_qs))
            self.at.append(self.now())
            fault = self._fault(request.method)
            if fault is not None and fault.wait_s:
                await asyncio.sleep(fault.wait_s)
            if fault is not None and fault.status:
                return web.Response(status=fault.status, headers=dict(fault.headers), body=fault.body)
            self._look(request)
            if request.headers.get("Authorization") != f"Bearer {TOKEN}":
                return self._answer(401, {"error": "no such token"})
            if self.meanwhile is not None:
                meanwhile, self.meanwhile = self.meanwhile, None
                meanwhile()
            answer = await step(request)
            if fault is not None and fault.after:
                self._drop(request)
            if fault is not None and fault.cut:
                return await self._cut(request, answer)
            return answer

        return guarded

    def _fault(self, method: str) -> Fault | None:
        for n, one in enumerate(self.faults):
            if one.only in ("", method):
                return self.faults.pop(n)
        return None

    def _look(self, request: web.Request) -> None:
        if TOKEN in request.path_qs:
            self.wrong.append("the token stands in the address")
        if request.method == "POST" and not request.headers.get("Idempotency-Key"):
            self.wrong.append(f"POST {request.path} without an Idempotency-Key")
        if request.method in ("POST", "PATCH") and request.content_type != "application/json":
            self.wrong.append(f"{request.method} {request.path} is no application/json")

    @staticmethod
    def _drop(request: web.Request) -> None:
        if request.transport is not None:
            request.transport.abort()

    @staticmethod
    async def _cut(request: web.Request, answer: web.Response) -> web.StreamResponse:
        body = bytes(answer.body) if isinstance(answer.body, bytes) else b""
        cut = web.StreamResponse(status=answer.status, headers={"Content-Type": "application/json"})
        await cut.prepare(request)
        await cut.write(body[: len(body) // 2])
        await cut.write_eof()
        return cut

    def _answer(self, status: int, body: Any) -> web.Response:
        date = format_datetime(self.clock().replace(microsecond=0), usegmt=True)
        return web.json_response(body, status=status, headers={"Date": date})

    async def _records(self, request: web.Request) -> web.Response:
        if request.method == "POST":
            return await self._create(request)
        if key := request.query.get("external_key"):
            found = [one.told() for one in self.records.values() if one.key == key]
            return self._answer(200, {"items": found, "more": False})
        try:
            limit = int(request.query.get("limit", "25"))
        except ValueError:
            limit = 0
        if not 1 <= limit <= PAGE_MAX:
            self.wrong.append(f"a list with limit {request.query.get('limit')}")
            return self._answer(422, {"error": "limit"})
        ordered = sorted(self.records.values(), key=lambda one: (one.updated_at, one.id))
        if (number := request.query.get("number")) and self.searches:
            ordered = [one for one in ordered if not one.deleted and _same(str(one.fields.get("phone", "")), number)]
        if since := request.query.get("changed_since"):
            at, after = datetime.fromisoformat(since), request.query.get("after_id", "")
            ordered = [one for one in ordered if (one.updated_at, one.id) > (at, after)]
        if not self.remembers:
            ordered = [one for one in ordered if not one.deleted]
        told = [one.told() for one in ordered[:limit]]
        if self.twice:
            told = [one for each in told for one in (each, each)][:limit]
            last = told[-1]["id"] if told else ""
            more = bool(ordered) and ordered[-1].id != last
            return self._answer(200, {"items": told, "more": more})
        return self._answer(200, {"items": told, "more": len(ordered) > limit})

    async def _create(self, request: web.Request) -> web.Response:
        body = await request.json()
        key = str(body.get("external_key", ""))
        sent = request.headers.get("Idempotency-Key", "")
        known = [one for one in self.records.values() if one.key and one.key == (sent or key)]
        if self.strict_keys and known:
            return self._answer(200, known[0].told())
        if body.get("given") == "refuse me":
            return self._answer(422, {"error": "this name is not taken"})
        fields = {name: value for name, value in body.items() if name not in {*OWN, *self.drops}}
        return self._answer(201, self.add(key=key, **fields).told())

    async def _record(self, request: web.Request) -> web.Response:
        one = self.records.get(request.match_info["id"])
        if one is None or (one.deleted and not self.remembers):
            return self._answer(404, {"error": "no such record"})
        if one.deleted:
            return self._answer(410, {"error": "it was deleted"})
        if request.method == "GET":
            return self._answer(200, one.told())
        if request.method == "DELETE":
            self.delete(one.id)
            return self._answer(200, {"erased": one.id})
        body = await request.json()
        match = request.headers.get("If-Match", "").strip('"')
        objection = set(body) == {"do_not_use"}
        if self.versions and not objection:
            if not match:
                self.wrong.append("an update without If-Match")
                return self._answer(428, {"error": "If-Match is needed"})
            if match != str(one.version):
                return self._answer(412, {"error": "it was changed meanwhile"})
        if unknown := set(body) & set(OWN):
            self.wrong.append(f"an update of {', '.join(sorted(unknown))}")
        self.change(one.id, **{name: value for name, value in body.items() if name not in self.drops})
        return self._answer(200, one.told())

    async def _calls(self, request: web.Request) -> web.Response:
        if request.method == "GET":
            key = request.query.get("external_key", "")
            found = [one for one in self.calls.values() if one["external_key"] == key]
            return self._answer(200, {"items": found, "more": False})
        body = await request.json()
        sent = request.headers.get("Idempotency-Key", "")
        known = [one for one in self.calls.values() if one["external_key"] == sent]
        if self.strict_keys and known:
            return self._answer(200, known[0])
        if body.get("contact_id") not in self.records:
            return self._answer(404, {"error": "no such contact"})
        id = f"c{len(self.calls) + 1}"
        self.calls[id] = {**body, "id": id, "external_key": body.get("external_key") or sent}
        return self._answer(201, self.calls[id])


@contextlib.asynccontextmanager
async def serving(crm: FakeCrm, port: int = 0) -> AsyncIterator[FakeCrm]:
    """On this machine; `port` 0: a free one."""
    with socket.socket() as listening:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(("127.0.0.1", port))
        runner = web.AppRunner(crm.application(), access_log=None, shutdown_timeout=1.0)
        await runner.setup()
        await web.SockSite(runner, listening).start()
        crm.url = f"http://127.0.0.1:{listening.getsockname()[1]}"
        try:
            yield crm
        finally:
            await runner.cleanup()


def _same(typed: str, number: str) -> bool:
    """However it was typed: by the nine last digits."""
    digits = "".join(one for one in typed if one.isdigit())
    return len(digits) >= 9 and number.endswith(digits[-9:])


def told(crm: FakeCrm) -> str:
    """All its records, to compare."""
    return json.dumps([one.told() for one in crm.records.values()], ensure_ascii=False, sort_keys=True)
