"""Webhooks: what is told, in which order, signed with what, again when it was not taken, and to whom never."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from tests.support.clock import StillClock
from tests.support.realtime.hub import application
from tests.support.wait import wait_until

from call24.kit.outbound_http import OutboundHttp, is_public
from call24.pusher_apps.model import AppTerms, AppWebhook
from call24.realtime.webhooks import BATCH_MAX, PAUSES_S, WAITING_MAX, Webhooks

URL = "https://acme.example/hooks"
HOOK = AppWebhook(url=URL, events=("channel_occupied", "member_added"))


class There:
    """The other end: takes everything, until `answers` says otherwise."""

    def __init__(self) -> None:
        self.clock = StillClock()
        self.terms: dict[str, AppTerms] = {}
        self.took: list[tuple[str, bytes, Mapping[str, str]]] = []
        self.answers: list[int | Exception] = []
        self.webhooks = Webhooks(self.clock, self.post, self.terms.get)

    async def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> int:
        self.took.append((url, body, headers))
        answer = self.answers.pop(0) if self.answers else 200
        if isinstance(answer, Exception):
            raise answer
        return answer

    def application(self, *hooks: AppWebhook, **more: Any) -> AppTerms:
        terms = application(webhooks=hooks, **more)
        self.terms[terms.key] = terms
        return terms

    def events(self) -> list[Any]:
        return [event for _, body, _ in self.took for event in json.loads(body)["events"]]


@pytest.fixture
async def there() -> AsyncIterator[There]:
    there = There()
    running = asyncio.create_task(there.webhooks.run())
    yield there
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running


def occupied(name: str) -> dict[str, Any]:
    return {"name": "channel_occupied", "channel": name}


async def test_what_an_application_asked_for_is_told_signed(there: There) -> None:
    terms = there.application(HOOK)
    there.webhooks.tell(terms, occupied("a"))
    there.webhooks.tell(terms, {"name": "channel_vacated", "channel": "a"})
    await wait_until(lambda: there.took)
    (url, body, headers) = there.took[0]
    told = json.loads(body)
    assert (url, told["events"]) == (URL, [occupied("a")])
    assert told["time_ms"] == int(there.clock.now().timestamp() * 1000)
    assert headers["X-Pusher-Key"] == terms.key
    assert headers["X-Pusher-Signature"] == hmac.new(terms.secret.encode(), body, hashlib.sha256).hexdigest()
    assert headers["Content-Type"] == "application/json"


async def test_events_come_in_order_a_batch_at_a_time(there: There) -> None:
    terms = there.application(HOOK)
    for number in range(BATCH_MAX + 7):
        there.webhooks.tell(terms, occupied(f"c{number}"))
    await wait_until(lambda: there.webhooks.delivered == BATCH_MAX + 7)
    assert [event["channel"] for event in there.events()] == [f"c{number}" for number in range(BATCH_MAX + 7)]
    assert len(there.took) == 2


@pytest.mark.parametrize("trouble", [500, 404, 302, OSError(), TimeoutError(), ValueError()])
async def test_what_was_not_taken_is_told_again_unchanged_and_before_what_came_later(
    there: There, trouble: Any
) -> None:
    terms = there.application(HOOK)
    there.answers = [trouble]
    there.webhooks.tell(terms, occupied("a"))
    await wait_until(lambda: len(there.took) == 1 and there.clock.pending)
    there.webhooks.tell(terms, occupied("b"))
    there.clock.advance(seconds=PAUSES_S[0] + 0.1)
    await wait_until(lambda: there.webhooks.delivered == 2)
    assert [event["channel"] for event in there.events()] == ["a", "a", "b"]
    assert there.took[0][1] == there.took[1][1]


async def test_what_is_not_taken_for_two_hours_is_dropped_and_the_rest_goes_on(there: There) -> None:
    terms, over = there.application(HOOK), there.clock.now() + timedelta(hours=2)
    there.answers = [500] * 1000
    there.webhooks.tell(terms, occupied("a"))
    tries = 0
    while there.clock.now() < over:
        tries += 1
        await wait_until(lambda tries=tries: len(there.took) == tries and there.clock.pending)
        assert there.webhooks.dropped == 0
        there.clock.advance(seconds=60)
    await wait_until(lambda: there.webhooks.dropped == 1)
    there.answers = []
    there.webhooks.tell(terms, occupied("b"))
    await wait_until(lambda: there.webhooks.delivered == 1)
    assert there.events()[-1] == occupied("b") and tries == 120


async def test_an_address_that_is_back_is_told_within_a_minute_however_long_it_was_dead(there: There) -> None:
    terms = there.application(HOOK)
    there.answers = [500] * 90
    there.webhooks.tell(terms, occupied("a"))
    for tries in range(1, 91):
        await wait_until(lambda tries=tries: len(there.took) == tries and there.clock.pending)
        there.clock.advance(seconds=60)
    await wait_until(lambda: there.webhooks.delivered == 1)


async def test_a_dead_address_holds_up_neither_another_nor_another_application(there: There) -> None:
    other = AppWebhook(url="https://acme.example/other", events=HOOK.events)
    mine, theirs = there.application(HOOK, other), there.application(HOOK, number="1000000002")
    dead = asyncio.Event()

    async def post(url: str, body: bytes, headers: Mapping[str, str]) -> int:
        if url == URL and headers["X-Pusher-Key"] == mine.key:
            await dead.wait()
        there.took.append((url, body, headers))
        return 200

    there.webhooks._post = post
    for number in range(10):
        there.webhooks.tell(mine, occupied(f"c{number}"))
        there.webhooks.tell(theirs, occupied(f"c{number}"))
    await wait_until(lambda: there.webhooks.delivered == 20)
    assert {url for url, _, headers in there.took if headers["X-Pusher-Key"] == mine.key} == {other.url}
    dead.set()
    await wait_until(lambda: there.webhooks.delivered == 30)


async def test_a_changed_secret_and_a_withdrawn_address_count_for_what_waits(there: There) -> None:
    terms = there.application(HOOK)
    there.answers = [500]
    there.webhooks.tell(terms, occupied("a"))
    await wait_until(lambda: there.took and there.clock.pending)
    there.terms[terms.key] = replace(terms, secret="new")
    there.answers = [500]
    there.clock.advance(seconds=PAUSES_S[0] + 0.1)
    await wait_until(lambda: len(there.took) == 2 and there.clock.pending)
    _, body, headers = there.took[1]
    assert headers["X-Pusher-Signature"] == hmac.new(b"new", body, hashlib.sha256).hexdigest()
    there.terms[terms.key] = replace(terms, webhooks=())
    there.clock.advance(seconds=PAUSES_S[1] + 0.1)
    await wait_until(lambda: there.webhooks.dropped == 1)
    assert len(there.took) == 2


async def test_what_waits_is_bounded(there: There) -> None:
    terms = there.application(HOOK)
    there.answers = [500]
    there.webhooks.tell(terms, occupied("first"))
    await wait_until(lambda: there.took and there.clock.pending)
    for number in range(WAITING_MAX + 5):
        there.webhooks.tell(terms, occupied(f"c{number}"))
    there.clock.advance(seconds=PAUSES_S[0] + 0.1)
    await wait_until(lambda: there.webhooks.delivered == WAITING_MAX + 1)
    assert there.webhooks.dropped == 5
    assert there.events()[2]["channel"] == "c5"


# Where webhooks may go


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("93.184.216.34", True),
        ("2606:2800:220:1::1", True),
        *(
            (address, False)
            for address in ("127.0.0.1", "127.9.9.9", "0.0.0.0", "10.1.2.3", "172.16.0.1", "192.168.1.1")
        ),
        *(
            (address, False)
            for address in ("169.254.169.254", "100.64.0.1", "224.0.0.1", "255.255.255.255", "240.0.0.1")
        ),
        *(
            (address, False)
            for address in ("::1", "::", "fe80::1%eth0", "fec0::1", "fc00::1", "ff02::1", "::ffff:127.0.0.1")
        ),
        *(
            (address, False)
            for address in ("64:ff9b::7f00:1", "2002:7f00:1::", "2001:0:7f00:1::", "::ffff:10.0.0.1", "x")
        ),
    ],
)
def test_only_addresses_of_the_internet_are_public(address: str, public: bool) -> None:
    assert is_public(address) is public


@pytest.fixture
async def here() -> AsyncIterator[list[Any]]:
    """A server on this machine: what it was asked."""
    asked: list[Any] = []

    async def take(request: web.Request) -> web.Response:
        asked.append((request.path, await request.read(), request.headers.get("X-A")))
        return (
            web.Response(status=302, headers={"Location": "/elsewhere"}) if request.path == "/moved" else web.Response()
        )

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", take)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    asked.append(runner.addresses[0][1])
    yield asked
    await runner.cleanup()


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "0.0.0.0", "[::ffff:127.0.0.1]", "2130706433", "0x7f.1"])
async def test_a_webhook_does_not_reach_this_machine(here: list[Any], host: str) -> None:
    poster = OutboundHttp()
    try:
        with pytest.raises((OSError, aiohttp.ClientError)):
            await poster.post(f"http://{host}:{here[0]}/secret", b"{}", {})
    finally:
        await poster.close()
    assert len(here) == 1


async def test_a_webhook_reaches_it_where_the_operator_lets_it_and_follows_no_redirect(here: list[Any]) -> None:
    poster = OutboundHttp(private=True)
    try:
        assert await poster.post(f"http://127.0.0.1:{here[0]}/hook", b"{}", {"X-A": "b"}) == 200
        assert await poster.post(f"http://127.0.0.1:{here[0]}/moved", b"{}", {}) == 302
    finally:
        await poster.close()
    assert here[1:] == [("/hook", b"{}", "b"), ("/moved", b"{}", None)]
