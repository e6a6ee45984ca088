"""One short step at a start that needs third-party libraries.

In a process of its own so that the parent stays small.

`python -m call24.installer.prepare secrets|mongodb --data DIR`. It reads the settings from the data folder and starts
nothing.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from call24.kit.settings import DATABASE, MONGODB_ADMIN, MONGODB_USER, REPLICA_SET, Settings


def main() -> int:
    parser = argparse.ArgumentParser(prog="call24.installer.prepare")
    parser.add_argument("step", choices=("secrets", "mongodb"))
    parser.add_argument("--data", type=Path, required=True)
    chosen = parser.parse_args()
    settings = Settings.load(chosen.data / "run" / "settings.json")
    if chosen.step == "secrets":
        from call24.installer import certificates, passwords

        passwords.make(settings)
        certificates.make(settings)
        return 0
    return _mongodb(settings)


def _mongodb(settings: Settings) -> int:
    from call24.installer import mongod
    from call24.kit.errors import Unavailable
    from call24.kit.mongo import replica_set

    admin, user = ((settings.secrets / name).read_text().strip() for name in ("mongodb_admin", "mongodb"))
    try:
        replica_set.set_up(mongod.member(settings), REPLICA_SET, (MONGODB_ADMIN, admin), (MONGODB_USER, user), DATABASE)
    except Unavailable as error:
        print(error.detail, file=sys.stderr)
        return 1
    mongod.note_setup(settings)
    return 0


if __name__ == "__main__":
    sys.exit(main())
