"""One short step at a start that needs third-party libraries.

In a process of its own so that the parent stays small; a restore, which has loaded them, takes its steps itself.

`python -m call24.installer.prepare secrets|mongodb|migrations|pbx --data DIR`. It reads the settings from the data
folder and starts nothing.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from call24.kit.settings import DATABASE, Settings

MIGRATIONS_TIMEOUT_S = 60.0
"""Of one command: a look for what an earlier version stored may read a whole collection."""


def main() -> int:
    parser = argparse.ArgumentParser(prog="call24.installer.prepare")
    parser.add_argument("step", choices=("secrets", "mongodb", "migrations", "pbx"))
    parser.add_argument("--data", type=Path, required=True)
    chosen = parser.parse_args()
    settings = Settings.load(chosen.data / "run" / "settings.json")
    if chosen.step == "secrets":
        make_secrets(settings)
        return 0
    if chosen.step == "pbx":
        from call24.installer import certificates, pbx_pairing

        pbx_pairing.make(settings)
        certificates.make(settings)
        return 0
    return _mongodb(settings) if chosen.step == "mongodb" else _migrations(settings)


def make_secrets(settings: Settings) -> None:
    from call24.installer import certificates, passwords

    passwords.make(settings)
    certificates.make(settings)


def set_up_mongodb(settings: Settings) -> None:
    """Raises: Unavailable, OSError."""
    from call24.installer import mongod, mongodb_secrets

    mongodb_secrets.set_up(settings)
    mongod.note_setup(settings)


def _mongodb(settings: Settings) -> int:
    from call24.kit.errors import Unavailable

    try:
        set_up_mongodb(settings)
    except Unavailable as error:
        print(error.detail, file=sys.stderr)
        return 1
    return 0


def _migrations(settings: Settings) -> int:
    """Brings the data to this version's form, and says on standard output what it does; on standard error why not."""
    import asyncio

    from call24.kit.clock import SystemClock
    from call24.kit.errors import Unavailable
    from call24.kit.mongo import Mongo
    from call24.migrations.folder_stamp import DamagedStamp, UnusableData
    from call24.migrations.run import Migrations

    async def run() -> None:
        mongo = Mongo(settings.mongodb_uri(), DATABASE, timeout_s=MIGRATIONS_TIMEOUT_S)
        try:
            await Migrations(mongo, settings.data, SystemClock()).run(lambda line: print(line, flush=True))
        finally:
            await mongo.close()

    try:
        asyncio.run(run())
    except (UnusableData, DamagedStamp, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    except Unavailable as error:
        if not settings.own_mongodb:  # calls are answered meanwhile; the server does it once MongoDB is there
            print("MongoDB does not answer; what it holds is checked as soon as it does", flush=True)
            return 0
        print(f"{error}: start Call24 again, and it goes on where it was", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
