"""Starts the process that writes an export. What it does there is `server/export_process.py`'s."""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path

from call24.exports.exporter import unfinished_of
from call24.exports.model import Export
from call24.exports.service import Runner
from call24.kit.python import MODULE
from call24.kit.settings import Settings


def runner(settings: Settings) -> Runner:
    """Starts ``python -m call24.server --export`` for an export and waits for it; stopped, it ends that process.

    Killed, since it may stand still; what it leaves behind is taken away here, however it ended.
    """

    async def run(export: Export, file: Path) -> None:
        asked = ("--export", export.tenant_id, export.id, str(file))
        words = (*MODULE, "call24.server", "--data", str(settings.data), *asked)
        process = await asyncio.create_subprocess_exec(*words)
        try:
            if await process.wait() != 0:
                raise OSError("the exporting process failed")
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
            shutil.rmtree(unfinished_of(file), ignore_errors=True)

    return run
