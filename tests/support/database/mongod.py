"""A private, authenticated one-node replica set for the tests, started once per run and gone afterwards."""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pymongo
from pymongo.errors import OperationFailure, PyMongoError

from call24.installer import mongod
from call24.installer.progress import ProgressBoard
from call24.installer.timing import Timing

LEAST_ROUNDS = 5_000
"""Of hashing a password, which each client does once: the fewest that MongoDB takes, a third of what it asks for."""


@dataclass(frozen=True)
class RunningMongod:
    process: subprocess.Popen[bytes]
    port: int
    password: str

    @property
    def uri(self) -> str:
        return f"mongodb://call24:{self.password}@127.0.0.1:{self.port}/?directConnection=true&authSource=admin"

    def stop(self) -> None:
        self.process.kill()
        self.process.wait()


@contextlib.contextmanager
def transactions_end_after(running: RunningMongod, limit_s: int) -> Iterator[None]:
    """Less than 3 s is not for every test: a slow one on a busy machine would be cut off."""
    name = "transactionLifetimeLimitSeconds"
    with pymongo.MongoClient[dict[str, int]](running.uri) as client:
        before = client.admin.command("getParameter", 1, **{name: 1})[name]
        client.admin.command("setParameter", 1, **{name: limit_s})
        try:
            yield
        finally:
            client.admin.command("setParameter", 1, **{name: before})


def mongod_program() -> Path:
    """From CALL24_TEST_MONGOD, the machine, or the one that the product embeds, fetched as the product fetches it."""
    named = os.environ.get("CALL24_TEST_MONGOD") or shutil.which("mongod")
    if named:
        return Path(named)
    if (program := mongod.find()) is not None:
        return program
    with ProgressBoard() as board, board.task("MongoDB") as task:
        return mongod.fetch(task, Timing())


def start_mongod(folder: Path, port: int = 0, *, cache_mb: int = 256) -> RunningMongod:
    """A mongod in `folder` (made when empty, reused when not), ready for writes when this returns."""
    port = port or free_port()
    (folder / "db").mkdir(parents=True, exist_ok=True)
    key = folder / "keyfile"
    if not key.exists():
        key.touch(mode=0o600)
        key.write_text(secrets.token_hex(48))
    password = key.read_text()[:32]
    program = mongod_program()
    process = subprocess.Popen(
        [
            str(program),
            *("--dbpath", str(folder / "db"), "--bind_ip", "127.0.0.1", "--port", str(port)),
            *("--nounixsocket", "--wiredTigerCacheSizeGB", str(cache_mb / 1024), "--oplogSize", "64"),
            *("--replSet", "rs0"),
            *("--keyFile", str(key), "--networkMessageCompressors", "snappy,zstd", "--quiet"),
            *("--logpath", str(folder / "mongod.log"), "--setParameter", "diagnosticDataCollectionEnabled=false"),
            *("--setParameter", "transactionLifetimeLimitSeconds=3"),
            *("--setParameter", f"scramSHA256IterationCount={LEAST_ROUNDS}"),
        ],
        env={**os.environ, **mongod.environment(program)},
        stdout=subprocess.DEVNULL,
    )
    running = RunningMongod(process, port, password)
    try:
        _initiate(running)
    except BaseException:
        running.stop()
        raise
    return running


def _initiate(running: RunningMongod) -> None:
    """Make the replica set and the user through the localhost exception; harmless when both are there."""
    with pymongo.MongoClient[dict[str, object]](
        "127.0.0.1", running.port, directConnection=True, serverSelectionTimeoutMS=20_000
    ) as client:
        members = [{"_id": 0, "host": f"127.0.0.1:{running.port}"}]
        with contextlib.suppress(OperationFailure):  # initiated before
            client.admin.command("replSetInitiate", {"_id": "rs0", "members": members})
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            try:
                if client.admin.command("hello").get("isWritablePrimary"):
                    break
            except PyMongoError:
                pass
            time.sleep(0.02)
        with contextlib.suppress(OperationFailure):  # made before
            client.admin.command("createUser", "call24", pwd=running.password, roles=["root"])


def free_port() -> int:
    """Any free port, or the first free one from CALL24_TEST_MONGO_PORT on."""
    first = int(os.environ.get("CALL24_TEST_MONGO_PORT", "0"))
    for port in range(first, first + 20) if first else (0,):
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return int(probe.getsockname()[1])
    raise RuntimeError(f"no free port from {first} on")
