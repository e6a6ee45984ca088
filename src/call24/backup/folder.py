"""Where backups lie: a folder, in which each is whole or not there.

`backups/NAME/` has two sealed files and the list of the objects they need; `objects/` the sound and files of
organisations, each once however many backups have it; `segments/NAME/` what came after one; `keys/NAME.json` what opens
one; `register/` a copy of the register of erasures, which is in no backup. It encrypts nothing itself.
"""

from __future__ import annotations

import fcntl
import io
import os
import secrets
import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from call24.backup.clocks import Clocks, clocks_of, may_end, told
from call24.backup.errors import BackupError, DamagedBackup, writing_to
from call24.backup.keys import BackupKey
from call24.backup.place import NAME, OBJECT, BackupPlace, Say, is_segment
from call24.backup.unfinished import Unfinished
from call24.kit.folder_sync import sync

LISTED = ".objects"
"""Behind a segment's name: which objects it adds."""
DAMAGED = ".damaged"
"""Behind the name of an object that `verify` found to be: the next backup stores what it was of again."""
_MOMENT_S = 0.5
"""The server looks whether the data folder is held, and has its lock for a moment (files/storage.py)."""


class BackupFolder(BackupPlace):
    """`keys`: where their keys are kept, if not here."""

    def __init__(self, root: Path, keys: Path | None = None) -> None:
        self.at = str(root)
        self.host = ""
        self.root = root
        self.backups = root / "backups"
        self.objects = root / "objects"
        self.after = root / "segments"
        self.register = root / "register"
        self.keys = keys or root / "keys"
        self.clocks: Callable[[], Clocks] = lambda: clocks_of(root)
        self.time_confirmed = False
        self.warn: Say = lambda line: None

    def make(self) -> None:
        """Raises: BackupError."""
        with writing_to(self.root):
            for folder in (self.root, self.backups, self.objects, self.after, self.register, self.keys):
                folder.mkdir(parents=True, exist_ok=True, mode=0o700)

    def prepare(self, data: Path, warn: Say) -> None:
        """Raises: BackupError."""
        self.warn = warn
        refuse_inside(self.root, data)
        self.make()
        warn_of_one_disk(self.root, data, warn)

    def writing(self) -> AbstractContextManager[None]:
        return writing_to(self.root)

    @contextmanager
    def held(self) -> Iterator[None]:
        """One writes at a time. Raises: BackupError."""
        with held(self.root, f"another backup is being written to {self.root}: wait until it is done"):
            yield

    # --- what is there ---

    def names(self) -> list[str]:
        return [path.name for path in self.backups.glob("*") if NAME.fullmatch(path.name)]

    def is_unfinished(self, name: str) -> bool:
        return (self.backups / f"{name}.part").exists()

    def path_of(self, name: str, part: str) -> str:
        return str(self.backups / name / part)

    def path_of_object(self, id: str) -> str:
        return str(self.object(id))

    @contextmanager
    def opened(self, path: str) -> Iterator[BinaryIO]:
        try:
            file = Path(path).open("rb")  # noqa: SIM115 - closed below
        except OSError as error:
            raise DamagedBackup(f"{path} cannot be read ({error.strerror}): use another backup") from None
        with file:
            yield file

    def stored_size(self, id: str) -> int | None:
        try:
            return self.object(id).stat().st_size
        except FileNotFoundError:
            return None

    def put_aside(self, id: str) -> None:
        path = self.object(id)
        with suppress(OSError):  # on a disk that can be read alone
            path.rename(path.with_name(f"{path.name}{DAMAGED}"))

    # --- making one ---

    @contextmanager
    def new(self, instant: datetime) -> Iterator[NewBackup]:
        """Not there for others before `keep`; if that is not called, nothing of it stays. Raises: BackupError."""
        name = f"{instant:%Y-%m-%dT%H-%M-%SZ}-{secrets.token_hex(2)}"
        fresh = NewBackup(self, name)
        fresh.part.mkdir(mode=0o700)
        try:
            yield fresh
        except KeyboardInterrupt:  # stopped, as by a restart of the machine: the next one goes on
            fresh.added.clear()
            raise
        finally:
            fresh.forget()

    def clean(self) -> None:
        """What a backup that was cut off has left behind."""
        for part in self.backups.glob("*.part"):
            self.forget_key(part.stem)
            shutil.rmtree(part, ignore_errors=True)
        self.drop_unneeded()

    def forget_key(self, name: str) -> None:
        for file in (f"{name}.json", f"{name}.new", f"{name}.part"):
            (self.keys / file).unlink(missing_ok=True)

    # --- ending ---

    def expire(self, now: datetime) -> list[str]:
        """Delete those whose day has come: the key first, so that no copy of one can be read. For who holds it.

        A clock that is ahead must not end them all (clocks.py). Raises: BackupError.
        """
        there = self.whole()
        due = [key for key in there if key.expires_at <= now]
        with writing_to(self.root):
            sure, why = (due, "") if self.time_confirmed else may_end(there, now, self.clocks)
            if why:
                self.warn(told(why, len(due) - len(sure), now))
            names = [key.name for key in sure]
            for name in names:
                self.forget_key(name)
                sync(self.keys)
                part = self.backups / f"{name}.part"  # `clean` goes on with it if this is cut off
                (self.backups / name).rename(part)
                shutil.rmtree(part)
            Unfinished(self.keys).is_over(now)
        self.drop_unneeded()
        return names

    # --- what came after one ---

    def segments(self, name: str) -> list[str]:
        return [path.name for path in (self.after / name).glob("*") if is_segment(path.name)]

    @contextmanager
    def following(self) -> Iterator[None]:
        with held(self.after, f"another `backup follow` writes to {self.root} already"):
            for part in self.after.glob("*/*.part"):
                part.unlink()
            for listed in self.after.glob(f"*/*{LISTED}"):
                if not listed.with_name(listed.name.removesuffix(LISTED)).exists():
                    listed.unlink()
            yield

    @contextmanager
    def new_segment(self, name: str, segment: str, needed: Sequence[str]) -> Iterator[SegmentInFolder]:
        if not (self.backups / name).is_dir():  # it has expired meanwhile: nothing of it is to come back
            raise BackupError(f"{name} is not in {self.root} any more")
        below = self.after / name
        below.mkdir(mode=0o700, exist_ok=True)
        fresh = SegmentInFolder(self, below / segment)
        if needed:
            with created(below / f"{segment}{LISTED}") as listed:
                listed.write("".join(f"{id}\n" for id in needed).encode())
                listed.done()
        yield fresh
        fresh.part.rename(below / segment)
        for folder in (below, self.after):
            sync(folder)

    def drop_unneeded(self) -> None:
        """Those that no backup needs; none while one does not say what it needs, since it may be being made.

        A segment lists an object before it is there, so it is looked what is there first.
        """
        with writing_to(self.root):
            for folder in self.after.glob("*"):
                if not any((self.backups / f"{folder.name}{end}").exists() for end in ("", ".part")):
                    shutil.rmtree(folder)
            there = list(self.objects.glob("??/*"))
        lists = [folder / "objects" for folder in self.backups.iterdir() if folder.is_dir()]
        if not all(listed.is_file() for listed in lists):
            return
        with writing_to(self.root):
            lists += self.after.glob(f"*/*{LISTED}")
            needed = {id for listed in lists for id in listed.read_text().split()} | Unfinished(self.keys).ids()
            for file in there:
                id = file.name.removesuffix(DAMAGED)
                if OBJECT.fullmatch(id) and id not in needed:
                    file.unlink()

    def object(self, id: str) -> Path:
        """Raises: DamagedBackup."""
        if not OBJECT.fullmatch(id):
            raise DamagedBackup(f"{id!r} is no object of a backup")
        return self.objects / id[:2] / id


