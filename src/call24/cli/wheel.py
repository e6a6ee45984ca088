"""`wheel`: builds a package of this checkout with the built app inside, for pipx, uv or pip.

It publishes nothing.
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
import subprocess
import tempfile
import tomllib
from importlib.metadata import version
from pathlib import Path

from call24.installer import venv, web
from call24.installer.errors import StartError
from call24.installer.paths import CHECKOUT, VENV, WEB
from call24.installer.progress import ProgressBoard
from call24.installer.timing import Timing

SHIPPED = (
    "CHANGELOG.md",
    "docs/asvs.csv",
    "docs/runbooks",
    "ops/asterisk",
    "requirements-mongod.lock",
    "web/dist",
    "web/package-lock.json",
)
"""What a running installation reads from outside of src/: installer/paths.py."""
NOT_SHIPPED = ("__pycache__", ".*", "*.pyc", "*.map", "make.sh", "README.md")
DEVELOPERS = ("deb", "lanes", "parts", "second_tries", "test", "wheel")
"""Modules of cli/ that work in a checkout only."""
_PINNED = re.compile(r"^([a-z0-9][a-z0-9._-]*(?:\[[^]]*\])?==[^\\\n]+?) *\\?$", re.MULTILINE)


def add_flags(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--out", type=Path, default=CHECKOUT / "dist", help="folder for the wheel and its lock file (default: dist)"
    )


def run(named: argparse.Namespace) -> int:
    """Raises: StartError."""
    scratch = CHECKOUT / ".call24" / "tools"
    with ProgressBoard() as board:
        venv.make(board, (venv.LOCK, venv.DEV_LOCK))
        if not web.current():
            with board.task("App") as task:
                web.build(task, Timing(), scratch)
    for file in build(named.out.absolute()):
        print(file)
    return 0


def build(out: Path) -> tuple[Path, Path]:
    """The wheel of an app that is built, and a lock file: hashes of what it depends on. Raises: StartError."""
    if not (WEB / "dist" / "index.html").exists():
        raise StartError("the app is not built: run `./call24 wheel`, which builds it first")
    with tempfile.TemporaryDirectory() as folder:
        staged, made = Path(folder) / "staged", Path(folder) / "made"
        stage(staged)
        # Without the network: the backend of this version is part of uv itself.
        words = ("build", "--wheel", "--offline", "--no-config", "--no-cache", "--quiet", "--out-dir", str(made))
        done = subprocess.run([str(VENV / "bin" / "uv"), *words, str(staged)], capture_output=True, text=True)
        if done.returncode:
            raise StartError(f"the wheel could not be built: {(done.stderr.strip() or 'uv gave no reason')[-300:]}")
        out.mkdir(parents=True, exist_ok=True)
        wheel = next(made.glob("*.whl"))
        lock = out / f"{wheel.stem}.lock"
        shutil.copyfile(venv.LOCK, lock)
        return Path(shutil.copyfile(wheel, out / wheel.name)), lock


def stage(folder: Path) -> None:
    """Lay out in `folder` what the wheel is made of."""
    package = folder / "src" / "call24"
    shutil.copytree(CHECKOUT / "src" / "call24", package, ignore=shutil.ignore_patterns("__pycache__", ".*", "*.pyc"))
    for name in DEVELOPERS:
        (package / "cli" / f"{name}.py").unlink()
    for name in SHIPPED:
        source, target = CHECKOUT / name, package / "bundled" / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns(*NOT_SHIPPED))
        else:
            shutil.copyfile(source, target)
    for name in ("LICENSE", "README.md"):
        shutil.copyfile(CHECKOUT / name, folder / name)
    (folder / "pyproject.toml").write_text(_project())


def _project() -> str:
    """Of the wheel: the checkout's, but for exactly the versions that are locked (ADR 159)."""
    told = tomllib.loads((CHECKOUT / "pyproject.toml").read_text())["project"]
    kept = ("name", "version", "description", "readme", "license", "license-files", "requires-python")
    backend = f"uv_build=={version('uv')}"
    lines = ["[build-system]", f'requires = ["{backend}"]', 'build-backend = "uv_build"', "[project]"]
    lines += [f"{key} = {json.dumps(told[key])}" for key in kept]
    lines += [f"dependencies = {json.dumps(pins())}", "[project.scripts]"]
    lines += [f"{name} = {json.dumps(place)}" for name, place in told["scripts"].items()]
    return "\n".join(lines) + "\n"


def pins() -> list[str]:
    """Every package of requirements.lock, as `name==version` with its marker."""
    return _PINNED.findall(venv.LOCK.read_text())
