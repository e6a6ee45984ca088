"""Pusher applications in a real browser, on the real server: what the page shows is what a client connects with."""

from __future__ import annotations

import json
from typing import Any

import pytest
from playwright.async_api import Browser, expect
from tests.e2e.test_app_contacts import LAPTOP, PHONE, Seat, signed_in
from tests.support.app.axe import barriers
from tests.support.product.system import Organisation, System
from tests.support.realtime.line import event, signed
from tests.support.realtime.pusher_clients import Peer

CONNECT = """([host, port, key]) => new Promise(done => {
    const socket = new WebSocket(`wss://${host}:${port}/app/${key}?protocol=7`)
    socket.onmessage = message => done(JSON.parse(message.data))
    socket.onclose = closed => done({code: closed.code})
})"""
"""What the realtime server says first."""


async def stored(acme: Organisation) -> list[dict[str, Any]]:
    return list((await acme.http.get("/v1/applications")).json()["items"])


async def connects(seat: Seat) -> dict[str, Any]:
    shown = [await seat[f"application-{name}"].inner_text() for name in ("host", "port", "key")]
    return dict(await seat.page.evaluate(CONNECT, shown))


async def publishes(acme: Organisation, seat: Seat, secret: str) -> int:
    """The status of a request that the organisation's own server signs with what the page shows."""
    names = ("host", "port", "app_id", "key")
    host, port, app_id, key = [await seat[f"application-{name}"].inner_text() for name in names]
    content = event("news", {"n": 1})
    path = signed(Peer("shown", int(port), app_id, key, secret, host), "/events", content)
    headers = {"Content-Type": "application/json"}
    return (await acme.http.post(path, content=content, headers=headers)).status_code


async def test_an_application_is_added_connected_to_given_a_new_secret_and_deleted(
    system: System, browser: Browser
) -> None:
    async with system.organisation("Acme") as acme:
        bea = await acme.agent("Bea", "administrator", phone=False)
        async with signed_in(browser, system, bea, LAPTOP) as laptop:
            await laptop["tab-administration"].click()
            await laptop["open-applications"].click()
            await laptop.page.get_by_text("No applications yet").wait_for()
            assert await barriers(laptop.page) == []
            await laptop["application-new"].click()
            await laptop["application-name"].fill("Shop")
            assert await barriers(laptop.page) == []
            await laptop["application-save"].click()
            secret = await laptop["token-shown"].inner_text()
            assert await barriers(laptop.page) == []
            await laptop["token-done"].click()
            [shop] = await stored(acme)
            assert (shop["name"], shop["enabled"], shop["client_events"]) == ("Shop", True, False)
            assert secret not in json.dumps(shop) and secret not in await laptop.page.content()
            assert (await connects(laptop))["event"] == "pusher:connection_established"
            assert await publishes(acme, laptop, secret) == 200
            browser_text = await laptop["application-browser"].inner_text()
            assert f"new Pusher('{shop['key']}'" in browser_text and "wsHost: '127.0.0.1'" in browser_text
            assert f"PUSHER_APP_ID={shop['app_id']}\n" in await laptop["application-server"].inner_text()
            assert await barriers(laptop.page) == []
            await laptop.picture("application-laptop")

            await laptop["application-renew"].click()
            await laptop["renew-sheet"].get_by_text("stops working at once").wait_for()
            assert await barriers(laptop.page) == []
            assert await publishes(acme, laptop, secret) == 200, "asked first"
            await laptop["application-renew-sure"].click()
            fresh = await laptop["token-shown"].inner_text()
            await laptop["token-done"].click()
            assert [await publishes(acme, laptop, one) for one in (secret, fresh)] == [401, 200]

            await laptop["application-client_events"].check(force=True)
            await laptop["application-connections_max"].fill("50")
            await laptop["application-member_channels"].fill("private-orders\npublic")
            await laptop["hook-add"].click()
            await laptop["hook-url"].fill("https://shop.example/events")
            await laptop["hook-channel_vacated"].uncheck()
            await laptop["application-save"].click()
            await laptop.page.get_by_text("how names of private or presence channels begin").wait_for()
            assert (await stored(acme))[0]["client_events"] is False, "all or nothing"
            await laptop["application-member_channels"].fill("private-orders\npresence-desk")
            assert await barriers(laptop.page) == []
            await laptop.picture("application-settings-laptop")
            await laptop["application-save"].click()
            await laptop["application-saved"].wait_for()
            [shop] = await stored(acme)
            assert (shop["client_events"], shop["tls_only"], shop["connections_max"]) == (True, False, 50)
            assert shop["member_channels"] == ["private-orders", "presence-desk"]
            assert shop["webhooks"] == [{"url": "https://shop.example/events", "events": ["channel_occupied"]}]

            await laptop["application-enabled"].uncheck(force=True)
            await expect(laptop["application-row"]).to_contain_text("off")
            said = await connects(laptop)
            assert said.get("code") == 4003 or said["data"]["code"] == 4003, said
            await laptop["application-delete"].click()
            await laptop["delete-now"].click()
            await laptop.page.get_by_text("No applications yet").wait_for()
            assert await stored(acme) == []


@pytest.mark.long("e2e/test_app_hours.py::test_who_may_only_see_them_is_shown_no_field")
async def test_who_may_only_see_them_is_shown_how_to_connect_and_no_field(system: System, browser: Browser) -> None:
    async with system.organisation("Acme") as acme:
        sue = await acme.agent("Sue", "supervisor", phone=False)
        made = await acme.post("/v1/applications", {"name": "Shop", "enabled": False})
        async with signed_in(browser, system, sue, PHONE, color_scheme="dark") as phone:
            await phone.go("#/applications")
            await expect(phone["application-row"]).to_contain_text("off")
            assert await barriers(phone.page) == []
            await phone["application-row"].click()
            await phone["read-only"].wait_for()
            await expect(phone["application-key"]).to_have_text(made["key"])
            assert await phone["application-renew"].count() == await phone["application-delete"].count() == 0
            await expect(phone["application-name"]).to_be_disabled()
            assert made["secret"] not in await phone.page.content()
            assert await barriers(phone.page) == []
            await phone.picture("application-phone-dark")
