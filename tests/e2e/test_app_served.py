"""Callers' files, registers, closing, policy, age screen and public pages, in a real browser, on the real server."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pymongo
import pytest
from playwright.async_api import Browser, Page, expect
from tests.support.app.axe import barriers
from tests.support.app.signed_in import Seen, officer_of, opened, signed_in
from tests.support.product.people import PASSWORD
from tests.support.product.system import Organisation, System
from tests.support.wait import wait_until

from call24.kit.settings import DATABASE
from call24.privacy.deletion_page import PATH

NUMBER, NAME = "+442079460177", "Ada Caller"
SHOWN = "+44 20 7946 0177"
OF_AGE, CHILD = "1987-03-09", "2015-06-07"


@pytest.fixture
def database(system: System) -> Iterator[Any]:
    with pymongo.MongoClient[dict[str, Any]](system.settings.mongodb_admin_uri()) as client:
        yield client[DATABASE]


async def called(acme: Organisation) -> dict[str, Any]:
    """Ada rings, and nobody answers; the call's record."""
    call = await acme.customer(NUMBER, NAME).dial(acme.number)
    await wait_until(lambda: call.answered_at, 10)
    call.hang_up()
    [record] = await acme.ended()
    return record


def spoilt(content: Path, into: Path) -> Path:
    """The same file but for the caller's name, without the manifest's knowledge."""
    with ZipFile(content) as before, ZipFile(into, "w") as after:
        for one in before.namelist():
            text = before.read(one)
            after.writestr(one, text.replace(b"Ada", b"Eda") if one == "data/contacts.json" else text)
    return into


async def test_an_officer_makes_a_callers_file_for_a_request_and_another_organisation_imports_it(
    system: System, browser: Browser, tmp_path: Path
) -> None:
    async with (
        system.organisation("Leaving", record="always") as old,
        system.organisation("Arriving") as new,
    ):
        [anna] = await old.crew("Anna")
        call = await old.customer(NUMBER, NAME).dial(old.number)
        offer = await anna.rings()
        await offer.answer()
        said = call.stream.sent
        await wait_until(lambda: call.stream.sent - said > 75, 10)
        call.hang_up()
        [record] = await old.ended()
        assert record["recording"], record
        petra, paul = await officer_of(old), await officer_of(new)

        async with signed_in(browser, system, petra, wide=True) as desk:
            await desk.go("#/privacy-requests/new")
            await desk["request-asked"].select_option("portability")
            await desk["request-source"].select_option("phone")
            await desk["request-number"].fill(NUMBER)
            await desk["request-save"].click()
            await desk["request-file"].get_by_text("Confirm identity before you hand it out.").wait_for()
            await desk["request-file"].click()
            await desk.page.get_by_text(f"A file of {NAME}").wait_for()
            assert await desk["file-row"].count() == 0 and await barriers(desk.page) == []
            await desk["file-make"].click()
            row = desk.page.locator("[data-testid=file-row][data-state=done]")
            await row.filter(has_text=NAME).filter(has_text=SHOWN).wait_for()
            await row.get_by_text("1 call ·").wait_for()
            assert await barriers(desk.page) == []
            async with desk.page.expect_download() as saving:
                await desk["file-save"].click()
            saved = await saving.value
            assert NUMBER not in saved.suggested_filename and "Ada" not in saved.suggested_filename
            await saved.save_as(tmp_path / "ada.zip")
            await desk["file-drop"].click()
            await desk["delete-now"].click()
            await expect(desk["file-row"]).to_have_count(0)
            assert (await old.http.get("/v1/caller-files")).json()["items"] == []
        with ZipFile(tmp_path / "ada.zip") as packed:
            [contact] = json.loads(packed.read("data/contacts.json"))
            sounds = [name for name in packed.namelist() if name.startswith("recordings/")]
        assert (contact["number"], len(sounds)) == (NUMBER, 1)
        (tmp_path / "other.zip").write_bytes(b"PK, but no file of a caller")

        async with signed_in(browser, system, paul, wide=True) as desk:

            async def choose(name: str) -> None:
                await desk["import-file"].set_input_files(tmp_path / name)

            async def imports() -> list[Any]:
                return list((await new.http.get("/v1/caller-imports")).json()["items"])

            await desk.go("#/privacy")
            await desk["privacy-caller-imports"].click()
            await desk.page.get_by_text("Nothing was imported yet.").wait_for()
            await choose("other.zip")
            await desk["import-refused"].get_by_text("This is not a caller’s file").wait_for()
            assert await desk["import-send"].count() == 0 and await barriers(desk.page) == []

            spoilt(tmp_path / "ada.zip", tmp_path / "spoilt.zip")
            await choose("spoilt.zip")
            await desk["import-preview"].get_by_text("Eda Caller").wait_for()
            await desk["import-send"].click()
            await desk["import-failed"].get_by_text("The file was changed, or is damaged").wait_for()
            assert await barriers(desk.page) == []
            assert [one["state"] for one in await imports()] == ["failed"]

            await desk.go("#/caller-imports")
            await choose("ada.zip")
            preview = desk["import-preview"]
            await preview.get_by_text(f"{NAME}, {SHOWN}").wait_for()
            await preview.get_by_text("Made by Leaving").wait_for()
            await preview.get_by_text("1 call, 1 recording").wait_for()
            assert len(await imports()) == 1 and await barriers(desk.page) == [], "nothing was sent yet"
            await desk["import-send"].click()
            await desk["import-state"].get_by_text("Imported", exact=True).wait_for()
            await desk["import-facts"].get_by_text(SHOWN).wait_for()
            done = (await imports())[0]
            assert (done["state"], done["number"], done["name"]) == ("done", NUMBER, NAME)
            brought = (await new.http.get(f"/v1/contacts/{done['contact_id']}/imported")).json()["items"]
            await expect(desk["brought-row"]).to_have_count(len(brought))
            calls = desk.page.locator("[data-testid=brought-row][data-part=call_records]")
            await calls.get_by_text("Call records").click()
            await calls.get_by_text(record["id"]).first.wait_for()
            assert await barriers(desk.page) == []
            await desk.go("#/caller-imports")
            await desk.page.locator("[data-testid=import-row][data-state=done]").get_by_text(NAME).wait_for()


