"""Makes a data folder of a backup: written beside the place where it shall be, and moved there when it is whole."""

from __future__ import annotations

import contextlib
import hashlib
import os
import select
import shutil
import signal
import socket
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

from call24.backup import contents
from call24.backup.errors import BackupError, DamagedBackup, writing_to
from call24.backup.folder import BackupFolder, created, held, sync, synced
from call24.backup.frames import SealedReader
from call24.backup.keys import BackupKey, part_of
from call24.backup.records import Kind, records, told
from call24.backup.taking import FORMAT, hash_of
from call24.data_map import Place
from call24.installer.child_processes import left_over_pid
from call24.installer.preflight import LONGEST_DATA_PATH
from call24.installer.progress import ProgressBoard
from call24.installer.stack import Stack
from call24.installer.supervise import Supervisor
from call24.installer.timing import Timing
from call24.kit.errors import Unavailable
from call24.kit.mongo.whole import Written, fingerprint, one_instant, written
from call24.kit.settings import DATABASE, Settings, SettingsError
from call24.kit.version import SCHEMA, VERSION
from call24.privacy import register_copies

SETTINGS = "run/settings.json"
_MARK = ".call24-is-restoring"
_ENDS_S = 10.0
_ROOM = 3
"""Times the size of the backup: its documents are deflated, and MongoDB has indexes and its own journal."""
Say = Callable[[str], None]
Chosen = Callable[[Settings], Settings]
"""The settings of the backup -> those of the new installation."""


@dataclass
class Restored:
    """`last_call_at`: when the newest call in it ended; `erased_since`: erasures after the instant that are known;
    `register_of`: until when they are; `settings`: those that the backup had, with what was given now."""

    key: BackupKey
    settings: Settings
    last_call_at: datetime | None = None
    erased_since: int = 0
    register_of: datetime | None = None
    documents: dict[str, tuple[int, int]] = field(default_factory=dict)
    files: int = 0


def restore(
    folder: BackupFolder,
    key: BackupKey,
    opened: bytes,
    declared: Sequence[Place],
    data: Path,
    *,
    chosen: Chosen,
    more_registers: Sequence[Path],
    say: Say,
) -> Restored:
    """An installation at `data`, which is not there yet or empty. It is not started.

    Raises: BackupError, DamagedBackup, StartError, SettingsError; `data` is then as it was.
    """
    _check_target(data, key)
    scratch = data.with_name(f"{data.name}.restoring")
    with _fresh(scratch), writing_to(data):
        done = _Restoring(folder, key, opened, declared, scratch, chosen, say).all()
        there = [copy for copy in (folder.register, *more_registers) if copy.is_dir()]
        register_copies.bring(there, scratch / "register")
        done.erased_since = register_copies.since(there, key.instant)
        done.register_of = max((at for copy in there if (at := register_copies.looked_at(copy))), default=None)
        replace(done.settings, data=data).save(scratch / SETTINGS)
        (scratch / _MARK).unlink()
        _sync_all(scratch)
        if data.exists():
            data.rmdir()
        scratch.rename(data)
        sync(data.parent)
    return replace(done, settings=replace(done.settings, data=data))


def verify(
    folder: BackupFolder, key: BackupKey, opened: bytes, declared: Sequence[Place], scratch: Path, *, say: Say
) -> Restored:
    """Restore into a folder below `scratch`, read all of it back and compare. Nothing of it stays.

    Raises: BackupError, DamagedBackup, StartError.
    """

    def chosen(before: Settings) -> Settings:
        return replace(Settings.on_ports(before.data, before.http_port), mongodb_port=_free_port()).checked()

    with writing_to(scratch), tempfile.TemporaryDirectory(prefix="call24-verify-", dir=scratch) as place:
        data = Path(place) / "data"
        _check_target(data, key)
        with _fresh(data), writing_to(data):
            return _Restoring(folder, key, opened, declared, data, chosen, say, read_back=True).all()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _check_target(data: Path, key: BackupKey) -> None:
    if len(os.fsencode(data)) > LONGEST_DATA_PATH:
        raise BackupError(f"--data: {data} is too long ({LONGEST_DATA_PATH} bytes fit): choose a shorter path")
    if data.exists() and (not data.is_dir() or any(data.iterdir())):
        raise BackupError(
            f"--data: {data} is not empty, and a restore overwrites nothing: move it away, or give another folder"
        )
    if int(key.about.get("schema", 0)) > SCHEMA:
        raise BackupError(
            f"{key.name} was made by Call24 {key.about.get('version')} (schema {key.about['schema']}), and this is "
            f"Call24 {VERSION}, which knows schemas up to {SCHEMA}: restore it with that version or a newer one"
        )
    needed = int(key.about.get("bytes", 0)) * _ROOM
    place = next(parent for parent in data.parents if parent.exists())
    if (free := shutil.disk_usage(place).free) < needed:
        raise BackupError(f"too little room for {data}: {needed / 1e9:.1f} GB are needed, {free / 1e9:.1f} GB are free")


