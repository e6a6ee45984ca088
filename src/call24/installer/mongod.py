"""The embedded MongoDB: where its program is, how it is fetched, its configuration.

It is for trying Call24, and for small teams behind a firewall: it listens on this machine only, and its series, 6.0, is
no longer supported by MongoDB. Setting it up once is prepare's duty.
"""

from __future__ import annotations

import os
import platform
import re
import shutil
import subprocess
import sysconfig
import time
import zlib
from pathlib import Path

from call24.installer import apt, venv
from call24.installer.asterisk_program import CACHE
from call24.installer.errors import StartError
from call24.installer.file_lock import alone
from call24.installer.paths import SHIPPED, VENV
from call24.installer.progress import ProgressTask
from call24.installer.timing import Timing
from call24.kit.package import FROM_WHEEL
from call24.kit.settings import REPLICA_SET, Settings

LOCK = SHIPPED / "requirements-mongod.lock"
ELSEWHERE = "give --mongodb the URI of a MongoDB instead"
LIBRARY_SUITE = "bullseye"
LIBRARY_PACKAGE = "libssl1.1"
"""mongod links OpenSSL 1.1, which Debian had last there. Nothing connects to the embedded one by TLS."""
CACHE_MB = range(256, 4097)
"""What the cache is at least and at most, unless `--mongodb-cache-mb` says otherwise: an eighth of the memory."""
OPLOG_MB = 256
CGROUP_MEMORY = Path("/sys/fs/cgroup/memory.max")
"""Of a container; `max`: no limit."""


def home(settings: Settings) -> Path | None:
    """The environment that mongod is installed into; None: the one that runs this, which is the checkout's.

    An installed wheel leaves its own environment to pipx, uv or pip, and need not have pip in it.
    """
    if not FROM_WHEEL:
        return None
    # Named by what is in it: another version, before an upgrade or beside this one, runs what its own has.
    cache = Path(os.environ.get(CACHE) or settings.data / "cache")
    return cache / f"mongod-{zlib.crc32(LOCK.read_bytes()):08x}"


def find(home: Path | None = None) -> Path | None:
    """The mongod of the locked wheel, if it is installed with the library that it needs."""
    program = _program(home)
    return program if _wheel(home).is_dir() and program.exists() and _libraries(program).is_dir() else None


def environment(program: Path) -> dict[str, str]:
    """What a process that runs `program` needs to find its libraries."""
    folder = _libraries(program)
    return {"LD_LIBRARY_PATH": str(folder)} if folder.is_dir() else {}


def _packages(home: Path | None) -> Path:
    return venv.site_packages(home) if home else Path(sysconfig.get_path("purelib"))


def _program(home: Path | None) -> Path:
    return _packages(home) / "fiftyone" / "db" / "bin" / "mongod"


def _wheel(home: Path | None) -> Path:
    """What pip leaves behind when it has installed just the wheel that is locked."""
    locked = re.match(r"([a-z0-9-]+)==(\S+)", LOCK.read_text())
    assert locked is not None, f"{LOCK.name} names no wheel"
    return _packages(home) / f"{locked[1].replace('-', '_')}-{locked[2]}.dist-info"


def _libraries(program: Path) -> Path:
    return program.parent.parent / "lib"


def check_machine() -> None:
    """Raises: StartError when the wheel does not run here."""
    if platform.machine() != "x86_64":
        raise StartError(
            f"there is no embedded MongoDB for {platform.machine()}: run one elsewhere and give --mongodb its URI"
        )


def fetch(task: ProgressTask, timing: Timing, home: Path | None = None) -> Path:
    """Install the wheel that holds mongod, and the library that it needs. Raises: StartError."""
    began = time.monotonic()
    if home:
        home.parent.mkdir(parents=True, exist_ok=True)
    # The folder of `home` itself is removed and made anew, and a lock on it would be another one then.
    with alone(home.parent if home else VENV, lambda: task.step("waiting for another start that fetches it")):
        if (found := find(home)) is not None:
            return found
        if home and not venv.usable(home):
            venv.create(home, task)
        venv.install(LOCK, task, home)
        program = _program(home)
        if not program.exists():
            raise StartError(f"{LOCK.name} brought no mongod: {ELSEWHERE}")
        program.chmod(program.stat().st_mode | 0o111)
        task.step(f"fetching {LIBRARY_PACKAGE} from Debian's packages")
        _fetch_library(_libraries(program))
        _check_runs(program)
    timing.download("mongod", time.monotonic() - began)
    return program


