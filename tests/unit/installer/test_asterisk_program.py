"""An unpacked Asterisk that is too old is replaced by one beside it, and never under one that runs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from call24.cli import up, upgrade
from call24.installer import apt, asterisk_conf, asterisk_program, espeak_program, preflight
from call24.installer.asterisk_program import Asterisk
from call24.installer.errors import StartError
from call24.installer.hand_over import Parent, Program
from call24.installer.stack import Stack
from call24.installer.timing import Timing
from call24.kit.settings import Settings

NEEDED = "22.10.1"


class Task:
    def step(self, *told: Any, **more: Any) -> None:
        """Nobody looks."""


def put(root: Path, version: str) -> Path:
    """Packages as they are unpacked; the loader says what Asterisk would."""
    libraries = root / "usr/lib/x86_64-linux-gnu"
    for name in ("ld-linux-x86-64.so.2", "libc.so.6"):
        executable(libraries / name, f'case "$*" in *-V) echo Asterisk {version};; *) while :; do sleep 9; done;; esac')
    executable(root / "usr/sbin/asterisk", "exit 1")
    executable(root / "usr/bin/espeak-ng", "exit 1")
    return root


def executable(path: Path, does: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{does}\n")
    path.chmod(0o755)


def fetched(folder: Path) -> Asterisk:
    return asterisk_program.fetch(folder, Task(), Timing())  # type: ignore[arg-type]


@pytest.fixture(autouse=True)
def machine(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Without an Asterisk of its own, that needs this version of it, and where Debian has a newer one."""

    class Debian:
        def __init__(self, home: Path, suite: str) -> None:
            self.home = home

        def update(self) -> None:
            """It is as new as it gets."""

        def download(self, *_: Any) -> list[Path]:
            return []

    monkeypatch.setattr(asterisk_program, "_installed", lambda: None)
    monkeypatch.setattr(asterisk_program, "NEEDED", tuple(map(int, NEEDED.split("."))))
    monkeypatch.delenv(asterisk_program.CACHE, raising=False)
    monkeypatch.setattr(apt, "PrivateApt", Debian)
    monkeypatch.setattr(apt, "unpack", lambda packages, raw, told: put(raw, "22.11.0"))
    yield


@pytest.mark.parametrize(
    ("version", "fits"), [("22.9.9", False), ("22.10.0", False), ("22.10.1", True), ("22.11.0", True)]
)
def test_an_unpacked_one_is_used_where_it_is_new_enough(tmp_path: Path, version: str, fits: bool) -> None:
    root = put(tmp_path / "root", version)
    found = asterisk_program.find(tmp_path)
    assert (found is not None and found.version == version and found.command[-1] == f"{root}/usr/sbin/asterisk") == fits


def test_a_newer_one_is_unpacked_beside_and_the_old_one_stays_as_it_was(tmp_path: Path) -> None:
    old = put(tmp_path / "root", "22.9.9")
    assert asterisk_program.find(tmp_path) is None
    found = fetched(tmp_path)
    assert (found.version, found.share) == ("22.11.0", tmp_path / f"root-{NEEDED}/usr/share/asterisk")
    assert asterisk_program.find(tmp_path) == found
    (tmp_path / f"root-{NEEDED}" / "in use").touch()
    assert fetched(tmp_path) == found and (tmp_path / f"root-{NEEDED}" / "in use").exists(), "it is not put there twice"
    assert (old / "usr/sbin/asterisk").exists() and not (tmp_path / "root.part").exists()


def test_the_first_one_has_no_version_behind_its_name(tmp_path: Path) -> None:
    assert fetched(tmp_path).share == tmp_path / "root/usr/share/asterisk"


def test_what_a_newer_version_of_call24_unpacked_changes_nothing_for_an_earlier_one(tmp_path: Path) -> None:
    put(tmp_path / "root", NEEDED)
    before = asterisk_program.find(tmp_path)
    put(tmp_path / "root-23.0.0", "23.0.0")
    assert before is not None and asterisk_program.find(tmp_path) == before


def test_a_shared_one_that_is_too_old_stays_for_those_that_run_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache, data = tmp_path / "cache", tmp_path / "data"
    monkeypatch.setenv(asterisk_program.CACHE, str(cache))
    first = fetched(data)
    assert first.share == data / "root/usr/share/asterisk" and (data / "root").is_symlink()
    [kept] = (cache / "asterisk").glob("root-*")
    put(kept, "22.9.9")
    assert (asterisk_program.find(data), asterisk_program.find_cached()) == (None, None)
    found = fetched(data)
    assert (data / f"root-{NEEDED}").resolve() == kept.with_name(f"{kept.name}-{NEEDED}")
    assert found.version == "22.11.0" and asterisk_program.find(data) == found
    assert (data / "root").resolve() == kept, "where another one may run"


def test_the_voice_that_came_with_the_newer_one_speaks(tmp_path: Path) -> None:
    for name in ("root", f"root-{NEEDED}"):
        put(tmp_path / "asterisk" / name, NEEDED)
    speaker = espeak_program.find(Settings(data=tmp_path))
    assert speaker is not None and speaker.command[-1] == f"{tmp_path}/asterisk/root-{NEEDED}/usr/bin/espeak-ng"


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Settings]:
    """An installation of an earlier version of Call24, whose Asterisk runs and is too old for this one."""
    monkeypatch.setattr(preflight, "check_ports", lambda *_: None)
    monkeypatch.setattr(preflight, "check_room", lambda *_, **__: None)
    settings = Settings(data=tmp_path, mongodb="mongodb://elsewhere")
    for folder in (settings.run, settings.log, settings.secrets):
        folder.mkdir()
    (settings.secrets / "ari").write_text("secret")
    put(tmp_path / "asterisk" / "root", "22.9.9")
    with monkeypatch.context() as earlier:
        earlier.setattr(asterisk_program, "NEEDED", (22, 9, 0))
        stack = Stack(settings, Timing())
        stack.check()
        assert stack.asterisk_program is not None
        started = stack._asterisk(stack.asterisk_program, print, asterisk_conf.would_render).start()
        assert not stack.ends_calls(), "it can be taken over as it is"
    yield settings
    started.stop()


def test_an_upgrade_that_needs_a_newer_one_is_refused_before_it_is_fetched(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    fetched_for: list[Stack] = []
    monkeypatch.setattr(asterisk_program, "check_machine", lambda: None)
    monkeypatch.setattr(up, "fetch", lambda stack, app: fetched_for.append(stack))
    running = Parent(1, 0.0, Program.this(), ("up",))
    with pytest.raises(StartError, match=r"or another Asterisk, .* Give --end-calls"):
        upgrade._check(settings, running, end_calls=False, migrate=False)
    assert fetched_for == []
    upgrade._check(settings, running, end_calls=True, migrate=False)
    assert len(fetched_for) == 1


def test_one_that_was_fetched_beside_a_running_one_is_not_taken_for_it(settings: Settings) -> None:
    found = fetched(settings.data / "asterisk")
    stack = Stack(settings, Timing())
    stack.check()
    assert stack.asterisk_program == found and stack.ends_calls()
