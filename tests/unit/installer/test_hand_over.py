"""Who may ask a parent to become another program, and whom it is taken for."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import pytest

from call24.installer import hand_over
from call24.installer.child_processes import Child
from call24.installer.errors import StartError
from call24.installer.hand_over import Program

ME = {"words": [sys.executable, "-m", "call24.cli"], "version": "9.9.9", "schema": 7, "pythonpath": None}


def put(run: Path, content: object, mode: int = 0o600) -> Path:
    place = run / "hand_over.json"
    place.write_text(json.dumps(content))
    place.chmod(mode)
    return place


def test_a_program_that_this_user_asks_for_is_taken_once(tmp_path: Path) -> None:
    place = put(tmp_path, ME)
    assert hand_over.asked_for(tmp_path) == Program((sys.executable, "-m", "call24.cli"), "9.9.9", 7)
    assert not place.exists()
    with pytest.raises(StartError, match="names no program"):
        hand_over.asked_for(tmp_path)


@pytest.mark.parametrize("mode", [0o620, 0o602])
def test_what_others_can_write_is_not_run(tmp_path: Path, mode: int) -> None:
    put(tmp_path, ME, mode)
    with pytest.raises(StartError, match="by other users"):
        hand_over.asked_for(tmp_path)


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        [],
        ME | {"words": []},
        ME | {"words": ["python3"]},
        ME | {"words": ["/does/not/exist"]},
        ME | {"words": [__file__]},
        ME | {"schema": "many"},
    ],
)
def test_what_is_no_program_is_refused(tmp_path: Path, wrong: object) -> None:
    put(tmp_path, wrong)
    with pytest.raises(StartError, match="names no program"):
        hand_over.asked_for(tmp_path)


def test_a_parent_is_one_that_holds_the_data_folder(tmp_path: Path) -> None:
    assert hand_over.parent(tmp_path) is None
    hand_over.note(tmp_path, ("up", "--data", "there"))
    (tmp_path / "up.lock").write_text("1")
    assert hand_over.parent(tmp_path) is None, "left by a parent that was killed"
    (tmp_path / "up.lock").write_text(str(os.getpid()))
    found = hand_over.parent(tmp_path)
    assert found is not None
    assert (found.pid, found.program, found.started_with) == (os.getpid(), Program.this(), ("up", "--data", "there"))
    assert (tmp_path / "parent.json").stat().st_mode & 0o777 == 0o600
    hand_over.forget(tmp_path)
    assert hand_over.parent(tmp_path) is None


def test_code_that_was_changed_in_its_place_has_no_earlier_version(monkeypatch: pytest.MonkeyPatch) -> None:
    this = Program.this()
    for pythonpath, there in ((this.pythonpath, False), ("/elsewhere", True)):
        told = {"words": this.words, "version": "0.0.9", "schema": 1, "pythonpath": pythonpath}
        monkeypatch.setenv(hand_over.EARLIER, json.dumps(told))
        handed_over = hand_over.handed_over()
        assert handed_over is not None and (handed_over.before is not None) == there
        assert hand_over.handed_over() is None, "asked for once: children do not see it"
    monkeypatch.setenv(hand_over.TROUBLE, "no disk")
    assert hand_over.handed_over() == hand_over.HandedOver(None, "no disk")
    assert hand_over.handed_over() is None


@pytest.mark.parametrize(
    ("code", "said"),
    [("raise SystemExit(0)", None), ("import what_is_not_there", "No module named 'what_is_not_there'")],
)
def test_a_program_is_tried_before_anything_is_given_up(tmp_path: Path, code: str, said: str | None) -> None:
    (tmp_path / "candidate.py").write_text(code)
    program = Program((sys.executable, str(tmp_path / "candidate.py")), "9.9.9", 7)
    if said is None:
        hand_over.check(program)
    else:
        with pytest.raises(StartError, match=said):
            hand_over.check(program)


def test_the_same_program_in_another_folder_is_the_same(tmp_path: Path) -> None:
    one, two, other = (
        Child("mongod", (f"/opt/{folder}/mongod", "-f", "c"), tmp_path, program=program)
        for folder, program in (("1", "mongod 7"), ("2", "mongod 7"), ("2", "mongod 8"))
    )
    assert one.fingerprint == two.fingerprint != other.fingerprint
    assert Child("a", ("/1/a",), tmp_path).fingerprint != Child("a", ("/2/a",), tmp_path).fingerprint
