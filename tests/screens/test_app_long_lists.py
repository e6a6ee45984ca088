"""Lists that have more rows than anybody scrolls through: how many are drawn, and that none is lost."""

from __future__ import annotations

from typing import Any

import pytest
from tests.support.app import scene_people
from tests.support.app.driver import App
from tests.support.app.stage import Stage
from tests.support.wait import wait_until

DRAWN_MAX = 150
LONGEST_TASK_MS = 50
PAGE = 50
SCROLLED = """async (count) => {
  const list = () => document.querySelector('[aria-label="People"] ul[data-rows]')
  const pane = document.querySelector('[aria-label="People"] > :last-child')
  const frame = () => new Promise((done) => requestAnimationFrame(done))
  let most = 0
  while (Number(list().dataset.rows) < count) {
    pane.scrollTop = pane.scrollHeight
    await frame()
    most = Math.max(most, list().querySelectorAll('[data-testid=contact-row]').length)
  }
  pane.scrollTop = pane.scrollHeight
  await frame(); await frame()
  pane.scrollTop = pane.scrollHeight
  return most
}"""
TASKS = """() => {
  window.tasks = []
  const keep = (list) => list.getEntries().forEach((one) => window.tasks.push(one.duration))
  new PerformanceObserver(keep).observe({ type: 'longtask' })
}"""
TOP = "document.querySelector('[aria-label=People] > :last-child').scrollTop = 0"
WHERE = """() => {
  const edge = document.querySelector('[aria-label=People] > :last-child').getBoundingClientRect().top
  const seen = [...document.querySelectorAll('[data-testid=contact-row]')].filter((one) => {
    const { top, bottom } = one.getBoundingClientRect()
    return bottom > edge && top < innerHeight
  })
  return seen.map((one) => [one.dataset.id, one.closest('li').getAttribute('aria-posinset')])
}"""


class ManyPeople:
    """`/v1/people` by pages, as the API gives them; the rest as of an address book."""

    def __init__(self, stage: Stage, count: int) -> None:
        self._stage, self._count, self._others = stage, count, scene_people.PeopleScene()

    def answer(self, method: str, path: str, body: Any) -> tuple[int, Any] | None:
        if (method, path) != ("GET", "/v1/people"):
            return self._others.answer(method, path, body)
        first = int(self._stage.query.get("cursor", 0))
        after = min(first + PAGE, self._count)
        people = [scene_people.person(n, "Person", str(n), "Northwind", f"+4420794{n:05}") for n in range(first, after)]
        return 200, {"items": people, "next": str(after) if after < self._count else None}


async def _scrolled_through(app: App, count: int) -> tuple[int, list[list[str]]]:
    """How many rows were drawn at most, and which are seen at the end."""
    app.stage.more = (ManyPeople(app.stage, count),)
    await app.page.set_viewport_size({"width": 1440, "height": 900})
    await app.open("#/contacts")
    await app["contact-row"].first.wait_for()
    await app.page.evaluate(TASKS)
    most = await app.page.evaluate(SCROLLED, count)
    last = f"per_{count - 1}"

    async def is_seen() -> bool:
        return any(id == last for id, _ in await app.page.evaluate(WHERE))

    await wait_until(is_seen)
    return most, await app.page.evaluate(WHERE)


async def test_a_list_asks_for_its_next_pages_as_it_is_scrolled_and_draws_the_rows_that_are_seen(app: App) -> None:
    most, seen = await _scrolled_through(app, 1_000)
    assert most <= DRAWN_MAX
    assert seen[-1] == ["per_999", "1000"]
    assert [int(id.removeprefix("per_")) for id, _ in seen] == list(range(1_000 - len(seen), 1_000))
    assert app.stage.was_asked("GET", "/v1/people") == 1_000 // PAGE
    await app.page.evaluate(TOP)
    await app.page.locator("[data-id=per_0]").wait_for()
    assert (await app.page.evaluate(WHERE))[0] == ["per_0", "1"]
    await app.page.locator("[data-id=per_0]").click()
    await app.page.get_by_text("Person 0").first.wait_for()


@pytest.mark.long("test_a_list_asks_for_its_next_pages_as_it_is_scrolled_and_draws_the_rows_that_are_seen")
async def test_a_hundred_thousand_rows_are_scrolled_without_a_long_task(app: App) -> None:
    most, seen = await _scrolled_through(app, 100_000)
    assert most <= DRAWN_MAX
    assert seen[-1] == ["per_99999", "100000"]
    tasks = await app.page.evaluate("window.tasks")
    assert max(tasks, default=0) <= LONGEST_TASK_MS
