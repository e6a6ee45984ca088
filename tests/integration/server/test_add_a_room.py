"""docs/add-a-room.md, followed step by step in a copy of the source: the room works, and nothing else was touched."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[3]
GUIDE = (CHECKOUT / "docs" / "add-a-room.md").read_text()
BLOCK = re.compile(r"^```\w+ (\S+\.(?:py|toml))(?: after (\S+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
NEEDED = ("src", "tests", "docs", "clients", "ops", "pyproject.toml", *(lock.name for lock in CHECKOUT.glob("*.lock")))


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The checkout with the guide's room in it."""
    root = tmp_path_factory.mktemp("copy")
    for name in NEEDED:
        there, target = CHECKOUT / name, root / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if there.is_dir():
            shutil.copytree(there, target, ignore=shutil.ignore_patterns("node_modules"))  # what is compiled goes along
        else:
            shutil.copy(there, target)
    for path, after, text in BLOCK.findall(GUIDE):
        _follow(root / path, after, text)
    return root


def _follow(file: Path, after: str, text: str) -> None:
    if file.suffix == ".toml":
        floor = text.strip()
        before = floor.replace(" | announcements", "")
        assert file.read_text().count(before) == 1
        file.write_text(file.read_text().replace(before, floor))
    elif after:
        line = f"    {after},\n"
        assert file.read_text().count(line) == 1
        file.write_text(file.read_text().replace(line, line + text))
    else:
        assert not file.exists()
        file.parent.mkdir(parents=True, exist_ok=True)
        (file.parent / "__init__.py").touch()
        file.write_text(text)


def _run(root: Path, *command: str) -> str:
    cache = os.environ.get("CALL24_CACHE", str(CHECKOUT / ".call24" / "cache"))
    environment = {**os.environ, "PYTHONPATH": f"{root / 'src'}:{root}", "CALL24_CACHE": cache}
    done = subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_guide_touches_the_rooms_folder_one_line_of_the_server_and_one_floor(copy: Path) -> None:
    changed = {
        file.relative_to(copy).as_posix(): file
        for name in ("src", "tests", "pyproject.toml")
        for file in ([copy / name] if (copy / name).is_file() else (copy / name).rglob("*.py"))
    }
    touched = {name for name, file in changed.items() if not _same(CHECKOUT / name, file)}
    own = {name for name in touched if "/announcements/" in name}
    assert touched - own == {"src/call24/server/rooms.py", "pyproject.toml"}
    assert _lines_changed("src/call24/server/rooms.py", copy) == _lines_changed("pyproject.toml", copy) == 1


def _same(before: Path, after: Path) -> bool:
    return before.exists() and before.read_bytes() == after.read_bytes()


def _lines_changed(name: str, copy: Path) -> int:
    before, after = ((root / name).read_text().splitlines() for root in (CHECKOUT, copy))
    return len([line for line in after if line not in before])


def test_the_new_room_keeps_the_floors(copy: Path) -> None:
    found = _run(copy, str(Path(sys.executable).with_name("lint-imports")), "--no-cache")
    assert " 0 broken" in found


def test_the_new_room_works_and_is_whole(copy: Path) -> None:
    tests = ("tests/integration/announcements", "tests/unit/server/test_rooms.py")
    found = _run(copy, sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *tests)
    assert " passed" in found


OF_THE_ROOM = """
from call24.server import rooms
rooms.ROUTERS = tuple(router for router in rooms.ROUTERS if router.prefix == "/v1/announcement")
"""
"""The pages of all rooms together take ten seconds of processor."""
GENERATE = """
import runpy, sys
runpy.run_module("call24.server.operations_page", run_name="__main__")
for path in ("clients/python/generate.py", "docs/build_problems.py"):
    sys.path.insert(0, path.rpartition("/")[0])
    runpy.run_path(path, run_name="__main__")
"""
"""In one process, since each of them imports all rooms."""


def test_its_pages_are_generated(copy: Path) -> None:
    _run(copy, sys.executable, "-c", OF_THE_ROOM + GENERATE)
    holds_its_pages(copy)


@pytest.mark.long("test_its_pages_are_generated")
def test_its_pages_are_generated_with_those_of_all_rooms(copy: Path) -> None:
    _run(copy, sys.executable, "-c", GENERATE)
    holds_its_pages(copy)
    assert "`queues_list_queues`" in (copy / "docs/reference/operations.md").read_text()


def holds_its_pages(copy: Path) -> None:
    assert "`announcements_read`" in (copy / "docs/reference/operations.md").read_text()
    assert "def write(" in (copy / "clients/python/call24_client/announcements.py").read_text()
    assert (
        "| `announcement_stands` | 409 | The announcement stands" in (copy / "docs/reference/problems.md").read_text()
    )
