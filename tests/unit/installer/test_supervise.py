"""When the supervisor asks a child, tidies it up and starts it again; time is a number that the test sets."""

import os
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from call24.installer import child_processes, supervise
from call24.installer.child_processes import Child
from call24.installer.supervise import Supervisor


class Running:
    """A child that runs until the test ends it; has what the supervisor uses of children.Running."""

    def __init__(self, child: Child, at: float) -> None:
        self.child, self.since, self.gave_up, self.status = child, at, True, "ended with status 1"
        self.signals: list[int] = []
        # An end of a pipe on which nothing comes: select() waits for it in vain.
        self.pidfd, self._other = os.pipe()

    def end(self) -> None:
        os.close(self._other)

    def ended(self, within_s: float = 0.0) -> bool:
        return True

    def close(self) -> None:
        os.close(self.pidfd)

    def signal(self, number: int) -> None:
        self.signals.append(number)


class World:
    def __init__(self, monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
        self.now, self.said, self.started, self.tidied, self.alive = 0.0, [], [], 0, True
        self.child = Child("part", ("part",), folder, alive=lambda: self.alive, tidy=("tidy",))
        (folder / "run").mkdir()
        monkeypatch.setattr(Child, "start", self._start)
        monkeypatch.setattr(Child, "left_over", lambda child: None)
        monkeypatch.setattr(supervise.subprocess, "run", self._tidy)
        self.supervisor = Supervisor(self.said.append, clock=lambda: self.now)
        self.supervisor.add(self.child)

    def _start(self) -> Running:
        self.started.append(Running(self.child, self.now))
        return self.started[-1]

    def _tidy(self, words: tuple[str, ...], **rest: object) -> None:
        self.tidied += 1

    def pass_time(self, seconds: float, step: float = 0.05) -> None:
        end = self.now + seconds
        while self.now < end:
            self.now = min(end, self.now + step)
            self.supervisor.turn(0.0)


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> World:
    return World(monkeypatch, tmp_path)


def test_a_child_that_dies_again_and_again_is_started_ever_later_but_within_ten_seconds(world: World) -> None:
    waits = []
    for number in range(9):
        world.started[-1].end()
        world.supervisor.turn(0.0)
        died = world.now
        while len(world.started) == number + 1:
            world.pass_time(0.05)
        waits.append(round(world.now - died, 2))
    assert waits == pytest.approx([0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 10.0, 10.0, 10.0], abs=0.06)


def test_a_child_that_ran_steadily_is_started_again_at_once(world: World) -> None:
    for _ in range(5):
        world.started[-1].end()
        world.pass_time(11.0)
    world.pass_time(31.0, step=1.0)
    count = len(world.started)
    world.started[-1].end()
    world.pass_time(0.3)
    assert len(world.started) == count + 1
    assert world.said[-1] == "part ended with status 1; starting it again in 0.2 s"


def test_a_child_that_was_killed_after_five_seconds_is_started_again_at_once(world: World) -> None:
    for _ in range(3):
        world.pass_time(supervise.KILLED_STEADY_S + 0.1)
        world.started[-1].gave_up = False
        world.started[-1].end()
        world.pass_time(0.3)
    assert len(world.started) == 4
    world.pass_time(supervise.KILLED_STEADY_S + 0.1)
    world.started[-1].end()  # with an error of its own
    world.pass_time(0.3)
    assert len(world.started) == 4


def test_the_log_of_a_running_child_does_not_grow_for_ever(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(child_processes, "LOG_LIMIT", 10)
    log = world.child.log_file
    log.parent.mkdir()
    with log.open("ab") as written:
        for words in (b"the first words", b"the second words"):
            written.write(words)
            written.flush()
            world.pass_time(301.0, step=1.0)
        written.write(b"third")
    kept = [log.with_name(f"{log.name}{ending}").read_bytes() for ending in ("", ".1", ".2")]
    assert kept == [b"third", b"the second words", b"the first words"]


def test_a_log_is_put_aside_when_its_first_line_is_a_week_old_and_deleted_three_weeks_after_its_last(
    tmp_path: Path,
) -> None:
    now = datetime.now()  # noqa: DTZ005 - logs have the machine's time
    log, aside = tmp_path / "mongod.log", tmp_path / "mongod.log.1"
    for first, last, kept in ((6, 0, True), (8, 0, False), (8, 8, False)):
        line = f'{{"t":{{"$date":"{now - timedelta(days=first):%Y-%m-%dT%H:%M:%S}.549Z"}}}} a line\n'
        log.write_text(f"no time\n{line}")
        aside.unlink(missing_ok=True)
        os.utime(log, ((now - timedelta(days=last)).timestamp(),) * 2)
        child_processes.rotate_written(log)
        assert (log.read_text() != "", aside.exists()) == (kept, not kept)
    for days, there in ((20, True), (22, False)):
        aside.write_text("old")
        os.utime(aside, ((now - timedelta(days=days)).timestamp(),) * 2)
        child_processes.rotate_written(log)
        assert aside.exists() == there


def test_a_child_that_hangs_is_killed_but_one_that_answers_now_and_then_is_not(world: World) -> None:
    for alive in (False, False, False, True, False, False, False, True):
        world.alive = alive
        world.pass_time(supervise.STEADY_S if world.now == 0 else supervise.PROBE_S, step=1.0)
    assert world.started[0].signals == []
    world.alive = False
    world.pass_time(supervise.PROBE_S * supervise.PROBES_FAILED, step=1.0)
    assert world.started[0].signals[:1] == [9]


def test_a_child_is_tidied_up_every_five_minutes(world: World) -> None:
    world.pass_time(299.0, step=1.0)
    assert world.tidied == 0
    world.pass_time(302.0, step=1.0)
    assert world.tidied == 2


def test_what_was_ready_once_is_ready_though_a_second_look_gets_no_answer(world: World) -> None:
    """On a busy machine it may not answer in time; a start would be given up for that."""
    answers = iter((False, True, False))
    assert world.supervisor.wait(40.0, lambda: next(answers))
