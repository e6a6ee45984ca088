"""The recording keeper's HTTP interface, on a socket of the PBX's own host: only its listener, which asked for the
server's certificate, and this user reach it. The process is installer/pbx_keeper.py.
"""

from __future__ import annotations

import asyncio
import errno
import json
import os
import re
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Protocol, TypeVar

import msgspec
from aiohttp import web

from call24.kit.errors import NotFound
from call24.kit.fair import Fair
from call24.kit.ids import KeyId, RecordingId, TenantId
from call24.recordings.encrypted_file import SALT, FileKey, Incoming
from call24.recordings.keeper import BadName, Erased, Kept, Missing, RecordingKeeper, SealedBefore

SEALING = 8, 2
READING = 32, 8
RECEIVING = 4, 1
"""How many at once: in all, and of one organisation."""
OTHERS = 8
"""Threads for what has no limit of its own: looks and erasures."""
LARGEST_BODY = 4096
LARGEST_PART = 1 << 20
LARGEST_FILE = 1 << 32
"""Of those that come sealed: longer than a day."""
PIECE_S = 60.0
"""Until the next piece of one has come."""
IDLE_S = 30.0
SECRET = 32
_RANGE = re.compile(r"bytes=([0-9]{1,15})-([0-9]{1,15})")
_KEY_ID = re.compile(r"[a-z]{3}_[0-9a-z]{26}")

T = TypeVar("T")
Answer = Callable[[web.Request, Kept], Awaitable[web.StreamResponse]]


class Routes(Protocol):
    """What else is asked for at the same socket."""

    def add(self, app: web.Application) -> None: ...


