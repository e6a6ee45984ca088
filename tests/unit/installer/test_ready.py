"""The wait until an installation answers: itself, and not whoever else has its port."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from call24.installer import ready
from call24.kit.settings import Settings


def test_who_answers_as_ours_would_is_ours_only_where_the_data_folders_process_started_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """This test holds the port, and another process the data folder."""
    monkeypatch.setattr(ready, "health", lambda settings: (200, "{}"))
    monkeypatch.setattr(ready, "FOREIGN_S", 0.0)
    with subprocess.Popen(["true"]) as another:
        pass
    with socket.create_server(("127.0.0.1", 0)) as taken:
        settings = Settings(data=tmp_path, http_port=taken.getsockname()[1])
        settings.run.mkdir()
        settings.save(settings.run / "settings.json")
        monkeypatch.setattr(sys, "argv", ["ready", "--data", str(tmp_path), "--seconds", "5"])
        lock = settings.run / "up.lock"
        lock.write_text(str(another.pid))
        assert ready.main() == 1
        assert f"port {settings.http_port} is held by" in capsys.readouterr().out
        lock.write_text(str(os.getpid()))
        assert ready.main() == 0
