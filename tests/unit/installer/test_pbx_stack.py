"""The programs of a PBX's own host."""

import shutil
from pathlib import Path

import pytest

from call24.installer import pbx_stack
from call24.installer.pbx_stack import PbxStack
from call24.installer.timing import Timing
from call24.kit.pbx_pairing import Place
from call24.kit.settings import Settings


@pytest.mark.parametrize(
    "changed",
    ["recordings/keeper.py", "recordings/encrypted_file.py", "recordings/wav.py", "recordings/spool.py",
     "sip_traces/host_capture.py"],
)  # fmt: skip
def test_a_keeper_of_another_version_is_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, changed: str) -> None:
    for room in pbx_stack.KEEPER_CODE:
        shutil.copytree(room, tmp_path / room.name, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(pbx_stack, "KEEPER_CODE", tuple(tmp_path / room.name for room in pbx_stack.KEEPER_CODE))
    stack = PbxStack(Settings(data=tmp_path), Timing(), Place("127.0.0.1", 8424))
    before = stack._keeper().mark
    assert stack._keeper().mark == before
    with (tmp_path / changed).open("a") as file:
        file.write("# another version\n")
    assert stack._keeper().mark != before
