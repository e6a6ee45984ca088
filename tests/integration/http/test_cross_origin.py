"""CORS: pages of configured origins may use the API, nobody else's, and never with cookies."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace

import httpx
import pytest
from tests.integration.http.test_api_edge import assert_problem
from tests.support.http.api import Api

from call24.http.middleware import rate_limits
from call24.server.http_app import create_app

DESK, EVIL = "https://desk.example", "https://evil.example"


@pytest.fixture
async def http(api: Api) -> AsyncIterator[httpx.AsyncClient]:
    app = create_app(replace(api.services, origins=(DESK,)))
    transport = httpx.ASGITransport(app, client=("127.0.0.1", 50000))
    async with httpx.AsyncClient(transport=transport, base_url="https://call24.test") as client:
        yield client


def preflight(origin: str) -> dict[str, str]:
    wanted = "authorization,content-type,if-match,idempotency-key,x-request-id"
    return {"Origin": origin, "Access-Control-Request-Method": "PATCH", "Access-Control-Request-Headers": wanted}


async def test_a_configured_origin_may_ask_and_is_shown_the_headers_that_it_needs(
    api: Api, http: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = await http.options("/v1/queues/que_x", headers=preflight(DESK))
    assert (before.status_code, before.headers["Access-Control-Allow-Origin"]) == (200, DESK)
    assert "PATCH" in before.headers["Access-Control-Allow-Methods"].split(", ")
    acme = await api.organisation()
    asked = {"Origin": DESK, "Authorization": f"Bearer {acme.bearers['owner']}"}
    answers = [await http.get("/v1/me", headers=asked), await http.get("/v1/me", headers={"Origin": DESK})]
    monkeypatch.setattr(rate_limits, "PER_MINUTE", 0)
    answers.append(await http.get("/v1/me", headers=asked))
    assert [one.status_code for one in answers] == [200, 401, 429]
    for answer in answers:
        assert answer.headers["Access-Control-Allow-Origin"] == DESK and "Origin" in answer.headers["Vary"]
        assert "Access-Control-Allow-Credentials" not in answer.headers
        shown = set(answer.headers["Access-Control-Expose-Headers"].split(", "))
        needed = {"ETag", "Location", "Retry-After", "RateLimit", "RateLimit-Policy", "X-Request-Id", "Link"}
        assert needed <= shown


async def test_no_other_origin_and_no_operators_address_is_let_in(http: httpx.AsyncClient) -> None:
    for origin, path in ((EVIL, "/v1/me"), (f"{DESK}.evil.example", "/v1/me"), ("null", "/v1/me"), (DESK, "/docs")):
        for answer in (
            await http.options(path, headers=preflight(origin)),
            await http.get(path, headers={"Origin": origin}),
        ):
            assert "Access-Control-Allow-Origin" not in answer.headers, (origin, path)
    answer = await http.options("/v1/internal/doctor", headers=preflight(DESK))
    assert "Access-Control-Allow-Origin" not in answer.headers


async def test_without_configured_origins_no_answer_speaks_of_cors(api: Api) -> None:
    answers = [await api.call("OPTIONS", "/v1/me", headers=preflight(DESK))]
    answers.append(await api.call("GET", "/v1/me", headers={"Origin": DESK}))
    assert_problem(answers[1], 401, "unauthenticated")
    assert not [name for one in answers for name in one.headers if name.startswith("access-control-")]
