"""Folders of tests in the machine's memory do not stay there when a run is killed."""

import os
import subprocess
import sys
from pathlib import Path

from tests.support import in_memory


def test_folders_of_a_killed_run_are_removed_by_the_next_and_those_of_others_stay(tmp_path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", ""]) as ended:
        ended.wait()
    left, mine, foreign = (
        tmp_path / name for name in (f"c24-data-{ended.pid}-a", f"c24-data-{os.getpid()}-b", "c24-x")
    )
    for folder in (left, mine, foreign):
        (folder / "deep").mkdir(parents=True)
    in_memory.remove_left(tmp_path)
    assert sorted(tmp_path.iterdir()) == sorted([mine, foreign])


def test_a_folder_names_its_process_and_is_gone_in_the_end() -> None:
    with in_memory.folder("c24-data-") as made:
        assert made.name.startswith(f"c24-data-{os.getpid()}-")
        assert made.is_dir()
    assert not made.exists()
