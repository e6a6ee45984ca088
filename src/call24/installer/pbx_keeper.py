"""The process that works for the server on a PBX's own host: it keeps recordings, and files that Asterisk reads there.

`python -m call24.installer.pbx_keeper --data DIR`. Its parent wrote the settings and watches it.
"""

from __future__ import annotations

import argparse
import asyncio
import signal
from pathlib import Path

from call24.kit.log_format import log_to_stderr
from call24.kit.settings import Settings
from call24.pbx.host_routes import PromptRoutes
from call24.pbx.prompt_files import PromptFiles
from call24.recordings.keeper import RecordingKeeper
from call24.recordings.keeper_server import KeeperServer


def server_of(settings: Settings) -> KeeperServer:
    prompts = PromptFiles(settings.prompts)
    return KeeperServer(
        RecordingKeeper(settings.recording_spool, settings.recordings),
        beside=(PromptRoutes(prompts),),
        erasers=(prompts.erase_organisation,),
    )


async def serve(settings: Settings) -> None:
    """Until it is told to end. Raises: OSError."""
    runner = await server_of(settings).listen(settings.keeper_socket)
    ended = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, ended.set)
    await ended.wait()
    await runner.cleanup()


if __name__ == "__main__":
    arguments = argparse.ArgumentParser(prog="call24.installer.pbx_keeper", description=__doc__)
    arguments.add_argument("--data", type=Path, required=True)
    loaded = Settings.load(arguments.parse_args().data / "run" / "settings.json")
    log_to_stderr(loaded.log_format)
    asyncio.run(serve(loaded))
