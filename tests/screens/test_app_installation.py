"""What operators of the installation do in the app: lift bans, and run the doctor's checks."""

from __future__ import annotations

from playwright.async_api import expect
from tests.support.app.axe import barriers
from tests.support.app.driver import App
from tests.support.app.scene_installation import OPERATOR, InstallationScene, checks_run
from tests.support.wait import wait_until


async def opened(app: App, scene: InstallationScene) -> None:
    app.stage.me = OPERATOR
    app.stage.more = (*app.stage.more, scene)
    await app.open("#/installation")


async def test_an_operator_lifts_a_ban_and_is_told_where_somebody_else_was_faster(app: App) -> None:
    scene = InstallationScene()
    await opened(app, scene)
    bans = app["installation-ban"]
    await expect(bans).to_have_count(2)
    await bans.first.get_by_text("it may be a carrier’s").wait_for()
    await bans.first.get_by_test_id("ban-lift").click()
    await app["ban-keep"].click()
    assert len(scene.bans) == 2
    await bans.first.get_by_test_id("ban-lift").click()
    assert await barriers(app.page) == []
    await app["ban-now"].click()
    await expect(app["ban-told"]).to_have_text("The ban of 198.51.100.9 is lifted.")
    await expect(bans).to_have_count(1)
    await bans.get_by_test_id("ban-lift").click()
    scene.bans.clear()
    await app["ban-now"].click()
    await app["ban-told"].get_by_text("203.0.113.77 was over already: it ended, or somebody else lifted it.").wait_for()
    await app["installation-bans"].get_by_text("No address is banned.").wait_for()


async def test_an_operator_runs_the_checks_sees_how_far_they_are_and_what_to_do(app: App) -> None:
    scene = InstallationScene()
    scene.runs = [None]
    await opened(app, scene)
    checks, finding = app["installation-checks"], app["checks-finding"]
    await expect(checks).to_have_attribute("data-state", "never")
    await wait_until(lambda: app.stage.was_asked("GET", "/v1/installation/checks") == 1)
    scene.runs = [checks_run(0, "running"), checks_run(6, "running")]
    await app["checks-run"].click()
    await expect(app["checks-progress"]).to_have_text("7 of 25: MongoDB")
    await expect(app["checks-run"]).to_be_disabled()
    refused = ("fail", "no SIP answer from 192.0.2.5:5060 (UDP)", "check --sip-port and this machine's firewall")
    scene.runs = [checks_run(trunk_port=refused, disk=("warn", "3.2 GB free", "plan for more"))]
    await app["checks-verdict"].get_by_text("2 checks did not pass.").wait_for()
    assert [await one.get_attribute("data-check") for one in await finding.all()][:2] == ["trunk_port", "disk"]
    await finding.first.get_by_text("check the port and the machine’s firewall").wait_for()
    await finding.first.get_by_text("no SIP answer from 192.0.2.5:5060").wait_for()
    await app["installation-checks"].get_by_text("23 checks passed").click()
    await expect(finding.and_(app.page.locator("[data-state=pass]")).first).to_be_visible()
    assert await barriers(app.page) == []
