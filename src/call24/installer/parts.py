"""MongoDB and Asterisk alone, in the foreground until ended: for tests and for working on the server.

`python -m call24.installer.parts --data DIR --base-port B`. See Settings.on_ports for what B means.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from call24.installer import preflight
from call24.installer.errors import StartError
from call24.installer.progress import ProgressBoard
from call24.installer.stack import Stack
from call24.installer.supervise import Supervisor
from call24.installer.timing import Timing
from call24.kit.settings import Settings, SettingsError


def main() -> int:
    parser = argparse.ArgumentParser(prog="call24.installer.parts", description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--base-port", type=int, required=True)
    parser.add_argument("--mongodb", help="use this MongoDB instead of starting one")
    parser.add_argument("--asterisk-ari", help="use this Asterisk instead of starting one")
    chosen = parser.parse_args()
    external = {"mongodb": chosen.mongodb, "asterisk_ari": chosen.asterisk_ari}
    try:
        return run(Settings.on_ports(chosen.data, chosen.base_port, **external).checked())
    except (SettingsError, StartError) as error:
        print(f"call24: {error}", file=sys.stderr)
        return 1


def run(settings: Settings) -> int:
    """Raises: StartError."""
    with preflight.hold(settings):
        supervisor = Supervisor(lambda line: print(line, file=sys.stderr, flush=True))
        supervisor.take_signals()
        stack = Stack(settings, Timing())
        stack.check(server=False)
        with ProgressBoard() as board:
            stack.fetch(board)
        try:
            stack.start_parts(supervisor)
            if not supervisor.stopping:
                print(f"ready: {settings.run / 'settings.json'}", flush=True)
            supervisor.run()
        finally:
            supervisor.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
