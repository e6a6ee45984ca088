"""Lighthouse's judgement of the app's pages on a phone, in the Chromium that the other tests of the app use.

Its mobile profile: a slow 4G (150 ms, 1.6 Mbit/s) and a processor four times slower, both computed from a load of the
page without them. Each run is a browser that was never here, signed in where a token is given.
Source: Lighthouse 12, docs/throttling.md.
"""

from __future__ import annotations

import asyncio
import json
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tests.support.app.browser import FLAGS
from tests.support.product.stack import CHECKOUT

from call24.installer import web

TOOLS = CHECKOUT / "tests" / "browser_tools"
PERFORMANCE, ACCESSIBILITY, PRACTICES = "performance", "accessibility", "best-practices"
CATEGORIES = (PERFORMANCE, ACCESSIBILITY, PRACTICES)
RUN_S = 120.0
"""How long one run may take."""


@dataclass(frozen=True)
class Place:
    """A page to look at. `token`: of the session that the browser has; "" signed out."""

    name: str
    address: str
    token: str = ""


@dataclass(frozen=True)
class Judged:
    """One run on one page, times in milliseconds. `raw`: all that lighthouse.mjs says of it."""

    name: str
    scores: dict[str, int]
    lcp_ms: float
    cls: float
    longest_task_ms: float
    raw: dict[str, Any]

    @classmethod
    def read(cls, line: bytes) -> Judged:
        """Raises: AssertionError when the page could not be judged."""
        raw = json.loads(line)
        assert raw["failed"] is None, raw["failed"]
        assert None not in raw["scores"].values(), raw["scores"]
        longest = max((task["ms"] for task in raw["tasks_ms"]), default=0)
        return cls(raw["name"], raw["scores"], raw["lcp_ms"] or 0, raw["cls"] or 0, longest, raw)

    @property
    def before_shown_bytes(self) -> int:
        """What was asked for over the network before the largest part of the screen was drawn."""
        shown = self.raw["observed_lcp_ms"]
        return sum(one["bytes"] for one in self.raw["requests"] if one["from_ms"] < shown)

    @property
    def short(self) -> list[str]:
        """What was found wanting, one line for each."""
        return [f"{one['category']}: {one['id']}: {one['says']}" for one in self.raw["short"]]


async def judged(
    places: Sequence[Place],
    *,
    runs: int = 1,
    categories: Sequence[str] = CATEGORIES,
    settings: dict[str, Any] | None = None,
) -> list[Judged]:
    """Each place `runs` times, one after the other. Raises: AssertionError."""
    assert web.node() and web.packages_there(TOOLS), "Node and Lighthouse are missing: `./call24 test` brings both"
    told = {
        "program": shutil.which("chromium-headless-shell"),
        "flags": [*FLAGS, "--ignore-certificate-errors"],
        "pages": [{"name": place.name, "address": place.address, "token": place.token} for place in places],
        "runs": runs,
        "categories": list(categories),
        "settings": settings or {},
    }
    process = await asyncio.create_subprocess_exec(
        *(str(web.node()), str(TOOLS / "lighthouse.mjs")),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        said, failed = await asyncio.wait_for(
            process.communicate(json.dumps(told).encode()), RUN_S * runs * len(places)
        )
    finally:
        if process.returncode is None:
            process.kill()
    assert process.returncode == 0, failed.decode()[-3000:]
    return [Judged.read(line) for line in said.splitlines()]
