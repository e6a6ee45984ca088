"""A machine of a test's own, in namespaces of its own: a copy-on-write view of this one's files, or another system.

Only root may.

Loopback has a second address there, as in `call24.cli.own_network`: WebRTC offers none of 127.0.0.0/8 for sound.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

from tests.support.product.stack import wait_for

CHECKOUT = Path(__file__).resolve().parents[3]
"""Is there too, wherever it is mounted, and not copied on writing."""
VIEW = """
mount -t tmpfs none {place} && mkdir {place}/upper {place}/work {place}/root
mount -t overlay none -o lowerdir=/,upperdir={place}/upper,workdir={place}/work {place}/root
mkdir -p {place}/root{checkout} && mount --bind {checkout} {place}/root{checkout}
"""
SETUP = """
set -e
{files}
mount -t proc proc {place}/root/proc && mount --bind /dev {place}/root/dev
mount -t tmpfs none {place}/root/run
ip link set lo up && ip address add 192.168.24.1/32 dev lo
touch {place}/root/run/is-up
exec sleep {lives_s}
"""


class OwnMachine:
    """`root`: its files, as its own processes see them. `env` is added to the environment of a command."""

    def __init__(self, pid: int, root: Path) -> None:
        self.pid, self.root = pid, root

    def words(self, *command: str, network: bool = False) -> list[str]:
        """`network`: in that of the machine outside."""
        entered = ("nsenter", "-t", str(self.pid), "-m", "-p", *(() if network else ("-n",)))
        return [*entered, "chroot", str(self.root), *command]

    def run(self, *command: str, fails: bool = False, network: bool = False, timeout: float = 120, **env: str) -> str:
        done = subprocess.run(
            self.words(*command, network=network), capture_output=True, text=True, timeout=timeout, env=clean(**env)
        )
        assert bool(done.returncode) is fails, done.stdout + done.stderr
        return done.stdout + done.stderr

    def start(self, log: Path, *command: str, **env: str) -> subprocess.Popen[bytes]:
        """`log`: outside of the machine."""
        with log.open("wb") as output:
            return subprocess.Popen(self.words(*command), stdout=output, stderr=output, env=clean(**env))

    def read(self, path: str) -> str:
        return self.run("cat", path)

    def write(self, path: str, content: bytes) -> None:
        subprocess.run(self.words("tee", path), input=content, stdout=subprocess.DEVNULL, check=True)


def clean(**more: str) -> dict[str, str]:
    """Without what the tests' own processes were told."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "CALL24"))}
    return {**kept, **more}


@contextlib.contextmanager
def own_machine(place: Path, lives_s: int = 1200, system: Path | None = None) -> Iterator[OwnMachine]:
    """`place`: an empty folder. All its processes end with it, at the latest after `lives_s` seconds.

    `system`: the folder of another system, which it writes to; without the checkout.
    """
    unshared = ("unshare", "--mount", "--net", "--pid", "--fork", "--kill-child", "--propagation", "private")
    files = f"mkdir {place}/root && mount --bind {system} {place}/root" if system else VIEW
    setup = SETUP.format(files=files.format(place=place, checkout=CHECKOUT), place=place, lives_s=lives_s)
    process = subprocess.Popen([*unshared, "sh", "-c", setup])
    try:
        wait_for(lambda: bool(_children(process.pid)), 10)
        [child] = _children(process.pid)
        wait_for(lambda: Path(f"/proc/{child}/root{place}/root/run/is-up").exists(), 10)
        yield OwnMachine(child, place / "root")
    finally:
        process.kill()
        process.wait()


def _children(pid: int) -> list[int]:
    return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
