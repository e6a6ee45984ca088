"""What `up` does where a version that was handed an installation cannot start: back, or again and again."""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from call24.cli import up
from call24.installer import hand_over
from call24.installer.child_processes import Child, Running
from call24.installer.hand_over import HandedOver, NotStarted, Program
from call24.kit.settings import Settings
from call24.kit.version import SCHEMA, VERSION

UP = """
import sys
from call24.cli import __main__, up
from call24.installer import preflight
up.AGAIN_S = 0.1
preflight.check_room = lambda *_, **__: None
sys.exit(__main__.main())
"""
"""`up` as it is, but for how long it waits and how much room it needs."""
ENOUGH_S = 60.0
BEFORE = """
import os, sys
print("before:", *sys.argv[1:], "|", os.environ["CALL24_HANDED_BACK"], "|", "CALL24_HANDED_OVER_BY" in os.environ)
"""
"""A version that tells how it was run."""


@pytest.fixture
def data() -> Iterator[Path]:
    """A data folder of a short path, since that of a socket has 107 bytes at most."""
    folder = Path(tempfile.mkdtemp(prefix="c24-"))
    yield folder / "data"
    shutil.rmtree(folder)


@pytest.fixture
def words(data: Path) -> Iterator[list[str]]:
    """Of a start that fails before anything is started, as another program has its port."""
    run = data / "run"
    run.mkdir(parents=True, exist_ok=True)
    Settings(data=data).save(run / "settings.json")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        yield [
            *("up", "--data", str(data), "--http-port", str(taken.getsockname()[1])),
            *("--mongodb", "mongodb://127.0.0.1:1", "--asterisk-ari", "http://127.0.0.1:1/ari"),
        ]


@contextlib.contextmanager
def started(words: list[str], before: object) -> Iterator[subprocess.Popen[str]]:
    ari = {"CALL24_ARI_USER": "call24", "CALL24_ARI_PASSWORD": "secret"}
    env = {**os.environ, **ari, hand_over.EARLIER: json.dumps(before)}
    with subprocess.Popen(
        [sys.executable, "-c", UP, *words], env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def earlier(folder: Path, schema: int) -> dict[str, Any]:
    place = folder / "before.py"
    place.write_text(BEFORE)
    return {"words": [sys.executable, str(place)], "version": "0.0.9", "schema": schema, "pythonpath": None}


@pytest.fixture
def left(data: Path) -> Iterator[Running]:
    """A part that the version before started."""
    for folder in ("log", "run"):
        (data / folder).mkdir(parents=True, exist_ok=True)
    part = Child("mongod", ("/bin/sh", "-c", "while :; do sleep 9; done", str(data)), data).start()
    yield part
    part.stop()


def lines_until(process: subprocess.Popen[str], pattern: str, times: int = 1) -> str:
    """What it says until so many lines have had that, or it ends: at the latest after ENOUGH_S."""
    assert process.stdout
    said = ""
    watchdog = threading.Timer(ENOUGH_S, process.kill)
    watchdog.start()
    for line in process.stdout:
        said += line
        times -= bool(re.search(pattern, line))
        if not times:
            break
    watchdog.cancel()
    return said


def test_one_that_does_not_start_is_the_version_before_again_with_the_same_words(
    words: list[str], tmp_path: Path
) -> None:
    with started(words, earlier(tmp_path, SCHEMA)) as process:
        said = lines_until(process, "^before:|trying again")
    assert f"call24: version {VERSION} did not start: --http-port: port" in said
    assert "going back to version 0.0.9" in said and "trying again" not in said
    assert f"before: {' '.join(words)} | --http-port: port" in said
    assert said.rstrip().endswith("| False"), "it is not left for this one a second time"


@pytest.mark.parametrize("why", ["none before", "migrated", "gone"])
def test_without_a_way_back_it_tries_again_until_it_is_told_to_stop(
    words: list[str], data: Path, left: Running, tmp_path: Path, why: str
) -> None:
    before: object = None
    if why != "none before":
        before = earlier(tmp_path, SCHEMA - 1 if why == "migrated" else SCHEMA)
        stamp = {"schema": SCHEMA, "version": VERSION, "done": [], "finished": 0}
        (data / "schema.json").write_text(json.dumps(stamp))
    if why == "gone":
        (tmp_path / "before.py").unlink()
        before = {**earlier(tmp_path, SCHEMA), "words": [str(tmp_path / "python"), "there.py"]}
    with started(words, before) as process:
        said = lines_until(process, r"trying again in 0\.1 s; calls that go on are left alone", 3)
        assert not left.ended(), "it is left alone"
        process.send_signal(signal.SIGTERM)
        rest, _ = process.communicate(timeout=20)
    assert process.returncode in (0, 1), said + rest  # 1: the stop came while it tried
    assert said.count(f"version {VERSION} did not start: --http-port") == 3, said
    assert "going back" not in said and "before:" not in said + rest
    assert left.ended(2), "nobody would look after it"


class Tried:
    """Stands for `up.start`, which fails so often."""

    def __init__(self, failures: int, after: Program | None = None) -> None:
        self.failures, self.after = failures, after
        self.handed_over: list[HandedOver | None] = []

    def __call__(self, settings: Settings, then: up.Then, words: Any, handed_over: HandedOver | None) -> Program | None:
        self.handed_over.append(handed_over)
        if len(self.handed_over) <= self.failures:
            raise NotStarted("no disk")
        after, self.after = self.after, None
        return after


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[float]]:
    """How long it waits each time."""
    waited: list[float] = []
    monkeypatch.setattr(signal, "sigtimedwait", lambda stops, seconds: waited.append(seconds))
    yield waited
    hand_over.let_through()


def named(data: Path) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    up.add_flags(parser)
    return parser.parse_args(["--data", str(data)])


def test_it_runs_on_once_a_try_succeeds_and_waits_five_seconds_between(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, waits: list[float]
) -> None:
    tried = Tried(failures=3)
    monkeypatch.setattr(up, "start", tried)
    monkeypatch.setenv(hand_over.EARLIER, "null")
    assert up.run(named(tmp_path)) == 0
    assert waits == [5.0, 5.0, 5.0]
    assert tried.handed_over == [HandedOver(None)] * 4, "what runs is taken over each time"


def test_one_that_was_not_handed_over_does_not_try_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, waits: list[float]
) -> None:
    monkeypatch.setattr(up, "start", Tried(failures=1))
    with pytest.raises(NotStarted):
        up.run(named(tmp_path))
    assert waits == []


def test_one_that_cannot_become_another_goes_on_and_tells_why(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, waits: list[float]
) -> None:
    tried = Tried(failures=0, after=Program((str(tmp_path / "gone"),), "9.9.9", SCHEMA))
    monkeypatch.setattr(up, "start", tried)
    assert up.run(named(tmp_path)) == 0
    [first, second] = tried.handed_over
    assert first is None and second is not None
    assert second.before is None and "gone cannot be run (No such file or directory)" in second.trouble


def test_a_full_disk_in_a_try_leaves_nothing_that_nobody_looks_after(
    data: Path, left: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    (data / "run" / "up.lock").mkdir()  # cannot be written
    with pytest.raises(NotStarted, match="cannot be written"):
        up.start(Settings(data=data), lambda *_: None, handed_over=HandedOver(None))
    monkeypatch.setattr(signal, "sigtimedwait", lambda stops, seconds: stops)
    try:
        assert up._goes_back(named(data), HandedOver(None), (), "no disk")
    finally:
        hand_over.let_through()
    assert left.ended(2)
