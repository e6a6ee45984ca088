"""The privacy policy over HTTP: published for everybody, stated by administrators, accepted by users."""

from __future__ import annotations

import asyncio
import hashlib
import html
import re
import secrets
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.support.for_each import for_each
from tests.support.http.api import Api, Organisation

from call24.http.middleware import rate_limits
from call24.kit.ids import TenantId, UserId, new_id
from call24.kit.mongo import Mongo
from call24.policy import service
from call24.policy.model import PolicyAcceptance
from call24.policy.service import Policies
from call24.policy.store import PolicyStore
from call24.policy.texts import Version, versions
from call24.privacy.model import SweepReceipt

ME, ACCEPT, SETTINGS = "/v1/me/policy", "/v1/me/policy/acceptances", "/v1/organisation/policy"


async def mine(acme: Organisation, role: str = "agent") -> Any:
    answer = await acme.call(role, "GET", ME)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def pass_days(acme: Organisation, days: int) -> None:
    """The agent's session ends meanwhile, and the agent signs in again."""
    acme.api.clock.advance(days=days)
    identity = acme.api.services.identity
    user = await identity.user(acme.tenant.id, UserId(acme.users["agent"]))
    acme.bearers["agent"] = (await identity.open_session(user, "Test device")).bearer


async def accept(acme: Organisation, role: str = "agent", **other: str) -> httpx.Response:
    current = (await mine(acme, role))["current"]
    body = {"version": current["version"], "hash": current["hash"], **other}
    return await acme.call(role, "POST", ACCEPT, json=body)


@pytest.fixture(autouse=True)
def first_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """A version that is written later changes no test."""
    monkeypatch.setattr(service, "versions", lambda: versions()[:1])


@pytest.fixture
def later(api: Api, monkeypatch: pytest.MonkeyPatch) -> tuple[Version, Version]:
    """A material version that takes effect in ten days, on top of one that already applies."""
    first = replace(versions()[0], effective=api.clock.now().date() - timedelta(days=30), version="2026-01-01")
    effective = api.clock.now().date() + timedelta(days=10)
    text = first.text + "\nWe also count calls.\n"
    second = replace(first, version="2099-01-01", effective=effective, text=text, hash=secrets.token_hex(32))
    monkeypatch.setattr(service, "versions", lambda: (first, second))
    return first, second


async def test_anybody_reads_the_policy_with_what_the_organisation_states(api: Api) -> None:
    acme, other = await api.organisation("Acme <b>"), await api.organisation("Other")
    address = (await acme.call("owner", "GET", SETTINGS)).json()["address"]
    stated = {"contact": "privacy@acme.example", "officer": "Office of Data <script>", "data_region": "DE"}
    changed = await acme.call("owner", "PATCH", SETTINGS, json=stated)
    assert changed.json() == {
        "controller": "",
        "postal_address": "",
        "authority": "",
        "address": address,
        **stated,
    }
    shown = await api.call("GET", address)
    assert (shown.status_code, shown.headers["content-type"]) == (200, "text/html; charset=utf-8")
    for text in ("Acme &lt;b&gt;", "privacy@acme.example", "Office of Data &lt;script&gt;", "not stated yet"):
        assert text in shown.text
    assert "kept for 90 days" in shown.text and "Sound of calls" in shown.text and "<script" not in shown.text
    assert f"Last updated: {versions()[0].version}" in shown.text
    theirs = (await other.call("owner", "GET", SETTINGS)).json()
    assert theirs["contact"] == "" and theirs["address"] != address


async def test_a_public_address_that_leads_nowhere_says_nothing(api: Api) -> None:
    acme = await api.organisation()
    address = (await acme.call("owner", "GET", SETTINGS)).json()["address"]
    wrong = [f"/policy/{acme.tenant.id}", f"/policy/{secrets.token_hex(16)}", f"{address}/2020-01-01", "/policy/a"]
    wrong.append(f"{address}/{versions()[0].version}/changes")
    answers = [await api.call("GET", path) for path in wrong]
    assert {(answer.status_code, answer.json()["detail"]) for answer in answers} == {(404, answers[0].json()["detail"])}
    assert acme.tenant.id not in address


async def test_a_change_is_on_the_public_page_at_once(api: Api) -> None:
    acme = await api.organisation()
    address = (await acme.call("owner", "GET", SETTINGS)).json()["address"]
    assert "not stated yet" in (await api.call("GET", address)).text
    await acme.call("owner", "PATCH", SETTINGS, json={"controller": "Acme Holding AG"})
    assert "Privacy policy of Acme Holding AG" in (await api.call("GET", address)).text
    assert (await acme.call("owner", "GET", SETTINGS)).json()["address"] == address


