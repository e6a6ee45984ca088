"""What an earlier version left running does not write while its data is brought to a new form."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from call24.installer import migrate
from call24.installer import stack as stacks
from call24.installer.child_processes import Child
from call24.installer.stack import Stack
from call24.installer.supervise import Supervisor
from call24.installer.timing import Timing
from call24.kit.settings import Settings


class Left:
    def __init__(self, name: str, happened: list[str]) -> None:
        self._ended: Callable[[], None] = lambda: happened.append(f"{name} ends")

    def stop(self) -> None:
        self._ended()


def test_a_server_and_a_deletion_run_that_outlived_their_parent_end_before_steps_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    happened: list[str] = []
    monkeypatch.setattr(stacks, "raise_descriptors", lambda: None)
    monkeypatch.setattr(migrate, "pending", lambda settings: True)
    monkeypatch.setattr(migrate, "run", lambda *_: happened.append("steps run"))
    monkeypatch.setattr(Stack, "run_step", lambda *_: None)
    monkeypatch.setattr(Stack, "_start_telephony", lambda *_, started: None)
    monkeypatch.setattr(Child, "left_over", lambda child: Left(child.name, happened))
    Stack(Settings(data=tmp_path), Timing()).start_parts(Supervisor(lambda line: None))
    assert happened == ["server ends", "retention ends", "steps run"]
