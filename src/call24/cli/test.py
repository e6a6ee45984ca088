"""`test`: installs what the tests need, runs the fast checks, then all tests.

The last line printed says how many passed and failed.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import time
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from pathlib import Path

from call24.cli import lanes
from call24.installer import asterisk_program, mongod, venv, web
from call24.installer.errors import StartError
from call24.installer.paths import CHECKOUT, VENV, WEB
from call24.installer.progress import ProgressBoard
from call24.installer.stack import Stack
from call24.installer.timing import Timing
from call24.kit.settings import Settings

# Program -> the Debian package that brings it.
DEBIAN = {
    "chromium": "chromium",
    "chromium-headless-shell": "chromium-headless-shell",
    "sipp": "sip-tester",
    "baresip": "baresip-core",
    "nft": "nftables",
}
CACHE = CHECKOUT / ".call24" / "cache"
CLIENTS = CHECKOUT / "tests" / "clients"
BROWSER_TOOLS = CHECKOUT / "tests" / "browser_tools"
MOBILE = CHECKOUT / "mobile"
COMPILED = ("src", "clients/python", *(f"tests/{name}" for name in ("support", "fakes", "authorisation", "simulation")))
"""Where what many lanes import is; pytest compiles files of tests in its own way, each in one lane."""
OF_APP = ("svelte-check", "vitest")
"""Checks that run in web/ with its packages."""
Job = Future[None]


def add_flags(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--fast", action="store_true", help="run only the checks and the unit tests")
    parser.add_argument("--matrix", action="store_true", help="run only the whole kill matrix and store its figures")
    parser.add_argument(
        "--guards", action="store_true", help="remove each access check in turn and show which test fails"
    )
    parser.add_argument(
        "--promises",
        action="store_true",
        help="break what keeps each promise about data, in a copy, and show which test fails",
    )
    parser.add_argument(
        "--campaign",
        metavar="NAME",
        help="run an attack or load test that is too long for every run: `list` lists them, `all` runs all",
    )
    parser.add_argument(
        "pytest", nargs="*", help="arguments for pytest in place of all test folders; put options after --"
    )


def run(named: argparse.Namespace) -> int:
    os.environ.setdefault("CALL24_CACHE", str(CACHE))
    os.environ["PYTHONDONTWRITEBYTECODE"] = ""  # each of hundreds of processes would compile all modules anew
    os.chdir(CHECKOUT)
    if named.campaign == "list":
        print("\n".join(sorted(campaigns())))
        return 0
    wanted = chosen_campaigns(named.campaign)
    others = [whole for whole in ("matrix", "guards", "promises") if getattr(named, whole)]
    failed = _prepare(fast=named.fast, checked=not (wanted or others))
    if wanted:
        return subprocess.run([sys.executable, "-m", "pytest", "-q", "-s", *map(str, wanted)]).returncode
    for whole in others:
        return subprocess.run([sys.executable, "-m", f"tests.{whole}.whole", *named.pytest]).returncode
    if failed:
        print(f"\nfailed: {', '.join(failed)}", file=sys.stderr)
        return 1
    sys.stdout.flush()
    if not named.fast and not named.pytest:
        return lanes.run_all(CHECKOUT)
    return subprocess.run([sys.executable, "-m", "pytest", "-q", *(named.pytest or ["tests/unit"])]).returncode


def campaigns() -> dict[str, Path]:
    """Each campaign's name and its file: `tests/campaigns/test_slow_http.py` is `slow-http`."""
    files = (CHECKOUT / "tests" / "campaigns").glob("test_*.py")
    return {file.stem.removeprefix("test_").replace("_", "-"): file for file in files}


def chosen_campaigns(name: str | None) -> list[Path]:
    """The files to run, none without a name. Raises: StartError."""
    there = campaigns()
    if name is None:
        return []
    if name != "all" and name not in there:
        raise StartError(f"there is no campaign {name!r}: choose one of {', '.join(sorted(there))}, or `all`")
    return [there[one] for one in sorted(there) if name in (one, "all")]


def checks() -> list[tuple[str, list[str]]]:
    """The fast checks, in the order they are run: a name and the words of the command."""
    tool = VENV / "bin"
    node = str(web.node_home() / "bin" / "node")
    modules = Path("node_modules")
    ours = ("call24", "src", "tests", "bench", "clients", "mobile")
    python = [str(CHECKOUT / name) for name in ours if (CHECKOUT / name).exists()]
    return [
        ("ruff check", [str(tool / "ruff"), "check", "--quiet", *python]),
        ("ruff format", [str(tool / "ruff"), "format", "--quiet", "--check", *python]),
        ("mypy", [str(tool / "mypy"), "--no-error-summary"]),
        ("lint-imports", [str(tool / "lint-imports"), "--no-cache"]),
        (
            "svelte-check",
            [
                node,
                str(modules / "svelte-check/bin/svelte-check"),
                "--tsconfig",
                "./tsconfig.json",
                "--fail-on-warnings",
            ],
        ),
        ("vitest", [node, str(modules / "vitest/vitest.mjs"), "run", "--no-isolate"]),
    ]