async def test_a_page_that_was_being_made_during_a_change_is_not_kept(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    acme = await api.organisation()
    address = (await acme.call("owner", "GET", SETTINGS)).json()["address"]
    measured, began, goes_on = PolicyStore.measured, asyncio.Event(), asyncio.Event()

    async def held_up(store: PolicyStore, tenant_id: TenantId) -> Any:
        began.set()
        await goes_on.wait()
        return await measured(store, tenant_id)

    monkeypatch.setattr(PolicyStore, "measured", held_up)
    early = asyncio.create_task(api.call("GET", address))
    await began.wait()
    changed = await acme.call("owner", "PATCH", SETTINGS, json={"contact": "+442079460123"})
    goes_on.set()
    assert (changed.status_code, (await early).status_code) == (200, 200)
    assert "+442079460123" in (await api.call("GET", address)).text


async def test_a_page_may_be_kept_for_a_minute_and_a_refusal_may_not(api: Api) -> None:
    acme = await api.organisation()
    address = (await acme.call("owner", "GET", SETTINGS)).json()["address"]
    found, missing = await api.call("GET", address), await api.call("GET", f"/policy/{secrets.token_hex(16)}")
    assert [one.headers["cache-control"] for one in (found, missing)] == ["public, max-age=60", "no-store"]


async def test_a_change_of_nothing_changes_nothing(api: Api) -> None:
    acme = await api.organisation()
    before = (await acme.call("owner", "PATCH", SETTINGS, json={"contact": "privacy@acme.example"})).json()
    assert (await acme.call("owner", "PATCH", SETTINGS, json={})).json() == before


@for_each(
    ("field", "text"),
    [
        ("contact", "ask us"),
        ("contact", "javascript:alert(1)"),
        ("contact", "http://acme.example"),
        ("data_region", "de"),
        ("officer", "a" * 201),
        ("controller", "a\u202eb"),
        ("authority", "a" * 500),
    ],
)
async def test_a_statement_that_is_none_is_refused_and_changes_nothing(api: Api, field: str, text: str) -> None:
    acme = await api.organisation()
    await acme.call("owner", "PATCH", SETTINGS, json={field: "", "postal_address": "1 Road"})
    before = (await acme.call("owner", "GET", SETTINGS)).json()
    refused = await acme.call("owner", "PATCH", SETTINGS, json={field: text, "postal_address": "2 Road"})
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, field)
    assert (await acme.call("owner", "GET", SETTINGS)).json() == before


async def test_the_page_quotes_what_is_measured(api: Api, mongo: Mongo) -> None:
    acme = await api.organisation()
    address = (await acme.call("owner", "GET", SETTINGS)).json()["address"]
    assert "No call record is kept." in (await api.call("GET", address)).text
    at = api.clock.now() - timedelta(days=2)
    receipts = mongo.platform(SweepReceipt, why="a test puts one there")
    for days in (9, 0):
        await receipts.insert(SweepReceipt(id=new_id("swp"), at=at - timedelta(days=days), deleted={"calls": 1}))
    assert str(at.date()) not in (await api.call("GET", address)).text, "kept for a minute"
    api.clock.advance(minutes=1)
    assert f"last deleted data whose time was over on {at.date()}" in (await api.call("GET", address)).text


async def test_pages_that_are_kept_in_memory_have_a_bound(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "PAGES_MAX", 2)
    policies = api.services.there.get(Policies)
    for name in ("A", "B", "C"):
        organisation = await api.organisation(name)
        address = (await organisation.call("owner", "GET", SETTINGS)).json()["address"]
        await api.call("GET", address)
    assert len(policies._pages) == 2


async def test_a_stranger_asks_for_policies_within_the_limit_of_an_address(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rate_limits, "PER_MINUTE", 3)
    address = f"/policy/{secrets.token_hex(16)}"
    transport = httpx.ASGITransport(api.app, client=("192.0.2.78", 1))
    async with httpx.AsyncClient(transport=transport, base_url="https://call24.test") as http:
        assert [(await http.get(address)).status_code for _ in range(5)] == [404] * 3 + [429] * 2


async def test_the_pages_of_a_closed_organisation_are_gone(api: Api) -> None:
    acme = await api.organisation()
    address = (await acme.call("owner", "GET", SETTINGS)).json()["address"]
    assert (await api.call("GET", address)).status_code == 200
    await api.held.forget_organisation(acme.tenant.id)
    await api.services.tenants.wipe(acme.tenant.id)
    assert (await api.call("GET", address)).status_code == 404


async def test_an_older_version_stays_and_a_newer_one_says_what_it_changes(
    api: Api, later: tuple[Version, Version]
) -> None:
    acme = await api.organisation()
    address = (await acme.call("owner", "GET", SETTINGS)).json()["address"]
    api.clock.advance(days=10)
    pages = {path: (await api.call("GET", address + path)).text for path in ("", "/2026-01-01", "/2099-01-01/changes")}
    assert "We also count calls." in pages[""]
    assert "We also count calls." not in pages["/2026-01-01"]
    changes = pages["/2099-01-01/changes"]
    assert "<h3>Added</h3><p>We also count calls.</p>" in changes and "Removed" not in changes
    assert "Supervisory authority" not in changes


