"""The parent of 0.1.0 among what may hold a data folder, and its end."""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.support.product.stack import wait_for
from tests.support.running import runs

from call24.cli import upgrade
from call24.installer import former_parent, hand_over
from call24.installer.child_processes import left_over_pid
from call24.installer.errors import StartError
from call24.installer.hand_over import Program

PARENT = """
import fcntl, os, signal, subprocess, sys
from pathlib import Path
data = Path(sys.argv[3])
run = data / "run"
lock = (run / "up.lock").open("w")
if "unheld" not in sys.argv:
    fcntl.flock(lock, fcntl.LOCK_EX)
lock.write(str(os.getpid()))
lock.flush()
for number in (signal.SIGTERM, signal.SIGHUP, *([signal.SIGUSR2] if "newer" in sys.argv else [])):
    signal.signal(number, lambda *_: None)
if "alone" not in sys.argv:
    words = [sys.executable, "-c", "import time; time.sleep(600)", str(data / "run")]
    child = subprocess.Popen(words, start_new_session=True)
    began = Path(f"/proc/{child.pid}/stat").read_text().rpartition(")")[2].split()[19]
    (run / "server.mark").write_text(f"sum {began}")
    (run / "server.pid").write_text(str(child.pid))
(run / "there").touch()
while True:
    signal.pause()
"""
"""As that of 0.1.0 holds a data folder, takes signals and starts a server; its other words make it another one."""


@dataclass
class Held:
    data: Path
    code: Path
    process: subprocess.Popen[bytes] | None = None

    def by(self, *words: str, verb: str = "up", shell: str = "exec") -> int:
        command = f'{shell} "$0" -P -m call24.cli "$@"'
        env = {**os.environ, "PYTHONPATH": str(self.code)}
        words = ("sh", "-c", command, sys.executable, verb, "--data", str(self.data), *words)
        self.process = subprocess.Popen(words, env=env)
        wait_for((self.data / "run" / "there").exists)
        return self.process.pid


@pytest.fixture
def held(tmp_path: Path) -> Iterator[Held]:
    (tmp_path / "data" / "run").mkdir(parents=True)
    (tmp_path / "code" / "call24").mkdir(parents=True)
    (tmp_path / "code" / "call24" / "__init__.py").touch()
    (tmp_path / "code" / "call24" / "cli.py").write_text(PARENT)
    made = Held(tmp_path / "data", tmp_path / "code")
    yield made
    if made.process is not None:
        made.process.kill()
        made.process.wait()
    if (left := left_over_pid(made.data, "server")) is not None:
        os.kill(left, signal.SIGKILL)


def test_it_is_ended_alone_and_what_it_started_goes_on(held: Held) -> None:
    pid = held.by("--trunks-private")
    found = former_parent.running(held.data)
    assert found is not None and found.parent.pid == pid
    assert found.parent.started_with == ("up", "--data", str(held.data), "--trunks-private")
    assert found.parent.program == Program((sys.executable, "-P", "-m", "call24.cli"), "0.1.0", 0, str(held.code))
    found.check()
    found.end()
    assert held.process is not None and held.process.wait(10) == -signal.SIGKILL
    server = left_over_pid(held.data, "server")
    assert server is not None and runs(server)
    assert former_parent.running(held.data) is None
    with pytest.raises(StartError, match="has ended: start this version"):
        found.end()


@pytest.mark.parametrize(
    ("words", "verb"), [(["newer"], "up"), (["unheld"], "up"), (["alone"], "up"), ([], "demo")], ids=str
)
def test_others_that_hold_a_data_folder_are_none(held: Held, words: list[str], verb: str) -> None:
    """One that hands over, one that lost the folder, one whose server does not run, a demo."""
    held.by(*words, verb=verb)
    assert former_parent.running(held.data) is None


class Became(Exception):
    """In place of an exec."""


def _becomes(
    program: Program, started_with: tuple[str, ...], trouble: str = "", earlier: Program | None = None
) -> None:
    raise Became(program, started_with, earlier)


def _upgrade(held: Held, monkeypatch: pytest.MonkeyPatch, *, refused: bool = False) -> None:
    """Where what is looked at beforehand is well, or refused."""

    def check(*_: object, **__: object) -> None:
        if refused:
            raise StartError("it cannot run there")

    monkeypatch.setattr(upgrade, "_check", check)
    monkeypatch.setattr(hand_over, "check", lambda program: None)
    monkeypatch.setattr(hand_over, "become", _becomes)
    monkeypatch.chdir(held.data)  # the command goes to the folder of what runs
    arguments = argparse.ArgumentParser()
    upgrade.add_flags(arguments)
    upgrade.run(arguments.parse_args(["--data", str(held.data), "--migrate"]))


