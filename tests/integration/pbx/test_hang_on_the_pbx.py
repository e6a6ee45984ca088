"""An Asterisk on a PBX's own host whose HTTP server answers nothing."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import tempfile
from pathlib import Path

import pytest
from tests.support.wait import wait_until

from call24.asterisk import http_hang
from call24.installer import pbx_keeper
from call24.kit.settings import Settings


async def test_it_is_ended_by_the_process_there_once_it_has_no_calls(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("LOOK_EVERY_S", "ANSWER_S", "PATIENCE_S"):
        monkeypatch.setattr(http_hang, name, 0.05)
    folder = Path(tempfile.mkdtemp(prefix="c24-"))  # short: a socket's path is
    settings, asked, channels = Settings(data=folder), list[str](), ["Local!call24!1!1!Up!\n"]

    async def console(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"pbx/1/22.10.1\n")
        command = (await reader.readuntil(b"\0")).decode()
        asked.append(command)
        writer.write(channels[0].encode() if "channels" in command else b"")
        writer.close()

    async def hanging(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
        await reader.read(-1)

    try:
        for path in (settings.secrets, settings.run, settings.asterisk_control.parent):
            path.mkdir(parents=True)
        (settings.secrets / "ari").write_text("password")
        http = await asyncio.start_server(hanging, "127.0.0.1", 0)
        settings = Settings(data=folder, ari_port=http.sockets[0].getsockname()[1])
        line = await asyncio.start_unix_server(console, settings.asterisk_control)
        serving = asyncio.create_task(pbx_keeper.serve(settings))
        await wait_until(lambda: len(asked) > 2)
        assert not any("core stop now" in each for each in asked)
        channels[0] = ""
        await wait_until(lambda: any("core stop now" in each for each in asked))
        os.kill(os.getpid(), signal.SIGTERM)
        await asyncio.wait_for(serving, 5)
        line.close()
        http.close()
    finally:
        shutil.rmtree(folder)
