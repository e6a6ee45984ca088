"""An officer restricts a caller in the app, agents see that and no more, and it is lifted; on the real server."""

from __future__ import annotations

from playwright.async_api import Browser, expect
from tests.support.app.axe import barriers
from tests.support.app.signed_in import officer_of, signed_in
from tests.support.product.system import System
from tests.support.wait import wait_until

NUMBER, NAME = "+442079460189", "Nokomis Waverly"


async def test_an_officer_restricts_a_caller_and_agents_see_that_and_no_more_until_it_is_lifted(
    system: System, browser: Browser
) -> None:
    async with system.organisation("Acme", record="always") as acme:
        [anna] = await acme.crew("Anna")
        call = await acme.customer(NUMBER, NAME).dial(acme.number)
        offer = await anna.rings()
        await offer.answer()
        said = call.stream.sent
        await wait_until(lambda: call.stream.sent - said > 75, 10)
        call.hang_up()
        [record] = await acme.ended()
        petra = await officer_of(acme)

        async with signed_in(browser, system, petra, wide=True) as desk, signed_in(browser, system, anna) as work:
            await work.go("#/history")
            await work["history-row"].get_by_text(NAME).wait_for()
            await desk.go("#/privacy-requests/new")
            await desk["request-asked"].select_option("restriction")
            await desk["request-source"].select_option("phone")
            await desk["request-number"].fill(NUMBER)
            await desk["request-save"].click()
            await expect(desk["step-restrict"]).to_be_disabled()
            await desk["step-confirm_identity"].click()
            await desk["step-take"].click()
            await desk["step-restrict"].click()
            assert await barriers(desk.page) == []
            await desk["step-words"].fill("They say that a call was not theirs")
            await desk["step-take"].click()
            await expect(desk["request-state"]).to_have_text("Restricted")

            await work.page.reload()
            await work["history-row"].get_by_text("Restricted").wait_for()
            await expect(work.page.get_by_text(NAME)).to_have_count(0)
            await work["history-row"].click()
            await work.page.get_by_text("Data restricted").wait_for()
            assert await barriers(work.page) == []
            await work.go("#/")
            again = await acme.customer(NUMBER, NAME).dial(acme.number)
            await anna.rings()
            await expect(work["ringing-name"]).to_have_text("Restricted")
            await expect(work.page.get_by_text(NAME)).to_have_count(0)
            again.hang_up()

            await desk.go("#/restrictions")
            await desk["restriction-row"].get_by_text(NAME).click()
            await expect(desk["restriction-open"]).to_be_disabled()
            await desk["restriction-reason"].fill("Their lawyer asks what was said")
            await desk["restriction-open"].click()
            await expect(desk["player"]).to_have_attribute("data-stage", "ready")
            assert await barriers(desk.page) == []
            heard = await acme.http.get(f"/v1/recordings/{record['recording']['id']}/listenings")
            assert len(heard.json()["items"]) == 1
            await desk["restriction-request"].click()
            await expect(desk["step-lift"]).to_have_count(0)
            await desk["step-tell_lifting"].click()
            await desk["step-words"].fill("By letter: it was theirs, and is used again")
            await desk["step-take"].click()
            await desk["step-lift"].click()
            await desk["step-words"].fill("A week is over")
            await desk["step-take"].click()
            await expect(desk["request-state"]).to_have_text("Answered")
            await work.go("#/history")
            await work.page.reload()
            await work["history-row"].get_by_text(NAME).first.wait_for()