@contextmanager
def _fresh(scratch: Path) -> Iterator[None]:
    """A folder of our own, which is gone afterwards unless it was moved. Raises: BackupError."""
    with writing_to(scratch):
        scratch.parent.mkdir(parents=True, exist_ok=True)
    with held(scratch.parent, f"another restore is at work in {scratch.parent}: wait until it is done"):
        if scratch.exists():
            _take_away(scratch)
        with writing_to(scratch):
            scratch.mkdir(mode=0o700)
            (scratch / _MARK).touch()
        try:
            yield
        finally:
            shutil.rmtree(scratch, ignore_errors=True)


def _take_away(scratch: Path) -> None:
    """What a restore that was killed has left, its MongoDB too. Raises: BackupError."""
    if not (scratch / _MARK).exists():
        raise BackupError(f"{scratch} is there, and no restore has made it: move it away")
    if (pid := left_over_pid(scratch, "mongod")) is not None:
        with contextlib.suppress(ProcessLookupError):
            gone = os.pidfd_open(pid)
            os.kill(pid, signal.SIGKILL)
            select.select([gone], [], [], _ENDS_S)
            os.close(gone)
    shutil.rmtree(scratch)


class _Restoring:
    def __init__(
        self,
        folder: BackupFolder,
        key: BackupKey,
        opened: bytes,
        declared: Sequence[Place],
        data: Path,
        chosen: Chosen,
        say: Say,
        *,
        read_back: bool = False,
    ) -> None:
        self._read_back = read_back
        self._folder = folder
        self._key = key
        self._opened = opened
        self._declared = declared
        self._data = data
        self._chosen = chosen
        self._say = say
        self._supervisor = Supervisor(say)
        self._end: dict[str, Any] | None = None

    def all(self) -> Restored:
        try:
            done = self._content()
        finally:
            self._supervisor.stop()
        done.files += self._of_organisations()
        for name in ("mongod.pid", "mongod.mark"):
            (self._data / "run" / name).unlink(missing_ok=True)
        return done

    # --- documents and small files ---

    def _content(self) -> Restored:
        path = self._folder.backups / self._key.name / "content"
        with _opened(path) as file:
            stream = records(SealedReader(file, part_of(self._opened, "content"), str(path)))
            found = self._small_files(stream)
            done = Restored(self._key, self._settings())
            self._start(done.settings)
            with written(done.settings.mongodb_admin_uri(), DATABASE) as database:
                self._documents(stream, found, database, done)
                if self._read_back:
                    self._compare(done)
                done.last_call_at = database.newest("call_records", "ended_at")
        return done

    def _small_files(self, stream: Iterator[tuple[Kind, bytes]]) -> tuple[Kind, bytes]:
        """All until the first record of another kind, which is given back."""
        out: BinaryIO | None = None
        kind, content = next(stream, (Kind.END, b"{}"))
        if kind is not Kind.META or told(content).get("format") != FORMAT:
            raise DamagedBackup(f"{self._key.name} has a form that this version does not know: use a newer Call24")
        try:
            for kind, content in stream:
                match kind:
                    case Kind.FILE:
                        _close(out)
                        out = self._file(told(content))
                    case Kind.BYTES if out is not None:
                        out.write(content)
                    case _:
                        return kind, content
        finally:
            _close(out)
        raise DamagedBackup(f"{self._key.name} ends too early")

    def _file(self, about: dict[str, Any]) -> BinaryIO:
        path = self._data / contents.checked(str(about.get("path")), self._declared)
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        out = created(path)
        os.fchmod(out.fileno(), int(about.get("mode", 0o600)) & 0o700)
        return out

    def _settings(self) -> Settings:
        stored = self._data / SETTINGS
        try:
            before = Settings.load(stored) if stored.exists() else Settings()
        except SettingsError as error:
            raise BackupError(f"the settings of the backup: {error}") from None
        settings = self._chosen(replace(before, data=self._data))
        if not settings.own_mongodb:
            raise BackupError(
                "--mongodb: a restore fills the embedded MongoDB alone: leave the flag out, and copy the database "
                "from there with MongoDB's own tools"
            )
        return settings

    def _start(self, settings: Settings) -> None:
        for folder in (settings.run, settings.log):
            folder.mkdir(exist_ok=True, mode=0o700)
        with ProgressBoard() as board:
            Stack(settings, Timing()).start_database(self._supervisor, board)

    def _documents(
        self, stream: Iterator[tuple[Kind, bytes]], found: tuple[Kind, bytes], database: Written, done: Restored
    ) -> None:
        name = ""
        try:
            for kind, content in _from(found, stream):
                match kind:
                    case Kind.COLLECTION:
                        name = str(told(content)["name"])
                        done.documents[name] = (0, 0)
                    case Kind.DOCUMENTS if name:
                        count, hashes = fingerprint(content)
                        before = done.documents[name]
                        database.add(name, content)
                        done.documents[name] = (before[0] + count, (before[1] + hashes) % 2**256)
                        self._say(f"{name}: {done.documents[name][0]:,} documents")
                    case Kind.END:
                        self._end = told(content)
                    case _:
                        raise DamagedBackup(f"{self._key.name} has parts in a wrong order")
        except Unavailable as error:
            raise BackupError(str(error.detail)) from None
        self._check(done)

    def _check(self, done: Restored) -> None:
        """All that was written is there."""
        if self._end is None:
            raise DamagedBackup(f"{self._key.name} ends too early")
        wanted = {name: tuple(of) for name, of in self._end["documents"].items()}
        if wanted != {name: (count, f"{hashes:064x}") for name, (count, hashes) in done.documents.items()}:
            raise DamagedBackup(f"{self._key.name} has not the documents that it says: use another backup")
        done.files = int(self._end["files"])

    def _compare(self, done: Restored) -> None:
        """MongoDB gives back what it was given."""
        with one_instant(done.settings.mongodb_admin_uri(), DATABASE, None) as instant:
            for name, wanted in done.documents.items():
                count, hashes = 0, 0
                for batch in instant.documents(name):
                    more, total = fingerprint(batch)
                    count, hashes = count + more, (hashes + total) % 2**256
                if (count, hashes) != wanted:
                    raise DamagedBackup(
                        f"MongoDB has {count:,} documents of {name} after the restore, not {wanted[0]:,}"
                    )
                self._say(f"{name}: {count:,} documents compared")

    # --- recordings and files ---

    def _of_organisations(self) -> int:
        assert self._end is not None
        path = self._folder.backups / self._key.name / "files"
        count = 0
        with _opened(path) as file:
            if hash_of(path) != self._end["listed"]:
                raise DamagedBackup(f"{path} is not the list that belongs to this backup: use another backup")
            for kind, content in records(SealedReader(file, part_of(self._opened, "files"), str(path))):
                if kind is Kind.KEPT:
                    self._object(told(content))
                    count += 1
                    if count % 100 == 0:
                        self._say(f"{count:,} recordings and files")
        return count

    def _object(self, about: dict[str, Any]) -> None:
        path, hashed = self._folder.object(str(about["object"])), hashlib.sha256()
        with _opened(path) as file, self._file(about) as out:
            for frame in SealedReader(file, bytes.fromhex(str(about["key"])), str(path)).frames():
                out.write(frame)
                hashed.update(frame)
            synced(out)
        if hashed.hexdigest() != about["sha256"]:
            raise DamagedBackup(f"{path} is not the file that the backup had: use another backup")
        if self._read_back and hash_of(self._data / str(about["path"])) != about["sha256"]:
            raise DamagedBackup(f"{about['path']} is not what was written: see whether this machine's disk is well")
        at = int(about["mtime_ns"])
        os.utime(self._data / str(about["path"]), ns=(at, at))


def _from(first: tuple[Kind, bytes], rest: Iterator[tuple[Kind, bytes]]) -> Iterator[tuple[Kind, bytes]]:
    yield first
    yield from rest


@contextmanager
def _opened(path: Path) -> Iterator[BinaryIO]:
    try:
        file = path.open("rb")
    except OSError as error:
        raise DamagedBackup(f"{path} cannot be read ({error.strerror}): use another backup") from None
    with file:
        yield file


def _close(out: BinaryIO | None) -> None:
    if out is not None and not out.closed:
        synced(out)
        out.close()


def _sync_all(root: Path) -> None:
    for folder, _, _ in os.walk(root):
        sync(Path(folder))
