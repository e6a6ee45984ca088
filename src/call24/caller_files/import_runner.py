"""Starts the process that imports a caller's file. What it does there is `server/import_process.py`'s."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

from call24.caller_files.import_model import CallerImport
from call24.kit.errors import Unavailable
from call24.kit.python import MODULE
from call24.kit.settings import Settings

Runner = Callable[[CallerImport, Path], Coroutine[Any, Any, None]]
"""Imports the file, and notes progress and outcome; cancelled, it stops. Raises: OSError: do it again later;
Unavailable: MongoDB or the PBX is away."""
AWAY = 75
"""How the process ends then (EX_TEMPFAIL)."""


def runner(settings: Settings) -> Runner:
    async def run(wish: CallerImport, file: Path) -> None:
        asked = ("--import", wish.tenant_id, wish.id, str(file))
        words = (*MODULE, "call24.server", "--data", str(settings.data), *asked)
        process = await asyncio.create_subprocess_exec(*words)
        try:
            if (ended := await process.wait()) == AWAY:
                raise Unavailable("MongoDB, or the PBX that keeps recordings, is away")
            if ended != 0:
                raise OSError("the importing process failed")
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()

    return run
