"""`up.py --data DIR --base-port B`: `call24 up` with the stand-in server, for tests of the start and the watch."""

import argparse
import sys
from pathlib import Path

from call24.cli import up
from call24.installer.errors import StartError
from call24.kit.settings import Settings, SettingsError

SERVER = (sys.executable, str(Path(__file__).with_name("server.py")))

parser = argparse.ArgumentParser()
parser.add_argument("--data", type=Path, required=True)
parser.add_argument("--base-port", type=int, required=True)
parser.add_argument("--app", action="store_true", help="build the app too")
parser.add_argument("--asterisk-ari")
named = parser.parse_args()
try:
    settings = Settings.on_ports(named.data, named.base_port, asterisk_ari=named.asterisk_ari).checked()
    sys.exit(up.start(settings, lambda settings, supervisor: up.say("after ready"), server=SERVER, app=named.app))
except (SettingsError, StartError) as error:
    sys.exit(f"call24: {error}")
