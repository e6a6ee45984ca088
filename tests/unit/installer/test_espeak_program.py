"""Which espeak-ng speaks: the named one, the one that came with Asterisk, the machine's own, or none."""

from __future__ import annotations

from pathlib import Path

import pytest

from call24.flows.speech import Speaker
from call24.installer import espeak_program
from call24.kit.settings import Settings


def program(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("#!/bin/sh\n")
    path.chmod(0o755)
    return path


def test_the_named_one_comes_first_then_the_unpacked_one_then_the_machines(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    settings = Settings(data=tmp_path / "data")
    assert espeak_program.find(settings) is None
    installed = program(tmp_path / "bin" / "espeak-ng")
    assert espeak_program.find(settings) == Speaker((str(installed),))
    root = settings.data / "asterisk" / "root"
    libraries = root / "usr/lib/x86_64-linux-gnu"
    for name in ("ld-linux-x86-64.so.2", "libc.so.6"):
        program(libraries / name)
    unpacked = program(root / "usr/bin/espeak-ng")
    found = espeak_program.find(settings)
    assert found is not None and found.command[0] == str(libraries / "ld-linux-x86-64.so.2")
    assert found.command[-1] == str(unpacked) and dict(found.env)["ESPEAK_DATA_PATH"] == str(libraries)
    named = program(tmp_path / "own")
    assert espeak_program.find(Settings(data=settings.data, espeak=named)) == Speaker((str(named),))
