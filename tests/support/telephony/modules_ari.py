"""Asterisk's REST interface, as far as modules are loaded and unloaded by it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from call24.asterisk.client import AWAY, AriClient, AriReply


class FakeAri(AriClient):
    """Loads and unloads modules, as Asterisk's `/asterisk/modules` does."""

    def __init__(self) -> None:
        super().__init__("http://127.0.0.1:1/ari", "x", "y", app="x", events=())
        self.loaded: set[str] = set()
        self.asked = 0
        self.is_away = self.hangs = False
        self.meanwhile: Callable[[], None] = lambda: None

    async def request(self, method: str, path: str, **more: Any) -> AriReply:
        self.asked += 1
        if self.hangs:
            await asyncio.Event().wait()
        if self.is_away:
            return AWAY
        module = path.rpartition("/")[2]
        known = module in self.loaded
        if method == "POST":
            self.loaded.add(module)
            self.meanwhile()
            return AriReply(409 if known else 204, None)
        if method == "DELETE":
            self.loaded.discard(module)
        return AriReply(200 if known else 404, None)
