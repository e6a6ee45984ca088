"""A stand-in of a CRM on this machine: it speaks the REST form of docs/guides/crm-rest.md."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Any

from aiohttp import web

from call24.crm.conformance.stand_in import TOKEN, FakeRecord, StandIn

PAGE_MAX = 100
OWN = ("id", "updated_at", "version", "deleted", "external_key")


class FakeCrm(StandIn):
    """`strict_keys`: a request is known again by its Idempotency-Key; `versions`: it has versions. `drops`: members
    that it takes and does not keep. `remembers`: deletions are told in lists, and by 410. `searches`: it knows who has
    a number; else it tells all. `refuses`: a status, by method and path, of what its user has no right to."""

    creating = logging = "POST"

    def __init__(self) -> None:
        super().__init__()
        self._records: dict[str, FakeRecord] = {}
        self._logged: dict[str, dict[str, Any]] = {}
        self.strict_keys = True
        self.versions = True
        self.searches = True
        self.drops: set[str] = set()
        self.refuses: dict[tuple[str, str], int] = {}
        self._number = 0

    # --- the CRM's own users ---

    @property
    def records(self) -> dict[str, FakeRecord]:
        return self._records

    @property
    def calls(self) -> Mapping[str, Mapping[str, Any]]:
        return self._logged

    def add(self, *, id: str = "", at: datetime | None = None, key: str = "", **fields: Any) -> FakeRecord:
        self._number += 1
        made = FakeRecord(id=id or f"r{self._number}", fields=fields, updated_at=at or self.clock(), key=key)
        self._records[made.id] = made
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

    def retire(self, id: str) -> None:
        self.delete(id)

    def members(self, **fields: Any) -> dict[str, Any]:
        return fields

    def named(self, members: Mapping[str, Any]) -> dict[str, Any]:
        return {name: value for name, value in members.items() if name not in OWN}

    # --- requests ---

    def application(self) -> web.Application:
        app = web.Application(client_max_size=1 << 20)
        app.router.add_route("*", "/contacts", self._guard(self._records_asked))
        app.router.add_route("*", "/contacts/{id}", self._guard(self._record))
        app.router.add_route("*", "/calls", self._guard(self._calls))
        return app

    def _guard(self, step: Callable[[web.Request], Awaitable[web.Response]]) -> Callable[[web.Request], Any]:
        async def guarded(request: web.Request) -> web.StreamResponse:
            return await self.guarded(request, step)

        return guarded

    def refused(self, request: web.Request) -> web.Response | None:
        if request.headers.get("Authorization") != f"Bearer {TOKEN}":
            return self.answer(401, {"error": "no such token"})
        if status := self.refuses.get((request.method, request.path)):
            return self.answer(status, {"error": "no right"})
        return None

    def look(self, request: web.Request) -> None:
        super().look(request)
        if request.method == "POST" and not request.headers.get("Idempotency-Key"):
            self.wrong.append(f"POST {request.path} without an Idempotency-Key")
        if request.method in ("POST", "PATCH") and request.content_type != "application/json":
            self.wrong.append(f"{request.method} {request.path} is no application/json")

    async def _records_asked(self, request: web.Request) -> web.Response:
        if request.method == "POST":
            return await self._create(request)
        if key := request.query.get("external_key"):
            found = [told_of(one) for one in self.records.values() if one.key == key]
            return self.answer(200, {"items": found, "more": False})
        try:
            limit = int(request.query.get("limit", "25"))
        except ValueError:
            limit = 0
        if not 1 <= limit <= PAGE_MAX:
            self.wrong.append(f"a list with limit {request.query.get('limit')}")
            return self.answer(422, {"error": "limit"})
        ordered = sorted(self.records.values(), key=lambda one: (one.updated_at, one.id))
        if (number := request.query.get("number")) and self.searches:
            ordered = [one for one in ordered if not one.deleted and _same(str(one.fields.get("phone", "")), number)]
        if since := request.query.get("changed_since"):
            at, after = datetime.fromisoformat(since), request.query.get("after_id", "")
            ordered = [one for one in ordered if (one.updated_at, one.id) > (at, after)]
        if not self.remembers:
            ordered = [one for one in ordered if not one.deleted]
        told = [told_of(one) for one in ordered[:limit]]
        if self.twice:
            told = [one for each in told for one in (each, each)][:limit]
            last = told[-1]["id"] if told else ""
            more = bool(ordered) and ordered[-1].id != last
            return self.answer(200, {"items": told, "more": more})
        return self.answer(200, {"items": told, "more": len(ordered) > limit})

    async def _create(self, request: web.Request) -> web.Response:
        body = await request.json()
        key = str(body.get("external_key", ""))
        sent = request.headers.get("Idempotency-Key", "")
        known = [one for one in self.records.values() if one.key and one.key == (sent or key)]
        if self.strict_keys and known:
            return self.answer(200, told_of(known[0]))
        if body.get("given") == "refuse me":
            return self.answer(422, {"error": "this name is not taken"})
        fields = {name: value for name, value in body.items() if name not in {*OWN, *self.drops}}
        return self.answer(201, told_of(self.add(key=key, **fields)))

    async def _record(self, request: web.Request) -> web.Response:
        one = self.records.get(request.match_info["id"])
        if one is None or (one.deleted and not self.remembers):
            return self.answer(404, {"error": "no such record"})
        if one.deleted:
            return self.answer(410, {"error": "it was deleted"})
        if request.method == "GET":
            return self.answer(200, told_of(one))
        if request.method == "DELETE":
            self.delete(one.id)
            return self.answer(200, {"erased": one.id})
        body = await request.json()
        match = request.headers.get("If-Match", "").strip('"')
        objection = set(body) == {"do_not_use"}
        if self.versions and not objection:
            if not match:
                self.wrong.append("an update without If-Match")
                return self.answer(428, {"error": "If-Match is needed"})
            if match != str(one.version):
                return self.answer(412, {"error": "it was changed meanwhile"})
        if unknown := set(body) & set(OWN):
            self.wrong.append(f"an update of {', '.join(sorted(unknown))}")
        self.change(one.id, **{name: value for name, value in body.items() if name not in self.drops})
        return self.answer(200, told_of(one))

    async def _calls(self, request: web.Request) -> web.Response:
        if request.method == "GET":
            key = request.query.get("external_key", "")
            found = [one for one in self.calls.values() if one["external_key"] == key]
            return self.answer(200, {"items": found, "more": False})
        body = await request.json()
        sent = request.headers.get("Idempotency-Key", "")
        known = [one for one in self.calls.values() if one["external_key"] == sent]
        if self.strict_keys and known:
            return self.answer(200, known[0])
        if body.get("contact_id") not in self.records:
            return self.answer(404, {"error": "no such contact"})
        id = f"c{len(self.calls) + 1}"
        self._logged[id] = {**body, "id": id, "external_key": body.get("external_key") or sent}
        return self.answer(201, self.calls[id])


def told_of(one: FakeRecord) -> dict[str, Any]:
    own = {
        "id": one.id,
        "updated_at": one.updated_at.isoformat(),
        "version": str(one.version),
        "deleted": one.deleted,
        "external_key": one.key,
    }
    return own if one.deleted else {**one.fields, **own}


def _same(typed: str, number: str) -> bool:
    """However it was typed: by the nine last digits."""
    digits = "".join(one for one in typed if one.isdigit())
    return len(digits) >= 9 and number.endswith(digits[-9:])