@pytest.mark.long("screens/test_app_registers.py::test_it_goes_on_step_by_step_and_the_people_and_the_notice_are_made")
async def test_an_incident_finds_who_is_affected_and_a_disclosure_says_what_an_authority_was_given(
    system: System, browser: Browser
) -> None:
    async with system.organisation("Acme") as acme:
        record, petra = await called(acme), await officer_of(acme)
        async with signed_in(browser, system, petra, wide=True) as desk:
            await desk.go("#/incidents")
            await desk["incident-new"].click()
            await desk["incident-title"].fill("A laptop is lost")
            await desk["incident-happened"].fill("It had today's calls.")
            await desk["incident-save"].click()
            await desk["incident-clock"].get_by_text("71:").wait_for()
            await desk["people-choose"].click()
            await desk["people-filter"].fill("call_records")
            await desk.page.locator('[data-testid="people-place"][data-name="call_records"]').check()
            await desk["people-search"].click()
            await desk["people-row"].get_by_text(NAME).wait_for()
            await desk["step-assess"].click()
            await desk["step-risk"].select_option("risk")
            await desk["step-words"].fill("Names and numbers")
            await desk["step-save"].click()
            await desk["incident-state"].get_by_text("Assessed").wait_for()
            await desk["notice-generate"].click()
            assert "Acme" in await desk["notice-text"].input_value()
            await desk["step-notify_authority"].click()
            await desk["step-save"].click()
            await desk["incident-state"].get_by_text("Authority notified").wait_for()
            assert await barriers(desk.page) == []
            [incident] = (await acme.http.get("/v1/incidents")).json()["items"]
            assert (incident["state"], incident["risk"]) == ("notified", "risk")

            await desk.go("#/disclosures/new")
            await desk["disclosure-authority"].fill("District Court")
            await desk["disclosure-basis"].fill("Code of Criminal Procedure, section 100g")
            await desk["disclosure-reference"].fill("4 AR 12")
            await desk["disclosure-requested"].fill("2026-01-10T09:00")
            await desk["disclosure-ids"].fill(record["id"])
            await desk["disclosure-save"].click()
            await desk["disclosure-facts"].get_by_text("1 caller, 0 users").wait_for()
            assert await barriers(desk.page) == []
            [entry] = (await acme.http.get("/v1/disclosures")).json()["items"]
            assert (entry["authority"], entry["contact_ids"]) == ("District Court", [record["contact_id"]])


