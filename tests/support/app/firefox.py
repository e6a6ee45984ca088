"""Debian's Firefox with the app in it, driven over WebDriver BiDi by puppeteer-core.

It is unpacked once into CALL24_CACHE, 80 MB, with PulseAudio; its libraries are those that Chromium brought
(`./call24 test`). The microphone is Firefox's own fake one, which says a tone.
"""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from tests.support.app.lighthouse import TOOLS
from tests.support.unpacked import unpacked
from tests.support.wait import wait_until

from call24.installer import web

PACKAGES = ("firefox-esr",)
SOUND = ("pulseaudio", "libsoxr0", "libfftw3-single3", "libwebrtc-audio-processing-1-3", "libwrap0")
"""PulseAudio with a loudspeaker that nobody hears: without any, Firefox's AudioContext stays suspended."""
PATIENCE_S = 30.0
SIZE = {"width": 1440, "height": 900}
PREFS = {
    "media.navigator.streams.fake": True,
    "media.navigator.permission.disabled": True,
    "media.peerconnection.ice.loopback": True,
    "media.peerconnection.ice.obfuscate_host_addresses": False,
    "media.autoplay.default": 0,
    "media.autoplay.blocking_policy": 0,
}
"""A microphone that needs no device and no person who allows it, and audio to this machine itself."""


class Firefox:
    """One page. What is named by its test id is waited for."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    async def do(self, act: str, **words: Any) -> Any:
        """Raises: AssertionError with what Firefox says, or when it says nothing."""
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.write(json.dumps({"do": act, **words}).encode() + b"\n")
        return await self.said(f"{act} {words}")

    async def said(self, asked: str) -> Any:
        assert self._process.stdout is not None
        async with asyncio.timeout(2 * PATIENCE_S):
            line = await self._process.stdout.readline()
        assert line, f"Firefox's driver has ended at: {asked}"
        answer = json.loads(line)
        assert "error" not in answer, f"{asked}: {answer['error']}"
        return answer["answer"]

    async def go(self, address: str) -> None:
        await self.do("go", address=address)

    async def click(self, test_id: str) -> None:
        await self.do("click", at=_at(test_id), within_ms=PATIENCE_S * 1000)

    async def fill(self, test_id: str, text: str) -> None:
        await self.do("fill", at=_at(test_id), text=text, within_ms=PATIENCE_S * 1000)

    async def wait(self, test_id: str, attributes: str = "") -> None:
        """`attributes`: as of a CSS selector."""
        await self.do("wait", at=_at(test_id) + attributes, within_ms=PATIENCE_S * 1000)

    async def texts(self, test_id: str) -> list[str]:
        """What can be read in each now."""
        return list(await self.do("text", at=_at(test_id)))

    async def shows(self, test_id: str, text: str) -> None:
        """One with that text in it is there, sooner or later."""
        seen: list[str] = []

        async def there() -> bool:
            seen[:] = await self.texts(test_id)
            return any(text in one for one in seen)

        try:
            await wait_until(there, PATIENCE_S)
        except AssertionError:
            raise AssertionError(f"{test_id} does not show {text!r} but {seen}") from None

    async def gone(self, test_id: str) -> None:
        async def none() -> bool:
            return not await self.texts(test_id)

        await wait_until(none, PATIENCE_S)

    async def evaluate(self, script: str) -> Any:
        return await self.do("evaluate", script=script)


def _at(test_id: str) -> str:
    return f'[data-testid="{test_id}"]'


def program() -> Path:
    """Raises: StartError."""
    return unpacked("firefox", PACKAGES) / "usr" / "lib" / "firefox-esr" / "firefox-esr"


@asynccontextmanager
async def running_sound(folder: Path) -> AsyncIterator[str]:
    """A PulseAudio of this test's own; its address."""
    root, socket = unpacked("pulseaudio", SOUND), folder / "sound"
    [libraries] = root.glob("usr/lib/*-linux-gnu")
    [modules] = root.glob("usr/lib/pulse-*/modules")
    process = await asyncio.create_subprocess_exec(
        str(root / "usr" / "bin" / "pulseaudio"),
        *("-n", "--daemonize=no", "--use-pid-file=no", "--exit-idle-time=-1", "-p", str(modules)),
        *("-L", "module-null-sink", "-L", f"module-native-protocol-unix socket={socket} auth-anonymous=1"),
        env={
            "PATH": "/usr/bin:/bin",
            "HOME": str(folder),
            "XDG_RUNTIME_DIR": str(folder),
            "LD_LIBRARY_PATH": f"{libraries}:{libraries / 'pulseaudio'}:{modules}",
        },
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        await wait_until(socket.exists, PATIENCE_S)
        yield f"unix:{socket}"
    finally:
        process.terminate()
        await process.wait()


@asynccontextmanager
async def running_firefox(folder: Path, tone_hz: int) -> AsyncIterator[Firefox]:
    """In a home of its own. No script in it may fail, and nothing may be forbidden by the page's policy."""
    assert web.node() and web.packages_there(TOOLS), "Node and puppeteer-core are missing: `./call24 test` brings both"
    profile = folder / "profile"
    profile.mkdir(parents=True)
    prefs = {**PREFS, "media.navigator.audio.fake_frequency": tone_hz}
    told = {"program": str(program()), "profile": str(profile), "prefs": prefs, "size": SIZE}
    async with running_sound(folder) as sound:
        process = await asyncio.create_subprocess_exec(
            *(str(web.node()), str(TOOLS / "firefox.mjs"), json.dumps(told)),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            limit=1 << 22,
            env={**os.environ, "HOME": str(folder), "PULSE_SERVER": sound},
        )
        firefox = Firefox(process)
        try:
            await firefox.said("its start")
            yield firefox
            assert await firefox.do("errors") == []
        finally:
            await _ended(process)


async def _ended(process: asyncio.subprocess.Process) -> None:
    """The driver closes its Firefox when it is told nothing more."""
    assert process.stdin is not None
    process.stdin.close()
    try:
        await asyncio.wait_for(process.wait(), PATIENCE_S)
    except TimeoutError:
        process.terminate()  # it ends its Firefox then too, which a kill would leave behind
        await process.wait()
