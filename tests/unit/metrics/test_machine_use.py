"""How busy the machine is: of this one, and of processes that are named in a folder."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.support.wait import wait_until

from call24.metrics.figures import MachineUse
from call24.metrics.machine_use import use_of_machine


@pytest.fixture
def run(tmp_path: Path) -> Iterator[Path]:
    """Of the test itself, of one that works without end, of one that has ended, and what names no process."""
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    working = subprocess.Popen([sys.executable, "-c", "while True: pass"])
    for name, pid in {"server": os.getpid(), "asterisk": working.pid, "mongod": ended.pid, "sip_edge": "?"}.items():
        (tmp_path / f"{name}.pid").write_text(str(pid))
    yield tmp_path
    working.kill()
    working.wait()


async def test_what_a_process_takes_is_told_by_its_name_and_one_that_ended_is_left_out(run: Path) -> None:
    async def works() -> MachineUse | None:
        use = await use_of_machine(run)
        return use if use.processes["asterisk"].cpu > 0 and use.busy > 0 else None

    use = await wait_until(works, 30)  # others may have had the processors until then
    assert set(use.processes) == {"server", "asterisk"}
    assert use.processes["asterisk"].cpu < 1.5 and use.busy <= 1
    assert use.processes["server"].memory > 10e6
    assert use.processors == os.cpu_count()
    assert 0 < use.memory_free < use.memory
    assert use.load >= 0


async def test_without_processes_of_its_own_the_machine_is_told(tmp_path: Path) -> None:
    use = await use_of_machine(tmp_path / "nowhere")
    assert use.processes == {}
    assert use.seen.startswith(f"load {use.load:.2f} on {use.processors} processors, ")
    assert set(use.figures) == {"load", "processors", "busy", "memory_free_bytes", "memory_bytes"}
