"""Has a sound converted by a program of its own (convert.py), one at a time, so that calls hardly notice it.

This process neither decodes what comes from outside nor holds the libraries for it.
"""

from __future__ import annotations

import asyncio
import logging
import os
from pathlib import Path

import msgspec

from call24.kit.errors import Invalid
from call24.kit.fair import Fair
from call24.kit.ids import TenantId
from call24.kit.python import MODULE

log = logging.getLogger(__name__)

SECONDS_MAX = 300.0
WAITING_MAX = 4
"""Of one organisation."""
TIMEOUT_S = 60.0


class Converted(msgspec.Struct, frozen=True, kw_only=True):
    """`loudness`: dBFS (RMS) as played; `gain_db`: what was added. Or `problem`: why there is no sound."""

    seconds: float = 0.0
    loudness: float = 0.0
    gain_db: float = 0.0
    problem: str | None = None


class Converter:
    def __init__(self, timeout_s: float = TIMEOUT_S) -> None:
        self._room = Fair(1, 1, WAITING_MAX)
        self._timeout_s = timeout_s

    async def convert(self, whose: TenantId, source: Path, target: Path, field: str) -> Converted:
        """Write `target`, whole or not at all. `field`: what is named when it cannot be.

        Raises: Invalid (code unusable_sound), TooMany.
        """
        async with self._room.turn(whose, "Several sounds are being converted: try again in a moment"):
            said = await self._run(source, target)
        try:
            converted = msgspec.json.decode(said, type=Converted)
        except msgspec.DecodeError:  # it was ended: over its time or memory, or the decoder fell over the file
            converted = Converted(problem="It could not be read as audio: save it as WAV and send that.")
        if converted.problem is not None:
            raise Invalid(converted.problem, errors=[(field, converted.problem)], code="unusable_sound")
        return converted

    async def _run(self, source: Path, target: Path) -> bytes:
        words = (*MODULE, "call24.flows.convert", str(source), str(target))
        process = await asyncio.create_subprocess_exec(
            *words,
            env={**os.environ, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"},
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
        )
        try:
            async with asyncio.timeout(self._timeout_s):
                said, _ = await process.communicate()
        except TimeoutError:
            return b""
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
        if process.returncode:
            log.warning("an audio file could not be converted: the converter ended with status %s", process.returncode)
        return said
