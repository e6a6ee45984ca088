"""A person's role, account, second factors and skills, changed in a real browser on the real server."""

from __future__ import annotations

import base64
import hmac
import io
import time
from typing import Any
from urllib.parse import parse_qs, urlparse

import pytest
from PIL import Image
from playwright.async_api import Browser, expect
from tests.e2e.test_app_contacts import LAPTOP, PHONE, Seat, signed_in
from tests.support.app.axe import barriers
from tests.support.product.people import PASSWORD, Agent
from tests.support.product.system import Organisation, System


def code_of(uri: str) -> str:
    """RFC 6238, of this moment."""
    key = base64.b32decode(parse_qs(urlparse(uri).query)["secret"][0])
    digest = hmac.digest(key, int(time.time() // 30).to_bytes(8, "big"), "sha1")
    place = digest[-1] & 15
    return f"{(int.from_bytes(digest[place : place + 4], 'big') & 0x7FFFFFFF) % 1_000_000:06}"


async def user(acme: Organisation, who: Agent) -> dict[str, Any]:
    return dict((await acme.http.get(f"/v1/users/{who.user_id}")).json())


async def signs_in(who: Agent) -> int:
    body = {"email": who.email, "password": PASSWORD, "device_name": "test"}
    return (await who.http.post("/v1/auth/login", json=body)).status_code


async def opened(seat: Seat, name: str) -> None:
    await seat.go("#/people")
    await seat["person-row"].filter(has_text=name).click()
    await seat["person-sheet"].wait_for()


async def test_an_owner_changes_a_role_disables_enables_and_removes_second_factors(
    system: System, browser: Browser
) -> None:
    async with system.organisation("Acme") as acme:
        owner, bat = await acme.agent("Oyun", "owner", phone=False), await acme.agent("Bat", phone=False)
        begun = await bat.http.post("/v1/me/mfa", json={"current_password": PASSWORD})
        assert begun.status_code < 300, begun.text
        confirmed = await bat.http.post("/v1/me/mfa/confirm", json={"code": code_of(begun.json()["uri"])})
        assert confirmed.status_code < 300, confirmed.text
        drawn = io.BytesIO()
        Image.new("RGB", (64, 64), "red").save(drawn, "PNG")
        sent = await bat.http.post("/v1/me/picture", files={"file": ("me.png", drawn.getvalue(), "image/png")})
        assert sent.status_code < 300, sent.text
        async with signed_in(browser, system, owner, LAPTOP) as laptop:
            await opened(laptop, "Bat")
            assert await laptop["person-unlink"].count() == 0, "the organisation has no identity provider"
            assert await barriers(laptop.page) == []
            await laptop.picture("person-access-laptop")
            await laptop["person-factors"].click()
            await laptop["person-sheet"].get_by_text("Make sure that it is really they who ask").wait_for()
            assert (await user(acme, bat))["mfa"] is True
            await laptop["person-sure"].click()
            await laptop["person-disable"].wait_for()
            assert await laptop["person-factors"].count() == 0
            assert (await user(acme, bat))["mfa"] is False
            await laptop["person-role"].select_option("supervisor")
            await laptop["person-picture"].click()
            await laptop["person-sure"].click()
            await laptop["person-role"].wait_for()
            assert await laptop["person-picture"].count() == 0
            assert (await acme.http.get("/v1/pictures")).json()["items"] == []
            await expect(laptop["person-role"]).to_have_value("supervisor")
            await laptop["person-sheet"].get_by_text("They are signed out, and have the new role").wait_for()
            await laptop["person-role-save"].click()
            await expect(laptop["person-sheet"].get_by_text("supervisor", exact=False).first).to_be_visible()
            await laptop["person-role-save"].wait_for(state="detached")
            assert (await user(acme, bat))["role"] == "supervisor"
            await laptop["person-disable"].click()
            await laptop["person-sure"].click()
            await laptop["person-enable"].wait_for()
            assert (await user(acme, bat))["disabled"] is True and await signs_in(bat) == 401
            assert await barriers(laptop.page) == []
            await laptop["person-enable"].click()
            await laptop["person-disable"].wait_for()
            assert (await user(acme, bat))["disabled"] is False and await signs_in(bat) == 200
            await laptop["skill-add"].click()
            await laptop["skill-name"].fill("German")
            await laptop["skills-save"].click()
            await laptop["skills-saved"].wait_for()
            kept = (await acme.http.get(f"/v1/users/{bat.user_id}/skills")).json()["skills"]
            assert list(kept) == ["German"]


@pytest.mark.long("integration/agents/test_agents.py::test_skills_are_set_as_a_whole_and_known_to_routing")
async def test_skills_are_set_on_a_phone(system: System, browser: Browser) -> None:
    async with system.organisation("Acme") as acme:
        bea, bat = await acme.agent("Bea", "administrator", phone=False), await acme.agent("Bat", phone=False)
        where = f"/v1/users/{bat.user_id}/skills"
        await acme.http.put(where, json={"skills": {"German": 3}})
        async with signed_in(browser, system, bea, PHONE, color_scheme="dark") as phone:
            await opened(phone, "Bat")
            await expect(phone["skill-name"]).to_have_value("German")
            await phone["skill-add"].click()
            await phone["skill-name"].nth(1).fill("german")
            await phone["skills-save"].click()
            await phone["person-sheet"].get_by_text("is named twice").wait_for()
            assert (await acme.http.get(where)).json() == {"skills": {"German": 3}}
            await phone["skill-name"].nth(1).fill("English")
            await phone["skill-level"].nth(1).select_option("8")
            assert await barriers(phone.page) == []
            await phone.picture("person-skills-phone-dark")
            await phone["skills-save"].click()
            await phone["skills-saved"].wait_for()
            assert (await acme.http.get(where)).json() == {"skills": {"English": 8, "German": 3}}


@pytest.mark.long("screens/test_app_people.py::test_an_administrator_is_offered_nothing_for_an_owner_who_may_do_more")
async def test_an_administrator_is_not_offered_an_owners_role(system: System, browser: Browser) -> None:
    async with system.organisation("Acme") as acme:
        bea = await acme.agent("Bea", "administrator", phone=False)
        await acme.agent("Oyun", "owner", phone=False)
        async with signed_in(browser, system, bea, PHONE) as phone:
            await opened(phone, "Oyun")
            await phone["person-beyond"].wait_for()
            for action in ("person-role", "person-disable", "person-factors"):
                assert await phone[action].count() == 0
