"""How a PBX's own host is: measured there, told through its port, read by the server's metrics and by the doctor.

No name of a file and no address is told. Blocking; run it in a thread.
"""

from __future__ import annotations

import shutil
import time
from pathlib import Path

import msgspec
from cryptography import x509

from call24.kit.settings import Settings
from call24.kit.version import VERSION

PLACE = "/v1/host"


class Disk(msgspec.Struct, frozen=True):
    """Bytes, of the fuller of the disks that recordings are on."""

    free: int
    size: int


class Unencrypted(msgspec.Struct, frozen=True):
    """Files of calls that go on, or that wait for the server; `oldest_s`: since the last sound of one came."""

    files: int
    bytes: int
    oldest_s: float


class HostState(msgspec.Struct, frozen=True):
    """`now`: its clock, `certificates`: when each expires (seconds since 1970); `bans`: addresses that are dropped;
    `sip`: host and port of its SIP over UDP."""

    version: str
    now: float
    disk: Disk
    unencrypted: Unencrypted
    certificates: dict[str, float]
    bans: int
    sip: tuple[str, int]


def state_of(settings: Settings) -> HostState:
    """Raises: OSError, ValueError (a certificate that is none)."""
    return HostState(
        version=VERSION,
        now=time.time(),
        disk=_disk(settings.recording_spool, settings.recordings),
        unencrypted=_unencrypted(settings.recording_spool),
        certificates=_certificates(settings),
        bans=_bans(settings.banned),
        sip=(settings.sip_host, settings.sip_port),
    )


def _disk(*folders: Path) -> Disk:
    usages = [shutil.disk_usage(folder) for folder in folders if folder.exists()]
    return min((Disk(one.free, one.total) for one in usages), key=lambda disk: disk.free, default=Disk(0, 0))


def _unencrypted(spool: Path) -> Unencrypted:
    sizes, oldest, now = [], 0.0, time.time()
    for path in spool.glob("ten_*/rec_*"):
        try:
            found = path.stat()
        except FileNotFoundError:  # sealed meanwhile
            continue
        sizes.append(found.st_size)
        oldest = max(oldest, now - found.st_mtime)
    return Unencrypted(len(sizes), sum(sizes), oldest)


def _certificates(settings: Settings) -> dict[str, float]:
    files = {"pbx": settings.pbx_secrets / "pbx.pem", "carriers": settings.certificate[0]}
    shown = {name: x509.load_pem_x509_certificate(path.read_bytes()) for name, path in files.items() if path.exists()}
    return {name: each.not_valid_after_utc.timestamp() for name, each in shown.items()}


def _bans(file: Path) -> int:
    try:
        return len(file.read_text().splitlines())
    except FileNotFoundError:
        return 0


def clock_difference(there: float, asked: float, answered: float) -> float:
    """By how many seconds the other clock is ahead; 0 where the time that the question took explains it."""
    if asked <= there <= answered:
        return 0.0
    return there - answered if there > answered else there - asked
