"""When a short-lived process is started again; time is a number that the test sets."""

from pathlib import Path

import pytest
from tests.unit.installer.test_supervise import Running

from call24.cli import up
from call24.installer.child_processes import Child
from call24.installer.periodic import Periodic
from call24.installer.stack import Stack
from call24.installer.supervise import Supervisor
from call24.kit.settings import Settings


class Once(Running):
    """As `Running`, and can be asked how it ended."""

    succeeded, over, stopped = True, False, False

    def ended(self, within_s: float = 0.0) -> bool:
        return self.over

    def stop(self) -> None:
        self.stopped = True


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[Once]:
    (tmp_path / "run").mkdir()
    found: list[Once] = []

    def start(child: Child) -> Once:
        found.append(Once(child, 0.0))
        return found[-1]

    monkeypatch.setattr(Child, "start", start)
    monkeypatch.setattr(Child, "left_over", lambda child: None)
    return found


def turned(periodic: Periodic, times: list[float]) -> list[str]:
    said: list[str] = []
    for now in times:
        periodic.turn(now, said.append)
    return said


def test_it_starts_after_a_while_and_again_a_while_after_each_start(started: list[Once], tmp_path: Path) -> None:
    periodic = Periodic(Child("job", ("job",), tmp_path), first_s=10, every_s=60, most_s=50)
    assert turned(periodic, [0, 9.9]) == [] and not started
    assert turned(periodic, [10, 11]) == [] and len(started) == 1
    started[0].over = True
    assert turned(periodic, [12, 13, 69.9]) == [] and len(started) == 1
    assert turned(periodic, [70]) == [] and len(started) == 2


def test_one_that_fails_is_told_and_one_that_does_not_end_is_ended(started: list[Once], tmp_path: Path) -> None:
    periodic = Periodic(Child("job", ("job",), tmp_path), first_s=0, every_s=60, most_s=50)
    turned(periodic, [0])
    started[0].over, started[0].succeeded = True, False
    [said] = turned(periodic, [1])
    assert said == f"job ended with status 1: see {tmp_path / 'log' / 'job.log'}"
    assert turned(periodic, [60, 109]) == [] and len(started) == 2
    assert turned(periodic, [110]) == ["job does not end; ending it"] and started[1].stopped
    periodic.turn(120, said.__contains__)
    periodic.stop()
    assert started[2].stopped, "and with all others when Call24 stops"


def test_call24_up_has_the_backstop_of_retention_started(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    seen: list[Supervisor] = []
    monkeypatch.setattr(Stack, "check", lambda stack: None)
    monkeypatch.setattr(Stack, "start_parts", lambda stack, supervisor: None)
    monkeypatch.setattr(Child, "prepare", lambda child: None)
    monkeypatch.setattr(Child, "forget", lambda child: None)
    monkeypatch.setattr(Supervisor, "take_signals", lambda supervisor: None)
    monkeypatch.setattr(Supervisor, "run", lambda supervisor: seen.append(supervisor))
    monkeypatch.setattr("os.umask", lambda mask: mask)
    monkeypatch.setattr(up, "fetch", lambda stack, app: None)
    monkeypatch.setattr(up, "_start_server", lambda *words: None)
    assert up.start(Settings.on_ports(tmp_path, 8000), lambda settings, supervisor: None) is None
    [periodic] = seen[0].periodic
    command = periodic.child.command
    assert command[-4:] == ("--data", str(tmp_path), "--catch-up", "180")
