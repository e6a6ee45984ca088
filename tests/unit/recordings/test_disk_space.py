"""Room for recordings: an alarm at twice the floor, nothing begun below it, and no flapping around a limit."""

from __future__ import annotations

import asyncio
import logging
import subprocess
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support.wait import wait_until

from call24.asterisk.client import AriClient, AriReply
from call24.asterisk.telephony import AsteriskTelephony
from call24.calls.commands import RecordLeg, RecordMessage
from call24.calls.signals import MessageEnded, NetworkSignal
from call24.kit.ids import LegId, RecordingId, TenantId
from call24.recordings.disk_space import MB, DiskSpace, Level, level

FLOOR = 500 * MB


@pytest.mark.parametrize(
    ("free", "before", "now"),
    [
        (2000, "ok", "ok"),
        (1000, "ok", "ok"),
        (999, "ok", "low"),
        (500, "ok", "low"),
        (499, "ok", "full"),
        (499, "low", "full"),
        (549, "full", "full"),
        (550, "full", "low"),
        (1099, "full", "low"),
        (1099, "low", "low"),
        (1101, "low", "ok"),
        (1101, "full", "ok"),
        (0, "ok", "full"),
    ],
)
def test_the_level_follows_free_space(free: int, before: Level, now: Level) -> None:
    assert level(free * MB, FLOOR, before) == now


@given(st.integers(0, 4000), st.sampled_from(["ok", "low", "full"]))
def test_a_level_stays_while_space_stays(free: int, before: Level) -> None:
    now = level(free * MB, FLOOR, before)
    assert level(free * MB, FLOOR, now) == now
    assert (now == "full") or free * MB >= FLOOR


@given(st.integers(0, 10**15))
def test_without_a_floor_everything_is_recorded(free: int) -> None:
    assert level(free, 0) == "ok"


class Disk:
    """Free megabytes of each folder, as statvfs would tell."""

    def __init__(self, **free: int) -> None:
        self.free = free

    def __call__(self, folder: Path) -> Any:
        return SimpleNamespace(f_bavail=self.free[folder.name] * 256, f_frsize=4096)


@pytest.fixture
def folders(tmp_path: Path) -> list[Path]:
    made = [tmp_path / "spool", tmp_path / "kept"]
    for folder in made:
        folder.mkdir()
    return made


def test_the_fullest_disk_counts_and_each_change_is_an_alarm(
    folders: list[Path], caplog: pytest.LogCaptureFixture
) -> None:
    disk = Disk(spool=5000, kept=5000)
    space = DiskSpace(folders, 500, disk)
    assert (space.look(), space.may_record(), caplog.records) == ("ok", True, [])
    disk.free["kept"] = 900
    assert (space.look(), space.may_record()) == ("low", True)
    disk.free["spool"] = 10
    assert (space.may_record(), space.level) == (False, "full")
    assert space.look() == "full"
    disk.free.update(spool=5000, kept=5000)
    assert (space.may_record(), space.level) == (True, "ok")
    assert [record.levelno for record in caplog.records] == [logging.ERROR, logging.CRITICAL, logging.WARNING]


def test_a_folder_that_is_not_made_yet_has_the_room_of_the_one_above(tmp_path: Path) -> None:
    assert DiskSpace([tmp_path / "a" / "b"], 0).look() == "ok"
    assert DiskSpace([tmp_path / "a" / "b"], 10**9).look() == "full"


def test_a_disk_that_does_not_answer_changes_nothing(folders: list[Path], caplog: pytest.LogCaptureFixture) -> None:
    def broken(_: Path) -> Any:
        raise OSError("stale file handle")

    space = DiskSpace(folders, 500, broken)
    assert (space.look(), space.may_record()) == ("ok", True)
    assert "stale file handle" in caplog.text


async def test_the_watcher_notices_by_itself(folders: list[Path], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("call24.recordings.disk_space.LOOK_EVERY_S", 0.0)
    disk = Disk(spool=5000, kept=5000)
    space = DiskSpace(folders, 500, disk)
    watching = asyncio.create_task(space.run())
    await asyncio.sleep(0)
    disk.free["kept"] = 1
    await wait_until(lambda: space.level == "full")
    watching.cancel()


@pytest.fixture
def small_disk(tmp_path: Path) -> Any:
    folder = tmp_path / "small"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", str(folder)], capture_output=True, text=True
    )
    if mounted.returncode:
        pytest.skip(f"a small file system cannot be mounted here: {mounted.stderr.strip()}")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def test_a_disk_that_really_fills_up(small_disk: Path) -> None:
    space = DiskSpace([small_disk], 1)
    assert space.look() == "ok"
    (small_disk / "one").write_bytes(bytes(5 * MB // 2))
    assert (space.may_record(), space.level) == (True, "low")
    (small_disk / "two").write_bytes(bytes(MB))
    assert (space.may_record(), space.level, space.exhausted()) == (False, "full", True)
    (small_disk / "one").unlink()
    assert (space.may_record(), space.level) == (True, "ok")


# --- what is not begun ---

LEG, REC, TEN = LegId("call24-1.1"), RecordingId("rec_1"), TenantId("ten_1")


class Ari:
    def __init__(self, channels: list[dict[str, Any]]) -> None:
        self.channels = channels
        self.asked: list[str] = []
        self.url, self.login = "http://127.0.0.1:1/ari", ("call24", "")

    async def request(self, method: str, path: str, **_: object) -> AriReply:
        self.asked.append(f"{method} {path}")
        if path.endswith("/variable"):
            return AriReply(200, {"value": ""})
        return AriReply(200, self.channels) if path == "/channels" else AriReply(204, None)


async def telephony(*, recorded: bool, room: bool) -> tuple[Ari, AsteriskTelephony, list[NetworkSignal]]:
    stamps = {"C24_CALL": "call_1", "C24_TENANT": TEN, **({"C24_RECORDING": REC} if recorded else {})}
    ari = Ari([{"id": LEG, "state": "Up", "dialplan": {"app_name": "Stasis"}, "channelvars": stamps}])
    made = AsteriskTelephony(cast(AriClient, ari), may_record=lambda _: room)
    signals: list[NetworkSignal] = []
    made.subscribe(signals.append)
    await made.connected()
    ari.asked.clear()
    return ari, made, signals


@pytest.mark.parametrize(
    ("room", "recorded", "begun"), [(False, False, False), (False, True, True), (True, False, True)]
)
async def test_without_room_a_call_goes_on_unrecorded_and_a_running_recording_goes_on(
    room: bool, recorded: bool, begun: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("call24.asterisk.recording.HOP_S", 0.0)
    ari, asterisk, _ = await telephony(recorded=recorded, room=room)
    await asterisk.perform(RecordLeg(leg=LEG, recording_id=REC, tenant_id=TEN))
    assert (f"POST /channels/{LEG}/continue" in ari.asked) == begun


async def test_without_room_a_message_is_over_before_it_begins() -> None:
    ari, asterisk, signals = await telephony(recorded=False, room=False)
    new = LegId("call24-2.2")
    await asterisk.perform(RecordMessage(leg=new, recording_id=REC, tenant_id=TEN, max_s=60, silence_s=5))
    assert [(signal.leg, signal.recording_id) for signal in signals if isinstance(signal, MessageEnded)] == [(new, REC)]
    assert not any("/record" in asked for asked in ari.asked)
