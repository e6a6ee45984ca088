"""A call that rings reaches browsers by Web Push, encrypted and signed, and what became of it takes its place.

The push service is a stand-in that checks and decrypts what it gets (tests/support/push_service.py); all else is the
product.
"""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest
import pytest_asyncio
from tests.support.product.composed import Composed, composed
from tests.support.product.stack import RunningStack
from tests.support.product.system import AGENT_HZ, Agent, Organisation, System
from tests.support.push_service import Browser, PushService, push_service
from tests.support.wait import wait_until

from call24.testphones.customer import CustomerCall
from call24.testphones.rtp import Tone

pytestmark = [pytest.mark.shares_stack("server"), pytest.mark.asyncio(loop_scope="module")]

NUMBER, NAME = "+442079468191", "Bat Erdene"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def house(stack: RunningStack) -> AsyncIterator[Composed]:
    async with composed(stack, replace(stack.settings, webhooks_private=True)) as built:
        yield built


@pytest_asyncio.fixture(loop_scope="module")
async def service() -> AsyncIterator[PushService]:
    async with push_service() as made:
        yield made
        assert made.faults == []


async def subscribes(agent: Agent, service: PushService, *, shows_caller: bool = True, **more: str) -> Browser:
    """The browser of this agent's session, as the app turns notifications on."""
    listed = (await agent.http.get("/v1/me/push-subscriptions")).json()
    browser = service.browser(listed["application_server_key"])
    wish = browser.subscription(shows_caller=shows_caller, **more)
    made = await agent.http.put("/v1/me/device/push-subscription", json=wish)
    assert made.status_code == 200, made.text
    return browser


async def subscriptions(agent: Agent) -> list[dict[str, Any]]:
    return list((await agent.http.get("/v1/me/push-subscriptions")).json()["items"])


async def dials(acme: Organisation) -> CustomerCall:
    return await acme.customer(NUMBER, NAME).dial(acme.number, Tone(1000))


async def test_a_call_rings_on_all_of_an_agents_browsers_and_an_answer_elsewhere_takes_its_place(
    house: Composed, service: PushService
) -> None:
    async with house.organisation("Acme", strategy="ring_all") as acme:
        anna, bert = await acme.crew("Anna", "Bert")
        laptop = await subscribes(anna, service)
        phone = await subscribes(await anna.on_another_device(), service, language="mn")
        others = await subscribes(bert, service)
        await anna.be("available")
        await bert.be("available")
        call = await dials(acme)
        offer = await anna.rings()
        for browser in (laptop, phone, others):
            await wait_until(lambda: service.of(browser) or service.faults, 5)  # noqa: B023
            [told] = service.of(browser)
            words = (f"Дуудлага: {NAME}", "Хариулах") if browser is phone else (f"Call from {NAME}", "Answer")
            assert (told["title"], told["answer"], told["body"], told["ringing"]) == (*words, "Support", True)
            assert (told["kind"], told["call_id"]) == ("incoming_call", offer.call_id)
        sent = [one.headers for one in service.took]
        assert {one["urgency"] for one in sent} == {"high"}
        assert all(30 <= int(one["ttl"]) <= 45 for one in sent)
        assert NAME not in str(sent) and NUMBER not in str(sent), "what the service sees says nothing of the call"

        await offer.answer(AGENT_HZ)
        for browser, title in ((laptop, "Call answered"), (phone, "Дуудлагад хариулсан"), (others, "Answered by Anna")):
            await wait_until(lambda: len(service.of(browser)) == 2, 5)  # noqa: B023
            [shown] = service.shown(browser).values()
            assert (shown["title"], shown.get("ringing", False), shown["silent"]) == (title, False, True)
        by_browser = [[one.topic for one in service.took if one.browser == id] for id in service.browsers]
        assert all(len(set(topics)) == 1 for topics in by_browser), "a push service drops the ring that still waits"
        assert len({topics[0] for topics in by_browser}) == 3, "a topic tells nobody that two browsers ring together"
        call.hang_up()


