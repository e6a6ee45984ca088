"""`python -m call24.server.reconcile --data DIR [--day D] [--json]`: one reconciliation, kept and printed."""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec

from call24.kit.clock import SystemClock
from call24.kit.ids import TenantId
from call24.kit.mongo import Mongo
from call24.kit.secrets import AppKey
from call24.kit.settings import DATABASE, Settings
from call24.reconciliation.model import Finding, Responsible
from call24.reconciliation.room import channel_log
from call24.reconciliation.service import Night, Reconciler, summary
from call24.tenants.service import TenantService


async def reconcile(settings: Settings, day: date) -> tuple[Night, dict[TenantId, str]]:
    """With what the organisations are called."""
    mongo = Mongo(settings.mongodb_uri(), DATABASE)
    try:
        clock = SystemClock()
        tenants = await TenantService(mongo, clock, AppKey.load(settings.data)).all()
        zones = [(tenant.id, ZoneInfo(tenant.timezone)) for tenant in tenants]
        night = await Reconciler(mongo, clock, channel_log(settings), lambda: zones).night(day)
        return night, {tenant.id: tenant.name for tenant in tenants}
    finally:
        await mongo.close()


def main() -> int:
    arguments = argparse.ArgumentParser(prog="call24 reconcile", description=__doc__)
    arguments.add_argument("--data", type=Path, required=True)
    arguments.add_argument("--day", type=date.fromisoformat, default=datetime.now(UTC).date())
    arguments.add_argument("--json", action="store_true")
    chosen = arguments.parse_args()
    night, names = asyncio.run(reconcile(Settings.load(chosen.data / "run" / "settings.json"), chosen.day))
    sys.stdout.write(msgspec.json.encode(night).decode() + "\n" if chosen.json else words(night, names))
    return 0


def words(night: Night, names: Mapping[TenantId, str]) -> str:
    """The summary; under each organisation its findings and the calls that could not be compared; then what nobody's
    record has. Each finding with who sees to it, and how."""
    lines = [summary(night)]
    for one in night.organisations:
        if one.findings or one.missed:
            lines.append(f"{names.get(one.tenant_id, 'an organisation')} ({one.tenant_id}):")
            lines += map(_finding, one.findings)
            lines += [f"  not compared: {call_id}: it began before Asterisk's log" for call_id in one.missed]
    if night.strays:
        lines += ["of no organisation that is known:", *map(_finding, night.strays)]
    return "\n".join(lines) + "\n"


def _finding(one: Finding) -> str:
    what = " ".join(filter(None, (one.call_id, one.leg)))
    who = "for its supervisors" if one.owner is Responsible.ORGANISATION else "for you"
    return f"  {one.kind}: {what}: record {one.recorded}, Asterisk {one.seen}\n    {who}: {one.advice}"


if __name__ == "__main__":
    raise SystemExit(main())
