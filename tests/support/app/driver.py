"""The built app in a page, driven by what a person sees and by what happens to it; the stage plays the server."""

from __future__ import annotations

from dataclasses import dataclass

from playwright.async_api import Locator, Page
from tests.support.app import scene
from tests.support.app.stage import ORIGIN, Stage, keep_signed_in
from tests.support.wait import PATIENCE_S, wait_until


@dataclass
class App:
    page: Page
    stage: Stage

    def __getitem__(self, test_id: str) -> Locator:
        return self.page.get_by_test_id(test_id)

    async def open(self, address: str = "#/", *, signed_in: bool = True) -> None:
        if signed_in:
            await keep_signed_in(self.page)
        await self.page.goto(f"{ORIGIN}/{address}")
        if signed_in:
            await self["tab-me"].wait_for()

    async def phone_ready(self) -> None:
        await wait_until(self._ready, PATIENCE_S)

    async def _ready(self) -> bool:
        return bool(await self.page.evaluate("globalThis.__call24?.phone().state === 'ready'"))

    async def follows(self) -> None:
        await wait_until(lambda: self.stage.is_followed, PATIENCE_S)

    async def answer_a_call(self) -> None:
        await self.phone_ready()
        await self.follows()
        self.stage.invite("call_live")
        await self["answer"].click()
        await self["in-call"].wait_for()
        self.stage.live = scene.live(seq=20, call=scene.call("connected"), session=scene.session("on_call"))
        self.stage.tell("call", {**scene.call("connected"), "seq": 20})
        await self.page.locator("[data-testid=in-call][data-state=talking]").wait_for()
