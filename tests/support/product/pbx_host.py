"""`call24 pbx` as an operator runs it on a host of its own, and a whole system whose PBX it is.

Between the two is a relay: it can be cut, and tells of all that passes.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path

from tests.support.database.relay import Relay, relay_to
from tests.support.product.stack import CACHE, CHECKOUT, free_base_port, wait_for
from tests.support.product.system import System, running_system
from tests.support.wait import wait_until

from call24.kit.settings import Settings

READY_S = 60.0


class PbxHost:
    """`settings`: those of the PBX; `port`: where its server reaches it."""

    def __init__(self, data: Path, base: int) -> None:
        self.settings = Settings.on_ports(data, base)
        self.port = base + 10
        self.output = data.parent / "pbx.log"
        self._parent: subprocess.Popen[bytes] | None = None

    @property
    def pairing(self) -> Path:
        return self.settings.pbx_secrets / "pairing.json"

    def start(self) -> None:
        s = self.settings
        words = [sys.executable, "-m", "call24.cli", "pbx", "--data", str(s.data)]
        for flag in ("sip", "sip-tls", "ari"):
            words += [f"--{flag}-port", str(getattr(s, f"{flag.replace('-', '_')}_port"))]
        words += ["--rtp-ports", f"{s.rtp_ports[0]}-{s.rtp_ports[1]}", "--listen", f"127.0.0.1:{self.port}"]
        with self.output.open("ab") as log:
            self._parent = subprocess.Popen(
                words, env={**os.environ, "CALL24_CACHE": str(CACHE)}, stdout=log, stderr=log, cwd=CHECKOUT
            )
        wait_for(lambda: self._over() or b"is ready" in self.output.read_bytes(), READY_S)
        assert not self._over(), self.output.read_text()

    def _over(self) -> bool:
        return self._parent is None or self._parent.poll() is not None

    def pid(self, name: str) -> int:
        return int((self.settings.run / f"{name}.pid").read_text())

    async def killed(self, name: str) -> None:
        """kill -9 of one child; returns when the parent has started another."""
        file, pid = self.settings.run / f"{name}.pid", self.pid(name)
        os.kill(pid, signal.SIGKILL)

        def another() -> bool:
            with contextlib.suppress(FileNotFoundError):  # the successor writes it anew
                return file.read_text() not in ("", str(pid))
            return False

        await wait_until(another, 10)

    def stop(self) -> None:
        if self._parent is not None:
            self._parent.terminate()
            self._parent.wait(20)
            self._parent = None


@contextlib.asynccontextmanager
async def system_with_pbx() -> AsyncIterator[tuple[System, PbxHost, Relay]]:
    """Two data folders and two parents, as on two hosts, which have nothing in common but the relay."""
    folder = Path(tempfile.mkdtemp(prefix="c24-"))
    base = free_base_port()
    host = PbxHost(folder / "pbx", base)
    try:
        await asyncio.to_thread(host.start)
        async with relay_to(host.port) as relay:
            copied = folder / "pairing.json"
            shutil.copy(host.pairing, copied)
            with contextlib.ExitStack() as ends:
                here = running_system(
                    pbx=f"127.0.0.1:{relay.port}",
                    pbx_pairing=copied,
                    base=base,
                    ari_port=base + 11,
                    http_port=base + 12,
                    wss_port=base + 13,
                )
                system = await asyncio.to_thread(ends.enter_context, here)
                yield system, host, relay
                await asyncio.to_thread(ends.close)
    finally:
        await asyncio.to_thread(host.stop)
        shutil.rmtree(folder, ignore_errors=True)
