"""Makes a data folder of a backup: written beside the place where it shall be, and moved there when it is whole."""

from __future__ import annotations

import hashlib
import os
import socket
import tempfile
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from call24.backup import contents
from call24.backup.carried import carried
from call24.backup.elsewhere import begun, finished
from call24.backup.errors import BackupError, DamagedBackup, writing_to
from call24.backup.folder import SyncedFile, created
from call24.backup.frames import Reads, SealedReader
from call24.backup.hashed import Hashed, hash_of
from call24.backup.keys import BackupKey, part_of
from call24.backup.place import AHEAD, BackupPlace, Say
from call24.backup.records import Kind, records, told
from call24.backup.replaying import GoesOn, Since
from call24.backup.segments import Files
from call24.backup.taking import FORMAT
from call24.backup.target import MARK, check_registers, check_target, clean, fresh
from call24.data_map import Place
from call24.installer.progress import ProgressBoard
from call24.installer.stack import Stack
from call24.installer.supervise import Supervisor
from call24.installer.timing import Timing
from call24.kit.errors import Unavailable
from call24.kit.folder_sync import sync, sync_all
from call24.kit.mongo.being_restored import BeingRestored
from call24.kit.mongo.whole import Written, fingerprint, one_instant, written
from call24.kit.settings import DATABASE, Settings, SettingsError
from call24.privacy import register_copies

SETTINGS = "run/settings.json"
Chosen = Callable[[Settings], tuple[Settings, list[str]]]
"""The settings of the backup -> those of the new installation, and which of them name what is not here."""


@dataclass
class Restored:
    """`last_call_at`: when the newest call in it ended; `erased_since`: erasures after the instant that are known;
    `register_of`: until when they are; `settings`: those that the backup had, with what was given now; `not_here`:
    settings of the backup that name what is in no backup and not on this machine; `damaged`: recordings and files that
    could not be read; `since`: what came after the backup and is there too."""

    key: BackupKey
    settings: Settings
    since: Since | None = None
    last_call_at: datetime | None = None
    erased_since: int = 0
    register_of: datetime | None = None
    not_here: list[str] = field(default_factory=list)
    damaged: list[str] = field(default_factory=list)
    documents: dict[str, tuple[int, int]] = field(default_factory=dict)
    files: int = 0

    @property
    def at(self) -> datetime:
        """Of which instant the installation is."""
        return self.since.at if self.since else self.key.instant


def restore(
    place: BackupPlace,
    key: BackupKey,
    opened: bytes,
    declared: Sequence[Place],
    data: Path,
    *,
    chosen: Chosen,
    more_registers: Sequence[Path],
    goes_on: GoesOn | None = None,
    say: Say,
) -> Restored:
    """An installation at `data`, which is not there yet or empty. It is not started. `goes_on` None: of the backup's
    instant.

    Raises: BackupError, DamagedBackup, StartError, SettingsError; `data` is then as it was.
    """
    check_target(data, key)
    check_registers(more_registers)
    scratch = data.with_name(f"{data.name}.restoring")
    restoring = _Restoring(place, key, opened, declared, scratch, chosen, goes_on, say)
    with fresh(scratch), writing_to(data), restoring.elsewhere():
        done = restoring.all()
        there = [copy for copy in (place.register, *more_registers) if copy.is_dir()]
        register_copies.bring(there, scratch / "register")
        done.erased_since = register_copies.since(there, done.at)
        done.register_of = max((at for copy in there if (at := register_copies.looked_at(copy))), default=None)
        replace(done.settings, data=data).save(scratch / SETTINGS)
        (scratch / MARK).unlink()
        sync_all(scratch)
        restoring.finish_elsewhere()
        if data.exists():
            data.rmdir()
        scratch.rename(data)
        sync(data.parent)
    return replace(done, settings=replace(done.settings, data=data))