class KeeperServer:
    """`beside`: further routes; `erasers`: what else goes with an organisation, by its id; `floor`: bytes that files
    which the server brings leave free on the disk, for the calls that are recorded."""

    def __init__(
        self,
        keeper: RecordingKeeper,
        beside: Sequence[Routes] = (),
        erasers: Sequence[Callable[[str], None]] = (),
        floor: int = 0,
    ) -> None:
        self._floor = floor
        self._keeper, self._beside, self._erasers = keeper, beside, erasers
        self._sealing, self._reading, self._receiving = Fair(*SEALING), Fair(*READING), Fair(*RECEIVING)
        self._sealers = ThreadPoolExecutor(SEALING[0], "seal")
        self._others = ThreadPoolExecutor(READING[0] + OTHERS, "keep")

    def app(self) -> web.Application:
        app = web.Application(client_max_size=LARGEST_BODY)
        one = "/v1/recordings/{tenant_id}/{recording_id}"
        app.router.add_get("/v1/space", self._told(self._space), allow_head=False)
        app.router.add_get(one, self._of(self._look), allow_head=False)
        app.router.add_get(f"{one}/sealed", self._of(self._part), allow_head=False)
        app.router.add_put(f"{one}/sealed", self._of(self._bring_in))
        app.router.add_get("/v1/left-over", self._told(self._left_over), allow_head=False)
        app.router.add_delete("/v1/organisations/{tenant_id}", self._told(self._erase_organisation))
        app.router.add_post(f"{one}/reseal", self._of(self._reseal))
        app.router.add_post(f"{one}/seal", self._of(self._seal))
        app.router.add_delete(one, self._of(self._erase))
        app.router.add_delete(f"{one}/spool", self._of(self._drop_spool))
        for routes in self._beside:
            routes.add(app)
        return app

    async def listen(self, place: Path) -> web.AppRunner:
        """For this user alone. Raises: OSError."""
        runner = web.AppRunner(self.app(), access_log=None, keepalive_timeout=IDLE_S)
        await runner.setup()
        before = _alone_at(place)
        try:
            await web.UnixSite(runner, str(place)).start()
        finally:
            os.umask(before)
        return runner

    async def _in(self, threads: ThreadPoolExecutor, work: Callable[..., T], *given: Any) -> T:
        return await asyncio.get_running_loop().run_in_executor(threads, work, *given)

    def _of(self, answer: Answer) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        async def asked(request: web.Request) -> web.StreamResponse:
            names = request.match_info
            return await answer(request, Kept(TenantId(names["tenant_id"]), RecordingId(names["recording_id"])))

        return self._told(asked)

    def _told(
        self, answer: Callable[[web.Request], Awaitable[web.StreamResponse]]
    ) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        """What went wrong is a status."""

        async def asked(request: web.Request) -> web.StreamResponse:
            try:
                return await answer(request)
            except (BadName, ValueError) as error:
                return web.json_response({"error": str(error)}, status=400)
            except SealedBefore as error:
                return web.json_response({"error": str(error)[:100]}, status=409)
            except (Missing, NotFound) as error:
                return web.json_response({"error": str(error)[:100]}, status=404)
            except OSError as trouble:
                full = trouble.errno in (errno.ENOSPC, errno.EDQUOT)
                return web.json_response({"error": trouble.strerror or "disk"}, status=507 if full else 500)

        return asked

    async def _space(self, _: web.Request) -> web.Response:
        space = await self._in(self._others, self._keeper.space)
        return web.json_response(space._asdict())

    async def _look(self, _: web.Request, kept: Kept) -> web.Response:
        found = await self._in(self._others, self._keeper.look, kept)
        spool = None if found.spool is None else found.spool._asdict()
        return web.json_response({"spool": spool, "sealed": found.sealed})

    async def _seal(self, request: web.Request, kept: Kept) -> web.Response:
        key, most_s = _order(await request.json())
        async with self._sealing.turn(kept.tenant_id):
            sound = await self._in(self._sealers, self._keeper.seal, kept, key, most_s)
        return web.json_response(sound._asdict())

    async def _reseal(self, request: web.Request, kept: Kept) -> web.Response:
        body = await request.json()
        if not isinstance(body, dict):
            raise ValueError("before and key are needed")
        (before, _), (key, _) = _order(body.get("before")), _order(body.get("key"))
        async with self._sealing.turn(kept.tenant_id):
            size = await self._in(self._sealers, self._keeper.reseal, kept, before, key)
        return web.json_response({"size": size})

    async def _bring_in(self, request: web.Request, kept: Kept) -> web.Response:
        size = request.content_length
        if size is None or not 0 < size <= LARGEST_FILE:
            return web.json_response({"error": f"Content-Length is needed, {LARGEST_FILE} at most"}, status=413)
        async with self._receiving.turn(kept.tenant_id):
            space = await self._in(self._others, self._keeper.space)
            if space.free - size < self._floor:
                raise OSError(errno.ENOSPC, "the disk is too full for this file")
            whole = await self._in(self._others, self._keeper.incoming, kept)
            try:
                await self._receive(request, whole)
                size = await self._in(self._others, self._keeper.bring_in, kept, whole)
            except NotFound:
                return web.json_response({"error": "that is no whole sealed file"}, status=400)
            finally:
                await self._in(self._others, whole.close)
        return web.json_response({"size": size})

    async def _receive(self, request: web.Request, whole: Incoming) -> None:
        """Raises: ConnectionError where it broke off; TimeoutError."""
        while True:
            async with asyncio.timeout(PIECE_S):
                piece = await request.content.read(1 << 18)
            if not piece:
                return
            await self._in(self._others, whole.write, piece)

    async def _left_over(self, _: web.Request) -> web.Response:
        return web.Response(
            body=msgspec.json.encode(await self._in(self._others, self._keeper.left_over)),
            content_type="application/json",
        )

    async def _erase_organisation(self, request: web.Request) -> web.Response:
        tenant_id = request.match_info["tenant_id"]
        await self._in(self._others, self._keeper.erase_organisation, TenantId(tenant_id))
        for erase in self._erasers:
            await self._in(self._others, erase, tenant_id)
        return web.Response(status=204)

    async def _part(self, request: web.Request, kept: Kept) -> web.Response:
        wanted = _RANGE.fullmatch(request.headers.get("Range", ""))
        first, last = (int(wanted[1]), int(wanted[2])) if wanted is not None else (0, -1)
        if not 0 < last - first + 1 <= LARGEST_PART:
            return web.json_response({"error": f"ask for one range of at most {LARGEST_PART} bytes"}, status=416)
        async with self._reading.turn(kept.tenant_id):
            part, size = await self._in(self._others, self._keeper.part, kept, first, last - first + 1)
        if not part:
            return web.json_response({"error": "it ends before"}, status=416)
        ends = f"bytes {first}-{first + len(part) - 1}/{size}"
        return web.Response(
            status=206, body=part, content_type="application/octet-stream", headers={"Content-Range": ends}
        )

    async def _erase(self, _: web.Request, kept: Kept) -> web.Response:
        return _receipt(await self._in(self._others, self._keeper.erase, kept))

    async def _drop_spool(self, _: web.Request, kept: Kept) -> web.Response:
        return _receipt(await self._in(self._others, self._keeper.drop_spool, kept))


def _alone_at(place: Path) -> int:
    """Makes room for a socket of this user alone; the umask to go back to."""
    place.unlink(missing_ok=True)
    return os.umask(0o177)


def _order(body: Any) -> tuple[FileKey, float | None]:
    """The key of the file, and how many seconds are kept. Raises: ValueError."""
    if not isinstance(body, dict) or not all(isinstance(body.get(name), str) for name in ("key_id", "salt", "secret")):
        raise ValueError("key_id, salt and secret are needed")
    salt, secret, most_s = bytes.fromhex(body["salt"]), bytes.fromhex(body["secret"]), body.get("most_s")
    if _KEY_ID.fullmatch(body["key_id"]) is None or (len(salt), len(secret)) != (SALT, SECRET):
        raise ValueError("that is no key of a file")
    if most_s is not None and not (isinstance(most_s, int | float) and 0 <= most_s < 10**7):
        raise ValueError("most_s is a number of seconds")
    return FileKey(KeyId(body["key_id"]), salt, secret), most_s


def _receipt(erased: Erased) -> web.Response:
    return web.json_response({"at": erased.at.isoformat(), "files": erased.files}, dumps=json.dumps)
