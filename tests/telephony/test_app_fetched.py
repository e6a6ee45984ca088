"""What a browser fetches of the built app before it shows something."""

from __future__ import annotations

import json
import re

import httpx
from tests.support.product.system import Organisation, System

FIRST_KB = 80
"""Of the sign-in, with the texts of one language; over 200 KB when they are not compressed."""
INSIDE_BYTES = 150_000
"""Not compressed: what the sign-in would wait for if it were in the same file."""
TOO_SMALL = 2000
"""Bytes of a file that compressing may make larger."""


async def test_the_app_comes_over_the_network_compressed(system: System) -> None:
    fetched = 0
    async with system.organisation("Acme") as acme:
        http = acme.http

        async def fetch(path: str) -> httpx.Response:
            nonlocal fetched
            answer = await http.get(path, headers={"Accept-Encoding": "gzip"})
            size = int(answer.headers["Content-Length"])
            assert answer.status_code == 200, path
            assert answer.headers.get("Content-Encoding") == "gzip" or size < TOO_SMALL, path
            fetched += size
            return answer

        page = (await fetch("/")).text
        for name in re.findall(r'(?:src|href)="(/[^"]+\.(?:js|css))"', page):
            await fetch(name)
        app = fetched
        for language in ("en", "mn"):
            fetched = app
            for part in ("screens_first", "words_first"):
                await fetch(await texts_of(acme, f"{part}_texts.{language}"))
            assert 20 < fetched / 1000 < FIRST_KB, language


async def test_the_browser_is_told_early_what_the_app_will_ask_for_in_each_language(system: System) -> None:
    """By a script that runs before the app is there. Behind the sign-in there is more than the sign-in needs."""
    async with system.organisation("Acme") as acme:
        script = (await acme.http.get("/theme.js")).text
        (parts,) = re.findall(r"JSON\.parse\('(.+)'\)", script)
        told = json.loads(parts)
        assert told.keys() == {"first", "inside"} and told["first"].keys() == told["inside"].keys() == {"en", "mn"}
        for language in ("en", "mn"):
            first, inside = ([f"/{name}" for name in told[part][language]] for part in ("first", "inside"))
            named = {await texts_of(acme, f"{part}_first_texts.{language}") for part in ("screens", "words")}
            assert set(first) == named
            sizes = [len((await acme.http.get(name)).content) for name in inside]
            assert (await acme.http.get(inside[0])).status_code == 200 and sum(sizes) > INSIDE_BYTES


async def texts_of(acme: Organisation, part: str) -> str:
    """The address of a file of texts, as the first file of the app names it."""
    page = (await acme.http.get("/")).text
    names = re.findall(r'(?:src|href)="(/assets/texts-[^"]+\.js)"', page)
    source = (await acme.http.get(names[0])).text
    (found,) = re.findall(rf"[\w.]+\.{re.escape(part)}\.compiled-[\w-]+\.js", source)
    return f"/assets/{found}"
