"""The embedded MongoDB: where its program is, how it is fetched, its configuration.

Setting it up once is prepare's duty.
"""

from __future__ import annotations

import platform
import sysconfig
import time
from pathlib import Path

from call24.kit.settings import REPLICA_SET, Settings
from call24.standalone import venv
from call24.standalone.places import CHECKOUT
from call24.standalone.progress import Task
from call24.standalone.timing import Timing
from call24.standalone.trouble import StartError

LOCK = CHECKOUT / "requirements-mongod.lock"
CACHE_GB = 0.25
OPLOG_MB = 256


def find() -> Path | None:
    """The mongod of the installed wheel."""
    program = Path(sysconfig.get_path("purelib")) / "fiftyone" / "db" / "bin" / "mongod"
    return program if program.exists() else None


def check_machine() -> None:
    """Raises: StartError when the wheel does not run here."""
    if platform.machine() != "x86_64":
        raise StartError(
            f"there is no embedded MongoDB for {platform.machine()}: run one elsewhere and give --mongodb its URI"
        )


def fetch(task: Task, timing: Timing) -> Path:
    """Install the wheel that holds mongod. Raises: StartError."""
    began = time.monotonic()
    venv.install(LOCK, task)
    timing.download("mongod", time.monotonic() - began)
    program = find()
    if program is None:
        raise StartError(f"{LOCK.name} brought no mongod: give --mongodb the URI of a MongoDB instead")
    program.chmod(program.stat().st_mode | 0o111)
    return program


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
  wiredTiger: {{engineConfig: {{cacheSizeGB: {CACHE_GB}}}}}
net:
  bindIp: 127.0.0.1
  port: {settings.mongodb_port}
  unixDomainSocket: {{enabled: false}}
  # No zlib: CVE-2025-14847.
  compression: {{compressors: "snappy,zstd"}}
replication: {{replSetName: {REPLICA_SET}, oplogSizeMB: {OPLOG_MB}}}
security: {{keyFile: "{settings.secrets / "mongodb_keyfile"}", authorization: enabled}}
setParameter:
  diagnosticDataCollectionEnabled: false
  # The only node has nobody to hand over to, so it does not wait before it stops.
  shutdownTimeoutMillisForSignaledShutdown: 100
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


def note_setup(settings: Settings) -> None:
    part = _stamp(settings).with_suffix(".part")
    part.write_text(member(settings))
    part.replace(_stamp(settings))


def _stamp(settings: Settings) -> Path:
    return settings.data / "mongodb" / "member"
