"""`python -m call24.pbx listener|link --data DIR`: the two ends. Their parents wrote the settings and watch them."""

from __future__ import annotations

import argparse
import asyncio
import signal
from pathlib import Path

import uvloop

from call24.kit.log_format import log_to_stderr
from call24.kit.pbx_pairing import Pairing, Place, place
from call24.kit.settings import Settings
from call24.pbx.link import Link
from call24.pbx.listener import Listener, listening, targets
from call24.pbx.wire import pbx_side


async def listener(settings: Settings, where: Place) -> None:
    """Until it is told to end. Raises: OSError when the port, or a certificate, cannot be used."""
    made = Listener(pbx_side(settings.pbx_secrets), targets(settings.ari_port, settings.keeper_socket))
    running = asyncio.create_task(made.run(listening(*where)), name="listener")
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, running.cancel)
    await asyncio.wait({running})
    if not running.cancelled():
        running.result()


async def link(settings: Settings) -> None:
    """Until it is told to end. Raises: OSError, SettingsError."""
    assert settings.pbx is not None and settings.pbx_pairing is not None
    made = Link(Pairing.load(settings.pbx_pairing), place("--pbx", settings.pbx))
    ended = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, ended.set)
    server = await made.listen(settings.ari_port)
    await ended.wait()
    server.close()
    made.close()
    await asyncio.sleep(0.05)  # for what is still to be written


def main() -> None:
    parser = argparse.ArgumentParser(prog="call24.pbx", description=__doc__)
    parser.add_argument("end", choices=("listener", "link"))
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--listen", default="0.0.0.0:8424")
    named = parser.parse_args()
    settings = Settings.load(named.data / "run" / "settings.json")
    log_to_stderr(settings.log_format)
    uvloop.run(link(settings) if named.end == "link" else listener(settings, place("--listen", named.listen)))


if __name__ == "__main__":
    main()