def _fetch_library(folder: Path) -> None:
    """Raises: StartError."""
    part = folder.with_suffix(".part")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir()
    try:
        private = apt.PrivateApt(part / "apt", LIBRARY_SUITE)
        private.update()
        apt.unpack([private.download_one(LIBRARY_PACKAGE, part)], part / "root")
        kept = part / "kept"
        kept.mkdir()
        for library in (part / "root").rglob("lib*.so.1.1"):
            library.replace(kept / library.name)
        shutil.rmtree(folder, ignore_errors=True)
        kept.replace(folder)
    except StartError as error:
        raise StartError(f"the embedded MongoDB needs {LIBRARY_PACKAGE} of Debian {LIBRARY_SUITE}: {error}") from None
    finally:
        shutil.rmtree(part, ignore_errors=True)


def _check_runs(program: Path) -> None:
    """Raises: StartError."""
    env = {**os.environ, **environment(program)}
    done = subprocess.run([str(program), "--version"], env=env, capture_output=True, text=True)
    if done.returncode:
        said = (done.stderr.strip() or "no reason given").splitlines()[-1]
        raise StartError(f"the embedded MongoDB does not run here ({said}): {ELSEWHERE}")


def cache_mb(settings: Settings, memory_mb: int | None = None) -> int:
    """How much memory mongod may take for its cache, in MB. It takes it as it is used.

    `memory_mb`: what there is; None: that of the machine, or of the container, is asked.
    """
    if settings.mongodb_cache_mb:
        return max(settings.mongodb_cache_mb, CACHE_MB[0])
    memory = _memory_mb() if memory_mb is None else memory_mb
    return min(max(memory // 8, CACHE_MB[0]), CACHE_MB[-1])


def _memory_mb() -> int:
    machine = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") >> 20
    try:
        said = CGROUP_MEMORY.read_text().strip()
    except OSError:
        return machine
    return min(machine, int(said) >> 20) if said.isdigit() else machine


def configure(settings: Settings) -> Path:
    """Write mongod's configuration and give its place."""
    home = settings.data / "mongodb"
    (home / "db").mkdir(parents=True, exist_ok=True, mode=0o700)
    path = home / "mongod.conf"
    path.write_text(
        f"""\
# Written by Call24 at every start.
storage:
  dbPath: "{home / "db"}"
  wiredTiger: {{engineConfig: {{cacheSizeGB: {cache_mb(settings) / 1024:.3f}}}}}
net:
  bindIp: 127.0.0.1
  port: {settings.mongodb_port}
  unixDomainSocket: {{enabled: false}}
  # No zlib: CVE-2025-14847.
  compression: {{compressors: "snappy,zstd"}}
# Its log would quote slow queries, and with them names and numbers.
operationProfiling: {{slowOpThresholdMs: 2147483647}}
replication: {{replSetName: {REPLICA_SET}, oplogSizeMB: {OPLOG_MB}}}
security: {{keyFile: "{settings.secrets / "mongodb_keyfile"}", authorization: enabled}}
setParameter:
  diagnosticDataCollectionEnabled: false
  # The only node has nobody to hand over to, so it does not wait before it stops.
  shutdownTimeoutMillisForSignaledShutdown: 100
  # A server that is killed within a transaction leaves what it was changing locked for so long, not for a minute.
  transactionLifetimeLimitSeconds: 3
"""
    )
    return path


def command(program: Path, settings: Settings) -> tuple[str, ...]:
    return (str(program), "--config", str(configure(settings)))


def member(settings: Settings) -> str:
    """What the replica set knows its only node as."""
    return f"127.0.0.1:{settings.mongodb_port}"


def needs_setup(settings: Settings) -> bool:
    """Whether the replica set is not made yet, or under another port."""
    stamp = _stamp(settings)
    return not (stamp.exists() and stamp.read_text() == member(settings))


def new_passwords(settings: Settings) -> bool:
    """Whether a rotation of its passwords was cut off (mongodb_secrets.py)."""
    return any(settings.secrets.glob("mongodb*.next"))


def note_setup(settings: Settings) -> None:
    part = _stamp(settings).with_suffix(".part")
    part.write_text(member(settings))
    part.replace(_stamp(settings))


def _stamp(settings: Settings) -> Path:
    return settings.data / "mongodb" / "member"
