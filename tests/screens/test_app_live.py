"""Live in a real browser, with a stage as the server: each agent's figures of today, the day's hours, the wallboard."""

from __future__ import annotations

from playwright.async_api import expect
from tests.support.app import scene, scene_calls
from tests.support.app import scene_reports as reports
from tests.support.app.axe import barriers
from tests.support.app.driver import App
from tests.support.app.pictures_calls import supervisor
from tests.support.app.stage import ORIGIN, keep_signed_in, problem

LAPTOP, TV = {"width": 1440, "height": 900}, {"width": 1920, "height": 1080}
MOVED = """() => new Promise((done) => {
    let sum = 0
    new PerformanceObserver((list) => list.getEntries().forEach((one) => { sum += one.value }))
        .observe({ type: 'layout-shift', buffered: true })
    requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(() => done(sum), 0)))
})"""
"""How much of the page moved since it was opened, though nobody touched it."""


async def test_agents_have_their_figures_of_today_and_are_sorted_by_them(app: App) -> None:
    supervisor(app.stage)
    await app.page.set_viewport_size(LAPTOP)
    await app.open("#/live")
    anna = app.page.locator("[data-agent=usr_anna]")
    await expect(anna.get_by_test_id("agent-handled")).to_have_text("9")
    await expect(anna.get_by_test_id("agent-handle-time")).to_have_text("6:31")
    names = app["agent-row"].locator("td:first-child")
    await app["sort-handled"].click()
    await expect(names.first).to_contain_text("Гэрэл Эрдэнэ")
    await expect(app.page.locator("th[aria-sort=descending]")).to_contain_text("Handled today")
    await app["sort-handled"].click()
    await expect(names.first).to_contain_text("Цэцэг Отгон")
    await expect(names.last).to_contain_text("Дулмаа Мөнх")  # who had no call stands last both ways
    assert await barriers(app.page) == []
    await app.page.set_viewport_size({"width": 390, "height": 844})
    await expect(anna.get_by_test_id("agent-figures")).to_contain_text("9 handled · 6:31")


async def test_a_call_that_has_ended_moves_the_figures_with_one_request_for_all(app: App) -> None:
    supervisor(app.stage)
    await app.page.set_viewport_size(LAPTOP)
    await app.page.clock.install()
    await app.open("#/live")
    await app.follows()
    handled = app.page.locator("[data-agent=usr_anna]").get_by_test_id("agent-handled")
    await expect(handled).to_have_text("9")
    agents = app.stage.today["agents"]
    app.stage.today = {**app.stage.today, "agents": [{**one, "handled": one["handled"] + 1} for one in agents]}
    for seq in (30, 31, 32):
        app.stage.tell("record", {"id": f"call_{seq}", "seq": seq})
    await app.page.clock.run_for(12_000)
    await expect(handled).to_have_text("10")
    assert app.stage.was_asked("GET", "/v1/reports/today") == 2


async def test_who_may_not_see_all_calls_sees_no_figures_of_others_and_does_not_ask(app: App) -> None:
    await app.page.set_viewport_size(LAPTOP)
    await app.open("#/live")
    await app["agent-row"].first.wait_for()
    assert [await app[one].count() for one in ("agent-handled", "sort-handled", "today-hours")] == [0, 0, 0]
    assert app.stage.was_asked("GET", "/v1/reports/today") == 0


async def test_today_is_drawn_up_to_the_hour_that_goes_on_and_stands_there_in_figures(app: App) -> None:
    supervisor(app.stage)
    await app.page.set_viewport_size(LAPTOP)
    await app.open("#/live")
    await expect(app["today-total"]).to_have_text("115 answered · 14 not answered · 80 % in time")
    assert await app["report-chart"].locator("rect").count() == 2 * len(reports.HOURS), "the night before is left out"
    await app["today-figures"].click()
    rows = app["today-table"].locator("tbody tr")
    assert await rows.count() == len(reports.HOURS)
    await expect(rows.last).to_contain_text("15:00 so far")
    assert (await rows.last.locator("td").all_inner_texts())[:3] == ["21", "20", "1"]
    assert await barriers(app.page) == []


async def test_nothing_moves_while_live_is_filled(app: App) -> None:
    """At each width, with a board and figures that come later than the page."""
    supervisor(app.stage)
    await app.open("#/live")
    for size in ({"width": 390, "height": 844}, {"width": 820, "height": 1180}, LAPTOP):
        await app.page.set_viewport_size(size)
        await app.page.reload()
        await app["today-total"].wait_for()
        await app["report-chart"].wait_for()
        assert await app.page.evaluate(MOVED) < 0.02, size


# --- the wallboard ---


