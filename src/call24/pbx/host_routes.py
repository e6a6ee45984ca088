"""What the process on the PBX's host answers to its server beside recordings: files that Asterisk reads there.

Added to the recording keeper's HTTP interface (recordings/keeper_server.py).
"""

from __future__ import annotations

import asyncio
import errno
from collections.abc import Awaitable, Callable
from typing import Any

import msgspec
from aiohttp import web

from call24.kit.fair import Fair
from call24.kit.own_addresses import own_addresses
from call24.pbx.host_files import LARGEST, HostFiles
from call24.pbx.host_state import PLACE, HostState
from call24.pbx.prompt_files import BYTES_MAX, PromptFiles, TooMuch

WRITING = 4, 1
"""Files that are taken in at once: in all, and of one organisation."""

Asked = Callable[[web.Request], Awaitable[web.StreamResponse]]


class PromptRoutes:
    def __init__(self, prompts: PromptFiles) -> None:
        self._prompts = prompts
        self._writing = Fair(*WRITING)

    def add(self, app: web.Application) -> None:
        one = "/v1/prompts/{tenant_id}/{prompt_id}"
        app.router.add_get("/v1/prompts", told(self._list), allow_head=False)
        app.router.add_put(one, told(self._put))
        app.router.add_delete(one, told(self._delete))

    async def _list(self, _: web.Request) -> web.Response:
        return web.json_response({"prompts": await asyncio.to_thread(self._prompts.listed)})

    async def _put(self, request: web.Request) -> web.Response:
        names = request.match_info
        async with self._writing.turn(names["tenant_id"]):
            content = await body_of(request, BYTES_MAX)
            await asyncio.to_thread(self._prompts.put, names["tenant_id"], names["prompt_id"], content)
        return web.Response(status=204)

    async def _delete(self, request: web.Request) -> web.Response:
        names = request.match_info
        await asyncio.to_thread(self._prompts.delete, names["tenant_id"], names["prompt_id"])
        return web.Response(status=204)


class FileRoutes:
    def __init__(self, files: HostFiles) -> None:
        self._files = files

    def add(self, app: web.Application) -> None:
        app.router.add_get("/v1/files/{name}", told(self._read), allow_head=False)
        app.router.add_put("/v1/files/{name}", told(self._write))
        app.router.add_delete("/v1/files/{name}", told(self._delete))

    async def _read(self, request: web.Request) -> web.Response:
        content = await asyncio.to_thread(self._files.read, request.match_info["name"])
        return web.Response(body=content, content_type="text/plain")

    async def _write(self, request: web.Request) -> web.Response:
        content = await body_of(request, LARGEST)
        await asyncio.to_thread(self._files.write, request.match_info["name"], content)
        return web.Response(status=204)

    async def _delete(self, request: web.Request) -> web.Response:
        await asyncio.to_thread(self._files.delete, request.match_info["name"])
        return web.Response(status=204)


class AsteriskRoutes:
    """`unidentified`: what Asterisk's command line says of senders that it does not know."""

    def __init__(self, unidentified: Callable[[], Awaitable[str]]) -> None:
        self._unidentified = unidentified

    def add(self, app: web.Application) -> None:
        app.router.add_get("/v1/asterisk/unidentified", told(self._told), allow_head=False)

    async def _told(self, _: web.Request) -> web.Response:
        return web.json_response({"said": await self._unidentified(), "own": sorted(own_addresses())})


class StateRoutes:
    def __init__(self, state: Callable[[], HostState]) -> None:
        self._state = state

    def add(self, app: web.Application) -> None:
        app.router.add_get(PLACE, told(self._told), allow_head=False)

    async def _told(self, _: web.Request) -> web.Response:
        state = await asyncio.to_thread(self._state)
        return web.Response(body=msgspec.json.encode(state), content_type="application/json")


def told(answer: Asked) -> Asked:
    """What went wrong is a status."""

    async def asked(request: web.Request) -> web.StreamResponse:
        try:
            return await answer(request)
        except TooMuch as error:
            return refusal(error, 413)
        except ValueError as error:
            return refusal(error, 400)
        except FileNotFoundError as error:
            return refusal(error, 404)
        except OSError as trouble:
            full = trouble.errno in (errno.ENOSPC, errno.EDQUOT)
            return refusal(trouble.strerror or "disk", 507 if full else 500)

    return asked


def refusal(why: object, status: int) -> web.Response:
    return web.json_response({"error": str(why)[:100]}, status=status)


async def body_of(request: web.Request, most: int) -> bytes:
    """Raises: TooMuch."""
    got: list[Any] = []
    size = 0
    async for chunk in request.content.iter_chunked(65536):
        size += len(chunk)
        if size > most:
            raise TooMuch(f"at most {most} bytes")
        got.append(chunk)
    return b"".join(got)
