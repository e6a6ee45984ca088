"""A process with everything imported that forks the server: real processes, with a program of three lines as server."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.support.product.stack import wait_for

from call24.installer.child_processes import Child, Running
from call24.installer.prefork import Prefork

PROGRAM = """
import os, signal, sys
from pathlib import Path
from call24.server.prefork import fork_for_each
fork_for_each(Path(sys.argv[1]))
signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGUSR1, signal.SIGTERM])
print("serves", len(os.listdir("/proc/self/fd")), flush=True)
sys.exit(signal.sigwait([signal.SIGUSR1, signal.SIGTERM]) == signal.SIGUSR1 and 3)
"""


@pytest.fixture
def child(tmp_path: Path) -> Iterator[Child]:
    (tmp_path / "run").mkdir()
    log = tmp_path / "log" / "server.log"
    ahead = Prefork((sys.executable, "-c", PROGRAM, str(log)), {"PYTHONPATH": str(Path("src").resolve())}, log)
    yield Child("server", (), tmp_path, ahead=ahead, first_backoff_s=0.0)
    ahead.stop()


def said(child: Child) -> list[str]:
    return child.log_file.read_text().splitlines()


def begun(child: Child, count: int = 1) -> Running:
    running = child.start()
    wait_for(lambda: len(said(child)) == count)
    return running


def test_each_is_a_process_of_its_own_with_nothing_of_those_before_it(child: Child) -> None:
    first, second = begun(child), begun(child, 2)
    assert len({first.pid, second.pid, child.ahead.pid if child.ahead else 0}) == 3
    assert [os.getsid(each.pid) for each in (first, second)] == [first.pid, second.pid]
    # Input, both outputs, and the folder that is being listed.
    assert said(child) == ["serves 4", "serves 4"]
    assert child.pid_file.read_text() == str(second.pid)
    for each in (first, second):
        each.stop()


@pytest.mark.parametrize(
    ("sent", "status", "gave_up"),
    [
        (signal.SIGKILL, "killed by SIGKILL", False),
        (signal.SIGUSR1, "ended with status 3", True),
        (signal.SIGTERM, "ended with status 0", False),
    ],
)
def test_how_it_ended_is_known(child: Child, sent: signal.Signals, status: str, gave_up: bool) -> None:
    running = begun(child)
    running.signal(sent)
    assert running.ended(5.0)
    assert (running.status, running.gave_up) == (status, gave_up)
    running.close()


def test_the_end_of_one_is_not_taken_for_the_start_of_the_next(child: Child) -> None:
    first = begun(child)
    first.signal(signal.SIGKILL)
    assert first.ended(5.0) is True
    second = begun(child, 2)
    assert second.pid != first.pid
    assert not second.ended()
    second.signal(signal.SIGUSR1)
    assert second.ended(5.0)
    assert (first.status, second.status) == ("killed by SIGKILL", "ended with status 3")


def test_what_forks_can_be_killed_and_the_forked_one_lives_on(child: Child) -> None:
    first = begun(child)
    assert child.ahead
    os.kill(child.ahead.pid, signal.SIGKILL)
    wait_for(lambda: child.ahead is not None and not child.ahead.pid)
    assert not first.ended()
    second = begun(child, 2)
    first.signal(signal.SIGKILL)
    assert first.ended(5.0)
    assert first.status == "ended"
    second.stop()


def test_it_ends_with_its_parent_and_the_forked_one_does_not(child: Child) -> None:
    running = begun(child)
    assert child.ahead
    process = child.ahead._process
    assert process
    assert process.stdin
    process.stdin.close()  # what the end of the parent does
    assert process.wait(5.0) == 0
    assert not running.ended()
    running.stop()


def test_a_server_that_cannot_be_imported_is_said_with_the_log(tmp_path: Path) -> None:
    log = tmp_path / "log" / "server.log"
    ahead = Prefork((sys.executable, "-c", "raise SystemExit('no such module')"), {}, log)
    with pytest.raises(OSError, match=r"has ended: see .*server\.log"):
        ahead.fork()
    assert log.read_text() == "no such module\n"
    assert ahead.pid == 0


def test_one_that_ends_before_it_is_asked_is_said_with_the_log_too(tmp_path: Path) -> None:
    deaf = "import os, pathlib, sys, time; os.close(0); pathlib.Path(sys.argv[1]).touch(); time.sleep(60)"
    ahead = Prefork((sys.executable, "-c", deaf, str(tmp_path / "deaf")), {}, tmp_path / "log" / "server.log")
    ahead.keep()
    wait_for((tmp_path / "deaf").exists, 20)
    with pytest.raises(OSError, match=r"has ended: see .*server\.log"):
        ahead.fork()
    assert ahead.pid == 0
