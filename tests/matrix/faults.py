"""How each victim is hit. Whatever is done here is undone at the end of the `async with`, also when the cell failed."""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import shutil
import signal
import subprocess
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from tests.matrix.legs import RemoteLeg
from tests.matrix.model import Cell, Fault, Victim
from tests.matrix.table import LASTS_S, SHORT_S
from tests.support.product.system import System
from tests.support.running import runs
from tests.support.stopped_process import stop

from call24.kit.settings_types import PHONES_FROM

TRUNK_ADDRESS = "127.0.0.3"
TABLES = "call24_matrix_"
TABLE = f"{TABLES}{os.getpid()}"
OUTLASTS_S = 2.5
"""A full disk, at least: Asterisk writes a recording 32 KB at a time, which is 2.05 s of sound, and what is full in
between only is not noticed."""
DISKS = {Victim.SERVER: "24m", Victim.ASTERISK: "24m", Victim.MONGOD: "700m"}


@dataclass
class World:
    """What can be hit. `disks`: small file systems, where the system was started with them."""

    system: System
    trunk: RemoteLeg | None = None
    browser: int | None = None
    disks: dict[Victim, Path] = field(default_factory=dict)


@contextlib.asynccontextmanager
async def inflicted(cell: Cell, world: World) -> AsyncIterator[None]:
    """The fault, from its beginning until what can be undone of it is undone. The body runs while it lasts."""
    match cell.fault:
        case Fault.KILLED:
            for pid in _pids(cell.victim, world):
                _signal(pid, signal.SIGKILL)
            yield
        case Fault.STOPPED:
            pids = _pids(cell.victim, world)
            for pid in pids:
                stop(pid)
            try:
                yield
            finally:
                for pid in pids:
                    _signal(pid, signal.SIGCONT)
        case Fault.CUT:
            with cut(_drops(cell.victim, world.system)):
                yield
        case Fault.FULL:
            async with filled(world.disks[cell.victim]):
                yield


async def last() -> None:
    """As long as a stop and a cut are; nothing can be waited for, since the time is what is tried."""
    await asyncio.sleep(LASTS_S if os.environ.get("CALL24_MATRIX") == "whole" else SHORT_S)


def _pids(victim: Victim, world: World) -> list[int]:
    if victim is Victim.TRUNK:
        assert world.trunk is not None
        return [world.trunk.process.pid]
    if victim is Victim.BROWSER:
        assert world.browser is not None
        return family(world.browser)
    return [world.system.pid(victim.value)]


def family(pid: int) -> list[int]:
    """A process and all that descend from it."""
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError, IndexError, ValueError):
                parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
                children.setdefault(parent, []).append(int(entry.name))
    found = [pid]
    for one in found:
        found.extend(children.get(one, []))
    return found


def _signal(pid: int, number: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, number)


def _drops(victim: Victim, system: System) -> list[str]:
    """Which packets vanish, in nftables' words; both ends keep their connections and hear nothing."""
    s = system.settings
    apps, phones = f"{s.http_port}", f"{s.wss_port}"
    rtp = f"{s.rtp_ports[0]}-{s.rtp_ports[1]}"
    match victim:
        case Victim.SERVER:
            others = (
                f"ip saddr != {PHONES_FROM} ip daddr != {PHONES_FROM} "  # phones' signalling has nothing to do with it
            )
            return [others + rule for rule in _ports("tcp", f"{s.ari_port}, {s.mongodb_port}, {apps}")]
        case Victim.MONGOD:
            return _ports("tcp", f"{s.mongodb_port}")
        case Victim.ASTERISK:
            return [*_ports("tcp", phones), *_ports("udp", f"{s.sip_port}, {rtp}")]
        case Victim.BROWSER:
            local = "ip saddr 127.0.0.1 ip daddr 127.0.0.1 "
            return [local + rule for rule in (*_ports("tcp", f"{apps}, {phones}"), *_ports("udp", rtp))]
        case Victim.TRUNK:
            return [f"ip {side} {TRUNK_ADDRESS} drop" for side in ("saddr", "daddr")]


def _ports(kind: str, ports: str) -> list[str]:
    return [f"{kind} {side} {{ {ports} }} drop" for side in ("sport", "dport")]


@contextlib.contextmanager
def cut(rules: list[str]) -> Iterator[None]:
    """These packets vanish, in a table of this process's own; of processes that were killed meanwhile none stays."""
    _forget_the_dead()
    lines = [f"table inet {TABLE} {{", "chain out {", "type filter hook output priority 0;", *rules, "}", "}"]
    text = "\n".join(lines) + "\n"
    subprocess.run(["nft", "-f", "-"], input=text, text=True, check=True, capture_output=True)
    try:
        yield
    finally:
        subprocess.run(["nft", "delete", "table", "inet", TABLE], check=True, capture_output=True)


def _forget_the_dead() -> None:
    listed = subprocess.run(["nft", "list", "tables"], check=True, capture_output=True, text=True).stdout
    for name in re.findall(rf"table inet ({TABLES}\d+)", listed):
        if not runs(int(name.removeprefix(TABLES))):
            subprocess.run(["nft", "delete", "table", "inet", name], check=False, capture_output=True)


def cannot_cut() -> str | None:
    """Why no connection can be cut here."""
    if shutil.which("nft") is None:
        return "nft is not installed"
    tried = subprocess.run(["nft", "list", "tables"], capture_output=True, text=True)
    return None if tried.returncode == 0 else f"nft may not be used here: {tried.stderr.strip()}"


@contextlib.asynccontextmanager
async def filled(folder: Path) -> AsyncIterator[None]:
    """Not a byte of room is left in this file system. Filled by a thread: the phones of the test talk on."""
    filler = folder / ".filler"
    await asyncio.to_thread(_fill, filler)
    full_since = time.monotonic()
    try:
        yield
        await asyncio.sleep(full_since + OUTLASTS_S - time.monotonic())
    finally:
        filler.unlink()


def _fill(filler: Path) -> None:
    with filler.open("wb") as out, contextlib.suppress(OSError):
        free = os.statvfs(filler.parent)
        os.posix_fallocate(out.fileno(), 0, free.f_bavail * free.f_frsize)
        out.seek(0, os.SEEK_END)
        while True:  # whatever was given back meanwhile
            os.write(out.fileno(), bytes(1 << 16))


def places(data: Path) -> dict[Victim, Path]:
    """The folder of each victim that gets a disk of its own."""
    return {
        Victim.SERVER: data / "recordings",
        Victim.ASTERISK: data / "asterisk" / "var" / "spool" / "recording",
        Victim.MONGOD: data / "mongodb" / "db",
    }


@contextlib.contextmanager
def small_disks(data: Path) -> Iterator[dict[Victim, Path]]:
    """Small file systems in the places of a data folder that is not used yet. Raises: OSError where none can be had."""
    mounted: dict[Victim, Path] = {}
    try:
        for victim, folder in places(data).items():
            folder.mkdir(parents=True, mode=0o700)
            words = ["mount", "-t", "tmpfs", "-o", f"size={DISKS[victim]},mode=700", "tmpfs", str(folder)]
            done = subprocess.run(words, capture_output=True, text=True)
            if done.returncode:
                raise OSError(f"a small file system cannot be mounted here: {done.stderr.strip()}")
            mounted[victim] = folder
        yield mounted
    finally:
        for folder in mounted.values():
            subprocess.run(["umount", "-l", str(folder)], check=False)
