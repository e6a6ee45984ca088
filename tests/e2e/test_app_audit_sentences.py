"""The audit log in a real browser, on the real server: what somebody did, as a sentence, with the request behind it."""

from __future__ import annotations

import pytest
from playwright.async_api import Browser, expect
from tests.e2e.test_app_contacts import LAPTOP, PHONE, signed_in
from tests.support.app.axe import barriers
from tests.support.product.system import System


async def test_what_was_done_stands_as_a_sentence_with_the_request_behind_a_tap(
    system: System, browser: Browser
) -> None:
    async with system.organisation("Acme") as acme:
        daria = await acme.agent("Daria", "administrator", phone=False)
        bat = await acme.agent("Bat", phone=False)
        made = await daria.http.post("/v1/queues", json={"name": "Orders"})
        assert made.status_code == 201, made.text
        queue = f"/v1/queues/{made.json()['id']}"
        assert (await daria.http.patch(queue, json={"max_wait_s": 300, "members": [bat.user_id]})).status_code == 200
        assert (await bat.http.patch(queue, json={"max_wait_s": 1})).status_code == 403
        role = {"role": "supervisor"}
        assert (await acme.http.put(f"/v1/users/{bat.user_id}/role", json=role)).status_code == 200
        async with signed_in(browser, system, daria, LAPTOP) as laptop:
            await laptop["tab-administration"].click()
            await laptop["section-audit"].click()
            changed = laptop["audit-line"].filter(
                has_text="Daria changed the queue Orders: longest wait 10 min → 5 min; members + Bat"
            )
            await changed.wait_for()
            await laptop["audit-line"].filter(has_text="Daria added a queue Orders").wait_for()
            await laptop["audit-line"].filter(has_text="changed the role of Bat: role agent → supervisor").wait_for()
            refused = laptop["audit-line"].filter(has_text="Bat tried to change the queue Orders")
            await refused.get_by_text("refused", exact=True).wait_for()
            await expect(changed.get_by_test_id("audit-request")).to_be_hidden()
            assert await barriers(laptop.page) == []
            await changed.locator("summary").click()
            await expect(changed.get_by_test_id("audit-request")).to_have_text("PATCH /v1/queues/{queue_id}")
            await changed.get_by_text("max_wait_s").wait_for()
            assert await barriers(laptop.page) == []
            await laptop.picture("audit-laptop")
            await changed.get_by_role("button", name=made.json()["id"]).click()
            await laptop["audit-narrowed"].get_by_text("Only: Orders").wait_for()
            await expect(laptop["audit-line"]).to_have_count(3)


@pytest.mark.long("test_what_was_done_stands_as_a_sentence_with_the_request_behind_a_tap")
async def test_a_name_that_one_may_not_read_is_not_shown(system: System, browser: Browser) -> None:
    async with system.organisation("Acme") as acme:
        bea = await acme.agent("Bea", "administrator", phone=False)
        changed = await acme.http.patch(f"/v1/queues/{acme.queue_id}", json={"name": "Secret project"})
        assert changed.status_code == 200, changed.text
        role = await acme.post("/v1/roles", {"name": "Reader", "permissions": ["audit.read"]})
        assert (await acme.http.put(f"/v1/users/{bea.user_id}/role", json={"role": role["id"]})).status_code == 200
        async with signed_in(browser, system, bea, PHONE, color_scheme="dark") as phone:
            await phone.go("#/audit")
            line = phone["audit-line"].filter(has_text="changed the queue: name")
            await line.locator("summary").click()
            await line.get_by_text(acme.queue_id).wait_for()
            assert "Secret project" not in await phone.page.locator("main").inner_text()
            assert await barriers(phone.page) == []
            await phone.picture("audit-phone-dark")