def verify(
    place: BackupPlace,
    key: BackupKey,
    opened: bytes,
    declared: Sequence[Place],
    scratch: Path,
    *,
    goes_on: GoesOn | None = None,
    say: Say,
) -> Restored:
    """Restore into a folder below `scratch`, read all of it back and compare. Nothing of it stays.

    Raises: BackupError, DamagedBackup, StartError.
    """

    def chosen(before: Settings) -> tuple[Settings, list[str]]:
        trial = replace(Settings.on_ports(before.data, before.http_port), mongodb_port=_free_port())
        return trial.checked(), carried(before)[1]

    prefix = f"call24-verify-{os.getuid()}-"
    with writing_to(scratch):
        clean(scratch, prefix)
        with tempfile.TemporaryDirectory(prefix=prefix, dir=scratch) as below:
            data = Path(below) / "data"
            check_target(data, key)
            with fresh(data), writing_to(data):
                done = _Restoring(place, key, opened, declared, data, chosen, goes_on, say, read_back=True).all()
    if done.damaged:
        raise DamagedBackup(
            f"{len(done.damaged)} recordings and files of {key.name} are damaged, {done.damaged[0]} first: make "
            "another backup, which stores again those that are still there"
        )
    if done.since and done.since.misfits:
        raise DamagedBackup(
            f"{done.since.misfits} changes after {key.name} do not fit to it: make another backup, and tell its makers"
        )
    return done


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class _Restoring:
    def __init__(
        self,
        place: BackupPlace,
        key: BackupKey,
        opened: bytes,
        declared: Sequence[Place],
        data: Path,
        chosen: Chosen,
        goes_on: GoesOn | None,
        say: Say,
        *,
        read_back: bool = False,
    ) -> None:
        self._read_back = read_back
        self._place = place
        self._key = key
        self._opened = opened
        self._declared = declared
        self._data = data
        self._chosen = chosen
        self._goes_on = goes_on
        self._since = Files()
        self._say = say
        self._supervisor = Supervisor(say)
        self._end: dict[str, Any] | None = None
        self._elsewhere: BeingRestored | None = None

    @contextmanager
    def elsewhere(self) -> Iterator[None]:
        """A database outside of the installation is empty again unless all went well."""
        try:
            yield
        except BaseException:
            if self._elsewhere is not None:
                with suppress(Unavailable):  # its mark tells the next restore
                    self._elsewhere.undo()
            raise

    def finish_elsewhere(self) -> None:
        """Before the data folder is there: Call24 starts with both or not at all. Raises: BackupError."""
        if self._elsewhere is not None:
            finished(self._elsewhere)

    def all(self) -> Restored:
        try:
            done = self._content()
        except Unavailable as error:
            raise BackupError(str(error.detail)) from None
        finally:
            self._supervisor.stop()
        done.files += self._of_organisations(done.damaged)
        for name in ("mongod.pid", "mongod.mark"):
            (self._data / "run" / name).unlink(missing_ok=True)
        return done

    # --- documents and small files ---

    def _content(self) -> Restored:
        path = self._place.path_of(self._key.name, "content")
        with self._place.opened(path) as file:
            stream = records(SealedReader(file, part_of(self._opened, "content"), path))
            found = self._small_files(stream)
            settings, not_here = self._settings()
            done = Restored(self._key, settings, not_here=not_here)
            uri = self._start(done.settings)
            with written(uri, DATABASE) as database:
                self._documents(stream, found, database, done)
                if self._read_back:
                    self._compare(done)
                if self._goes_on:
                    done.since = self._goes_on.replay(uri, self._say)
                    self._since = done.since.files
                for name, field_of in contents.TAKEN_BACK:
                    database.empty(name, field_of)
                done.last_call_at = database.newest("call_records", "ended_at")
        return done

    def _small_files(self, stream: Iterator[tuple[Kind, bytes]]) -> tuple[Kind, bytes]:
        """All until the first record of another kind, which is given back."""
        out: SyncedFile | None = None
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

    def _file(self, about: dict[str, Any]) -> SyncedFile:
        path = self._data / contents.checked(str(about.get("path")), self._declared)
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        out = created(path)
        os.fchmod(out.fileno(), int(about.get("mode", 0o600)) & 0o700)
        return out

    def _settings(self) -> tuple[Settings, list[str]]:
        stored = self._data / SETTINGS
        try:
            before = Settings.load(stored) if stored.exists() else Settings()
        except SettingsError as error:
            raise BackupError(f"the settings of the backup: {error}") from None
        settings, not_here = self._chosen(replace(before, data=self._data))
        if self._read_back and not settings.own_mongodb:
            raise BackupError("CALL24_MONGODB_URI is set: unset it, since a backup is verified in a MongoDB of its own")
        return settings, not_here

    def _start(self, settings: Settings) -> str:
        """The URI of the empty database that is filled."""
        for folder in (settings.run, settings.log):
            folder.mkdir(exist_ok=True, mode=0o700)
        if not settings.own_mongodb:
            self._elsewhere = begun(settings)
            return settings.mongodb_uri()
        with ProgressBoard() as board:
            Stack(settings, Timing()).start_database(self._supervisor, board)
        return settings.mongodb_admin_uri()

    def _documents(
        self, stream: Iterator[tuple[Kind, bytes]], found: tuple[Kind, bytes], database: Written, done: Restored
    ) -> None:
        name = ""
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
        admin = done.settings.mongodb_admin_uri()
        with one_instant(admin, DATABASE, admin) as instant:
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

    def _of_organisations(self, damaged: list[str]) -> int:
        """How many are there. One that is damaged keeps nobody from the others: its path is added to `damaged`."""
        assert self._end is not None
        path = self._place.path_of(self._key.name, "files")
        count = 0
        with self._place.opened(path) as file:
            hashed = Hashed(file)
            for about in self._ahead(self._listed(records(SealedReader(hashed, part_of(self._opened, "files"), path)))):
                if self._whole(about):
                    count += 1
                else:
                    damaged.append(str(about["path"]))
                if count % 100 == 0:
                    self._say(f"{count:,} recordings and files")
        if hashed.hash.hexdigest() != self._end["listed"]:
            raise DamagedBackup(f"{path} is not the list that belongs to this backup: use another backup")
        return count

    def _listed(self, listed: Iterator[tuple[Kind, bytes]]) -> Iterator[dict[str, Any]]:
        """Those of the backup, but for what became of them since; then those that came."""
        for kind, content in listed:
            if kind is Kind.KEPT:
                path = str((about := told(content))["path"])
                if path not in self._since.gone and path not in self._since.kept:
                    yield about
        yield from self._since.kept.values()

    def _ahead(self, listed: Iterator[dict[str, Any]]) -> Iterator[dict[str, Any]]:
        """Files in their order, each a few after the place was told of its object."""
        waiting: deque[dict[str, Any]] = deque()
        for about in listed:
            waiting.append(about)
            self._place.soon(self._place.path_of_object(str(about["object"])))
            if len(waiting) >= AHEAD:
                yield waiting.popleft()
        yield from waiting

    def _whole(self, about: dict[str, Any]) -> bool:
        """Put in its place, unless it is damaged: then `verify` sees to it that the next backup stores it again."""
        path = self._place.path_of_object(str(about["object"]))
        try:
            with self._place.opened(path) as file:
                self._object(about, file, path)
        except DamagedBackup:
            (self._data / contents.checked(str(about["path"]), self._declared)).unlink(missing_ok=True)
            if self._read_back:
                self._place.put_aside(str(about["object"]))
            return False
        if self._read_back and hash_of(self._data / str(about["path"])) != about["sha256"]:
            raise DamagedBackup(f"{about['path']} is not what was written: see whether this machine's disk is well")
        return True

    def _object(self, about: dict[str, Any], file: Reads, path: str) -> None:
        hashed = hashlib.sha256()
        with self._file(about) as out:
            for frame in _frames(SealedReader(file, bytes.fromhex(str(about["key"])), path), path):
                out.write(frame)
                hashed.update(frame)
            out.done()
        if hashed.hexdigest() != about["sha256"]:
            raise DamagedBackup(f"{path} is not the file that the backup had: use another backup")
        at = int(about["mtime_ns"])
        os.utime(self._data / str(about["path"]), ns=(at, at))


def _from(first: tuple[Kind, bytes], rest: Iterator[tuple[Kind, bytes]]) -> Iterator[tuple[Kind, bytes]]:
    yield first
    yield from rest


def _frames(sealed: SealedReader, path: str) -> Iterator[bytes]:
    """A disk that cannot read a file any more has damaged it. Raises: DamagedBackup."""
    try:
        yield from sealed.frames()
    except OSError as error:
        raise DamagedBackup(f"{path} cannot be read ({error.strerror})") from None


def _close(out: SyncedFile | None) -> None:
    if out is not None and not out.closed:
        out.done()
        out.close()
