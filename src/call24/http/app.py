"""The HTTP application: routers, limits, headers and errors put together. It starts nothing and opens no port."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from fastapi import APIRouter, FastAPI
from fastapi.routing import APIRoute
from starlette.types import ASGIApp

from call24.audit.service import AuditLog
from call24.http import health, problems
from call24.http.asked import OperationInputs, key_of
from call24.http.came_from import CameFrom
from call24.http.middleware.audit import Audited
from call24.http.middleware.body_limits import BodyLimit
from call24.http.middleware.cross_origin import CrossOrigin
from call24.http.middleware.etag import Conditional
from call24.http.middleware.idempotency import IdempotencyMiddleware
from call24.http.middleware.known_first import KnownFirst
from call24.http.middleware.locations import Locations, collections_of
from call24.http.middleware.methods import Methods
from call24.http.middleware.new_versions import NewVersions, resources_of
from call24.http.middleware.rate_limits import RateLimitMiddleware
from call24.http.middleware.request_ids import RequestIds
from call24.http.middleware.security_headers import SecurityHeaders
from call24.http.middleware.served_requests import Listener, ServedRequests
from call24.http.problem_responses import needed
from call24.http.refused_requests import RefusedRequests
from call24.http.served_routes import ServedRoutes
from call24.http.web import WebFiles
from call24.idempotency.service import IdempotencyService
from call24.identity.service import IdentityService
from call24.kit.ids import UserId
from call24.kit.provided import Provided

Document = Callable[[FastAPI, Sequence[APIRoute]], dict[str, Any]]


@dataclass(frozen=True, kw_only=True)
class Edge:
    """What every route needs.

    `provided`: the services that routes ask for; `health`: a part's name -> whether it is there; `web`: the built app's
    folder; `seen`: told whenever a user is heard of; `realtime_at`: host and port of the sockets, where they are not
    ours; `origins`: pages of other hosts that may use the API; `served`: who wants to know of each request;
    `known`: set when what rooms keep in memory was read, None where it was before.
    """

    provided: Provided
    health: Mapping[str, health.Health] = field(default_factory=dict)
    web: Path
    seen: Callable[[UserId], None] | None = None
    realtime_at: tuple[str, int] | None = None
    origins: tuple[str, ...] = ()
    served: Listener | None = None
    known: asyncio.Event | None = None


class _Guarded(FastAPI):
    """The headers are put around everything, also around what answers when all else has failed."""

    def build_middleware_stack(self) -> ASGIApp:
        shared = CrossOrigin(super().build_middleware_stack(), self.state.origins)
        answering: ASGIApp = SecurityHeaders(shared, self.state.realtime_at)
        served: Listener | None = self.state.served
        return RequestIds(answering if served is None else ServedRequests(answering, served))


def create_app(edge: Edge, routers: Sequence[APIRouter], document: Document) -> FastAPI:
    """`document`: makes the OpenAPI document of the routes that it tells of."""
    app = _Guarded(
        title="Call24",
        version="1",
        docs_url=None,
        redoc_url=None,
        openapi_url=None,  # reference.py has it ready
        generate_unique_id_function=operation_id,
    )
    _begin(app, edge, routers)

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = document(app, described(routers))
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]
    get = edge.provided.get
    prepared = _prepared(tuple(routers))
    app.add_middleware(Locations, collections=prepared.collections)  # innermost
    app.add_middleware(NewVersions, answered=prepared.answered)
    app.add_middleware(IdempotencyMiddleware, once=get(IdempotencyService), identity=get(IdentityService))
    app.add_middleware(Audited, log=get(AuditLog))  # it sees the route that was chosen
    app.add_middleware(Conditional)
    app.add_middleware(Methods, routes=prepared.operations)
    app.add_middleware(KnownFirst, known=edge.known)
    app.add_middleware(BodyLimit)
    app.add_middleware(WebFiles, root=edge.web)
    app.add_middleware(RateLimitMiddleware)  # around all that answers
    app.add_middleware(RefusedRequests)
    return app


def create_node_app(edge: Edge, routers: Sequence[APIRouter]) -> FastAPI:
    """What a realtime node answers besides its sockets and Pusher's HTTP API."""
    app = _Guarded(title="Call24 realtime node", docs_url=None, redoc_url=None, openapi_url=None)
    _begin(app, edge, routers)
    app.add_middleware(Methods, routes=_api_routes(routers))
    app.add_middleware(BodyLimit)
    app.add_middleware(RateLimitMiddleware)
    app.add_middleware(RefusedRequests)
    return app


def _begin(app: FastAPI, edge: Edge, routers: Sequence[APIRouter]) -> None:
    app.state.provided, app.state.seen, app.state.realtime_at = edge.provided, edge.seen, edge.realtime_at
    app.state.origins, app.state.served = edge.origins, edge.served
    app.state.came_from = CameFrom()
    app.state.look = health.RecentHealth(edge.health)
    _include(app, routers)
    problems.install(app)


def _include(app: FastAPI, routers: Sequence[APIRouter]) -> None:
    prepared = _prepared(tuple(routers))
    app.state.asked, app.state.open_to_all = prepared.asked, prepared.open_to_all
    app.router.routes.append(prepared.served)


@dataclass(frozen=True)
class _Prepared:
    """`operations`: those of the routers; `served`: the same as they are served. All else is known from them."""

    routers: tuple[APIRouter, ...]
    operations: list[APIRoute]
    served: ServedRoutes
    asked: OperationInputs
    open_to_all: frozenset[tuple[str, str]]
    collections: frozenset[str]
    answered: dict[tuple[str, str], str]


_PREPARED: dict[tuple[int, ...], _Prepared] = {}


def _prepared(routers: tuple[APIRouter, ...]) -> _Prepared:
    """Made once for all applications of a process: preparing routes takes most of an application's time."""
    key = tuple(map(id, routers))  # routers cannot be hashed; they are kept, so no id is given twice
    if key not in _PREPARED:
        operations = _api_routes(routers)
        _PREPARED[key] = _Prepared(
            routers,
            operations,
            ServedRoutes(operations),
            asked=OperationInputs(operations),
            open_to_all=frozenset(key_of(each) for each in operations if not needed(each.dependant)[1]),
            collections=collections_of(operations),
            answered=resources_of(operations),
        )
    return _PREPARED[key]


def described(routers: Sequence[APIRouter]) -> list[APIRoute]:
    """The routes that the OpenAPI document tells of."""
    return [route for route in _api_routes(routers) if route.include_in_schema]


def _api_routes(routers: Sequence[APIRouter]) -> list[APIRoute]:
    return [route for router in routers for route in router.routes if isinstance(route, APIRoute)]


def operation_id(route: APIRoute) -> str:
    """What generated clients call an operation, as in `queues_read_queue`: each route names its own. It is API.

    Raises: ValueError for a route of the document that names none.
    """
    if route.operation_id is None and route.include_in_schema:
        raise ValueError(f"{route.path}: name an operation_id")
    return route.operation_id or route.endpoint.__name__
