"""How the installation is: since when, how old an answer may be, and within which time, whatever hangs."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Iterable
from datetime import UTC, datetime
from typing import Any, cast

import pytest
from tests.support.clock import StillClock

from call24.installer.backup_note import BackupNote
from call24.kit.errors import Unavailable
from call24.kit.mongo import Mongo
from call24.metrics import installation as module
from call24.metrics.exposition import Metrics, Sample
from call24.metrics.installation import Installation, Status
from call24.metrics.installation_api import view
from call24.metrics.status_rules import Part, worst


class Place:
    """An installation of which the test says how MongoDB is: 1, 0, or None where that is not known."""

    def __init__(self) -> None:
        self.up: float | None = 1
        self.asked = 0
        self.clock = StillClock(datetime(2026, 11, 30, 12, tzinfo=UTC))
        self.metrics = Metrics("")
        self.metrics.add_source("mongodb", self._read)
        self.installation = Installation(self.metrics, cast(Mongo, self), self.clock, own_asterisk=True)

    async def version(self) -> str:
        return "7.0.14"

    async def _read(self) -> Iterable[Sample]:
        self.asked += 1
        if self.up is None:
            raise Unavailable
        return [Sample("call24_mongodb_up", self.up)]

    async def mongodb(self, up: float | None) -> tuple[str, str]:
        """State, and since when, an hour after the last time."""
        self.clock.advance(hours=1)
        self.up = up
        status = await self.installation.status()
        return part(status, "mongodb").state, f"{status.since['mongodb']:%H}"


def part(status: Status, name: str) -> Part:
    return next(one for one in status.parts if one.name == name)


@pytest.fixture
async def place() -> AsyncIterator[Place]:
    place = Place()
    yield place
    await place.installation.close()
    await place.metrics.close()


async def test_a_time_in_which_a_part_is_not_known_does_not_end_its_state(place: Place) -> None:
    assert [await place.mongodb(up) for up in (1, 0, None, None, 0, 1, None)] == [
        ("ok", "13"),
        ("wrong", "14"),
        ("unknown", "15"),
        ("unknown", "15"),
        ("wrong", "14"),
        ("ok", "18"),
        ("unknown", "19"),
    ]


async def test_an_answer_is_not_shared_for_longer_because_the_clock_was_set_back(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    await place.installation.shared()
    await place.installation.shared()
    assert place.asked == 1
    place.clock.set(hours=-1)
    monkeypatch.setattr(module, "SHARED_S", 0.0)
    await place.installation.shared()
    assert place.asked == 2


async def test_a_data_folder_that_hangs_is_not_known_and_is_asked_once(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "WITHIN_S", 0.05)
    readings, there = 0, asyncio.Event()

    async def read() -> BackupNote | None:
        nonlocal readings
        readings += 1
        await there.wait()
        return None

    place.installation.backup = read
    for _ in range(3):
        began = time.monotonic()
        status = await place.installation.status()
        assert time.monotonic() - began < 1.5
        assert part(status, "backups") == Part("backups", "unknown", "not known now", "collector-failing")
    assert readings == 1
    there.set()
    status = await place.installation.status()
    assert part(status, "backups").do == "first_backup"


async def test_where_backups_are_is_told_on_the_machine_alone(place: Place) -> None:
    async def read() -> BackupNote | None:
        return BackupNote(place.clock.now(), "/mnt/backups", "")

    place.installation.backup = read
    status = await place.installation.status()

    def seen(shown: Any) -> str:
        return next(str(one["seen"]) for one in shown["parts"] if one["name"] == "backups")

    assert seen(view(status)) == "last one 2026-11-30 12:00 UTC"
    assert seen(view(status, on_machine=True)) == "last one 2026-11-30 12:00 UTC, to /mnt/backups"
    assert worst([part(status, "backups")]) == "ok"
