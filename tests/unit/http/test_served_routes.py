"""Which operation answers a path: the same one as when FastAPI asks each of them in turn."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import httpx
import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute

from call24.http.router import Router
from call24.http.served_routes import ServedRoutes


@pytest.fixture
def client() -> httpx.AsyncClient:
    router = Router()
    for path in ("/v1/calls", "/v1/calls/mine", "/v1/calls/{call_id}", "/{anything}/calls", "/", "/v1/{room}/{name}/x"):
        router.add_api_route(path, _answers(path), methods=["GET"])
    router.add_api_route("/v1/calls", _answers("made"), methods=["POST"])
    app = FastAPI(openapi_url=None)
    app.state.open_to_all = frozenset()
    app.router.routes.append(ServedRoutes(route for route in router.routes if isinstance(route, APIRoute)))
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://call24.test")


def _answers(text: str) -> Callable[[], Awaitable[object]]:
    async def answer() -> object:
        return text

    return answer


@pytest.mark.parametrize(
    ("path", "answers"),
    [
        ("/v1/calls", "/v1/calls"),
        ("/v1/calls/mine", "/v1/calls/mine"),
        ("/v1/calls/call_1", "/v1/calls/{call_id}"),
        ("/v2/calls", "/{anything}/calls"),
        ("/", "/"),
        ("/v1/calls/call_1/x", "/v1/{room}/{name}/x"),
        ("/v1/queues/que_1/x", "/v1/{room}/{name}/x"),
    ],
)
async def test_the_first_operation_that_fits_answers(client: httpx.AsyncClient, path: str, answers: str) -> None:
    assert (await client.get(path)).json() == answers


async def test_a_method_is_looked_for_in_all_operations_of_a_path(client: httpx.AsyncClient) -> None:
    assert (await client.post("/v1/calls")).json() == "made"
    refused = await client.delete("/v1/calls")
    assert (refused.status_code, refused.headers["Allow"]) == (405, "GET")


@pytest.mark.parametrize(
    "path", ["/v1", "/v1/", "/v1/queues", "/v1/calls/call_1/y", "/v1//calls", "/v1/calls/a/b/c", "/%2e"]
)
async def test_a_path_of_nobody_is_not_found(client: httpx.AsyncClient, path: str) -> None:
    assert (await client.get(path)).status_code == 404


async def test_a_path_is_looked_for_below_the_applications_own(client: httpx.AsyncClient) -> None:
    below = httpx.ASGITransport(client._transport.app, root_path="/call24")  # type: ignore[attr-defined]
    async with httpx.AsyncClient(transport=below, base_url="http://call24.test") as asking:
        assert (await asking.get("/call24/v1/calls/mine")).json() == "/v1/calls/mine"
