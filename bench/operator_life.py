"""What an operator does with an installation in its years, from the wheel on, and how long each step takes.

Build the wheel, install it in an empty folder, the first start, a test call, a backup, an upgrade into a second
environment, the loss of the disk, a restore, a test call again.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

from tests.support.product.stack import CHECKOUT, free_base_port, wait_for

from bench.figure import Figure

STEP_S = 600.0
CHILDREN = ("server", "asterisk", "sip_edge", "mongod")
MOST_S = {
    "build the wheel": 60,
    "install it": 120,
    "first start, everything fetched": 180,
    "doctor --call": 30,
    "backup make": 30,
    "backup verify": 60,
    "upgrade": 30,
    "restore, the disk being lost": 60,
    "start": 15,
    "doctor --call after it": 30,
}
"""In s."""


class Life:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.data = folder / "data"
        self.took: dict[str, float] = {}
        self.said: dict[str, str] = {}
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "CALL24"))}
        self.env = {**kept, "HOME": str(folder / "home")}
        (folder / "home").mkdir()
        (folder / "key").write_text("an operator's key of many letters\n")
        base = free_base_port()
        names = ("http", "wss", "ari", "sip", "mongodb", "sip-tls")
        self.ports = [word for n, name in enumerate(names) for word in (f"--{name}-port", str(base + n))]
        self.mongodb = ("--mongodb-port", str(base + names.index("mongodb")))
        self.ports += ["--rtp-ports", f"{base + 100}-{base + 899}"]
        self.output = folder / "said.txt"
        self.up: subprocess.Popen[bytes] | None = None

    def step(self, name: str, *words: str | Path, **env: str) -> None:
        began = time.monotonic()
        done = subprocess.run(
            [str(word) for word in words],
            env={**self.env, **env},
            cwd=self.folder,
            capture_output=True,
            timeout=STEP_S,
        )
        self.took[name] = round(self.took.get(name, 0.0) + time.monotonic() - began, 2)
        self.said[name] = done.stdout.decode(errors="replace")
        assert done.returncode == 0, (name, self.said[name], done.stderr.decode(errors="replace"))

    def starts(self, name: str, program: Path) -> None:
        began, before = time.monotonic(), self.printed.count("is ready after")
        with self.output.open("ab") as said:
            words = [program, "up", "--data", self.data, *self.ports]
            self.up = subprocess.Popen(words, cwd=self.folder, env=self.env, stdout=said, stderr=said)
        up = self.up
        wait_for(lambda: self.printed.count("is ready after") > before or up.poll() is not None, STEP_S)
        assert up.poll() is None, self.printed[-2000:]
        self.took[name] = round(time.monotonic() - began, 2)

    @property
    def printed(self) -> str:
        return self.output.read_text() if self.output.exists() else ""

    def loses_its_disk(self) -> None:
        assert self.up is not None
        pids = [int((self.data / "run" / f"{name}.pid").read_text()) for name in CHILDREN]
        self.up.kill()
        self.up.wait()
        for pid in pids:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        wait_for(lambda: not any(Path(f"/proc/{pid}").exists() for pid in pids), 10)
        shutil.rmtree(self.data)

    def ends(self) -> None:
        if self.up is not None and self.up.poll() is None:
            self.up.terminate()
            self.up.wait(60)

    def installed(self, name: str, wheel: Path) -> Path:
        """The program, in an environment of its own."""
        home = self.folder / name
        self.step("install it", "/usr/bin/python3", "-m", "venv", home)
        self.step("install it", home / "bin" / "pip", "install", "-q", wheel)
        return home / "bin" / "call24"


def measure(*, quick: bool = False) -> tuple[list[Figure], dict[str, object]]:
    """`quick` changes nothing: it takes three minutes."""
    folder = Path(tempfile.mkdtemp(prefix="c24-"))
    life = Life(folder)
    try:
        _lived(life)
    finally:
        life.ends()
        shutil.rmtree(folder, ignore_errors=True)
    away = re.search(r"away for ([\d.]+) s", life.said["upgrade"])
    assert away is not None
    figures = [
        Figure(name, life.took[name], "s", f"< {most} s", life.took[name] < most) for name, most in MOST_S.items()
    ]
    figures.append(Figure("  of the upgrade: no answer", float(away[1]), "s", "< 5 s", float(away[1]) < 5))
    return figures, {"took_s": life.took, "away_s": float(away[1])}


def _lived(life: Life) -> None:
    life.step(
        "build the wheel", CHECKOUT / "call24", "wheel", "--out", life.folder / "dist", PYTHONPATH=str(CHECKOUT / "src")
    )
    [wheel] = (life.folder / "dist").glob("*.whl")
    program = life.installed("one", wheel)
    life.starts("first start, everything fetched", program)
    on_data: tuple[str | Path, ...] = ("--data", life.data)
    life.step("doctor --call", program, "doctor", "--call", *on_data)
    store, opens = life.folder / "store", ("--key-file", life.folder / "key")
    life.step("backup make", program, "backup", "make", store, *on_data, *opens)
    life.step("backup verify", program, "backup", "verify", store, *opens)
    taken = dict(life.took)
    after = life.installed("two", wheel)
    life.took["install it"] = taken["install it"]
    life.step("upgrade", after, "upgrade", *on_data)
    life.loses_its_disk()
    life.step("restore, the disk being lost", after, "restore", store, *on_data, *opens, *life.mongodb)
    life.starts("start", after)
    life.step("doctor --call after it", after, "doctor", "--call", *on_data)
