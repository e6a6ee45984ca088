"""Routers whose operations declare what they answer, as a TypedDict: the OpenAPI document is made from it, mypy checks
what is returned, and the tests check every answer that they see.

While serving nothing is checked again: FastAPI would turn an answer that is not as declared into a 500, and takes half
as long again for a page of 25 queues. Nor is FastAPI told what is declared: it would make serializers of each answer,
twice. The OpenAPI document alone needs them (``documented``).
"""

from __future__ import annotations

import copy
import inspect
from collections.abc import Callable
from functools import wraps
from typing import Any, get_type_hints

import msgspec
from fastapi import APIRouter, Depends, Request, Response
from fastapi.datastructures import DefaultPlaceholder
from fastapi.responses import JSONResponse
from fastapi.routing import APIRoute
from fastapi.utils import create_model_field
from starlette.routing import BaseRoute


class Route(APIRoute):
    declared: Any = None
    """What it answers, where its router has taken this from FastAPI."""


class Router(APIRouter):
    """Its operations are made when its `routes` are first looked at: a process that serves nothing imports the rooms
    too, and looking into each operation's parameters takes longer than all else of that.
    """

    def __init__(self, **settings: Any) -> None:
        self._made: list[BaseRoute] = []
        self._to_make: list[tuple[str, Any, dict[str, Any]]] = []
        settings.setdefault("route_class", Route)
        super().__init__(**settings, dependencies=[Depends(_check_open_request)])

    @property
    def routes(self) -> list[BaseRoute]:
        waiting, self._to_make = self._to_make, []
        for path, endpoint, settings in waiting:
            self._make(path, endpoint, settings)
        return self._made

    @routes.setter
    def routes(self, routes: list[BaseRoute]) -> None:
        self._made = routes

    def add_api_route(self, path: str, endpoint: Callable[..., Any], **settings: Any) -> None:
        self._to_make.append((path, endpoint, settings))

    def _make(self, path: str, endpoint: Callable[..., Any], settings: dict[str, Any]) -> None:
        declared = _answer(endpoint)
        if declared is None or not isinstance(settings.get("response_model"), DefaultPlaceholder):
            super().add_api_route(path, endpoint, **settings)
            return
        settings["response_model"] = None
        super().add_api_route(path, _encoded(endpoint, settings.get("status_code") or 200), **settings)
        made = self._made[-1]
        assert isinstance(made, Route)
        made.declared = declared


async def _check_open_request(request: Request) -> None:
    """Checks the parameters of operations without sign-in; those of all others are checked after it (access.py)."""
    state = request.app.state
    if (request.method, getattr(request.scope.get("route"), "path_format", "")) in state.open_to_all:
        state.asked.check(request)


def answer_of(route: APIRoute) -> Any:
    """What an operation declares to answer with; None for a response of its own making, or of none."""
    return route.declared if isinstance(route, Route) and route.declared is not None else route.response_model


def documented(route: APIRoute) -> APIRoute:
    """The route as FastAPI describes it together with what it declares to answer; it is for that alone."""
    if not isinstance(route, Route) or route.declared is None:
        return route
    whole = copy.copy(route)
    whole.response_model = route.declared
    whole.response_field = create_model_field(
        name=f"Response_{route.unique_id}", type_=route.declared, mode="serialization"
    )
    return whole


def _answer(endpoint: Callable[..., Any]) -> Any:
    """What an operation declares to answer with; None for a response of its own making, or of none."""
    if any(one.annotation in (Response, "Response") for one in inspect.signature(endpoint).parameters.values()):
        return None  # FastAPI puts together what such an operation adds to the answer's headers
    answer = get_type_hints(endpoint, include_extras=True).get("return")
    if answer in (None, type(None)) or (inspect.isclass(answer) and issubclass(answer, Response)):
        return None
    return answer


def _encoded(endpoint: Callable[..., Any], status: int) -> Callable[..., Any]:
    @wraps(endpoint)
    async def answer(*args: Any, **kwargs: Any) -> Response:
        made = await endpoint(*args, **kwargs)
        return made if isinstance(made, Response) else _Json(msgspec.json.encode(made), status)

    return answer


class _Json(JSONResponse):
    """Of what is JSON already."""

    def render(self, content: bytes) -> bytes:
        return content
