"""Requests in a minute: told with each answer, refused above the limit, and no organisation pays for another."""

from __future__ import annotations

import httpx
import pytest
from starlette.types import Receive, Scope, Send

from call24.http import rates
from call24.http.rates import Rates

Seconds = list[float]


async def app(scope: Scope, receive: Receive, send: Send) -> None:
    known = any(value == b"Bearer good" or value == b"Bearer other" for _, value in scope["headers"])
    await send({"type": "http.response.start", "status": 200 if known else 401, "headers": []})
    await send({"type": "http.response.body", "body": b""})


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> Seconds:
    monkeypatch.setattr(rates, "PER_MINUTE", 5)
    return [1000.0]


async def ask(
    limited: Rates, bearer: str | None = "good", path: str = "/v1/me", address: str = "192.0.2.1"
) -> httpx.Response:
    transport = httpx.ASGITransport(limited, client=(address, 5000))
    async with httpx.AsyncClient(transport=transport, base_url="https://call24.test") as client:
        return await client.get(path, headers={"Authorization": f"Bearer {bearer}"} if bearer else {})


async def test_each_answer_tells_what_is_left_until_the_minute_is_over(now: Seconds) -> None:
    limited = Rates(app, lambda: now[0])
    told = [(await ask(limited)).headers["RateLimit"] for _ in range(3)]
    assert told == ['"default";r=4;t=60', '"default";r=3;t=60', '"default";r=2;t=60']
    now[0] += 45
    assert (await ask(limited)).headers["RateLimit"] == '"default";r=1;t=15'
    now[0] += 15
    assert (await ask(limited)).headers["RateLimit"] == '"default";r=4;t=60'


async def test_above_the_limit_it_is_refused_with_the_time_to_wait_and_others_are_served(now: Seconds) -> None:
    limited = Rates(app, lambda: now[0])
    for _ in range(5):
        assert (await ask(limited)).status_code == 200
    now[0] += 20
    refused = await ask(limited)
    assert (refused.status_code, refused.json()["code"]) == (429, "too_many_requests")
    assert refused.headers["Retry-After"] == "40"
    assert refused.headers["RateLimit"] == '"default";r=0;t=40'
    assert (await ask(limited, "other")).status_code == 200
    assert (await ask(limited, path="/health/live")).status_code == 200
    now[0] += 40
    assert (await ask(limited)).status_code == 200


async def test_tokens_that_are_none_are_counted_by_address(now: Seconds) -> None:
    limited = Rates(app, lambda: now[0])
    for n in range(5):
        assert (await ask(limited, f"guess {n}")).status_code == 401
    assert (await ask(limited, "guess 9")).status_code == 429
    assert (await ask(limited, "guess 9", address="192.0.2.2")).status_code == 401


async def test_who_was_let_in_does_not_pay_for_strangers_at_the_same_address(now: Seconds) -> None:
    limited = Rates(app, lambda: now[0])
    assert (await ask(limited)).status_code == 200
    for n in range(9):
        await ask(limited, f"guess {n}")
    assert (await ask(limited, "guess 9")).status_code == 429
    assert (await ask(limited)).status_code == 200


async def test_memory_is_bounded_whatever_is_asked(now: Seconds, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rates, "_KEYS_MAX", 10)
    limited = Rates(app, lambda: now[0])
    for n in range(50):
        await ask(limited, f"guess {n}", address=f"192.0.2.{n}")
    assert len(limited._windows) == 10
