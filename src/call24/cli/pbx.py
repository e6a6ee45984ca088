"""`pbx`: Asterisk on a host of its own, and the port by which its server reaches it; until Ctrl-C.

The server is started elsewhere with --pbx and --pbx-pairing.
"""

from __future__ import annotations

import argparse
import os

from call24.cli.flags import add_settings, settings_from
from call24.installer import preflight
from call24.installer.pbx_stack import PbxStack
from call24.installer.progress import ProgressBoard
from call24.installer.supervise import Supervisor
from call24.installer.timing import Timing
from call24.kit.package import COMMAND
from call24.kit.pbx_pairing import place
from call24.kit.settings import Settings

FLAGS = (
    "data",
    "sip_host",
    "sip_port",
    "sip_tls_port",
    "trunk_cas",
    "ari_port",
    "rtp_ports",
    "recording_floor_mb",
    "public_address",
    "log_format",
)
LISTEN = "0.0.0.0:8424"


def add_flags(parser: argparse.ArgumentParser) -> None:
    add_settings(parser, FLAGS)
    parser.add_argument(
        "--listen",
        metavar="HOST:PORT",
        default=LISTEN,
        help=f"where the server reaches this host, by TLS with certificates of both sides (default {LISTEN})",
    )


def run(named: argparse.Namespace) -> int:
    """Raises: SettingsError, StartError."""
    where = place("--listen", named.listen)
    settings = settings_from(named)
    stack = PbxStack(settings, Timing(), where)
    with preflight.hold(settings):
        supervisor = Supervisor(lambda line: _say(f"call24: {line}"))
        stack.check()
        if stack.missing:
            _say("Downloading what is missing (once):")
            with ProgressBoard() as board:
                stack.fetch(board)
        supervisor.take_signals()
        os.umask(0o077)  # the sound of calls and passwords are for this user alone
        try:
            stack.start_parts(supervisor)
            if not supervisor.stopping:
                _say_ready(settings, where.port)
            supervisor.run()
        finally:
            _say("\nstopping ...")
            supervisor.stop()
    return 0


def _say_ready(settings: Settings, port: int) -> None:
    file = settings.pbx_secrets / "pairing.json"
    _say(f"\nThe PBX is ready. Copy {file} to the server's host (mode 0600) and start it there with:")
    _say(f"  {COMMAND} up --pbx {settings.public_address}:{port} --pbx-pairing FILE")
    _say("docs/guides/three-machines.md says what does not work that way yet. Ctrl-C stops it.")


def _say(line: str) -> None:
    print(line, flush=True)