async def test_a_caller_who_hangs_up_is_shown_as_missed_and_only_where_the_user_wants_it_by_name(
    house: Composed, service: PushService
) -> None:
    async with house.organisation("Acme") as acme:
        [anna] = await acme.crew("Anna")
        browser = await subscribes(anna, service, shows_caller=False)
        await anna.be("available")
        call = await dials(acme)
        await wait_until(lambda: service.of(browser), 10)
        [told] = service.of(browser)
        assert (told["title"], told["body"]) == ("Incoming call", "Support")
        assert NAME not in str(told) and NUMBER not in str(told)
        call.hang_up()
        await wait_until(lambda: len(service.of(browser)) == 2, 5)
        [shown] = service.shown(browser).values()
        assert shown["title"] == "Missed call"


async def test_what_a_user_does_not_want_pushed_is_not_and_the_rest_is(house: Composed, service: PushService) -> None:
    async with house.organisation("Acme", strategy="ring_all") as acme:
        anna, bert = await acme.crew("Anna", "Bert")
        hers, his = await subscribes(anna, service), await subscribes(bert, service)
        for agent, kind in ((anna, "incoming_call"), (bert, "task_assigned")):
            wish = {"choices": [{"kind": kind, "channel": "push", "on": False}]}
            assert (await agent.http.put("/v1/me/notification-preferences", json=wish)).status_code == 200
            task = {"title": f"Call {NAME} back", "assignee_id": agent.user_id}
            assert (await acme.http.post("/v1/tasks", json=task)).status_code == 201
        await wait_until(lambda: service.of(hers), 10)
        [told] = service.of(hers)
        assert (told["title"], told["body"], told["url"]) == ("Task assigned", "Somebody gave you a task.", "/#/work")
        assert NAME not in str(told)

        await anna.be("available")
        await bert.be("available")
        call = await dials(acme)
        await wait_until(lambda: service.of(his), 10)
        call.hang_up()
        await wait_until(lambda: len(service.of(his)) == 2, 5)
        assert [one["title"] for one in service.of(his)] == [f"Call from {NAME}", "Missed call"]
        [device] = [one["device_id"] for one in await subscriptions(anna)]
        assert (await anna.http.post(f"/v1/me/push-subscriptions/{device}/test")).status_code == 204
        await wait_until(lambda: len(service.of(hers)) == 2, 5)
        assert service.of(hers)[1]["kind"] == "test", "messages to a browser keep their order"


async def test_a_browser_that_is_gone_is_sent_nothing_any_more_and_so_is_one_that_signed_out(
    house: Composed, service: PushService
) -> None:
    async with house.organisation("Acme") as acme:
        [anna] = await acme.crew("Anna")
        other = await anna.on_another_device()
        gone = await subscribes(anna, service)
        stays = await subscribes(other, service)
        assert len(await subscriptions(anna)) == 2
        [own] = [one for one in await subscriptions(anna) if one["current"]]
        del service.browsers[gone.id]
        assert (await anna.http.post(f"/v1/me/push-subscriptions/{own['device_id']}/test")).status_code == 204

        async def dropped() -> bool:
            return [one["current"] for one in await subscriptions(anna)] == [False]

        await wait_until(dropped, 5)
        [left] = await subscriptions(anna)
        assert (await anna.http.post(f"/v1/me/push-subscriptions/{left['device_id']}/test")).status_code == 204
        await wait_until(lambda: service.of(stays), 5)
        assert (await other.http.post("/v1/auth/logout")).status_code == 204
        assert await subscriptions(anna) == []
        assert house.database["push_subscriptions"].count_documents({"tenant_id": acme.tenant_id}) == 0


