"""Roles of one's own in a real browser, on the real server: made, changed, compared, kept while somebody has them."""

from __future__ import annotations

import pytest
from playwright.async_api import Browser, expect
from tests.e2e.test_app_contacts import LAPTOP, PHONE, signed_in
from tests.support.app.axe import barriers
from tests.support.product.people import Agent
from tests.support.product.system import Organisation, System

BUILT_IN = ["owner", "administrator", "supervisor", "agent", "privacy_officer", "auditor"]


async def permissions(acme: Organisation, role: str) -> set[str]:
    return set((await acme.http.get(f"/v1/roles/{role}")).json()["permissions"])


async def own_roles(acme: Organisation) -> dict[str, str]:
    """Of the organisation's own roles: name -> id."""
    rows = (await acme.http.get("/v1/roles")).json()["items"]
    return {row["name"]: row["id"] for row in rows if not row["built_in"]}


async def give(acme: Organisation, who: Agent, role: str) -> None:
    answer = await acme.http.put(f"/v1/users/{who.user_id}/role", json={"role": role})
    assert answer.status_code == 200, answer.text


async def test_a_role_begins_with_a_built_in_one_is_changed_and_kept_while_somebody_has_it(
    system: System, browser: Browser
) -> None:
    async with system.organisation("Acme") as acme:
        owner, bat = await acme.agent("Oyun", "owner", phone=False), await acme.agent("Bat", phone=False)
        async with signed_in(browser, system, owner, LAPTOP) as laptop:
            await laptop["tab-administration"].click()
            await laptop["open-roles"].click()
            await laptop["role-row"].first.wait_for()
            assert await laptop["role-row"].evaluate_all("all => all.map(one => one.dataset.id)") == BUILT_IN
            assert await barriers(laptop.page) == []
            await laptop["role-row"].filter(has_text="Agent").click()
            await laptop["role-built-in"].get_by_text("It cannot be changed").wait_for()
            await expect(laptop["role-holders"]).to_contain_text("Bat")
            await expect(laptop["permission-phone.use"]).to_be_disabled()
            assert await laptop["role-delete"].count() == await laptop["role-name"].count() == 0
            assert await barriers(laptop.page) == []
            await laptop["role-copy"].click()
            await expect(laptop["role-base"]).to_have_value("agent")
            await expect(laptop["permission-phone.use"]).to_be_checked()
            await laptop["permission-calls.end"].check()
            await laptop["permission-calls.place"].uncheck()
            await laptop["role-name"].fill("Supervisor")
            await laptop["role-save"].click()
            await laptop.page.get_by_text("There is already a role with this name.").wait_for()
            assert await own_roles(acme) == {}
            await laptop["role-name"].fill("Senior agent")
            assert await barriers(laptop.page) == []
            await laptop.picture("role-new-laptop")
            await laptop["role-save"].click()
            await laptop["role-differences"].get_by_role("heading", name="Compared with Agent").wait_for()
            await expect(laptop["role-differences"].get_by_role("listitem")).to_have_text(
                [r"alsoEnd other people's calls.", "notCall external numbers and colleagues."]
            )
            role = (await own_roles(acme))["Senior agent"]
            agent = await permissions(acme, "agent")
            assert await permissions(acme, role) == (agent | {"calls.end"}) - {"calls.place"}
            await laptop["permission-calls.place"].check()
            await laptop["permission-calls.end"].uncheck()
            await laptop["role-discard"].click()
            await expect(laptop["permission-calls.end"]).to_be_checked()
            await laptop["permission-calls.place"].check()
            await laptop.page.get_by_text("Not saved yet: 1 granted").wait_for()
            assert await barriers(laptop.page) == []
            await laptop["role-save"].click()
            await laptop["role-saved"].wait_for()
            assert await permissions(acme, role) == agent | {"calls.end"}
            await give(acme, bat, role)
            await laptop.page.reload()
            await expect(laptop["role-holders"]).to_contain_text("Bat")
            await laptop.picture("role-laptop")
            await laptop["role-delete"].click()
            await laptop["delete-now"].click()
            await laptop["delete-problem"].get_by_text("People have this role").wait_for()
            assert await barriers(laptop.page) == []
            await laptop["delete-keep"].click()
            await give(acme, bat, "agent")
            await laptop["role-delete"].click()
            await laptop["delete-now"].click()
            await expect(laptop["role-row"]).to_have_count(len(BUILT_IN))
            assert await own_roles(acme) == {}


@pytest.mark.long("integration/identity/test_roles.py::test_nobody_deals_with_who_may_more")
async def test_a_role_beyond_ones_own_permissions_is_not_editable(system: System, browser: Browser) -> None:
    async with system.organisation("Acme") as acme:
        bea = await acme.agent("Bea", "administrator", phone=False)
        keys = await acme.post("/v1/roles", {"name": "Key keeper", "permissions": ["recordings.keys", "live.read"]})
        async with signed_in(browser, system, bea, PHONE, color_scheme="dark") as phone:
            await phone.go(f"#/roles/{keys['id']}")
            await phone["role-beyond"].get_by_text("replace the keys that encrypt recordings").wait_for()
            assert await phone["role-name"].count() == await phone["role-delete"].count() == 0
            await expect(phone["permission-live.read"]).to_be_disabled()
            assert await barriers(phone.page) == []
            await phone.picture("role-beyond-phone-dark")
            await phone["role-copy"].click()
            await phone.page.get_by_text("Without 1 permission that you do not have yourself.").wait_for()
            await expect(phone["permission-live.read"]).to_be_checked()
            await phone.page.locator("[data-label=Recordings] summary").click()
            await expect(phone["permission-recordings.keys"]).to_be_disabled()
            await phone["role-name"].fill("Watcher")
            assert await barriers(phone.page) == []
            await phone["role-save"].click()
            await phone["role-holders"].wait_for()
            assert await permissions(acme, (await own_roles(acme))["Watcher"]) == {"live.read"}


@pytest.mark.long("test_a_role_begins_with_a_built_in_one_is_changed_and_kept_while_somebody_has_it")
async def test_who_changes_their_own_role_is_told_that_it_is_theirs(system: System, browser: Browser) -> None:
    async with system.organisation("Acme") as acme:
        bea, sue = await acme.agent("Bea", "administrator", phone=False), await acme.agent("Sue", phone=False)
        wish = {"name": "Office", "permissions": ["roles.read", "roles.write", "users.read", "live.read"]}
        role = await acme.post("/v1/roles", wish)
        await give(acme, bea, role["id"])
        async with signed_in(browser, system, bea, LAPTOP) as laptop:
            await laptop.go(f"#/roles/{role['id']}")
            await laptop["role-own"].wait_for()
            await laptop["tab-live"].wait_for()
            await laptop["permission-live.read"].uncheck()
            await laptop["role-save"].click()
            await laptop["role-saved"].wait_for()
            await expect(laptop["tab-live"]).to_have_count(0)
            await expect(laptop["permission-live.read"]).to_be_disabled()
            narrower = await acme.http.patch(f"/v1/roles/{role['id']}", json={"permissions": ["roles.read"]})
            assert narrower.status_code == 200, narrower.text
            await laptop.go("#/people")
            await laptop["not-allowed"].wait_for()
        await give(acme, sue, "auditor")
        async with signed_in(browser, system, sue, PHONE) as phone:
            await phone.go(f"#/roles/{role['id']}")
            await phone["read-only"].wait_for()
            assert await phone["role-own"].count() == await phone["role-copy"].count() == 0
            assert await barriers(phone.page) == []
