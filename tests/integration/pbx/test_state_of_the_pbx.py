"""How a PBX's own host is, as the server's metrics, `status` and the doctor tell it; by the PBX's port."""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from tests.support.telephony.keeper_host import Host, keeper_host
from tests.support.telephony.pbx_world import paired

from call24.doctor import pbx_check
from call24.doctor.report import CheckResult, Failed
from call24.installer import pbx_keeper
from call24.kit.settings import Settings
from call24.kit.version import VERSION
from call24.pbx.host_state import Disk, HostState, Unencrypted, clock_difference, state_of
from call24.server.metric_sources import parts
from call24.server.pbx_host import PbxHost

MINUTE, DAY = 60.0, 86_400.0


@pytest.fixture
async def world() -> AsyncIterator[tuple[Host, Settings]]:
    """The PBX's host, and the settings of its server."""
    folder = Path(tempfile.mkdtemp(prefix="c24-"))
    try:
        async with keeper_host(folder) as host:
            paired(host.settings.data)
            paired(folder)
            pairing = folder / "secrets" / "pbx" / "pairing.json"
            yield host, Settings(data=folder / "server", pbx=f"127.0.0.1:{host.relay.port}", pbx_pairing=pairing)
    finally:
        shutil.rmtree(folder)


def there(host: Host) -> None:
    """Two files of a call, the last sound of which came a while ago, and a ban."""
    folder = host.spool / ("ten_" + "0" * 26)
    folder.mkdir(parents=True)
    for name in ("in", "out"):
        (folder / f"rec_{'0' * 26}-{name}.sln").write_bytes(bytes(1000))
    long_ago = time.time() - 90 * MINUTE
    for path in folder.iterdir():
        os.utime(path, (long_ago, long_ago))
    host.settings.run.mkdir(parents=True)
    host.settings.banned.write_text("99999999999 192.0.2.7\n")


async def samples(settings: Settings) -> dict[str, float]:
    told = await parts.pbx(PbxHost(settings))
    return {".".join((one.name.removeprefix("call24_"), *one.labels)): float(one.value) for one in told}


async def test_disk_queue_and_certificates_are_metrics(world: tuple[Host, Settings]) -> None:
    host, settings = world
    there(host)
    found = await samples(settings)
    usage = shutil.disk_usage(host.spool)
    assert found["pbx_up"] == 1
    assert found["pbx_disk_size_bytes"] == usage.total
    assert abs(found["pbx_disk_free_bytes"] - usage.free) < 1e9
    assert found["pbx_unencrypted_files"] == 2
    assert 89 * MINUTE < found["pbx_unencrypted_oldest_seconds"] < 95 * MINUTE
    assert found["pbx_clock_difference_seconds"] == 0
    assert found["certificate_not_after_timestamp_seconds.pbx"] > time.time() + 300 * DAY
    await host.runner.cleanup()
    assert await samples(settings) == {"pbx_up": 0}
    assert await samples(Settings(data=settings.data)) == {}


async def told(settings: Settings) -> tuple[str, str]:
    """What the doctor says, and how it ends."""
    found = CheckResult("pbx")
    try:
        await pbx_check.look(settings, found)
    except Failed as failed:
        return failed.seen, failed.state
    return found.seen, "ok"


async def test_the_doctor_says_how_the_pbxs_host_is(
    world: tuple[Host, Settings], monkeypatch: pytest.MonkeyPatch
) -> None:
    host, settings = world
    there(host)
    own = state_of(host.settings)

    def changed(**fields: Any) -> None:
        state = msgspec.structs.replace(own, unencrypted=Unencrypted(0, 0, 0.0), disk=Disk(20 * 10**9, 10**12))
        # at the moment of the question, but for what is set
        monkeypatch.setattr(
            pbx_keeper, "state_of", lambda _: msgspec.structs.replace(state, **{"now": time.time(), **fields})
        )

    changed()
    seen, end = await told(settings)
    assert end == "ok"
    assert f"version {VERSION}, 20.0 GB free, 0 files" in seen and "1 bans, clock +0.0 s" in seen
    for fields, words, ends in (
        ({"version": "0.0.9"}, "version 0.0.9, 20.0 GB free, 0 files of recordings not encrypted yet", "fail"),
        ({"disk": Disk(4 * 10**8, 10**12)}, "0.4 GB free", "fail"),
        ({"disk": Disk(4 * 10**9, 10**12)}, "4.0 GB free", "warn"),
        ({"unencrypted": Unencrypted(3, 1000, 7200.0)}, "one has waited for 2.0 hours", "warn"),
        ({"now": time.time() + 500}, "clock +", "warn"),
        ({"certificates": {"pbx": time.time() + 3 * DAY}}, "valid for 3 more days", "warn"),
        ({"certificates": {"pbx": time.time() - 3 * DAY}}, "valid for -3 more days", "fail"),
    ):
        changed(**fields)
        seen, end = await told(settings)
        assert words in seen
        assert end == ends, seen
    host.relay.drop()
    await host.runner.cleanup()
    assert (await told(settings))[1] == "fail"
    assert (await told(Settings(data=settings.data)))[1] == "ok"


@pytest.mark.parametrize(
    ("sip", "found"),
    [(("0.0.0.0", 5070), "127.0.0.1"), (("::", 5070), "127.0.0.1"), (("192.0.2.7", 5070), "192.0.2.7")],
)
async def test_its_trunk_port_is_where_its_settings_say(
    world: tuple[Host, Settings], monkeypatch: pytest.MonkeyPatch, sip: tuple[str, int], found: str
) -> None:
    host, settings = world
    own = state_of(host.settings)
    monkeypatch.setattr(pbx_keeper, "state_of", lambda _: msgspec.structs.replace(own, sip=sip))
    assert await pbx_check.trunk_port(settings) == (found, 5070)


async def test_another_version_that_tells_otherwise_is_named(
    world: tuple[Host, Settings], monkeypatch: pytest.MonkeyPatch
) -> None:
    _, settings = world
    monkeypatch.setattr(pbx_keeper, "state_of", lambda _: {"version": "9"})
    seen, end = await told(settings)
    assert (end, "tells otherwise" in seen) == ("fail", True)


def test_clocks_differ_only_by_more_than_the_question_took() -> None:
    assert clock_difference(100.5, 100.0, 101.0) == 0
    assert clock_difference(103.0, 100.0, 101.0) == 2.0
    assert clock_difference(98.0, 100.0, 101.0) == -2.0


def test_a_state_says_no_name_of_a_file_and_no_address(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path)
    settings.run.mkdir()
    settings.banned.write_text("99999999999 192.0.2.7\n")
    said = msgspec.json.encode(state_of(settings))
    assert b"192.0.2.7" not in said
    assert str(tmp_path).encode() not in said
    assert isinstance(msgspec.json.decode(said, type=HostState).bans, int)
