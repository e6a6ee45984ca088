"""How busy the machine is: of this one, and of processes that a parent started on a data folder."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.support.wait import wait_until

from call24.installer.child_processes import started_at
from call24.metrics.figures import MachineUse
from call24.metrics.machine_use import memory_of_machine, use_of_machine


@pytest.fixture
def data(tmp_path: Path) -> Iterator[Path]:
    """Of one that waits, of one that works without end, of one that has ended, and what names no process."""
    (run := tmp_path / "run").mkdir()
    codes = {"server": "input()", "asterisk": "while True: pass", "mongod": ""}
    started = {
        name: subprocess.Popen([sys.executable, "-c", code, str(tmp_path)], stdin=subprocess.PIPE)
        for name, code in codes.items()
    }
    for name, one in started.items():
        (run / f"{name}.pid").write_text(str(one.pid))
        (run / f"{name}.mark").write_text(f"sum {started_at(one.pid)}")
    (run / "sip_edge.pid").write_text("?")
    started["mongod"].wait()
    yield tmp_path
    for one in started.values():
        one.kill()
        one.communicate()


async def test_what_a_process_takes_is_told_by_its_name_and_one_that_ended_is_left_out(data: Path) -> None:
    async def works() -> MachineUse | None:
        use = await use_of_machine(data)
        found = use.processes.get("asterisk")  # it is not there while it becomes what it was started as
        return use if "server" in use.processes and found and found.cpu > 0 and use.busy > 0 else None

    use = await wait_until(works, 30)  # others may have had the processors until then
    assert set(use.processes) == {"server", "asterisk"}
    assert use.processes["asterisk"].cpu < 1.5 and use.busy <= 1
    assert use.processes["server"].memory > 1e6
    assert use.processors == len(os.sched_getaffinity(0))
    assert 0 < use.memory_free < use.memory
    assert use.load >= 0


@pytest.mark.parametrize("words", ["sum 1", "sum", None])
async def test_a_process_that_only_has_the_number_is_not_told(data: Path, words: str | None) -> None:
    """It began at another time; or nothing says when."""
    mark = data / "run" / "server.mark"
    mark.unlink() if words is None else mark.write_text(words)
    assert "server" not in (await use_of_machine(data)).processes


GROUP = {"memory.max": "900000\n", "memory.current": "600000\n", "memory.stat": "anon 1\ninactive_file 200000\n"}


@pytest.mark.parametrize(
    ("cgroup", "groups", "said"),
    [
        ("0::/", {"": GROUP}, (500_000, 900_000)),
        ("0::/a/b", {"a": GROUP, "a/b": {**GROUP, "memory.max": "max\n"}}, (500_000, 900_000)),
        ("0::/a/b", {"a": GROUP, "a/b": {**GROUP, "memory.max": "700000"}}, (300_000, 700_000)),
        ("0::/a", {"a": {**GROUP, "memory.current": "1200000"}}, (0, 900_000)),
        ("0::/a", {"a": {**GROUP, "memory.max": "9000000"}}, (1_024_000, 2_048_000)),
        ("0::/a", {}, (1_024_000, 2_048_000)),
        ("4:memory:/a", {"a": GROUP}, (1_024_000, 2_048_000)),
        ("0::/../a", {"a": GROUP}, (1_024_000, 2_048_000)),
    ],
)
def test_in_a_container_its_memory_counts(
    tmp_path: Path, cgroup: str, groups: dict[str, dict[str, str]], said: tuple[int, int]
) -> None:
    (tmp_path / "proc" / "self").mkdir(parents=True)
    (tmp_path / "proc" / "meminfo").write_text("MemTotal:  2000 kB\nMemFree: 5 kB\nMemAvailable:    1000 kB\n")
    (tmp_path / "proc" / "self" / "cgroup").write_text(f"1:name=systemd:/\n{cgroup}\n")
    for name, files in groups.items():
        (tmp_path / "cgroup" / name).mkdir(parents=True, exist_ok=True)
        for file, content in files.items():
            (tmp_path / "cgroup" / name / file).write_text(content)
    assert memory_of_machine(tmp_path / "proc", tmp_path / "cgroup") == said


async def test_without_processes_of_its_own_the_machine_is_told(tmp_path: Path) -> None:
    use = await use_of_machine(tmp_path / "nowhere")
    assert use.processes == {}
    assert use.seen.startswith(f"load {use.load:.2f} on {use.processors} processors, ")
    assert set(use.figures) == {"load", "processors", "busy", "memory_free_bytes", "memory_bytes"}
