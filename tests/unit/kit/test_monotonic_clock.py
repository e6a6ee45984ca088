"""The server's clock while the machine's is set, and when the new time is taken over."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from call24.kit import uptime
from call24.kit.monotonic_clock import MonotonicClock
from call24.server.clock_watch import ClockWatch

BEGAN = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
HOUR, YEARS = timedelta(hours=1), timedelta(days=11 * 365)


class Machine:
    """Its clock, and how long it runs."""

    def __init__(self) -> None:
        self.wall, self.up_s = BEGAN, 1000.0

    def passes(self, seconds: float) -> None:
        self.wall += timedelta(seconds=seconds)
        self.up_s += seconds

    def clock(self, kept: Path | None = None) -> MonotonicClock:
        return MonotonicClock(kept, wall=lambda: self.wall, passed=lambda: self.up_s)


class Watched:
    """A clock that is looked at each second, in a server with calls and agents or without."""

    def __init__(self) -> None:
        self.machine, self.calls, self.agents = Machine(), False, False
        self.clock, self.told = self.machine.clock(), 0
        self.clock.followed.append(self._follow)
        self.watch = ClockWatch(self.clock, lambda: self.calls, lambda: self.agents)

    def _follow(self) -> None:
        self.told += 1

    def passes(self, seconds: int) -> None:
        for _ in range(seconds):
            self.machine.passes(1)
            self.watch.look(1.0)

    @property
    def follows(self) -> bool:
        return self.clock.now() == self.machine.wall


@pytest.mark.parametrize("jump", [HOUR, -HOUR, YEARS, timedelta(seconds=-1)])
def test_a_machines_clock_that_is_set_does_not_change_how_long_something_took(jump: timedelta) -> None:
    machine = Machine()
    clock = machine.clock()
    since = clock.now()
    machine.passes(10)
    machine.wall += jump
    machine.passes(5)
    assert clock.now() - since == timedelta(seconds=15)
    assert clock.wall() == BEGAN + timedelta(seconds=15) + jump


def test_the_next_process_of_the_machine_has_the_same_time(tmp_path: Path) -> None:
    machine, kept = Machine(), tmp_path / "clock.json"
    machine.clock(kept)
    machine.wall += HOUR
    machine.passes(7)
    assert machine.clock(kept).now() == BEGAN + timedelta(seconds=7)


@pytest.mark.parametrize("spoilt", [b"", b"{}", b'{"boot": 1}', b"[]", b'{"boot": "B", "zero": "never"}'])
def test_a_machine_that_was_started_anew_has_its_own_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, spoilt: bytes
) -> None:
    boot, machine, kept = tmp_path / "boot_id", Machine(), tmp_path / "clock.json"
    monkeypatch.setattr(uptime, "BOOT_ID", boot)
    boot.write_text("A\n")
    machine.clock(kept)
    machine.wall += HOUR
    boot.write_text("B\n")
    assert machine.clock(kept).now() == machine.wall
    kept.write_bytes(spoilt)
    machine.wall += HOUR
    assert machine.clock(kept).now() == machine.wall


@pytest.mark.parametrize("jump", [HOUR, -HOUR])
def test_the_new_time_is_taken_over_when_nothing_goes_on(jump: timedelta) -> None:
    house = Watched()
    house.calls = house.agents = True
    house.machine.wall += jump
    house.passes(1000)
    assert (house.follows, house.told) == (False, 0)
    house.calls = house.agents = False
    house.passes(1)
    assert (house.follows, house.told) == (True, 1)


def test_agents_at_work_are_waited_for_an_hour_and_calls_for_six() -> None:
    house = Watched()
    house.agents = True
    house.machine.wall += HOUR
    house.passes(3600)
    assert not house.follows
    house.passes(1)
    assert house.follows
    house.calls = True
    house.machine.wall -= HOUR
    house.passes(6 * 3600)
    assert not house.follows
    house.passes(1)
    assert house.follows


@pytest.mark.parametrize("jump", [YEARS, -YEARS, timedelta(days=2)])
def test_a_time_that_is_days_away_is_not_believed_while_the_server_runs(
    jump: timedelta, caplog: pytest.LogCaptureFixture
) -> None:
    house = Watched()
    house.machine.wall += jump
    house.passes(2 * 3600)
    assert not house.follows
    said = [record.levelname for record in caplog.records]
    assert said == ["ERROR", "ERROR"], "at once, and once an hour"
    house.machine.wall -= jump
    house.passes(1)
    assert house.follows
    assert house.told == 0


def test_a_small_difference_is_caught_up_with_slowly() -> None:
    house = Watched()
    house.calls = True
    house.machine.wall += timedelta(milliseconds=300)
    since = house.clock.now()
    house.passes(100)
    assert house.clock.now() - since == timedelta(seconds=100, milliseconds=100)
    house.passes(200)
    assert abs(house.clock.behind) <= timedelta(milliseconds=5)
    assert house.told == 0