class NewBackup:
    """One that is being made. Objects that it adds are dropped unless it is kept."""

    def __init__(self, folder: BackupFolder, name: str) -> None:
        self.name = name
        self.part = folder.backups / f"{name}.part"
        self.added: list[Path] = []
        self.needed: list[str] = []
        self._folder = folder

    def file(self, name: str) -> SyncedFile:
        """Raises: OSError."""
        return created(self.part / name)

    def object(self) -> tuple[str, SyncedFile]:
        """A new one. Raises: OSError."""
        id = secrets.token_hex(16)
        path = self._folder.object(id)
        path.parent.mkdir(mode=0o700, exist_ok=True)
        self.added.append(path)
        return id, created(path)

    def keep(self, key: BackupKey) -> None:
        """From here on it is there: on the disk, whole, and with its key. Raises: OSError."""
        with self.file("objects") as listed:
            listed.write("".join(f"{id}\n" for id in self.needed).encode())
            listed.done()
        for folder in {self.part, *(self._folder.object(id).parent for id in self.needed), self._folder.objects}:
            sync(folder)
        store_key(self._folder.keys, key)
        self.added.clear()  # whatever comes now, a backup that is there has its objects
        self.part.rename(self._folder.backups / self.name)
        sync(self._folder.backups)

    def forget(self) -> None:
        if self.part.exists():
            self._folder.forget_key(self.name)
        shutil.rmtree(self.part, ignore_errors=True)
        for path in self.added:
            path.unlink(missing_ok=True)


class SegmentInFolder:
    def __init__(self, folder: BackupFolder, path: Path) -> None:
        self.part = path.with_name(f"{path.name}.part")
        self._folder = folder

    def file(self) -> SyncedFile:
        """Raises: OSError."""
        return created(self.part)

    def object(self, id: str) -> SyncedFile:
        """Raises: OSError."""
        path = self._folder.object(id)
        path.parent.mkdir(mode=0o700, exist_ok=True)
        out = created(path)
        sync(path.parent)
        return out


def store_key(keys: Path, key: BackupKey) -> None:
    """Whole or not there. Raises: OSError."""
    fresh, part = keys / f"{key.name}.new", keys / f"{key.name}.part"
    fresh.unlink(missing_ok=True)
    with created(fresh) as out:
        out.write(key.encode())
        out.done()
    fresh.replace(part)
    part.rename(keys / f"{key.name}.json")
    sync(keys)


@contextmanager
def held(folder: Path, refused: str) -> Iterator[None]:
    """Raises: BackupError with `refused` when another process has it."""
    handle = os.open(folder, os.O_RDONLY)
    until = time.monotonic() + _MOMENT_S
    try:
        while not _locked(handle):
            if time.monotonic() > until:
                raise BackupError(refused)
            time.sleep(0.02)
        yield
    finally:
        os.close(handle)


def _locked(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


class SyncedFile(io.BufferedWriter):
    def done(self) -> None:
        """On the disk. Raises: OSError."""
        self.flush()
        os.fsync(self.fileno())


def created(path: Path) -> SyncedFile:
    """A new file for this user alone. Raises: OSError."""
    return SyncedFile(io.FileIO(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600), "wb"))


def refuse_inside(folder: Path, data: Path) -> None:
    """Raises: BackupError."""
    if folder.is_relative_to(data.absolute()):
        raise BackupError(f"{folder} is in the data folder, and would be lost with it: give one on another disk")


def warn_of_one_disk(folder: Path, data: Path, warn: Say) -> None:
    if folder.stat().st_dev == data.stat().st_dev:
        warn(f"{folder} is on the disk of the data folder, and would be lost with it: give one on another disk")
