"""The HTTP application of this installation: all rooms' routes, with the services that they ask for."""

from __future__ import annotations

from collections.abc import Sequence

from fastapi import APIRouter, FastAPI

from call24.http import app as http
from call24.http import health, problem_pages
from call24.realtime import broadcasting
from call24.server import openapi
from call24.server.http_services import Services, Work
from call24.server.rooms import ROUTERS


def make_operations() -> None:
    """What is made when it is first looked at is made now (``http.router.Router``)."""
    for router in ROUTERS:
        assert router.routes


def create_app(services: Services, work: Work | None = None, routers: Sequence[APIRouter] = ROUTERS) -> FastAPI:
    """`work`: what the routes of the working day need; without it those answer 500."""
    app = http.create_app(services.edge(), routers, openapi.document)
    if work is not None:
        work.put_into(app.state.provided)
    return app


def create_node_app(services: Services) -> FastAPI:
    """What a realtime node answers besides its sockets and Pusher's HTTP API."""
    return http.create_node_app(services.edge(), (health.router, problem_pages.router, broadcasting.router))
