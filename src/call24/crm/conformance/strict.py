"""A stand-in of a REST API that takes what is in its table of routes alone: any other path, method, parameter, member
or header is refused, and noted as wrong."""

from __future__ import annotations

import json
import re
from abc import abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from call24.crm.conformance.stand_in import StandIn

Row = dict[str, Any]


@dataclass(frozen=True)
class Asked:
    """`id`: what stands in the path."""

    query: Mapping[str, str]
    body: Row
    id: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Route:
    """`query`: parameters that it takes; `body`: members that it takes, None: it has no body."""

    method: str
    path: str
    does: Callable[[Asked], tuple[int, Any]]
    query: frozenset[str] = frozenset()
    body: frozenset[str] | None = None


class StrictStandIn(StandIn):
    """`at_path`: what stands before every path; `credential`: the header that it looks at; `authorised`:
    what lets in."""

    at_path = ""
    credential = "Authorization"
    authorised = ""

    @abstractmethod
    def routes(self) -> tuple[Route, ...]: ...

    def application(self) -> web.Application:
        app = web.Application(client_max_size=1 << 20)
        app.router.add_route("*", f"{self.at_path}/{{path:.*}}", self._asked)
        return app

    async def _asked(self, request: web.Request) -> web.StreamResponse:
        return await self.guarded(request, self._step)

    def path_of(self, request: web.Request) -> str:
        return request.match_info["path"]

    def kind_of(self, request: web.Request) -> str:
        return f"{request.method} {self.path_of(request)}"

    def refused(self, request: web.Request) -> web.Response | None:
        if request.headers.get(self.credential) != self.authorised:
            return self.answer(401, {"error": "Invalid token!", "message": "Invalid token!"})
        return None

    def parameters(self, query: Mapping[str, str]) -> set[str]:
        """Names of what a query asks."""
        return set(query)

    async def _step(self, request: web.Request) -> web.Response:
        path = self.path_of(request)
        for route in self.routes():
            found = re.fullmatch(route.path, path) if route.method == request.method else None
            if found is not None:
                return await self._routed(request, route, found[1] if found.groups() else "")
        self.wrong.append(f"there is no {request.method} {path}")
        return self.answer(404, {"error": "no route"})

    async def _routed(self, request: web.Request, route: Route, id: str) -> web.Response:
        raw = await request.read()
        if (route.body is None) != (not raw) or (raw and request.content_type != "application/json"):
            self.wrong.append(f"{request.method} {request.path} has a body that it must not have, or none, or no JSON")
            return self.answer(400, {"error": "no JSON"})
        body = json.loads(raw) if raw else {}
        unknown = (self.parameters(request.query) - route.query) | (set(body) - (route.body or frozenset()))
        if unknown:
            self.wrong.append(f"{request.method} {request.path} knows no {', '.join(sorted(unknown))}")
            return self.answer(422, {"error": f"unknown: {sorted(unknown)}"})
        status, told = route.does(Asked(request.query, body, id, request.headers))
        return self.answer(status, told)
