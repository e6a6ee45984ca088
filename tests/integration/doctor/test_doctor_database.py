"""What the doctor says of MongoDB: of nights that are stored there, and of one that takes connections and is silent."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from call24.doctor.checks import Checks
from call24.doctor.report import CheckResult, DoctorReport, Failed
from call24.kit.ids import TenantId, new_id
from call24.kit.mongo import Mongo
from call24.kit.settings import Settings
from call24.reconciliation.model import Reconciliation, Strays


async def test_a_night_that_found_differences_is_a_warning_and_a_call_of_nobody_is_told(mongo: Mongo) -> None:
    tenant, now = TenantId(new_id("ten")), datetime.now(UTC)
    day = (now - timedelta(days=1)).date().isoformat()
    late = {"made_at": now, "delete_at": now + timedelta(days=9)}
    nights = mongo.tenant(tenant).collection(Reconciliation)
    night = Reconciliation(
        id=f"{tenant}:{day}",
        tenant_id=tenant,
        day=day,
        state="done",
        calls=7,
        found=2,
        **late,  # type: ignore[arg-type]
    )
    await nights.insert(night)
    strays = mongo.platform(Strays, why="of the platform: whose these calls were nobody knows")
    await strays.insert(Strays(id=day, found=1, findings=(), **late))  # type: ignore[arg-type]
    checks = Checks(Settings(), DoctorReport(as_json=True), mongo)
    with pytest.raises(Failed) as warned:
        await checks.nights(CheckResult("reconciliation"))
    assert warned.value.state == "warn"
    assert f"2 differences from Asterisk's own log: {day}" in str(warned.value)
    await nights.update(night.id, {"found": 0})
    found = CheckResult("reconciliation")
    await checks.nights(found)
    assert found.seen.startswith("7 calls of the last 7 days")
    assert "1 have no call record" in found.seen


async def test_a_database_that_hangs_is_named() -> None:
    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    server = await asyncio.start_server(silent, "127.0.0.1", 0)
    there = f"mongodb://127.0.0.1:{server.sockets[0].getsockname()[1]}/?directConnection=true"
    mongo = Mongo(there, "call24")
    try:
        with pytest.raises(Failed, match="no server that accepts writes") as failed:
            await Checks(Settings(), DoctorReport(as_json=True), mongo).database(CheckResult("database"))
        assert failed.value.state == "fail"
        assert "mongod.log" in failed.value.advice
    finally:
        await mongo.close()
        server.close()
        server.close_clients()