async def on_wall(app: App) -> None:
    supervisor(app.stage)
    await app.page.set_viewport_size(TV)
    await keep_signed_in(app.page)
    await app.page.goto(f"{ORIGIN}/#/live/wall")
    await app["wall"].wait_for()
    await app.follows()


async def test_the_wall_has_large_figures_and_nothing_of_a_caller(app: App) -> None:
    await on_wall(app)
    await expect(app["wall-level"]).to_have_text("80 %")
    shown = {key: await app[f"wall-{key}"].inner_text() for key in ("waiting", "level", "free", "in-call", "paused")}
    assert shown == {"waiting": "4", "level": "80 %", "free": "1", "in-call": "5", "paused": "1"}
    support = app.page.locator("[data-testid=wall-queue]").first
    await expect(support).to_contain_text("Support")
    await expect(support.get_by_test_id("wall-alert")).to_have_text("3 or more callers waiting")
    text = await app["wall"].inner_text()
    for call in scene_calls.CALLS:
        assert call["number"] not in text and (call["name"] or call["number"]) not in text
    assert not any(agent["name"] in text for agent in scene.AGENTS)
    sizes = await app.page.evaluate(
        "[...document.querySelectorAll('[data-testid=wall-queue] td')]"
        ".map((one) => parseFloat(getComputedStyle(one).fontSize))"
    )
    assert min(sizes) >= 44, "read from five metres"
    assert await app["tab-live"].count() == 0
    assert await app.page.evaluate("[document.documentElement.scrollWidth, document.documentElement.scrollHeight]") == [
        TV["width"],
        TV["height"],
    ]
    assert await barriers(app.page) == []


async def test_the_wall_follows_an_alert_that_is_raised(app: App) -> None:
    await on_wall(app)
    sales = {
        **scene.QUEUES[1],
        "alerts": [{"id": "qal_2", "rule": "wait", "limit": 60, "raised_at": scene.ago(seconds=1)}],
    }
    assert await app.page.locator("[data-testid=wall-alert]").count() == 1
    app.stage.tell("queue", {**sales, "seq": 30})
    await expect(app.page.locator(f"[data-queue={sales['id']}]")).to_contain_text("Waiting for 1:00 or longer")


async def test_the_wall_says_that_it_is_cut_off_and_comes_back_by_itself(app: App) -> None:
    await app.page.clock.install()
    await on_wall(app)
    app.stage.fail["/v1/live"] = (503, problem(503, "unavailable"))
    await app.stage.cut_realtime()
    await app.page.clock.run_for(8_000)
    await expect(app["wall-away"]).to_contain_text("No connection since")
    await expect(app["wall-waiting"]).to_have_text("4")
    nobody = [{**queue, "waiting": 0, "longest_since": None} for queue in scene.QUEUES]
    app.stage.live = scene.live(seq=40, queues=nobody, calls=[])
    del app.stage.fail["/v1/live"]
    app.stage.realtime_up = True
    for _ in range(10):
        await app.page.clock.run_for(2_000)
    await expect(app["wall-waiting"]).to_have_text("0")
    await app["wall-away"].wait_for(state="detached")


async def test_the_wall_says_that_its_session_has_ended(app: App) -> None:
    await on_wall(app)
    for path in ("/v1/live", "/v1/me", "/v1/reports/today"):
        app.stage.fail[path] = (401, problem(401, "unauthenticated"))
    app.stage.tell("record", {"id": "call_9", "seq": 30})
    await expect(app["wall-over"]).to_have_text("The session of this wallboard has ended. Sign in to show it again.")
    await app["sign-in-email"].wait_for()


# --- a call as a picture ---


async def test_a_piece_of_a_call_says_when_how_long_and_why(app: App) -> None:
    await app.page.set_viewport_size(LAPTOP)
    await app.open("#/history/call_c")
    lanes = app["call-picture"].get_by_test_id("picture-lane")
    await expect(lanes).to_have_count(3)
    ring = lanes.nth(1).get_by_test_id("picture-piece").first
    assert "ring" in (await ring.get_attribute("aria-label") or "")
    await ring.click()
    why = app["call-picture"].get_by_test_id("piece-why").locator("visible=true")
    await expect(why).to_contain_text("Offered to Batbold Tsend: idle the longest: 11 min · declined")
    await expect(why).to_contain_text("Not Nomin Munkh: paused (Lunch)")
    assert await barriers(app.page) == []
    await app.page.set_viewport_size({"width": 390, "height": 844})
    row = app["call-picture"].get_by_test_id("picture-row").filter(has_text="wait").first
    await row.click()
    await expect(row).to_have_attribute("aria-expanded", "true")
    assert await app.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert await barriers(app.page) == []