async def test_the_policy_is_read_in_mongolian_too(api: Api) -> None:
    acme = await api.organisation()
    address = (await acme.call("owner", "PATCH", SETTINGS, json={"officer": "Office of Data"})).json()["address"]
    english = await api.call("GET", address)
    browser = await api.call("GET", address, headers={"Accept-Language": "mn-MN,mn;q=0.9,en;q=0.8"})
    link = re.search(r'href="([^"]*language=mn)"', english.text)
    assert link is not None and english.headers["vary"] == "Accept-Language"
    for page in (browser.text, (await api.call("GET", link[1])).text):
        assert '<html lang="mn">' in page and "нууцлалын бодлого" in page and "Өгөгдөл хамгаалах ажилтан" in page
        assert "Office of Data" in page and "хараахан заагаагүй" in page and "kept for 90 days" not in page
    assert '<html lang="en">' in english.text and "kept for 90 days" in english.text


async def test_a_user_accepts_the_version_that_applies_once(api: Api, mongo: Mongo) -> None:
    acme = await api.organisation()
    before = await mine(acme)
    assert (before["to_accept"], before["accepted"], before["upcoming"]) == (True, [], None)
    first = await accept(acme)
    api.clock.advance(hours=1)
    second = await accept(acme)
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json() == second.json()
    after = await mine(acme)
    assert (after["to_accept"], after["accepted"]) == (False, [first.json()])
    assert (await mine(acme, "supervisor"))["to_accept"]
    (stored,) = await mongo.tenant(acme.tenant.id).collection(PolicyAcceptance).find()
    assert (stored.user_id, stored.version) == (acme.users["agent"], "2026-12-01")
    assert stored.hash == published_hash("2026-12-01")


def published_hash(version: str) -> str:
    folder = Path(__file__).resolve().parents[3] / "src/call24/policy/texts"
    files = [folder / f"{version}.{part}" for part in ("en.md", "mn.md", "tables.json")]
    both = "".join(hashlib.sha256(file.read_bytes()).hexdigest() for file in files)
    return hashlib.sha256(both.encode()).hexdigest()


async def test_who_is_to_accept_gets_the_text_as_the_organisation_publishes_it(api: Api) -> None:
    acme = await api.organisation("Acme <b>")
    await acme.call("owner", "PATCH", SETTINGS, json={"officer": "Office {contact}"})
    text = (await mine(acme))["text"]
    assert text[0] == {"kind": "title", "cells": ["Privacy policy of Acme <b>"]}
    assert {"kind": "item", "cells": ["Data protection officer: Office {contact}"]} in text
    address = (await acme.call("owner", "GET", SETTINGS)).json()["address"]
    page = html.unescape((await api.call("GET", address)).text)
    assert all(cell in page for block in text for cell in block["cells"])
    await accept(acme)
    assert (await mine(acme))["text"] == []


async def test_many_acceptances_at_once_are_one(api: Api, mongo: Mongo) -> None:
    acme = await api.organisation()
    answers = await asyncio.gather(*(accept(acme) for _ in range(5)))
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert await mongo.tenant(acme.tenant.id).collection(PolicyAcceptance).count() == 1


async def test_a_text_that_changed_before_its_day_is_accepted_again(
    api: Api, mongo: Mongo, monkeypatch: pytest.MonkeyPatch
) -> None:
    acme = await api.organisation()
    await accept(acme)
    changed = replace(versions()[0], text=versions()[0].text + "\nWe do more.\n", hash=secrets.token_hex(32))
    monkeypatch.setattr(service, "versions", lambda: (changed,))
    assert (await mine(acme))["to_accept"]
    assert (await accept(acme)).json()["hash"] == changed.hash
    after = await mine(acme)
    assert not after["to_accept"]
    assert {one["hash"] for one in after["accepted"]} == {versions()[0].hash, changed.hash}


@pytest.mark.parametrize("other", [{"hash": "0" * 64}, {"version": "2020-01-01"}])
async def test_another_text_than_the_one_that_applies_is_not_accepted(api: Api, other: dict[str, str]) -> None:
    acme = await api.organisation()
    refused = await accept(acme, **other)
    assert (refused.status_code, refused.json()["code"]) == (409, "policy_outdated")
    assert (await mine(acme))["to_accept"]


async def test_a_material_change_is_announced_and_asked_for_from_its_day_on(
    api: Api, later: tuple[Version, Version]
) -> None:
    acme = await api.organisation()
    await accept(acme)
    announced = await mine(acme)
    assert not announced["to_accept"]
    assert announced["upcoming"]["effective"] == (api.clock.now().date() + timedelta(days=10)).isoformat()
    early = await acme.call("agent", "POST", ACCEPT, json={"version": "2099-01-01", "hash": later[1].hash})
    assert early.status_code == 409
    await pass_days(acme, 10)
    due = await mine(acme)
    assert (due["to_accept"], due["current"]["version"], due["upcoming"]) == (True, "2099-01-01", None)
    assert (await accept(acme)).status_code == 201
    assert [one["version"] for one in (await mine(acme))["accepted"]] == ["2026-01-01", "2099-01-01"]


def test_the_first_version_has_its_day() -> None:
    assert (versions()[0].version, versions()[0].effective, versions()[0].material) == (
        "2026-12-01",
        date(2026, 12, 1),
        True,
    )