@pytest.mark.long("integration/web_push/test_subscriptions.py::test_a_browser_is_of_whoever_signed_in_there_last")
async def test_a_browser_belongs_to_whoever_signed_in_there_last(house: Composed, service: PushService) -> None:
    async with house.organisation("Acme") as acme, house.organisation("Other") as other:
        [anna], [olaf] = await acme.crew("Anna"), await other.crew("Olaf")
        browser = await subscribes(anna, service)
        taken = await olaf.http.put("/v1/me/device/push-subscription", json=browser.subscription())
        assert taken.status_code == 200
        assert await subscriptions(anna) == []
        await anna.be("available")
        call = await dials(acme)
        await anna.rings()
        await olaf.be("available")
        theirs = await dials(other)
        await wait_until(lambda: service.of(browser), 10)
        assert len(service.of(browser)) == 1, "of Olaf's call, and none of Anna's"
        call.hang_up()
        theirs.hang_up()


@pytest.mark.long(
    "unit/web_push/test_sender.py::test_a_slow_push_service_delays_neither_another_organisation_nor_another_service"
)
async def test_a_slow_push_service_delays_neither_calls_nor_another_organisation(
    house: Composed, service: PushService
) -> None:
    async with push_service() as slow, house.organisation("Slow") as acme, house.organisation("Quick") as other:
        slow.delay_s = 8.0
        [anna], [olaf] = await acme.crew("Anna"), await other.crew("Olaf")
        await subscribes(anna, slow)
        quick = await subscribes(olaf, service)
        await anna.be("available")
        await olaf.be("available")
        call = await dials(acme)
        offer = await anna.rings()
        await wait_until(lambda: slow.at_once == 1, 5)
        begun = time.monotonic()
        theirs = await dials(other)
        await olaf.rings()
        await wait_until(lambda: service.of(quick), 5)
        assert time.monotonic() - begun < 4
        await offer.answer(AGENT_HZ)
        await anna.call_is("connected")
        call.hang_up()
        theirs.hang_up()


async def test_where_an_organisations_data_may_not_go_nobody_subscribes(house: Composed, service: PushService) -> None:
    async with house.organisation("Acme") as acme:
        [anna] = await acme.crew("Anna")
        stated = await acme.http.patch("/v1/organisation/policy", json={"data_region": "DE"})
        assert stated.status_code == 200, stated.text
        key = (await anna.http.get("/v1/me/push-subscriptions")).json()["application_server_key"]
        wish = service.browser(key).subscription()
        wish["endpoint"] = "https://web.push.apple.com/QGuQ"
        refused = await anna.http.put("/v1/me/device/push-subscription", json=wish)
        assert (refused.status_code, refused.json()["code"]) == (409, "transfer_not_registered")
        assert await subscriptions(anna) == []


async def test_what_rang_when_the_server_was_killed_is_told_again_and_taken_back(
    doomed: System, service: PushService
) -> None:
    async with doomed.organisation("Acme") as acme:
        [anna] = await acme.crew("Anna")
        await acme.change_queue(offer_s=60)
        browser = await subscribes(anna, service)
        await anna.be("available")
        call = await dials(acme)
        offer = await anna.rings()
        await wait_until(lambda: service.of(browser), 5)
        pid = doomed.kill("server")
        await doomed.restarted("server", pid)
        await wait_until(lambda: len(service.of(browser)) >= 2, 10)
        assert service.of(browser)[1]["ringing"], "nobody knows what the process before had sent"
        await offer.answer(AGENT_HZ)
        await wait_until(lambda: not service.shown(browser)[service.of(browser)[0]["tag"]].get("ringing"), 10)
        assert service.of(browser)[-1]["title"] == "Call answered"
        call.hang_up()


@pytest.mark.long("test_what_rang_when_the_server_was_killed_is_told_again_and_taken_back")
async def test_what_ended_while_the_server_was_away_is_taken_back_when_it_returns(
    doomed: System, service: PushService
) -> None:
    async with doomed.organisation("Acme") as acme:
        [anna] = await acme.crew("Anna")
        await acme.change_queue(offer_s=60)
        browser = await subscribes(anna, service)
        await anna.be("available")
        call = await dials(acme)
        await anna.rings()
        await wait_until(lambda: service.of(browser), 5)
        pid = doomed.kill("server")
        call.hang_up()
        await doomed.restarted("server", pid)
        await wait_until(lambda: service.of(browser)[-1]["title"] == "Missed call", 15)
