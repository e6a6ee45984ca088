"""Push messages leave one after another for a browser, many browsers at once; none waits for another's service."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import pytest
from tests.support.push_service import Browser, PushService, push_service
from tests.support.wait import wait_until

from call24.kit.clock import SystemClock
from call24.kit.ids import DeviceId, TenantId
from call24.kit.outbound_http import OutboundHttp
from call24.kit.secrets import AppKey
from call24.web_push import sender as sending
from call24.web_push.model import Outcome, Target
from call24.web_push.sender import Push, Sender
from call24.web_push.vapid import Vapid

CLOCK = SystemClock()
VAPID = Vapid(AppKey(b"1" * 32), CLOCK, "https://call.example")
ACME, OTHER = TenantId("ten_acme"), TenantId("ten_other")


class Sent:
    """A running sender, and what became of messages."""

    def __init__(self, post: Any) -> None:
        self.over: list[tuple[str, Outcome]] = []
        self.sender = Sender(CLOCK, VAPID, post, lambda push, outcome: self.over.append((push.topic, outcome)))

    def put(
        self, browser: Browser, text: str, topic: str = "t", tenant: TenantId = ACME, lasts_s: float = 30.0
    ) -> None:
        now = CLOCK.now()
        told = browser.subscription()
        self.sender.put(
            Push(
                tenant_id=tenant,
                device_id=DeviceId(f"dev_{browser.origin[-4:]}{browser.id}"),
                target=Target(**told),
                message=json.dumps({"tag": topic, "text": text}).encode(),
                topic=topic,
                urgency="high",
                until=now + timedelta(seconds=lasts_s),
                due=now,
            )
        )


@asynccontextmanager
async def running(*, private: bool = True, post: Callable[..., Any] | None = None) -> AsyncIterator[Sent]:
    outward = OutboundHttp(private=private)
    sent = Sent(post or outward.post)
    task = asyncio.create_task(sent.sender.run())
    try:
        yield sent
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await outward.close()


def texts(service: PushService, browser: Browser) -> list[str]:
    return [one["text"] for one in service.of(browser)]


async def test_a_message_arrives_encrypted_signed_and_with_its_time_and_urgency() -> None:
    async with push_service() as service, running() as sent:
        browser = service.browser(VAPID.public)
        sent.put(browser, "hello", "call", lasts_s=30)
        await wait_until(lambda: service.took or service.faults)
        assert service.faults == []
        [one] = service.took
        assert one.message == {"tag": "call", "text": "hello"}
        assert (one.headers["urgency"], one.topic, service.subject) == ("high", "call", "https://call.example")
        assert 28 <= int(one.headers["ttl"]) <= 30
        await wait_until(lambda: sent.over == [("call", "accepted")])


async def test_a_newer_message_takes_the_place_of_one_that_waits_and_never_overtakes_one_on_its_way() -> None:
    async with push_service() as service, running() as sent:
        browser = service.browser(VAPID.public)
        service.delay_s = 0.2
        sent.put(browser, "rings")
        await wait_until(lambda: service.at_once == 1)
        sent.put(browser, "rings again")
        sent.put(browser, "answered by Anna")
        await wait_until(lambda: len(service.took) == 2)
        await wait_until(lambda: [outcome for _, outcome in sent.over] == ["late", "accepted", "accepted"])
        assert texts(service, browser) == ["rings", "answered by Anna"]
        assert service.most_at_once == 1


@pytest.mark.parametrize("status", [404, 410])
async def test_a_browser_that_is_gone_is_told_so_at_once(status: int) -> None:
    async with push_service() as service, running() as sent:
        browser = service.browser(VAPID.public)
        service.answers = [status]
        sent.put(browser, "rings")
        await wait_until(lambda: sent.over == [("t", "gone")])


async def test_a_service_in_trouble_is_asked_again_as_long_as_the_message_is_worth_it() -> None:
    async with push_service() as service, running() as sent:
        browser = service.browser(VAPID.public)
        service.answers = [503]
        sent.put(browser, "rings")
        await wait_until(lambda: texts(service, browser) == ["rings"], 5)
        service.answers = [429]
        sent.put(browser, "rings no more", lasts_s=0.5)
        await wait_until(lambda: ("t", "refused") in sent.over, 5)
        assert texts(service, browser) == ["rings"]


async def test_a_message_that_waits_for_another_attempt_does_not_hold_up_a_call() -> None:
    async with push_service() as service, running() as sent:
        browser = service.browser(VAPID.public)
        service.answers = [503, 503]
        sent.put(browser, "a task", "task")
        await wait_until(lambda: service.answers == [], 5)  # the next attempt is in three seconds
        begun = time.monotonic()
        sent.put(browser, "rings", "call")
        await wait_until(lambda: "rings" in texts(service, browser))
        assert time.monotonic() - begun < 1.5
        await wait_until(lambda: texts(service, browser) == ["rings", "a task"], 6)


async def test_what_a_service_does_not_understand_is_not_repeated() -> None:
    async with push_service() as service, running() as sent:
        browser = service.browser("another key")
        sent.put(browser, "rings")
        await wait_until(lambda: sent.over == [("t", "refused")])
        assert len(service.faults) == 1


async def test_a_slow_push_service_delays_neither_another_organisation_nor_another_service() -> None:
    async with push_service() as slow, push_service() as quick, running() as sent:
        slow.delay_s = 5.0
        for number in range(100):
            sent.put(slow.browser(VAPID.public), "rings", tenant=TenantId(f"ten_{number % 20}"))
        await wait_until(lambda: slow.at_once == sending.OF_SERVICE)
        begun = time.monotonic()
        others = quick.browser(VAPID.public)
        sent.put(others, "rings", tenant=OTHER)
        await wait_until(lambda: texts(quick, others) == ["rings"])
        assert time.monotonic() - begun < 1.0
        assert slow.most_at_once == 50


async def test_an_organisation_that_sends_to_many_browsers_has_its_share() -> None:
    async with push_service() as service, running() as sent:
        service.delay_s = 0.3
        for _ in range(60):
            sent.put(service.browser(VAPID.public), "policy", tenant=ACME)
        await wait_until(lambda: service.at_once == 10)
        theirs = service.browser(VAPID.public)
        sent.put(theirs, "rings", tenant=OTHER)
        await wait_until(lambda: texts(service, theirs) == ["rings"])
        assert len(service.took) <= 30, "of sixty"
        assert service.most_at_once <= 11


async def test_nothing_goes_to_this_machine_unless_the_operator_lets_it() -> None:
    async with push_service() as service, running(private=False) as sent:
        browser = service.browser(VAPID.public)
        sent.put(browser, "rings")
        await wait_until(lambda: sent.over == [("t", "not_allowed")])
        assert service.took == []


async def test_so_many_topics_wait_for_a_browser_and_the_oldest_makes_room() -> None:
    async with push_service() as service, running() as sent:
        browser = service.browser(VAPID.public)
        service.delay_s = 0.05
        for number in range(35):
            sent.put(browser, str(number), topic=f"t{number}")
        await wait_until(lambda: len(sent.over) == 35)
        assert len(texts(service, browser)) in (30, 31)
        assert texts(service, browser)[-1] == "34"
        assert ("t1", "late") in sent.over


async def test_what_waits_for_a_browser_that_signed_out_is_not_sent() -> None:
    async with push_service() as service, running() as sent:
        browser = service.browser(VAPID.public)
        service.delay_s = 0.2
        sent.put(browser, "first", topic="a")
        await wait_until(lambda: service.at_once == 1)
        sent.put(browser, "second", topic="b")
        sent.sender.forget(DeviceId(f"dev_{browser.origin[-4:]}{browser.id}"))
        await wait_until(lambda: len(service.took) == 1)
        await wait_until(lambda: not sent.sender._lines)
        assert texts(service, browser) == ["first"]


async def test_what_a_service_did_not_take_is_not_sent_again_to_a_browser_that_signed_out_meanwhile() -> None:
    async with push_service() as service, running() as sent:
        browser = service.browser(VAPID.public)
        service.delay_s, service.answers = 0.2, [503, 503]
        sent.put(browser, "rings")
        await wait_until(lambda: service.at_once == 1)
        sent.sender.forget(DeviceId(f"dev_{browser.origin[-4:]}{browser.id}"))
        await wait_until(lambda: sent.over == [("t", "refused")], 5)
        assert service.answers == [503], "asked once"