@pytest.mark.long("screens/test_app_closing.py::test_an_owner_sees_what_goes_types_the_name_closes_and_keeps_it")
async def test_an_owner_closes_the_organisation_everybody_is_told_and_the_owner_keeps_it(
    system: System, browser: Browser
) -> None:
    async with system.organisation("Acme Ltd") as acme:
        olga = await acme.agent("Olga Two", "owner", phone=False, member=False)
        bat = await acme.agent("Bat Erdene", phone=False)

        async def state() -> Any:
            return (await acme.http.get("/v1/organisation/closing")).json()

        async with signed_in(browser, system, olga) as mine:
            await mine.go("#/close")
            await mine["closing-plan"].get_by_text("Accounts", exact=True).wait_for()
            assert "Accounts\n3" in await mine["closing-plan"].inner_text(), "the owners and Bat"
            await mine["closing-name"].fill("Acme")
            assert await mine["closing-go"].is_disabled()
            await mine["closing-name"].fill("Acme Ltd")
            await mine["closing-go"].click()
            await mine["closing-state"].get_by_text("Acme Ltd is deleted on").wait_for()
            closing = await state()
            await mine["closing-state"].get_by_text(closing["receipt_id"]).wait_for()
            assert closing["ends_at"] is not None and await barriers(mine.page) == []
            async with signed_in(browser, system, bat) as agent:
                await agent["closing-banner"].get_by_text("Acme Ltd is being closed").wait_for()
                assert await agent["closing-keep"].count() == 0
            await mine.go("#/me")
            await mine["closing-keep"].click()
            await mine["closing-banner"].wait_for(state="detached")
            assert (await state())["ends_at"] is None


@pytest.mark.long(
    "screens/test_app_policy.py::test_who_has_not_accepted_the_policy_reads_and_accepts_it_before_any_other_screen"
)
async def test_the_policy_is_read_and_accepted_before_any_other_screen_and_once(
    system: System, browser: Browser, database: Any
) -> None:
    async with system.organisation("Acme") as acme:
        bat = await acme.agent("Bat Erdene", phone=False)
        current = (await bat.http.get("/v1/me/policy")).json()["current"]
        async with opened(browser, f"{system.base_url}/#/history") as mine:
            await mine.sign_in(bat.email)
            await mine["policy"].get_by_text("Privacy policy of Acme").wait_for()
            assert await mine["policy-page"].get_attribute("href") == current["address"]
            assert await mine["tab-me"].count() == 0
            assert await barriers(mine.page) == []
            assert database["policy_acceptances"].count_documents({"user_id": bat.user_id}) == 0
            await mine["policy-accept"].click()
            await mine["tab-me"].wait_for()
            [kept] = database["policy_acceptances"].find({"user_id": bat.user_id})
            assert (kept["version"], kept["hash"]) == (current["version"], current["hash"])
            await mine.page.reload()
            await mine["tab-me"].wait_for()
            assert await mine["policy"].count() == 0


