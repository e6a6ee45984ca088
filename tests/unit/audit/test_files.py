"""The audit log's files when they are damaged or in the way: what is wrong is said, to who runs the machine."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from call24.audit.log import LogFiles
from call24.kit.errors import Unavailable
from call24.server.app import Call24


def test_a_damaged_line_is_named_with_its_folder(tmp_path: Path) -> None:
    (tmp_path / "lines.jsonl").write_text('{"seq": 1}\n')
    with pytest.raises(Unavailable, match=f"{tmp_path} cannot be taken up: Object missing required field"):
        LogFiles(tmp_path).open()


def test_what_is_in_the_way_of_its_folder_is_named(tmp_path: Path) -> None:
    (tmp_path / "audit").write_text("no folder")
    with pytest.raises(Unavailable, match=r"cannot be taken up: .*File exists"):
        LogFiles(tmp_path / "audit").open()


def test_damaged_checkpoints_are_named_without_their_place(tmp_path: Path) -> None:
    (tmp_path / "checkpoints.json").write_text("{")
    with pytest.raises(Unavailable, match=r"checkpoints\.json cannot be read: ") as raised:
        LogFiles(tmp_path).checkpoints()
    assert str(tmp_path) not in raised.value.detail


def test_why_a_line_cannot_be_written_is_in_the_log_and_not_in_the_answer(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "lines.jsonl").mkdir()
    with pytest.raises(Unavailable) as raised:
        LogFiles(tmp_path).append([])
    assert "Is a directory" in caplog.text and str(tmp_path) not in raised.value.detail


@pytest.mark.parametrize("step", ["check_transactions", "ensure_indexes"])
async def test_what_keeps_the_server_from_starting_is_in_its_log(step: str, caplog: pytest.LogCaptureFixture) -> None:
    async def works(*_: Any) -> None:
        pass

    async def fails(*_: Any) -> None:
        raise Unavailable("the very cause")

    waiting = SimpleNamespace(
        mongo=SimpleNamespace(**{"check_transactions": works, step: fails}),
        there=SimpleNamespace(get=lambda _: SimpleNamespace(run=works)),
    )
    assert not await Call24._try_to_start(cast(Call24, waiting))
    assert "the start failed and is tried again: the very cause" in caplog.text
