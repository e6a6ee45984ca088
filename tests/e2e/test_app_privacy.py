"""Privacy in a real browser, on the real server: requests, erasing a caller, holds, the self-audit, one's own data."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zipfile import ZipFile

import pymongo
import pytest
from playwright.async_api import Browser, expect
from pypdf import PdfReader
from tests.support.app.axe import barriers
from tests.support.app.signed_in import officer_of, signed_in
from tests.support.clock import StillClock
from tests.support.product.system import System
from tests.support.wait import wait_until

from call24.kit.mongo import Mongo
from call24.kit.secrets import AppKey
from call24.kit.settings import DATABASE
from call24.privacy.deletion_page import PATH
from call24.self_audit.model import CheckAnswer
from call24.self_audit.service import SelfAudits

ANNAS = "+442079460173"
NOWHERE = "https://[64:ff9b::7f00:1]/"
"""This machine in another form: no request is sent there."""


@pytest.mark.long("screens/test_app.py::test_who_may_not_see_calls_is_not_connected")
async def test_who_may_not_see_calls_is_not_connected_and_misses_nothing(system: System, browser: Browser) -> None:
    async with system.organisation("Acme") as acme:
        petra = await officer_of(acme)
        async with signed_in(browser, system, petra) as desk:
            await desk.go("#/me")
            await desk["device-state"].filter(has_text="Microphone").wait_for()
            await desk.page.wait_for_timeout(5_000)  # twice the time after which the app asks again
            assert (desk.asked("/v1/live"), desk.asked("/v1/realtime")) == (0, 0)
            assert await desk["banner"].count() == 0


async def test_an_officer_works_a_request_from_the_list_to_the_answer_that_the_user_reads(
    system: System, browser: Browser
) -> None:
    async with system.organisation("Acme") as acme:
        bat, petra = await acme.agent("Bat Erdene", phone=False), await officer_of(acme)
        async with signed_in(browser, system, bat) as mine, signed_in(browser, system, petra, wide=True) as desk:
            await mine.go("#/my-data")
            await mine["my-ask"].click()
            await mine["my-ask-kind"].select_option("correction")
            await mine["my-ask-note"].fill("My name has an E too many")
            await mine["my-ask-go"].click()
            await mine["my-request"].get_by_text("Received").wait_for()
            assert await barriers(mine.page) == []
            await desk.page.route("**/v1/privacy-requests/deadlines", lambda route: route.abort())
            await desk.go("#/privacy-requests")
            await desk["deadlines-unread"].wait_for()
            assert await barriers(desk.page) == []
            await desk.page.unroute("**/v1/privacy-requests/deadlines")
            await desk["deadlines-again"].click()
            await desk["deadlines-change"].click()
            await desk["deadlines-days"].fill("20 days")
            await desk["deadlines-save"].click()
            await desk.page.get_by_text("in digits alone").wait_for()
            assert await barriers(desk.page) == []
            await desk["deadlines-days"].fill("46")
            await desk["deadlines-save"].click()
            await desk["deadlines-problem"].wait_for()
            await desk["deadlines-days"].fill("20")
            await desk["deadlines-save"].click()
            await desk["deadlines"].get_by_text("Answered within 20 days").wait_for()
            told = (await acme.http.get("/v1/privacy-requests/deadlines")).json()
            assert told == {"answer_days": 20, "extension_days": 60}
            await desk["deadlines-change"].click()
            await desk["deadlines-days"].fill("30")
            await desk["deadlines-save"].click()
            await desk["deadlines"].get_by_text("Answered within 30 days").wait_for()
            await desk.go("#/me")
            await acme.post("/v1/privacy-requests", {"kind": "complaint", "source": "phone", "note": "Late calls"})
            moved = {"$set": {"due_at": datetime.now(UTC) - timedelta(days=2, hours=1)}}
            with pymongo.MongoClient(system.settings.mongodb_admin_uri()) as client:
                found = {"tenant_id": acme.tenant_id, "kind": "complaint"}
                assert client[DATABASE]["privacy_requests"].update_one(found, moved).matched_count == 1

            await desk["tab-privacy"].click()
            await desk["privacy-privacy-requests"].get_by_text("2 days overdue").wait_for()
            await desk["privacy-privacy-requests"].click()
            await expect(desk["request-row"]).to_have_count(2)
            await expect(desk["request-rows"]).to_have_attribute("aria-busy", "false")
            assert await desk["request-due"].all_inner_texts() == ["2 days overdue", "29 days left"]
            await expect(desk.page.locator(".opacity-60")).to_have_count(0)  # while they are read again
            assert await barriers(desk.page) == []
            await desk["request-filter-overdue"].click()
            await expect(desk["request-row"]).to_have_count(1)
            await desk["request-row"].click()
            await desk["step-extend"].click()
            assert await desk["step-take"].is_disabled(), "a reason is asked for"
            await desk["step-words"].fill("We ask the carrier")
            await desk["step-take"].click()
            await desk["request-history"].get_by_text("We ask the carrier").wait_for()
            await desk["request-state"].get_by_text("57 days left").wait_for()
            assert await desk["step-extend"].count() == 0, "once is all"
            await desk["step-refuse"].click()
            await desk["step-words"].fill("Not our calls")
            await desk["step-take"].click()
            await desk["request-state"].get_by_text("Refused").wait_for()

            await desk.go("#/privacy-requests")
            await desk["request-filter-open"].click()
            await desk["request-row"].filter(has_text="Bat Erdene").click()
            await desk["request-history"].get_by_text("an E too many").wait_for()
            await desk["step-start"].click()
            await desk["step-take"].click()
            await desk["request-history"].get_by_text("Started").wait_for()
            await desk["step-correct"].click()
            await desk["step-value"].fill("Bat Erden")
            await desk["step-words"].fill("It is Erden now")
            assert await barriers(desk.page) == []
            await desk["step-take"].click()
            await desk["request-state"].get_by_text("Answered").wait_for()
            assert desk.asked("/v1/privacy-requests/prq_") == 2, "each was opened once"
            await mine.go("#/me")
            await mine["open-my-data"].click()
            await mine["my-request"].get_by_text("It is Erden now").wait_for()
            await mine["correction"].get_by_text("Bat Erdene became Bat Erden").wait_for()
            assert await barriers(mine.page) == []


@pytest.mark.long("test_an_officer_works_a_request_from_the_list_to_the_answer_that_the_user_reads")
async def test_an_officer_corrects_the_entry_of_who_asks_and_processors_are_told(
    system: System, browser: Browser
) -> None:
    async with system.organisation("Acme") as acme:
        petra, customer = await officer_of(acme), acme.customer(ANNAS)
        processor = {"name": "Crmly", "url": NOWHERE, "gets": ["caller"], "data": "numbers"}
        assert (await acme.http.post("/v1/processors", json=processor)).status_code == 201
        call = await customer.dial(acme.number)
        await wait_until(lambda: call.answered_at, 10)
        call.hang_up()
        await acme.ended()
        numbers = [{"number": ANNAS, "label": "mobile"}]
        emails = [{"address": "old@example.org", "label": "work"}, {"address": "anna@example.org"}]
        anna = await acme.post("/v1/people", {"given": "Anna", "numbers": numbers, "emails": emails})
        asked = {"kind": "correction", "source": "phone", "number": ANNAS, "note": "My e-mail addresses are wrong"}
        await acme.post("/v1/privacy-requests", asked)
        async with signed_in(browser, system, petra) as desk:
            await desk.go("#/privacy-requests")
            await desk["request-row"].click()
            await desk["step-confirm_identity"].click()
            await desk["step-take"].click()
            await desk["step-correct"].click()
            await desk["step-entry"].select_option(label="Anna in the contacts")
            await desk["step-field"].select_option("emails")
            assert await desk["step-value"].input_value() == "old@example.org\nanna@example.org", "what it says now"
            await desk["step-value"].fill("right@example.org\nanna@example.org")
            await desk["step-words"].fill("It is right now")
            assert await barriers(desk.page) == []
            await desk["step-take"].click()
            await desk["request-state"].get_by_text("Answered").wait_for()
            await desk["correction"].get_by_text("old@example.org, anna@example.org became right@").wait_for()
            assert await barriers(desk.page) == []
        now = (await acme.http.get(f"/v1/people/{anna['id']}")).json()
        assert [one["address"] for one in now["emails"]] == ["right@example.org", "anna@example.org"]
        [told] = (await acme.http.get("/v1/erasure-notices")).json()["items"]
        assert (told["kind"], told["field"], told["processor"]) == ("rectification", "emails", "Crmly")


async def test_an_officer_erases_a_caller_after_the_plan_and_keeps_the_receipt(
    system: System, browser: Browser, tmp_path: Path
) -> None:
    async with system.organisation("Acme") as acme:
        petra, customer = await officer_of(acme), acme.customer("+442079460171")
        processor = {"name": "Crmly", "url": NOWHERE, "gets": ["caller"], "data": "numbers"}
        assert (await acme.http.post("/v1/processors", json=processor)).status_code == 201
        call = await customer.dial(acme.number)
        await wait_until(lambda: call.answered_at, 10)
        call.hang_up()
        await acme.ended()
        async with signed_in(browser, system, petra) as desk:
            await desk.go("#/privacy-requests/new")
            await desk["request-asked"].select_option("deletion")
            await desk["request-source"].select_option("phone")
            await desk["request-number"].fill("+44 20 7946 0171")
            await desk["request-save"].click()
            assert await desk["step-finish"].count() == 0
            await desk["step-confirm_identity"].click()
            await desk["step-take"].click()
            await desk["request-facts"].get_by_text("Identity document, by Petra Privacy").wait_for()
            await desk["request-erase"].click()
            plan = desk["erase-plan"]
            await plan.get_by_text("Call records", exact=True).wait_for()
            assert "Call records\n1" in await plan.inner_text()
            told = desk["erase-passed-on"].get_by_role("listitem")
            assert await told.all_inner_texts() == ["Crmly\n\nProcessor: is asked to erase the caller too"]
            assert await barriers(desk.page) == []
            assert desk.asked("/v1/contacts/") == 1, "the plan was made once"
            await desk["erase-word"].fill("delete")
            assert await desk["erase-go"].is_disabled()
            await desk["erase-word"].fill("erase")
            with pymongo.MongoClient(system.settings.mongodb_admin_uri()) as client:
                database, theirs = client[DATABASE], {"tenant_id": acme.tenant_id}
                assert database["call_records"].count_documents(theirs) == 1, "the plan deleted nothing"
                await desk["erase-go"].click()
                await desk["erase-done"].wait_for(timeout=30_000)
                assert database["call_records"].count_documents(theirs) == 0
                assert database["contacts"].count_documents(theirs) == 0
            await desk["notice-row"].get_by_text("Crmly").wait_for()
            async with desk.page.expect_download() as saving:
                await desk["receipt-save"].click()
            link = await desk["receipt-link"].get_attribute("href") or ""
            await (await saving.value).save_as(tmp_path / "receipt.json")

            async def tried() -> bool:
                [notice] = (await acme.http.get("/v1/erasure-notices")).json()["items"]
                return bool(notice["tries"])

            await wait_until(tried, 30)  # the page reads the list once
            await desk.go("#/erase")
            await desk["notice-row"].get_by_text("nobody answered").wait_for()
            assert await desk["notice-row"].get_attribute("data-state") == "waiting"
            assert await barriers(desk.page) == []
        receipt = json.loads((tmp_path / "receipt.json").read_text())
        assert receipt["rule"] == "caller_erasure" and receipt["erased"]["call_records"] == 1
        assert link == f"/v1/erasure-receipts/{receipt['id']}" and (await acme.http.get(link)).json() == receipt


async def test_an_officer_registers_a_processor_reads_its_secret_once_and_deletes_it(
    system: System, browser: Browser
) -> None:
    async with system.organisation("Acme") as acme:
        petra = await officer_of(acme)

        async def registered() -> list[dict[str, object]]:
            return list((await acme.http.get("/v1/processors")).json()["items"])

        async with signed_in(browser, system, petra) as desk:
            await desk.go("#/privacy")
            await desk["privacy-processors"].click()
            await desk.page.get_by_text("No processor").wait_for()
            assert await barriers(desk.page) == []
            await desk["processor-add"].click()
            await desk["processor-name"].fill("Crmly")
            await desk["processor-url"].fill("http://crmly.example/erase")
            await desk["processor-gets"].select_option("both")
            await desk["processor-data"].fill("numbers and names")
            await desk["processor-save"].click()
            await desk.page.get_by_text("an https address without a user in it").wait_for()
            assert (await registered(), await barriers(desk.page)) == ([], [])
            await desk["processor-url"].fill(NOWHERE)
            await desk["processor-save"].click()
            assert (await desk["token-shown"].inner_text()).startswith("whsec_")
            [one] = await registered()
            assert (one["name"], one["gets"], one["url"]) == ("Crmly", ["caller", "user"], NOWHERE)
            await desk["token-done"].click()
            await desk["processor-row"].get_by_text("Callers and users: numbers and names").wait_for()
            assert await desk.page.get_by_text("whsec_").count() == 0 and await barriers(desk.page) == []
            await desk["processor-change"].click()
            await desk["processor-data"].fill("numbers only")
            await desk["processor-gets"].select_option("caller")
            await desk["processor-save"].click()
            await desk["processor-row"].get_by_text("Callers: numbers only").wait_for()
            [changed] = await registered()
            assert (changed["gets"], changed["data"], changed["url"]) == (["caller"], "numbers only", NOWHERE)
            await desk["processor-secret"].click()
            assert (await barriers(desk.page), (await registered())[0]["old_secret_until"]) == ([], None)
            await desk["processor-sure"].click()
            assert (await desk["token-shown"].inner_text()).startswith("whsec_")
            assert await desk["processor-secret"].count() == 0
            assert (await registered())[0]["old_secret_until"] is not None and one["old_secret_until"] is None
            await desk["token-done"].click()
            await desk["processor-secret"].click()
            await desk["processor-sure"].click()
            await desk["processor-problem"].get_by_text("less than 24 hours ago").wait_for()
            assert await barriers(desk.page) == []
            await desk.page.keyboard.press("Escape")
            await desk["processor-remove"].click()
            await desk["delete-now"].click()
            await desk.page.get_by_text("No processor").wait_for()
            assert await registered() == []

            await desk.go("#/data-transfers")
            await desk["transfer-add"].click()
            await desk["transfer-kind"].select_option("hosted_pusher")
            await desk["transfer-recipient"].fill("Pusher Ltd")
            await desk["transfer-country"].select_option("US")
            await desk["transfer-reference"].fill("2021/914, module 3")
            await desk["transfer-save"].click()
            await desk["transfer-row"].get_by_text("Hosted Pusher").wait_for()


async def test_an_officer_sets_a_hold_notes_its_review_and_releases_it(system: System, browser: Browser) -> None:
    async with system.organisation("Acme") as acme:
        petra = await officer_of(acme)
        async with signed_in(browser, system, petra, wide=True) as desk:
            await desk.go("#/legal-holds")
            await desk.page.get_by_text("Nothing is held").wait_for()
            await desk["hold-new"].click()
            await desk["hold-kind"].select_option("user")
            await desk.page.locator("select[data-testid=hold-subject]").select_option("Petra Privacy")
            await desk["hold-reason"].fill("Case 17/2026")
            await desk["hold-save"].click()
            await desk["hold-state"].get_by_text("Holds").wait_for()
            holds = (await acme.http.get("/v1/legal-holds", params={"state": "open"})).json()["items"]
            assert [(hold["kind"], hold["subject_id"]) for hold in holds] == [("user", petra.user_id)]
            moved = {"$set": {"review_at": datetime.now(UTC) - timedelta(days=1)}}
            with pymongo.MongoClient(system.settings.mongodb_admin_uri()) as client:
                client[DATABASE]["legal_holds"].update_one({"_id": holds[0]["id"]}, moved)
            await desk.go("#/legal-holds")
            await desk["hold-late"].get_by_text("The review of one hold is due").wait_for()
            await desk["hold-row"].get_by_text("Review due").click()
            await desk["hold-review"].click()
            await desk["hold-words"].fill("The case goes on")
            await desk["hold-go"].click()
            await desk["hold-history"].get_by_text("The case goes on").wait_for()
            await desk["hold-state"].get_by_text("Holds").wait_for()
            assert await barriers(desk.page) == []
            await desk["hold-release"].click()
            await desk["hold-words"].fill("The case is over")
            await desk["hold-go"].click()
            await desk["hold-state"].get_by_text("Released").wait_for()
            assert desk.asked("/v1/legal-holds/") == 2, "it was opened twice"
        assert (await acme.http.get("/v1/legal-holds", params={"state": "open"})).json()["items"] == []


async def test_an_officer_is_reminded_on_the_first_page_when_no_self_audit_was_made_for_90_days(
    system: System, browser: Browser
) -> None:
    async def audit(days: float, answer: str) -> None:
        mongo = Mongo(system.settings.mongodb_uri(), DATABASE)
        clock = StillClock(datetime.now(UTC) - timedelta(days=days))
        audits = SelfAudits(mongo, clock, AppKey.load(system.settings.data))
        check = CheckAnswer(answer=answer, seen="looked at", advice="mend it")  # type: ignore[arg-type]
        await audits.keep(audits.sign({"tls": check}, 900))
        await mongo.close()

    async with system.organisation("Acme") as acme:
        petra, bat = await officer_of(acme), await acme.agent("Bat Erdene", phone=False)
        with pymongo.MongoClient(system.settings.mongodb_admin_uri()) as client:
            client[DATABASE]["self_audits"].delete_many({})  # of other tests: they are the installation's
        await audit(97, "unverified")
        async with signed_in(browser, system, petra) as desk:
            await desk["self-audit-due"].get_by_text("The last self-audit was 97 days ago").wait_for()
            assert await barriers(desk.page) == []
            await desk["self-audit-due"].get_by_role("link").click()
            await desk["audit-reminder"].get_by_text("./call24 audit run").wait_for()
            await desk["audit-result"].get_by_text("Not passed").wait_for()
            await desk.page.locator("[data-testid=audit-check-row][data-answer=unverified]").wait_for()
            assert await barriers(desk.page) == []
            await audit(89, "pass")
            await desk.page.reload()
            await desk["audit-result"].get_by_text("Passed", exact=True).wait_for()
            assert await desk["audit-reminder"].count() == 0
            await desk.go("#/me")
            await desk["open-privacy"].wait_for()
            assert await desk["self-audit-due"].count() == 0
        await audit(200, "pass")
        async with signed_in(browser, system, bat) as agent:
            await agent.go("#/me")
            await agent["open-my-data"].wait_for()
            assert await agent["open-privacy"].count() == 0 and await agent["self-audit-due"].count() == 0


@pytest.mark.long("screens/test_app_policy.py::test_an_officer_saves_the_policy_and_the_record_of_processing_as_pdf")
async def test_an_officer_downloads_the_policy_and_the_record_of_processing_as_pdf(
    system: System, browser: Browser, tmp_path: Path
) -> None:
    async with system.organisation("Acme") as acme:
        petra = await officer_of(acme)
        async with signed_in(browser, system, petra, wide=True) as desk:
            await desk.go("#/policy")
            for button, title in (
                ("public-policy-pdf", "Privacy policy of Acme"),
                ("record-pdf", "Record of processing activities"),
            ):
                async with desk.page.expect_download() as saving:
                    await desk[button].click()
                await (await saving.value).save_as(tmp_path / "saved.pdf")
                about = PdfReader(tmp_path / "saved.pdf").metadata
                assert about is not None and (about.title, about.author) == (title, "Acme")
            assert await barriers(desk.page) == []


async def test_a_user_sees_what_is_kept_and_downloads_their_own_file(
    system: System, browser: Browser, tmp_path: Path
) -> None:
    async with system.organisation("Acme") as acme:
        bat = await acme.agent("Bat Erdene", phone=False)
        async with signed_in(browser, system, bat) as mine:
            await mine["tab-me"].click()
            await mine["open-my-data"].click()
            assert await mine["my-delete"].get_attribute("href") == PATH
            await mine["kept-row"].filter(has_text="E-mail addresses").first.click()
            await mine["kept-row"].filter(has_text="E-mail addresses").get_by_text("How long").wait_for()
            assert await barriers(mine.page) == []
            async with mine.page.expect_download() as saving:
                await mine["my-file"].click()
            await (await saving.value).save_as(tmp_path / "mine.zip")
            await mine["my-file-saved"].wait_for()
        with ZipFile(tmp_path / "mine.zip") as packed:
            names = packed.namelist()
            assert json.loads(packed.read("manifest.json"))["user_id"] == bat.user_id
            assert any(bat.email.encode() in packed.read(name) for name in names)


async def test_a_user_stops_a_use_of_their_data_and_allows_it_again(
    system: System, browser: Browser, tmp_path: Path
) -> None:
    async with system.organisation("Acme") as acme:
        bat = await acme.agent("Bat Erdene", phone=False)

        async def allowed() -> dict[str, bool]:
            items = (await bat.http.get("/v1/me/consents")).json()["items"]
            return {one["purpose"]: one["allowed"] for one in items}

        others = {"individual_statistics": True, "telemetry": False, "notifications": True}
        async with signed_in(browser, system, bat) as mine:
            await mine.go("#/my-data")
            await expect(mine["my-use"]).to_have_count(4)
            listening, use = mine["my-use-monitoring"], mine["my-use"].filter(has_text="Listening to calls")
            await expect(listening).to_be_checked()
            await listening.click(force=True)
            await use.get_by_text("Stopped since").wait_for()
            assert await allowed() == {**others, "monitoring": False}
            assert await barriers(mine.page) == []
            async with mine.page.expect_download() as saving:
                await use.get_by_test_id("my-use-receipt").click()
            await (await saving.value).save_as(tmp_path / "receipt.jsonld")
            await mine.page.reload()
            await mine.go("#/my-data")
            await expect(listening).not_to_be_checked()
            await listening.click(force=True)
            await use.get_by_text("Allowed since").wait_for()
            assert await allowed() == {**others, "monitoring": True}
            await mine["consent-entries-show"].click()
            await expect(mine["consent-entry"]).to_have_count(2)
            await mine["consent-entry"].filter(has_text="Stopped").get_by_text("in the app").wait_for()
            assert await barriers(mine.page) == []
        assert json.loads((tmp_path / "receipt.jsonld").read_text())["@type"] == "dpv:ConsentReceipt"


@pytest.mark.long("test_an_owner_keeps_recordings_longer_with_a_reason_and_hears_one_whose_call_record_is_gone")
async def test_an_owner_lets_callers_stop_recordings_and_keeps_calls_for_fewer_days_and_undoes_it(
    system: System, browser: Browser
) -> None:
    async with system.organisation("Acme") as acme:
        olga = await acme.agent("Olga Owner", "owner", phone=False, member=False)
        async with signed_in(browser, system, olga, wide=True) as desk:
            await desk.go("#/retention")
            await desk["rules-key"].select_option("9")
            await desk["rules-stopped"].select_option("keep")
            await desk["rules-save"].click()
            await desk["rules-saved"].wait_for()
            found = (await acme.http.get("/v1/organisation")).json()
            kept = {name: found[name] for name in ("recording", "recording_stop_key", "stopped_recording")}
            assert kept == {"recording": "always", "recording_stop_key": "9", "stopped_recording": "keep"}

            await desk["days-wish"].fill("30")
            await desk["days-look"].click()
            await desk["days-plan"].get_by_text("30 days instead of 90").wait_for()
            assert await barriers(desk.page) == []
            await desk["days-keep"].click()
            await desk["days-waiting"].get_by_text("kept for 30 days").wait_for()
            await expect(desk["days-change"]).to_have_attribute("data-state", "waiting")
            found = (await acme.http.get("/v1/organisation/record-days")).json()
            assert (found["record_days"], found["change"]["state"]) == (90, "waiting")
            await desk["days-undo"].click()
            await desk["days-wish"].fill("120")
            await desk["days-look"].click()
            await expect(desk["days-keep"]).to_be_disabled()
            await desk["days-reason"].fill("Commercial code, paragraph 257")
            await desk["days-keep"].click()
            await desk["retention-rules"].get_by_text("120 days").wait_for()
            await (
                desk["days-change"].filter(has_text="120 days instead of 90").get_by_text("Commercial code").wait_for()
            )
            await expect(desk["days-change"].filter(has_text="30 days")).to_have_attribute("data-state", "undone")


async def test_an_owner_keeps_recordings_longer_with_a_reason_and_hears_one_whose_call_record_is_gone(
    system: System, browser: Browser
) -> None:
    async with system.organisation("Acme", record="always") as acme:
        [anna] = await acme.crew("Anna")
        (await acme.talk(anna)).call.hang_up()
        [call] = await acme.ended()
        day = datetime.now(UTC) + timedelta(days=60)
        left = {"_id": call["id"], "tenant_id": acme.tenant_id, "direction": "inbound", "queue_id": acme.queue_id}
        left |= {"contact_id": call["contact_id"], "queues": [acme.queue_id], "agents": [anna.user_id]}
        left |= {"arrived_at": datetime.now(UTC), "record_until": datetime.now(UTC), "delete_at": day}
        with pymongo.MongoClient(system.settings.mongodb_admin_uri()) as client:
            client[DATABASE]["kept_calls"].insert_one(left)
            client[DATABASE]["call_records"].delete_one({"_id": call["id"]})
        olga = await acme.agent("Olga Owner", "owner", phone=False, member=False)
        async with signed_in(browser, system, olga, wide=True) as desk:
            await desk.go("#/retention")
            await desk["rules-days"].fill("200")
            await desk["rules-reason"].fill("Too short")
            await desk["rules-save"].click()
            await desk.page.get_by_text("the legal reason for keeping recordings longer").wait_for()
            await desk["rules-reason"].fill("Securities act, section 18")
            await desk["rules-save"].click()
            await desk["retention-rules"].get_by_text("Securities act, section 18").wait_for()
            assert (await acme.http.get("/v1/organisation")).json()["recording_days"] == 200
            await desk["rules-key"].select_option("9")
            await desk["rules-stopped"].select_option("keep")
            await desk["rules-save"].click()
            await desk["rules-saved"].wait_for()
            found = (await acme.http.get("/v1/organisation")).json()
            assert (found["recording_stop_key"], found["stopped_recording"]) == ("9", "keep")
            await desk["days-wish"].fill("30")
            await desk["days-look"].click()
            await desk["days-keep"].click()
            await desk["days-waiting"].get_by_text("kept for 30 days").wait_for()
            waiting = (await acme.http.get("/v1/organisation/record-days")).json()
            assert (waiting["record_days"], waiting["change"]["state"]) == (90, "waiting")
            await desk["kept-show"].click()
            await desk["kept-row"].get_by_text("Support · Anna").wait_for()
            await desk["kept-listen"].click()
            await expect(desk["player"]).to_have_attribute("data-stage", "ready")
            key = desk.page.locator('[data-testid="key-row"][data-active="true"]')
            before = await key.get_attribute("data-id") or ""
            await desk["key-new"].click()
            assert await barriers(desk.page) == []
            await desk["key-new-sure"].click()
            await expect(key).not_to_have_attribute("data-id", before)
            keys = (await acme.http.get("/v1/recordings/keys")).json()["items"]
            assert [one["id"] for one in keys if one["active"]] == [await key.get_attribute("data-id")]
