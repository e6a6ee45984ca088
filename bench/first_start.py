"""A newcomer's first start: a fresh copy of the checkout, an empty home, an empty data folder. Then a warm start."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

import httpx
from tests.support.product.stack import CHECKOUT, free_base_port, wait_for

from bench.figure import Figure

FIRST_S = 600.0


def measure(*, quick: bool = False) -> tuple[list[Figure], dict[str, object]]:
    """`quick` changes nothing: a minute is short."""
    folder = Path(tempfile.mkdtemp(prefix="c24-"))
    try:
        subprocess.run(["git", "clone", "-q", str(CHECKOUT), str(folder / "call24")], check=True)
        base = free_base_port()
        first = _start(folder, base)
        timing = json.loads((folder / "call24" / ".call24" / "run" / "first-start.json").read_text())
        warm = _start(folder, base)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    own = timing["own_s"]
    figures = [
        Figure("first start, everything fetched", first, "s", "< 180 s", first < 180),
        Figure("  Call24's own work, one after the other", own, "s", "< 30 s", own < 30),
        Figure("warm start", warm, "s", "< 6 s", warm < 6),
    ]
    return figures, {"first_s": first, "warm_s": warm, "timing": timing}


def _start(folder: Path, base: int) -> float:
    """Seconds from the command until /health/ready says yes; then Ctrl-C."""
    ports = ["--http-port", base, "--wss-port", base + 1, "--ari-port", base + 2, "--sip-port", base + 3]
    ports += ["--mongodb-port", base + 4, "--sip-tls-port", base + 5, "--rtp-ports", f"{base + 100}-{base + 899}"]
    env = {key: value for key, value in os.environ.items() if not key.startswith("CALL24_")}
    (folder / "home").mkdir(exist_ok=True)
    said_file = folder / "said.txt"
    said_file.touch()
    before = len(said_file.read_text())
    began = time.monotonic()
    with said_file.open("ab") as said:
        up = subprocess.Popen(
            ["./call24", "up", *map(str, ports)],
            cwd=folder / "call24",
            env={**env, "HOME": str(folder / "home")},
            stdout=said,
            stderr=said,
        )
    try:
        wait_for(lambda: _ready(base) or up.poll() is not None, FIRST_S)
        assert up.poll() is None, said_file.read_text()[-2000:]
        took = round(time.monotonic() - began, 2)
        wait_for(lambda: "is ready after" in said_file.read_text()[before:], 10)  # by then its timings are kept
        return took
    finally:
        up.terminate()
        up.wait(30)


def _ready(port: int) -> bool:
    try:
        return httpx.get(f"https://127.0.0.1:{port}/health/ready", verify=False, timeout=2).status_code == 200
    except httpx.HTTPError:
        return False
