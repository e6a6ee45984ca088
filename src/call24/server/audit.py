"""`python -m call24.server.audit --data DIR`: checks every organisation's audit log. It only reads."""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Sequence
from pathlib import Path

from call24.audit.service import AuditLog
from call24.kit.clock import SystemClock
from call24.kit.errors import Unavailable
from call24.kit.mongo import Mongo
from call24.kit.secrets import AppKey
from call24.kit.settings import DATABASE, Settings
from call24.tenants.service import TenantService


async def verify(mongo: Mongo, data: Path) -> tuple[list[str], bool]:
    """A line for each organisation, and whether all is as it was written. Raises: Unavailable."""
    clock, key = SystemClock(), AppKey.load(data)
    audit = AuditLog(mongo, clock, key, data / "audit")
    said, whole = [], True
    for tenant in await TenantService(mongo, clock, key).all():
        count, broken = await audit.verify(tenant.id)
        whole = whole and broken is None
        said.append(f"{tenant.id}: {count} lines, " + (f"line {broken.seq}: {broken.what}" if broken else "whole"))
    return said, whole


async def _verify(settings: Settings) -> tuple[list[str], bool]:
    mongo = Mongo(settings.mongodb_uri(), DATABASE)
    try:
        return await verify(mongo, settings.data)
    finally:
        await mongo.close()


def main(words: Sequence[str] | None = None) -> int:
    arguments = argparse.ArgumentParser(prog="call24 audit verify", description=__doc__)
    arguments.add_argument("--data", type=Path, required=True)
    chosen = arguments.parse_args(words)
    try:
        said, whole = asyncio.run(_verify(Settings.load(chosen.data / "run" / "settings.json")))
    except Unavailable as error:
        sys.stderr.write(f"call24: MongoDB is needed to read the audit log: {error}\n")
        return 1
    sys.stdout.write("".join(f"{line}\n" for line in said))
    return 0 if whole else 1


if __name__ == "__main__":
    raise SystemExit(main())
