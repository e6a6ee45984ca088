"""`python -m call24.main.reconcile --data DIR [--day D] [--json]`: one reconciliation, kept and printed."""

from __future__ import annotations

import argparse
import asyncio
import sys
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec

from call24.kit.clock import SystemClock
from call24.kit.mongo import Mongo
from call24.kit.secrets import AppKey
from call24.kit.settings import DATABASE, Settings
from call24.reports.reconciliation.files import CelFiles
from call24.reports.reconciliation.service import Night, Reconciler, summary
from call24.tenants.service import TenantService


def cel_files(settings: Settings) -> CelFiles:
    return CelFiles(settings.asterisk_var / "log" / "cel" if settings.own_asterisk else None)


async def reconcile(settings: Settings, day: date) -> Night:
    mongo = Mongo(settings.mongodb_uri(), DATABASE)
    try:
        clock = SystemClock()
        tenants = await TenantService(mongo, clock, AppKey.load(settings.data)).all()
        zones = [(tenant.id, ZoneInfo(tenant.timezone)) for tenant in tenants]
        return await Reconciler(mongo, clock, cel_files(settings), lambda: zones).night(day)
    finally:
        await mongo.close()


def main() -> int:
    arguments = argparse.ArgumentParser(prog="call24 reconcile", description=__doc__)
    arguments.add_argument("--data", type=Path, required=True)
    arguments.add_argument("--day", type=date.fromisoformat, default=datetime.now(UTC).date())
    arguments.add_argument("--json", action="store_true")
    chosen = arguments.parse_args()
    night = asyncio.run(reconcile(Settings.load(chosen.data / "run" / "settings.json"), chosen.day))
    sys.stdout.write(msgspec.json.encode(night).decode() + "\n" if chosen.json else words(night))
    return 0


def words(night: Night) -> str:
    """The summary, and a line for each finding."""
    lines = [summary(night)]
    for finding in (*(f for one in night.organisations for f in one.findings), *night.strays):
        whose = " ".join(filter(None, (finding.call_id, finding.leg)))
        lines.append(f"  {finding.kind}: {whose}: record {finding.recorded}, Asterisk {finding.seen}")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    raise SystemExit(main())