def test_upgrade_becomes_the_parent_in_its_place_and_knows_the_way_back(
    held: Held, monkeypatch: pytest.MonkeyPatch
) -> None:
    held.by("--trunks-private")
    found = former_parent.running(held.data)
    assert found is not None and held.process is not None
    with pytest.raises(Became) as became:
        _upgrade(held, monkeypatch)
    words = ("up", "--data", str(held.data), "--trunks-private")
    assert became.value.args == (Program.this(), words, found.parent.program)
    assert held.process.wait(10) == -signal.SIGKILL


@pytest.mark.parametrize(
    ("shell", "refused", "said"),
    [
        ("SYSTEMD_EXEC_PID=$$ exec", False, "systemd would end Asterisk and all calls"),
        ("exec", True, "it cannot run there"),
    ],
)
def test_what_cannot_be_taken_over_is_left_alone(
    held: Held, monkeypatch: pytest.MonkeyPatch, shell: str, refused: bool, said: str
) -> None:
    held.by(shell=shell)
    with pytest.raises(StartError, match=said):
        _upgrade(held, monkeypatch, refused=refused)
    assert held.process is not None and held.process.poll() is None


SESSION = "0::/user.slice/user-1000.slice/session-3.scope"
SERVICE = "0::/system.slice/call24.service"


@pytest.mark.parametrize(
    ("above", "cgroup", "environ", "said"),
    [
        (("systemd",), SESSION, "A=b", ""),
        (("init",), "0::/", "A=b", ""),
        (("systemd", "sshd", "bash"), SESSION, "A=b", ""),
        (("systemd",), "0::/user.slice/user@1000.service/app.slice/tmux.scope", "A=b", ""),
        (("systemd",), "4:pids:/user.slice/user@1000.service\n1:name=systemd:/user.slice/session-3.scope", "", ""),
        (("systemd",), SESSION, "SYSTEMD_EXEC_PID=91", ""),
        (("process_api", "python3"), "0::/", "A=b", ""),
        (("systemd",), SERVICE, "A=b", "systemd"),
        (("systemd",), f"1:name=systemd:{SERVICE[3:]}\n0::/", "A=b", "systemd"),
        (("systemd",), "0::/user.slice/user@1000.service/app.slice/call24.service", "A=b", "systemd"),
        (("systemd", "sh"), SERVICE, "A=b", "systemd"),
        (("systemd",), SESSION, "A=b\0SYSTEMD_EXEC_PID=100", "systemd"),
        (("tini",), "0::/", "A=b", "its container"),
        (("docker-init",), "0::/system.slice/docker-77.scope", "A=b", "its container"),
        (("tini", "sh"), "0::/", "A=b", "its container"),
        (("bash",), "0::/", "A=b", "its container"),
        (("tini", "", "bash"), "0::/", "A=b", ""),
        (("systemd",), SESSION, None, "whatever started it"),
        (("systemd",), None, "A=b", "whatever started it"),
    ],
)
def test_who_would_end_all_with_it(
    tmp_path: Path, above: tuple[str, ...], cgroup: str | None, environ: str | None, said: str
) -> None:
    """``above``: its parents from process 1 on; after "" they came into the container from outside."""
    parent = 0
    for place, name in enumerate((*above, "python3")):
        pid = 1 if not place else 100 if place == len(above) else 10 + place
        if name:
            (tmp_path / str(pid)).mkdir()
            (tmp_path / str(pid) / "comm").write_text(f"{name}\n")
            (tmp_path / str(pid) / "stat").write_text(f"{pid} ({name}) S {parent} 1 1 0")
        parent = pid if name else 0
    if cgroup is not None:
        (tmp_path / "100" / "cgroup").write_text(f"{cgroup}\n")
    if environ is not None:
        (tmp_path / "100" / "environ").write_text(f"{environ}\0")
    found = former_parent.ended_by(100, tmp_path)
    assert found == said if said in ("", "systemd", "its container") else found.startswith(said)
    assert former_parent.ended_by(1, tmp_path) == "its container"


def test_0_1_0_is_given_back_what_asks_it_to_stop() -> None:
    """Later versions take what was held back themselves."""
    blocked = {}
    for version in ("0.1.0", "0.2.0"):
        code = (
            "from call24.installer import hand_over as h; import sys\n"
            f"h.hold_back(); h.become(h.Program((sys.executable, '-c', {MASK!r}), {version!r}, 0), (), trouble='x')"
        )
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
        blocked[version] = {number for number in hand_over.HELD_BACK if int(done.stdout, 16) >> (number - 1) & 1}
    assert blocked == {"0.1.0": set(), "0.2.0": set(hand_over.HELD_BACK)}


MASK = "print([line.split()[1] for line in open('/proc/self/status') if line.startswith('SigBlk')][0])"