@pytest.mark.long(
    "integration/identity/test_age_screen.py::test_a_refusal_leaves_no_trace_on_the_server_and_the_link_is_not_used_up"
)
async def test_who_is_too_young_is_refused_and_kept_nowhere_and_who_is_of_age_joins_by_the_same_link(
    system: System, browser: Browser, database: Any
) -> None:
    async with system.organisation("Acme") as acme:
        wish = {"email": f"kim.{acme.tenant_id[-8:]}@example.test", "name": "Kim", "role": "agent"}
        link = (await acme.post("/v1/invitations", wish))["link"]

        async def users() -> list[str]:
            return [one["email"] for one in (await acme.http.get("/v1/users")).json()["items"]]

        async def born(page: Seen, day: str) -> None:
            await page["invitation-born"].fill(day)
            await page["invitation-next"].click()

        async with opened(browser, link) as child:
            await born(child, CHILD)
            await child["invitation-refused"].wait_for()
            assert await barriers(child.page) == []
            await child.page.reload()
            await born(child, OF_AGE)
            await child["invitation-refused"].wait_for()
            assert wish["email"] not in await users(), "another date in the same browser changes nothing"
        async with opened(browser, link) as page:
            await born(page, OF_AGE)
            await page["invitation-password"].fill(PASSWORD)
            assert await barriers(page.page) == []
            await page["invitation-submit"].click()
            await page["policy"].wait_for()
        assert wish["email"] in await users()
        [kept] = database["users"].find({"tenant_id": acme.tenant_id, "name": "Kim"})
        assert "1987" not in str(kept) and "2015" not in str(kept)


async def test_a_user_deletes_the_account_on_the_public_page_without_script(system: System, browser: Browser) -> None:
    async with system.organisation("Acme") as acme:
        bat = await acme.agent("Bat Erdene", phone=False)
        place = f"{system.base_url}{PATH}"

        async def there() -> bool:
            return bat.user_id in [one["id"] for one in (await acme.http.get("/v1/users")).json()["items"]]

        async def send(page: Page, password: str) -> None:
            await page.get_by_label("E-mail address").fill(bat.email)
            await page.get_by_label("Password", exact=True).fill(password)
            await page.get_by_label("Delete my account for good").check()
            await page.get_by_role("button", name="Delete my account").click()

        async with opened(browser, place) as seen:
            assert await barriers(seen.page) == []
            await send(seen.page, "not the password")
            await seen.page.get_by_role("alert").get_by_text("password is wrong").wait_for()
            assert await barriers(seen.page) == [] and await there()
        async with opened(browser, place, script=False) as seen:
            await send(seen.page, PASSWORD)
            await seen.page.get_by_role("heading", name="Your Call24 account is deleted").wait_for()
            receipt = json.loads(await seen.page.locator("pre").inner_text())
            assert receipt["rule"] == "account_deletion" and not await there()
            assert (await acme.http.get(f"/v1/erasure-receipts/{receipt['id']}")).json() == receipt


async def test_anybody_reads_the_policy_without_script_in_both_languages_and_as_pdf(
    system: System, browser: Browser, tmp_path: Path
) -> None:
    async with system.organisation("Acme") as acme:
        stated = {"contact": "privacy@acme.example", "officer": "Office of Data"}
        changed = await acme.http.patch("/v1/organisation/policy", json=stated)
        place = system.base_url + changed.json()["address"]
        async with opened(browser, place) as seen:
            assert await barriers(seen.page) == []
            await seen.page.get_by_role("link", name="Монголоор").click()
            await expect(seen.page.locator("html")).to_have_attribute("lang", "mn")
            assert await barriers(seen.page) == []
        async with opened(browser, place, wide=True, script=False) as seen:
            page = seen.page
            for text in ("Privacy policy of Acme", "Office of Data", "No call record is kept."):
                await page.get_by_text(text).first.wait_for()
            async with page.expect_download() as saving:
                await page.get_by_role("link", name="Download as PDF").click()
            await (await saving.value).save_as(tmp_path / "policy.pdf")
            assert (tmp_path / "policy.pdf").read_bytes()[:5] == b"%PDF-"
            await page.get_by_role("link", name="Монголоор").click()
            await page.get_by_role("link", name="English").click()
            await page.get_by_role("link", name="takes effect").first.click()
            await page.get_by_text("Office of Data").first.wait_for()
            await page.get_by_role("link", name="see, export or delete your data").click()
            await page.get_by_label("Your number").wait_for()
