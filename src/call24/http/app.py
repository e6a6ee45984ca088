"""The HTTP application: routers, limits, headers and errors put together. It starts nothing and opens no port."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from fastapi import APIRouter, Depends, FastAPI, Request
from fastapi.routing import APIRoute
from starlette.types import ASGIApp

from call24.http import (
    audit,
    auth,
    bans,
    broadcasting,
    description,
    doctor,
    flows,
    health,
    hours,
    invitations,
    mfa,
    numbers,
    operator,
    organisation,
    passkeys,
    persons,
    phone,
    pictures,
    problems,
    prompts,
    provider,
    pusher_apps,
    queues,
    reason_codes,
    recovery,
    reference,
    refused_calls,
    roles,
    sanctum,
    tokens,
    toll_fraud,
    trunks,
    trust,
    users,
    webhooks,
)
from call24.http.asked import Asked, key_of
from call24.http.came_from import CameFrom
from call24.http.dependencies import Services
from call24.http.middleware.audit import Audited
from call24.http.middleware.body_limits import BodyLimit
from call24.http.middleware.etag import Conditional
from call24.http.middleware.idempotency import DoneOnce
from call24.http.middleware.rate_limits import Rates
from call24.http.middleware.security_headers import SecurityHeaders
from call24.http.problem_responses import needed
from call24.http.refused_requests import Strangers
from call24.http.web import WebFiles

ROUTERS = (
    health.router,
    auth.router,
    sanctum.router,
    tokens.router,
    invitations.router,
    recovery.router,
    mfa.router,
    provider.router,
    pictures.router,
    passkeys.router,
    phone.router,
    broadcasting.router,
    pusher_apps.router,
    webhooks.router,
    users.router,
    persons.router,
    roles.router,
    organisation.router,
    queues.router,
    hours.router,
    flows.router,
    prompts.router,
    reason_codes.router,
    bans.router,
    refused_calls.router,
    trunks.router,
    numbers.router,
    toll_fraud.router,
    audit.router,
    doctor.router,
    operator.router,
    bans.operators,
    reference.router,
    trust.router,
)


class _Guarded(FastAPI):
    """The headers are put around everything, also around what answers when all else has failed."""

    def build_middleware_stack(self) -> ASGIApp:
        return SecurityHeaders(super().build_middleware_stack(), self.state.services.realtime_at)


def create_app(services: Services, more: Sequence[APIRouter] = ()) -> FastAPI:
    """`more`: routers that are put beside ours."""
    app = _Guarded(
        title="Call24",
        version="1",
        docs_url=None,
        redoc_url=None,
        openapi_url=None,  # reference.py has it ready
        generate_unique_id_function=operation_id,
    )
    app.state.services = services
    app.state.look = health.Look(services.health)
    app.state.came_from = CameFrom()
    _include(app, (*ROUTERS, *more))
    app.openapi = lambda: _document(app, (*ROUTERS, *more))  # type: ignore[method-assign]
    problems.install(app)
    app.add_middleware(DoneOnce, once=services.once, identity=services.identity)  # innermost
    app.add_middleware(Audited, log=services.audit)  # it sees the route that was chosen
    app.add_middleware(Conditional)
    app.add_middleware(BodyLimit)
    app.add_middleware(WebFiles, root=services.web)
    app.add_middleware(Rates)  # around all that answers
    app.add_middleware(Strangers)
    return app


def create_node_app(services: Services) -> FastAPI:
    """What a realtime node answers besides its sockets and Pusher's HTTP API."""
    app = _Guarded(title="Call24 realtime node", docs_url=None, redoc_url=None, openapi_url=None)
    app.state.services = services
    app.state.came_from = CameFrom()
    app.state.look = health.Look(services.health)
    _include(app, (health.router, broadcasting.router))
    problems.install(app)
    app.add_middleware(BodyLimit)
    app.add_middleware(Rates)
    app.add_middleware(Strangers)
    return app


def _include(app: FastAPI, routers: Sequence[APIRouter]) -> None:
    """What a stranger's request carries is looked at here, all others' once it is known whose it is (access.py)."""
    routes = [route for router in routers for route in router.routes if isinstance(route, APIRoute)]
    app.state.asked = asked = Asked(routes)
    open_to_all = {key_of(each) for each in routes if not needed(each.dependant)[1]}

    async def of_strangers(request: Request) -> None:
        if (request.method, getattr(request.scope.get("route"), "path_format", "")) in open_to_all:
            asked.check(request)

    for router in routers:
        app.include_router(router, dependencies=[Depends(of_strangers)])


def _document(app: FastAPI, routers: Sequence[APIRouter]) -> dict[str, Any]:
    if app.openapi_schema is None:
        app.openapi_schema = description.document(app, described(routers))
    return app.openapi_schema


def described(routers: Sequence[APIRouter]) -> list[APIRoute]:
    """The routes that the OpenAPI document tells of."""
    routes = [route for router in routers for route in router.routes if isinstance(route, APIRoute)]
    return [route for route in routes if route.include_in_schema]


def operation_id(route: APIRoute) -> str:
    """What generated clients call an operation, as in `queues_read_queue`: each route names its own. It is API.

    Raises: ValueError for a route of the document that names none.
    """
    if route.operation_id is None and route.include_in_schema:
        raise ValueError(f"{route.path}: name an operation_id")
    return route.operation_id or route.endpoint.__name__
