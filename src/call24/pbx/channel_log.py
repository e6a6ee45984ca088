"""On the PBX's host: Asterisk's log of channels, which its server reads for the nightly reconciliation."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from aiohttp import web

from call24.pbx.host_routes import Asked, told

PART = 1 << 20
_LOG = re.compile(r"channels(?:-[0-9]{8})?\.csv")
_OFFSET = re.compile(r"[0-9]{1,15}")
_LINE = 200


class LogRoutes:
    """Asterisk's log of channels. `folder`: where it is; `rotate`, `erase`: put it aside, delete what is old."""

    def __init__(self, folder: Path, rotate: Callable[[], object], erase: Callable[[], object]) -> None:
        self._folder, self._rotate, self._erase = folder, rotate, erase

    def add(self, app: web.Application) -> None:
        app.router.add_get("/v1/channel-log", told(self._list), allow_head=False)
        app.router.add_get("/v1/channel-log/{name}", told(self._read), allow_head=False)
        app.router.add_post("/v1/channel-log/rotate", told(self._done(self._rotate)))
        app.router.add_post("/v1/channel-log/erase", told(self._done(self._erase)))

    async def _list(self, _: web.Request) -> web.Response:
        def there() -> dict[str, Any]:
            files = sorted(self._folder.glob("channels*.csv"))
            return {file.name: {"size": file.stat().st_size, "first": first_line(file)} for file in files}

        return web.json_response({"files": await asyncio.to_thread(there)})

    async def _read(self, request: web.Request) -> web.Response:
        """At most a megabyte from `at` on; nothing where it ends there."""
        name, at = request.match_info["name"], request.query.get("at", "0")
        if _LOG.fullmatch(name) is None or _OFFSET.fullmatch(at) is None:
            raise ValueError("no such file")

        def part() -> bytes:
            with (self._folder / name).open("rb") as file:
                file.seek(int(at))
                return file.read(PART)

        return web.Response(body=await asyncio.to_thread(part), content_type="text/csv")

    @staticmethod
    def _done(work: Callable[[], object]) -> Asked:
        async def asked(_: web.Request) -> web.StreamResponse:
            await asyncio.to_thread(work)
            return web.Response(status=204)

        return asked


def first_line(file: Path) -> str:
    """By what one file is told from another of the same name; empty where there is none."""
    try:
        with file.open("rb") as text:
            return text.readline(_LINE).decode("ascii", "replace")
    except FileNotFoundError:
        return ""
