"""Python environments with exactly the locked packages: the checkout's own, and that of an installed wheel's tools.

Made once, and again when a lock file or the machine's Python changes.

Works on a machine that has neither pip nor ensurepip: pip then comes from Debian's package of its wheel, checked by
apt. Runs under the machine's Python, so it uses the standard library only. No registry is named here; pip's own
configuration says where it is.
"""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

from call24.installer.apt import PrivateApt
from call24.installer.errors import StartError
from call24.installer.file_lock import alone
from call24.installer.paths import CHECKOUT, SOURCES, VENV
from call24.installer.progress import ProgressBoard, ProgressTask
from call24.kit.python import MODULE

LOCK = CHECKOUT / "requirements.lock"
DEV_LOCK = CHECKOUT / "requirements-dev.lock"
PYTHON = VENV / "bin" / "python"
PIP_WHEELS = Path("/usr/share/python-wheels")
PIP_PACKAGE = "python3-pip-whl"
QUIET = ("--disable-pip-version-check", "--no-input", "--no-cache-dir", "--no-warn-script-location")


def ready(locks: tuple[Path, ...] = (LOCK,)) -> bool:
    """Whether the checkout's environment has what these lock files say, for this Python."""
    return usable(VENV) and all(_has(VENV, lock) for lock in locks)


def make(board: ProgressBoard, locks: tuple[Path, ...] = (LOCK,)) -> None:
    """Make the checkout's environment and install what is missing. Raises: StartError."""
    if ready(locks):
        return
    with board.task("Python") as task, alone(CHECKOUT):
        if not usable(VENV):
            create(VENV, task)
            (site_packages(VENV) / "call24.pth").write_text(f"{SOURCES}\n")
        for lock in locks:
            if not _has(VENV, lock):
                install(lock, task)
        task.step("ready")


def site_packages(folder: Path) -> Path:
    """Where an environment in `folder`, of the version of Python that runs this, has its packages."""
    return Path(sysconfig.get_path("purelib", "venv", {"base": str(folder), "platbase": str(folder)}))


def install(lock: Path, task: ProgressTask, folder: Path | None = None) -> None:
    """Install the packages of one lock file, each checked against its hash. Raises: StartError.

    `folder`: that of the environment; None: the checkout's.
    """
    folder = folder or VENV
    if not lock.exists():
        raise StartError(f"{lock.name} is missing from the checkout: get it back with `git checkout {lock.name}`")
    count = len(re.findall(r"^[a-z0-9][a-z0-9._-]*(?:\[[^]]*\])?==", lock.read_text(), re.MULTILINE))
    command = [
        str(_python_of(folder)),
        "-P",
        "-m",
        "pip",
        "install",
        *QUIET,
        "--progress-bar=off",
        "--require-hashes",
        "--no-deps",
        "-r",
        str(lock),
    ]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    seen, said = 0, ""
    assert process.stdout
    for line in process.stdout:
        said = line.strip() if line.startswith("ERROR") and not said else said
        if line.startswith("Collecting"):
            seen += 1
            task.step("downloading", seen, count, f"{seen} of {count} packages")
        elif line.startswith("Installing"):
            task.step("installing", note=f"{count} packages")
    if process.wait():
        raise StartError(
            f"the packages of {lock.name} could not be installed ({said or 'pip failed'}); "
            "check the network, then try again"
        )
    _stamp(folder, lock).write_text(_digest(lock))


def usable(folder: Path) -> bool:
    """Whether the environment is for this Python and has pip."""
    try:
        made_for = (folder / "call24-python").read_text()
    except FileNotFoundError:
        return False
    return made_for == _python() and _python_of(folder).exists()


def create(folder: Path, task: ProgressTask) -> None:
    """Make an environment that has pip and nothing else, in the place of what is there. Raises: StartError."""
    task.step(f"making {folder.name}")
    shutil.rmtree(folder, ignore_errors=True)
    has_pip = importlib.util.find_spec("ensurepip") is not None
    words = [*MODULE, "venv", *([] if has_pip else ["--without-pip"]), str(folder)]
    done = subprocess.run(words, capture_output=True, text=True)
    if done.returncode and has_pip:
        shutil.rmtree(folder, ignore_errors=True)
        has_pip = False
        done = subprocess.run([*MODULE, "venv", "--without-pip", str(folder)], capture_output=True, text=True)
    if done.returncode:
        raise StartError(
            f"{folder} could not be made ({_last_line(done.stderr or done.stdout)}): make {folder.parent} writable"
        )
    if not has_pip:
        _bring_pip(folder, task)
    (folder / "call24-python").write_text(_python())


def _bring_pip(environment: Path, task: ProgressTask) -> None:
    """Install pip from the wheel in Debian's python3-pip-whl."""
    import tempfile  # not at the top: see _digest

    wheel = next(iter(sorted(PIP_WHEELS.glob("pip-*.whl"))), None)
    with tempfile.TemporaryDirectory(dir=environment) as folder:
        if wheel is None:
            task.step("fetching pip from Debian's packages")
            home = Path(folder)
            private = PrivateApt(home / "apt")
            private.update()
            package = private.download_one(PIP_PACKAGE, home)
            subprocess.run(["dpkg-deb", "-x", str(package), str(home / "root")], check=True)
            wheel = next((home / "root" / PIP_WHEELS.relative_to("/")).glob("pip-*.whl"))
        words = [
            str(_python_of(environment)),
            "-P",
            "-m",
            "pip",
            "install",
            *QUIET,
            "--no-index",
            "--no-deps",
            str(wheel),
        ]
        done = subprocess.run(words, env={**os.environ, "PYTHONPATH": str(wheel)}, capture_output=True, text=True)
        if done.returncode:
            raise StartError(f"pip could not be installed from {wheel.name}: {_last_line(done.stderr)}")


def _last_line(text: str) -> str:
    return (text.strip().splitlines() or ["no reason given"])[-1]


def _python() -> str:
    base = getattr(sys, "_base_executable", sys.executable)
    return f"{os.path.realpath(base)} {sys.version.split()[0]}\n"


def _python_of(folder: Path) -> Path:
    return folder / "bin" / "python"


def _has(folder: Path, lock: Path) -> bool:
    stamp = _stamp(folder, lock)
    return stamp.exists() and stamp.read_text() == _digest(lock)


def _stamp(folder: Path, lock: Path) -> Path:
    return folder / f"call24-{lock.stem}"


def _digest(lock: Path) -> str:
    import hashlib  # not at the top: OpenSSL would stay in the parent of `up`

    return hashlib.sha256(lock.read_bytes()).hexdigest() if lock.exists() else "missing"
