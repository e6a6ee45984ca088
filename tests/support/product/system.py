"""The whole system for tests: `./call24 up` as a user runs it, in a data folder and on ports of its own.

Organisations are made as the operator makes them, everything in them over the public API.
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
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import httpx
from tests.support.database.watched import Watched, watching
from tests.support.held_up import telling_when_held_up
from tests.support.product.made_database import begin_with_one
from tests.support.product.organisation import Organisation, loudest
from tests.support.product.pbx import Pbx
from tests.support.product.people import AGENT_HZ, CALLER_HZ, PASSWORD, Agent, Talk, sign_in
from tests.support.product.stack import CACHE, CHECKOUT, check_its_own_mongodb, free_base_port, wait_for
from tests.support.product.story import story
from tests.support.stopped_process import stopped
from tests.support.telephony.authority import Authority
from tests.support.wait import wait_until

from call24.kit.settings import Settings

READY_S = 240.0
QUICK = "tests.support.product.up_quickly"


class System:
    """One running installation. `watched`: whether each command of its processes is looked at for its tenant."""

    made_as: type[Organisation] = Organisation

    def __init__(self, settings: Settings, *, watched: bool = False, program: str = "call24.cli") -> None:
        self.settings = settings
        self.program = program
        self.watch = Watched(settings.mongodb_admin_uri) if watched else None
        self.carriers = Authority("Carriers' authority")
        """Signs the certificates of those of its carriers that speak TLS."""
        self._parent: subprocess.Popen[bytes] | None = None
        self.output = settings.data.parent / "up.log"

    @property
    def base_url(self) -> str:
        return f"https://127.0.0.1:{self.settings.http_port}"

    @property
    def pbx(self) -> Pbx:
        return Pbx(self.settings)

    def start(self) -> None:
        s = self.settings
        words = [sys.executable, "-m", self.program, "up", "--data", str(s.data)]
        for flag in ("http", "sip", "sip-tls", "wss", "ari", "mongodb"):
            words += [f"--{flag}-port", str(getattr(s, f"{flag.replace('-', '_')}_port"))]
        words += ["--rtp-ports", f"{s.rtp_ports[0]}-{s.rtp_ports[1]}", "--mail-in-port", str(s.mail_in_port)]
        if s.pbx is not None:
            words += ["--pbx", s.pbx, "--pbx-pairing", str(s.pbx_pairing)]
        words += ["--trunks-private"]  # its carriers are on this machine
        words += ["--webhooks-private"] * s.webhooks_private
        if s.mail_in_domain is not None:
            words += ["--mail-in-domain", s.mail_in_domain]
        words += ["--trunk-cas", str(self.carriers.file(s.data.parent))]
        words += ["--recording-floor-mb", str(s.recording_floor_mb)]
        with self.output.open("ab") as log:
            env = {**os.environ, "CALL24_CACHE": str(CACHE)}
            self._parent = subprocess.Popen(words, env=env, stdout=log, stderr=log, cwd=CHECKOUT)
        wait_for(self._ready_or_over, READY_S)
        assert self._parent.poll() is None, self.output.read_text()
        if s.own_mongodb:
            check_its_own_mongodb(s)
        if self.watch is not None:
            self.watch.begin()

    def _ready_or_over(self) -> bool:
        assert self._parent is not None
        return self._parent.poll() is not None or self.ready()

    def ready(self) -> bool:
        try:
            return httpx.get(f"{self.base_url}/health/ready", verify=False, timeout=3).status_code == 200
        except httpx.HTTPError:
            return False

    async def restarted(self, name: str, killed: int, timeout_s: float = 20.0) -> None:
        """Waits until the parent has started the child again, and every part is there."""
        file = self.settings.run / f"{name}.pid"

        def another() -> bool:
            with contextlib.suppress(FileNotFoundError):  # the successor writes it anew
                return file.read_text() not in ("", str(killed))
            return False

        await wait_until(another, 15)
        await self.whole(timeout_s)
        if self.watch is not None and name == "mongod":
            await asyncio.to_thread(self.watch.begin)  # phones of this event loop go on talking

    async def whole(self, timeout_s: float = 20.0) -> None:
        """Waits until every part is there (again), without holding up calls of this event loop."""
        async with httpx.AsyncClient(base_url=self.base_url, verify=False, timeout=5) as http:

            async def ready() -> bool:
                try:
                    return (await http.get("/health/ready")).status_code == 200
                except httpx.TransportError:
                    return False

            await wait_until(ready, timeout_s)

    def stop(self) -> None:
        if self._parent is not None:
            self._parent.terminate()
            self._parent.wait(20)
            self._parent = None

    @property
    def parent_pid(self) -> int:
        assert self._parent is not None
        return self._parent.pid

    def pid(self, name: str) -> int:
        """Of `server`, `mongod` or `asterisk`."""
        return int((self.settings.run / f"{name}.pid").read_text())

    def kill(self, name: str) -> int:
        """kill -9 of one child that this system started; its old pid."""
        pid = self.pid(name)
        os.kill(pid, signal.SIGKILL)
        return pid

    @contextlib.contextmanager
    def stopped(self, name: str) -> Iterator[None]:
        """One child stands still (SIGSTOP): it keeps its connections and answers nothing."""
        with stopped(self.pid(name)):
            yield

    def log(self, name: str) -> str:
        return (self.settings.log / f"{name}.log").read_text(errors="replace")

    @contextlib.asynccontextmanager
    async def organisation(self, name: str, *, address: str = "127.0.0.1", **queue: Any) -> AsyncIterator[Organisation]:
        """A new organisation with its owner, a trunk from `address`, a queue and a number."""
        async with (
            httpx.AsyncClient(base_url=self.base_url, verify=False, timeout=20) as http,
            telling_when_held_up(),
        ):
            made = self.made_as(self, http, name, address)
            await made.build(queue)
            try:
                yield made
            except Exception:
                sys.stdout.write(
                    await story(
                        self, made.tenant_id, (agent.phone for agent in made.agents if agent.phone), made.carriers
                    )
                )
                raise
            finally:
                await made.close()


@contextlib.contextmanager
def running_system(
    *,
    watched: bool = False,
    program: str = QUICK,
    from_nothing: bool = False,
    base: int | None = None,
    **more: Any,
) -> Iterator[System]:
    """An installation on free ports in a short-lived folder.

    `program`: the module that takes `./call24`'s words, else one with which passwords cost little; `from_nothing`: as
    of `session_stack`; `base`: where a free block of ports begins; `more`: settings.
    """
    folder = Path(tempfile.mkdtemp(prefix="c24-"))
    system = System(
        Settings.on_ports(folder / "data", base or free_base_port(), **more).checked(),
        watched=watched,
        program=program,
    )
    try:
        if not from_nothing:
            begin_with_one(system.settings.data, CACHE)
        system.start()
        with watching(system.watch):
            yield system
    finally:
        system.stop()
        if "CALL24_TEST_KEEP" not in os.environ:
            shutil.rmtree(folder, ignore_errors=True)


__all__ = [
    "AGENT_HZ",
    "CALLER_HZ",
    "PASSWORD",
    "Agent",
    "Organisation",
    "System",
    "Talk",
    "loudest",
    "running_system",
    "sign_in",
]