def _prepare(fast: bool, checked: bool) -> list[str]:
    """Install what is missing, all at once, and run each check as soon as its tools are there.

    One of Python's and one of the app's at a time, since the slow ones use one core each.

    Returns: the names of those that failed. Raises: StartError.
    """
    if not fast and missing_programs() and os.geteuid() != 0:
        packages = " ".join(missing_programs())
        raise StartError(f"the tests need Debian packages: run `sudo apt-get install {packages}`, then test again")
    with ThreadPoolExecutor() as pool, ThreadPoolExecutor(1) as of_python, ThreadPoolExecutor(1) as of_app:
        with ProgressBoard() as board:
            python, app, others = _installing(board, pool, fast)
            running = []
            for name, words in checks() if checked else ():
                one, tools = (of_app, app) if name in OF_APP else (of_python, python)
                running.append((name, one.submit(_check, name, words, tools)))
            for installing in (python, app, *others):
                installing.result()
        return _failed(running)


def _installing(board: ProgressBoard, pool: Executor, fast: bool) -> tuple[Job, Job, list[Job]]:
    """What brings Python's packages, what brings the app's and builds it, and what brings all else."""
    timing = Timing()

    def node() -> None:
        if web.node() is None:
            with board.task("Node") as task:
                web.bring_node(task)
                task.step("ready")

    def packages(folder: Path, name: str) -> None:
        brought.result()
        if not web.packages_there(folder):
            with board.task(name) as task:
                web.bring_packages(task, timing, CACHE / "npm" / name, folder)
                task.step("ready")

    def app() -> None:
        packages(WEB, "Web")
        if not fast and not web.current():
            with board.task("App") as task:
                web.build(task, timing, CACHE / "npm" / "Web")

    def servers() -> None:
        stack = Stack(Settings(data=CACHE / "fetched"), timing)
        stack.mongod_program, stack.asterisk_program = mongod.find(), asterisk_program.find_cached()
        stack.fetch(board)

    brought = pool.submit(node)
    python = pool.submit(venv.make, board, (venv.LOCK, venv.DEV_LOCK))
    if fast:
        return python, pool.submit(app), []
    folders = ((CLIENTS, "Clients"), (MOBILE, "Mobile"), (BROWSER_TOOLS, "Lighthouse"))
    others = [
        pool.submit(_compile),
        pool.submit(servers),
        *(pool.submit(packages, folder, name) for folder, name in folders),
    ]
    if programs := missing_programs():
        others.append(pool.submit(_install_debian, board, programs))
    return python, pool.submit(app), others


def _compile() -> None:
    """On a new machine, lanes that begin beside each other would compile the same modules beside each other. Of what
    cannot be compiled the checks tell."""
    words = [sys.executable, "-m", "compileall", "-q", "-x", r"/test_\w+\.py$"]
    subprocess.run([*words, *(str(CHECKOUT / folder) for folder in COMPILED)], capture_output=True)


def _failed(running: list[tuple[str, Future[tuple[bool, float, str]]]]) -> list[str]:
    """Tells what each came to, in their order, as soon as it is known."""
    failed = []
    for name, check in running:
        passed, seconds, said = check.result()
        print(
            f"{name:<14}{'ok' if passed else 'FAILED'} ({seconds:.1f} s)",
            *([] if passed else [said]),
            sep="\n",
            flush=True,
        )
        if not passed:
            failed.append(name)
    return failed


def missing_programs() -> list[str]:
    """The Debian packages of the programs that the tests need and this machine lacks."""
    return [package for program, package in DEBIAN.items() if not shutil.which(program)]


def _install_debian(board: ProgressBoard, packages: list[str]) -> None:
    """Raises: StartError."""
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive", "LC_ALL": "C"}
    with board.task("Debian") as task:
        task.step("installing", note=" ".join(packages))
        for words in (["update"], ["install", "-y", "--no-install-recommends", *packages]):
            done = subprocess.run(
                ["apt-get", "-q", *words], env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
            )
            if done.returncode:
                said = next((line for line in done.stdout.splitlines() if line.startswith("E:")), "no reason given")
                raise StartError(f"apt-get {words[0]} failed ({said}): check the network, then test again")
        task.step("ready")


def _check(name: str, words: list[str], tools: Job) -> tuple[bool, float, str]:
    """Whether it passed, how long it took and what it said."""
    tools.result()
    began = time.monotonic()
    where = WEB if name in OF_APP else CHECKOUT
    done = subprocess.run(
        words, cwd=where, env=web.node_env(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    return done.returncode == 0, time.monotonic() - began, done.stdout.rstrip()
