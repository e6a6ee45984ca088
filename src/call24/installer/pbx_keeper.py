"""The process that works for the server on a PBX's own host: it keeps recordings, and files that Asterisk reads there,
and sends Asterisk's SIP messages on while one call is traced.

It also ends an Asterisk whose HTTP server hangs, as a server does on one machine.

`python -m call24.installer.pbx_keeper --data DIR`. Its parent wrote the settings and watches it.
"""

from __future__ import annotations

import argparse
import asyncio
import signal
from pathlib import Path

from call24.asterisk.cli import told_by
from call24.asterisk.client import AriClient
from call24.asterisk.http_hang import HttpHang
from call24.asterisk.scanners import UNIDENTIFIED
from call24.asterisk.sip_tap import FILE
from call24.kit.clock import SystemClock
from call24.kit.log_format import log_to_stderr
from call24.kit.settings import ARI_APP, Settings
from call24.pbx.channel_log import LogRoutes
from call24.pbx.host_files import HostFiles
from call24.pbx.host_routes import AsteriskRoutes, FileRoutes, PromptRoutes, StateRoutes
from call24.pbx.host_state import state_of
from call24.pbx.prompt_files import PromptFiles
from call24.reconciliation.files import CelFiles
from call24.recordings.disk_space import MB
from call24.recordings.keeper import RecordingKeeper
from call24.recordings.keeper_server import KeeperServer
from call24.sip_traces.host_capture import CaptureRoutes


def server_of(settings: Settings) -> KeeperServer:
    floor = settings.recording_floor_mb * MB
    prompts = PromptFiles(settings.prompts, floor)

    async def unidentified() -> str:
        return await told_by(settings.asterisk_control, UNIDENTIFIED)

    logged = settings.asterisk_var / "log" / "cel"
    channels = CelFiles(logged)
    now = SystemClock().now
    log_routes = LogRoutes(logged, lambda: channels.rotate(now()), lambda: channels.erase(now()))
    return KeeperServer(
        RecordingKeeper(settings.recording_spool, settings.recordings),
        beside=(
            PromptRoutes(prompts),
            FileRoutes(HostFiles(settings)),
            AsteriskRoutes(unidentified),
            CaptureRoutes(settings.asterisk_var / "etc" / FILE, settings.ari_port),
            log_routes,
            StateRoutes(lambda: state_of(settings)),
        ),
        erasers=(prompts.erase_organisation,),
        floor=floor,
    )


async def serve(settings: Settings) -> None:
    """Until it is told to end. Raises: OSError."""
    runner = await server_of(settings).listen(settings.keeper_socket)
    ended = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, ended.set)
    login = settings.ari_login()
    ari = AriClient(settings.ari_url, login.user, login.password, app=ARI_APP, events=())
    watching = asyncio.create_task(HttpHang(settings.asterisk_control, ari, SystemClock()).run(), name="http hang")
    await asyncio.wait({watching, asyncio.create_task(ended.wait())}, return_when=asyncio.FIRST_COMPLETED)
    watching.cancel()
    await runner.cleanup()
    await ari.close()


if __name__ == "__main__":
    arguments = argparse.ArgumentParser(prog="call24.installer.pbx_keeper", description=__doc__)
    arguments.add_argument("--data", type=Path, required=True)
    loaded = Settings.load(arguments.parse_args().data / "run" / "settings.json")
    log_to_stderr(loaded.log_format)
    asyncio.run(serve(loaded))
