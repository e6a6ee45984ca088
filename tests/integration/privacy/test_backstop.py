"""The backstop of retention where something is in its way: other data goes all the same, and the next run finds it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from tests.integration.privacy.test_retention import NOTHING, House
from tests.integration.privacy.test_retention import house as house

from call24.call_records.kept_calls import KeptCall
from call24.kit.errors import Unavailable
from call24.kit.ids import TenantId
from call24.kit.settings import Settings
from call24.privacy.backstop import Backstop, CaughtUp
from call24.privacy.backstop_files import OverdueFiles
from call24.recordings.model import Recording
from call24.server.backstop_process import catch_up
from call24.server.rooms import HOLDINGS


async def cannot(tenant_id: TenantId, arrived_at: datetime, now: datetime) -> None:
    raise Unavailable


def backstop(house: House) -> Backstop:
    async def days() -> Mapping[TenantId, int]:
        return {one.id: one.record_days for one in await house.tenants.all()}

    files = OverdueFiles(house.folder.parent, HOLDINGS)
    return Backstop(house.mongo, house.time, files, house.changes, days=days, totals=cannot)


async def test_files_that_cannot_be_deleted_hold_up_no_other_organisation_and_are_found_again(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    stuck, fine = await house.tenants.create("Stuck"), await house.tenants.create("Fine")
    await house.call(stuck)
    await house.call(fine)
    house.clock.advance(days=92, hours=1)
    delete = OverdueFiles.delete

    def broken(self: OverdueFiles, collection: str, tenant_id: TenantId, ids: Collection[str]) -> int:
        if tenant_id == stuck.id:
            raise PermissionError("not ours")
        return delete(self, collection, tenant_id, ids)

    with monkeypatch.context() as unplugged:
        unplugged.setattr(OverdueFiles, "delete", broken)
        run = await backstop(house).run()
    assert (run.failed, run.deleted["call_records"]) == ({stuck.id}, 1)
    assert await house.left(fine) == NOTHING, "and though no total could be written"
    assert (await house.left(stuck))["records"] == 1
    assert len(list((house.folder / stuck.id).iterdir())) == 1
    run = await backstop(house).run()
    assert (run.failed, run.deleted["call_records"]) == (set(), 1)
    assert await house.left(stuck) == NOTHING


async def test_a_run_whose_time_is_over_is_carried_on_by_the_next(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("call24.privacy.backstop.BATCH", 2)
    acme = await house.tenants.create("Acme")
    looks, most = 0, 10_000

    def is_over(run: CaughtUp) -> bool:
        nonlocal looks
        looks += 1
        run.cut_off = run.cut_off or looks > most
        return run.cut_off

    monkeypatch.setattr(CaughtUp, "is_over", is_over)
    await backstop(house).run()  # where there is nothing to delete
    most, looks = looks + 3, 0
    for number in range(7):
        await house.call(acme, f"+44207946{number:04d}")
    house.clock.advance(days=92, hours=1)
    runs = [await backstop(house).run()]
    while runs[-1].cut_off:
        assert len(runs) < 20, "each is cut off before there is anything to delete"
        looks = 0
        runs.append(await backstop(house).run())
    assert len(runs) > 1
    assert sum(run.deleted["call_records"] for run in runs) == 7
    assert await house.left(acme) == NOTHING


async def test_a_recording_that_is_kept_longer_stays_with_a_reduced_record(house: House) -> None:
    acme = await house.tenants.create("Acme")
    call_id, scope = await house.call(acme), house.mongo.tenant(acme.id)
    later = house.clock.now() + timedelta(days=200)
    recordings = scope.collection(Recording)
    await recordings.update_where({"call_id": call_id}, {"delete_at": later, "outlasts": True})
    house.clock.advance(days=92, hours=1)
    await backstop(house).run()
    [kept] = await scope.collection(KeptCall).find({})
    assert (kept.id, kept.delete_at) == (call_id, later)
    assert (await house.left(acme))["records"] == 0
    assert await recordings.count() == 1 and len(list((house.folder / acme.id).iterdir())) == 1
    house.clock.advance(days=109)
    await backstop(house).run()
    assert await house.left(acme) == NOTHING and await scope.collection(KeptCall).count() == 0
    assert not list((house.folder / acme.id).iterdir())


async def test_without_mongodb_the_process_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.nice", lambda by: by)
    settings, said = Settings.on_ports(tmp_path, 2), list[str]()
    assert await catch_up(settings, said.append, patience_s=0.0, dry=False) == 1
    settings.secrets.mkdir()
    (settings.secrets / "mongodb").write_text("secret")
    assert await catch_up(settings, said.append, patience_s=0.0, dry=False) == 1
    assert "CALL24_MONGODB_URI" in said[0] and "./call24 up starts it" in said[1], said
