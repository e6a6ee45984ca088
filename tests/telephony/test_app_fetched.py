"""What a browser fetches of the built app before it shows something."""

from __future__ import annotations

import re

import httpx
from tests.support.product.system import System

FIRST_KB = 120
"""Over 250 KB when they are not compressed."""


async def test_the_app_comes_over_the_network_compressed(system: System) -> None:
    fetched = 0
    async with system.organisation("Acme") as acme:
        http = acme.http

        async def fetch(path: str) -> httpx.Response:
            nonlocal fetched
            answer = await http.get(path, headers={"Accept-Encoding": "gzip"})
            assert (answer.status_code, answer.headers["Content-Encoding"]) == (200, "gzip"), path
            fetched += int(answer.headers["Content-Length"])
            return answer

        page = (await fetch("/")).text
        for name in re.findall(r'(?:src|href)="(/[^"]+\.(?:js|css))"', page):
            await fetch(name)
    assert 20 < fetched / 1000 < FIRST_KB
