"""Requests in a minute: told with each answer, refused above the limit, and no organisation pays for another."""

from __future__ import annotations

import asyncio

import httpx
import pytest
from starlette.types import Receive, Scope, Send

from call24.http.middleware import rate_limits
from call24.http.middleware.rate_limits import RateLimitMiddleware

Seconds = list[float]
GATES: list[asyncio.Event] = []


async def app(scope: Scope, receive: Receive, send: Send) -> None:
    known = any(value == b"Bearer good" or value == b"Bearer other" for _, value in scope["headers"])
    if known:
        scope.setdefault("state", {})["principal"] = "somebody"
    for gate in GATES:
        await gate.wait()
    await send({"type": "http.response.start", "status": 200 if known else 401, "headers": []})
    await send({"type": "http.response.body", "body": b""})


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> Seconds:
    monkeypatch.setattr(rate_limits, "PER_MINUTE", 5)
    return [1000.0]


async def ask(
    limited: RateLimitMiddleware, bearer: str | None = "good", path: str = "/v1/me", address: str = "192.0.2.1"
) -> httpx.Response:
    transport = httpx.ASGITransport(limited, client=(address, 5000))
    async with httpx.AsyncClient(transport=transport, base_url="https://call24.test") as client:
        return await client.get(path, headers={"Authorization": f"Bearer {bearer}"} if bearer else {})


async def test_each_answer_tells_what_is_left_until_the_minute_is_over(now: Seconds) -> None:
    limited = RateLimitMiddleware(app, lambda: now[0])
    told = [(await ask(limited)).headers["RateLimit"] for _ in range(3)]
    assert told == ['"default";r=4;t=60', '"default";r=3;t=60', '"default";r=2;t=60']
    now[0] += 45
    assert (await ask(limited)).headers["RateLimit"] == '"default";r=1;t=15'
    now[0] += 15
    assert (await ask(limited)).headers["RateLimit"] == '"default";r=4;t=60'


async def test_above_the_limit_it_is_refused_with_the_time_to_wait_and_others_are_served(now: Seconds) -> None:
    limited = RateLimitMiddleware(app, lambda: now[0])
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
    limited = RateLimitMiddleware(app, lambda: now[0])
    for n in range(5):
        assert (await ask(limited, f"guess {n}")).status_code == 401
    assert (await ask(limited, "guess 9")).status_code == 429
    assert (await ask(limited, "guess 9", address="192.0.2.2")).status_code == 401


async def test_who_was_let_in_does_not_pay_for_strangers_at_the_same_address(now: Seconds) -> None:
    limited = RateLimitMiddleware(app, lambda: now[0])
    assert (await ask(limited)).status_code == 200
    for n in range(9):
        await ask(limited, f"guess {n}")
    assert (await ask(limited, "guess 9")).status_code == 429
    assert (await ask(limited)).status_code == 200


async def test_made_up_tokens_are_counted_before_they_are_looked_up(now: Seconds) -> None:
    """However many come at once: each costs a look into the database."""
    limited = RateLimitMiddleware(app, lambda: now[0])
    GATES.append(asyncio.Event())
    try:
        asking = [asyncio.create_task(ask(limited, f"guess {n}")) for n in range(20)]
        refused = await asyncio.wait_for(_first_done(asking, 15), 5)
    finally:
        GATES.pop().set()
    assert {each.status_code for each in refused} == {429}
    assert [(await each).status_code for each in asking].count(401) == 5


async def _first_done(asking: list[asyncio.Task[httpx.Response]], count: int) -> list[httpx.Response]:
    while len(done := [each.result() for each in asking if each.done()]) < count:
        await asyncio.wait([each for each in asking if not each.done()], return_when=asyncio.FIRST_COMPLETED)
    return done


async def test_a_made_up_token_is_none_where_there_is_nothing_either(now: Seconds) -> None:
    async def nothing(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 404, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    limited = RateLimitMiddleware(nothing, lambda: now[0])
    assert [(await ask(limited, f"guess {n}")).status_code for n in range(6)] == [404] * 5 + [429]


async def test_a_crowd_at_its_address_keeps_nobody_out_who_was_let_in_a_minute_ago(now: Seconds) -> None:
    limited = RateLimitMiddleware(app, lambda: now[0])
    assert (await ask(limited)).status_code == 200
    now[0] += 61
    for n in range(9):
        await ask(limited, f"guess {n}")
    assert (await ask(limited)).status_code == 200


async def test_pages_and_files_have_a_count_of_their_own(now: Seconds, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rate_limits, "PAGES_PER_MINUTE", 8)
    limited = RateLimitMiddleware(app, lambda: now[0])
    told = [(await ask(limited, None, path)).status_code for path in ("/", "/trust", "/docs", "/x.js") * 3]
    assert told == [401] * 8 + [429] * 4
    assert (await ask(limited)).status_code == 200
    assert (await ask(limited, None, "/", "192.0.2.2")).status_code == 401


async def test_a_server_that_publishes_for_an_application_does_not_pay_for_strangers(now: Seconds) -> None:
    async def signed(scope: Scope, receive: Receive, send: Send) -> None:
        status = 200 if b"good" in scope["query_string"] else 401
        await send({"type": "http.response.start", "status": status, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    limited = RateLimitMiddleware(signed, lambda: now[0])
    assert (await ask(limited, None, "/apps/7/events?good")).status_code == 200
    told = [(await ask(limited, None, f"/apps/{n}/events")).status_code for n in range(100, 106)]
    assert told == [401] * 5 + [429]
    assert (await ask(limited, None, "/apps/7/events?good")).status_code == 200


async def test_memory_is_bounded_and_made_up_tokens_put_out_nobody(now: Seconds) -> None:
    limited = RateLimitMiddleware(app, lambda: now[0])
    for windows in (limited._strangers, limited._known, limited._pages):
        windows._keys_max = 10
    for _ in range(5):
        assert (await ask(limited)).status_code == 200
    for n in range(50):
        await ask(limited, f"guess {n}", address=f"192.0.2.{n}")
        await ask(limited, None, "/", address=f"192.0.2.{n}")
    assert (len(limited._strangers), len(limited._known), len(limited._pages)) == (10, 1, 10)
    assert (await ask(limited)).status_code == 429, "what it has used is not forgotten"
