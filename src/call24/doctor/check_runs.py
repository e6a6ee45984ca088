"""Runs the doctor's checks for operators in the app, as a program of its own (told.py), and keeps what it found.

One run at a time on the whole installation: who asks while one goes on gets that one. The newest is kept until the
next, or until the server ends. It decides nothing about what is found.
"""

from __future__ import annotations

import asyncio
import json
import logging
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Literal

import msgspec

from call24.doctor.check_names import CheckName
from call24.kit.clock import Clock
from call24.kit.python import MODULE

log = logging.getLogger(__name__)

TIMEOUT_S = 120.0
"""As long as all that is asked hangs, and then some: after it the program is ended."""
PROGRAM = "call24.doctor.told"
RunState = Literal["running", "done", "cut_off", "failed"]


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """One check. `took_s`: how long it took."""

    name: CheckName
    state: Literal["pass", "warn", "fail"]
    seen: str
    advice: str
    took_s: float


class CheckRun(msgspec.Struct, kw_only=True):
    """`names`: of all its checks, once they are known. `cut_off`: it took too long; `failed`: it could not be run."""

    started_at: datetime
    state: RunState = "running"
    ended_at: datetime | None = None
    names: tuple[CheckName, ...] = ()
    findings: list[Finding] = []

    def take(self, line: bytes) -> None:
        """What the program writes. Raises: ValueError."""
        told = json.loads(line)
        if "checks" in told:
            self.names = msgspec.convert(told["checks"], tuple[CheckName, ...])
        else:
            self.findings.append(msgspec.convert(told, Finding))

    @property
    def at_work(self) -> CheckName | None:
        """The check that is under way."""
        done = len(self.findings)
        return self.names[done] if self.state == "running" and done < len(self.names) else None


class CheckRuns:
    """`data`: the folder of the running installation."""

    def __init__(self, data: Path, clock: Clock) -> None:
        self._data = data
        self._clock = clock
        self._task: asyncio.Task[None] | None = None
        self.newest: CheckRun | None = None

    def start(self) -> CheckRun:
        """A new run, or the one that goes on."""
        if self.newest is None or self.newest.state != "running":
            self.newest = CheckRun(started_at=self._clock.now())
            self._task = asyncio.create_task(self._run(self.newest), name="doctor's checks")
        return self.newest

    async def close(self) -> None:
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task

    async def _run(self, run: CheckRun) -> None:
        state: RunState = "failed"
        try:
            async with asyncio.timeout(TIMEOUT_S):
                status = await self._program(run)
                state = "done" if status == 0 else "failed"
                if status != 0:
                    log.error("the doctor's checks ended with status %d", status)
        except TimeoutError:
            state = "cut_off"
            log.error("the doctor's checks took over %d s, and were ended", TIMEOUT_S)
        except (OSError, ValueError) as trouble:
            log.error("the doctor's checks could not be run: %s", type(trouble).__name__)
        finally:
            run.ended_at, run.state = self._clock.now(), state

    async def _program(self, run: CheckRun) -> int:
        """Its exit status. Raises: OSError, ValueError."""
        process = await asyncio.create_subprocess_exec(
            *(*MODULE, PROGRAM, str(self._data)),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
        )
        try:
            assert process.stdout is not None
            async for line in process.stdout:
                run.take(line)
            return await process.wait()
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
