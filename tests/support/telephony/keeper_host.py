"""The recording keeper of a PBX's own host in this process, behind the PBX's port and a relay; Asterisk by hand."""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from aiohttp import web
from tests.support.database.relay import Relay, relay_to
from tests.support.telephony.pbx_world import paired, pbx_world

from call24.installer.pbx_keeper import server_of
from call24.kit.pbx_pairing import Place
from call24.kit.settings import Settings
from call24.pbx.listener import listening
from call24.pbx.wire import RECORDINGS, server_side
from call24.recordings.keeper import Kept
from call24.recordings.keeper_client import KeeperClient

SECONDS = 30


@dataclass
class Host:
    """The PBX's: what is on its disk, and its client on the server's."""

    settings: Settings
    relay: Relay
    client: KeeperClient
    runner: web.AppRunner

    @property
    def data(self) -> Path:
        return self.settings.data

    @property
    def spool(self) -> Path:
        return self.settings.recording_spool

    def recorded(self, kept: Kept) -> tuple[bytes, bytes]:
        """What Asterisk writes of a call: who calls, and what it hears."""
        sides = tuple(np.random.default_rng(side).bytes(SECONDS * 16000) for side in (1, 2))
        folder = self.spool / kept.tenant_id
        folder.mkdir(parents=True, exist_ok=True)
        for name, sound in zip(("in", "out"), sides, strict=True):
            (folder / f"{kept.id}-{name}.sln").write_bytes(sound)
        return sides[0], sides[1]

    def grow_old(self, kept: Kept) -> None:
        """As if Asterisk had written the last of it an hour ago."""
        for path in (self.spool / kept.tenant_id).glob(f"{kept.id}*"):
            os.utime(path, (time.time() - 3600,) * 2)

    async def listen(self) -> None:
        """Again, after `runner.cleanup()`."""
        self.runner = await server_of(self.settings).listen(self.data.parent / "keeper.sock")

    def files(self) -> list[Path]:
        return [path for path in self.data.rglob("*") if path.is_file() and path.suffix in (".sln", ".c24", ".part")]


@contextlib.asynccontextmanager
async def keeper_host(folder: Path) -> AsyncIterator[Host]:
    listens = listening("127.0.0.1", 0)
    async with relay_to(listens.getsockname()[1]) as relay, pbx_world(folder, listens=listens):
        _, own = paired(folder)
        settings = Settings(data=folder / "pbx")
        runner = await server_of(settings).listen(folder / "keeper.sock")
        client = KeeperClient(Place("127.0.0.1", relay.port), server_side(own, RECORDINGS))
        try:
            host = Host(settings, relay, client, runner)
            yield host
        finally:
            client.close()
            await host.runner.cleanup()
