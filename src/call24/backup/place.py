"""Where backups lie: a folder or a bucket; and a folder of their keys, without which they are none."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

from call24.backup.errors import BackupError, DamagedBackup
from call24.backup.frames import Reads, Writes
from call24.backup.keys import BackupKey
from call24.kit.package import COMMAND

NAME = re.compile(r"\d{4}-\d\d-\d\dT\d\d-\d\d-\d\dZ-[0-9a-f]{4}")
AHEAD = 8
OBJECT = re.compile(r"[0-9a-f]{32}")
_SEGMENT = re.compile(r"\d{8}-\d{4}-\d\d-\d\dT\d\d-\d\d-\d\dZ-[0-9a-f]{16}", re.ASCII)
SEGMENT_TIME = "%Y-%m-%dT%H-%M-%SZ"
Say = Callable[[str], None]


def is_segment(name: str) -> bool:
    """Whether a segment can have this name: what else lies there is nobody's, such as one of a day that never was."""
    if not _SEGMENT.fullmatch(name):
        return False
    try:
        datetime.strptime(name[9:29], SEGMENT_TIME).replace(tzinfo=UTC)
    except ValueError:
        return False
    return True


class Out(Writes, Protocol):
    """A new file or object. What is written to it is there for good after `done`."""

    def done(self) -> None: ...


class Fresh(Protocol):
    """A backup that is being made. `needed`: ids of the objects that it has."""

    name: str
    needed: list[str]

    def file(self, name: str) -> AbstractContextManager[Out]:
        """Raises: OSError, BackupError."""

    def object(self) -> tuple[str, AbstractContextManager[Out]]:
        """A new one, and its id. Raises: OSError, BackupError."""

    def keep(self, key: BackupKey) -> None:
        """From here on it is there: whole, and with its key. Raises: OSError, BackupError."""


class NewSegment(Protocol):
    def file(self) -> AbstractContextManager[Out]:
        """Raises: OSError, BackupError."""

    def object(self, id: str) -> AbstractContextManager[Out]:
        """Raises: OSError, BackupError."""


class BackupPlace(ABC):
    """`at`: as it is named to the operator; `host`: of the store, empty for a folder; `keys`, `register`: folders with
    the keys, and with a copy of the register of erasures, which is in no backup."""

    at: str
    host: str
    keys: Path
    register: Path
    warn: Say
    """Told what somebody has to know."""

    # --- what there is ---

    @abstractmethod
    def names(self) -> list[str]:
        """Of those that are there whole, but for their keys. Raises: BackupError."""

    def whole(self) -> list[BackupKey]:
        """Those that are there with their key, the oldest first. Raises: BackupError."""
        found = [key for name in self.names() if (key := self._key_if_readable(name))]
        return sorted(found, key=lambda key: (key.instant, str(key.about.get("made_at"))))

    def lacking(self) -> dict[str, str]:
        """By name, the oldest first, what of backups without a key, and of keys without a backup, is to be said.

        Raises: BackupError.
        """
        names = set(self.names())
        found = {
            name: f"{name}: nobody can open it, since its key is not in {self.keys}"
            for name in names
            if self._key_if_readable(name) is None
        }
        for path in self.keys.glob("*.json"):
            if NAME.fullmatch(name := path.stem) and name not in names and not self.is_unfinished(name):
                found[name] = (
                    f"{name}: its key is in {self.keys}, and the backup is not whole in {self.at}, or not there"
                )
        return dict(sorted(found.items()))

    @abstractmethod
    def is_unfinished(self, name: str) -> bool:
        """It is being made or deleted, or this was cut off."""

    def see_own(self) -> None:  # noqa: B027 - a folder has its keys in it
        """Raises: BackupError where the backups there and the folder of keys are not of each other."""

    def _key_if_readable(self, name: str) -> BackupKey | None:
        try:
            return self.key(name)
        except BackupError:
            return None

    def key(self, name: str) -> BackupKey:
        """Raises: BackupError, DamagedBackup."""
        if not NAME.fullmatch(name):
            raise BackupError(f"{name!r} is no name of a backup: see `{COMMAND} backup list {self.at}`")
        try:
            found = BackupKey.decode((self.keys / f"{name}.json").read_bytes())
        except OSError:
            raise BackupError(f"there is no key of {name} in {self.keys}: without it nobody can read it") from None
        except DamagedBackup as error:
            raise DamagedBackup(f"{self.keys / name}.json: {error}") from None
        if found.name != name:
            raise DamagedBackup(f"{self.keys / name}.json is the key of another backup: use another backup")
        return found

    def chosen(self, name: str | None) -> BackupKey:
        """The one of this name, or the newest, unless a newer one is lost or without its key. Raises: BackupError."""
        self.see_own()
        if name:
            if name not in self.names():
                raise BackupError(f"there is no backup {name} in {self.at}")
            return self.key(name)
        if not (there := self.whole()):
            raise BackupError(f"there is no whole backup in {self.at}")
        newest = there[-1].name
        if newer := [line for lacks, line in self.lacking().items() if lacks > newest]:
            raise BackupError(f"{newer[-1]}. The newest that can be used is {newest}: take it with --backup {newest}")
        return there[-1]

    # --- reading ---

    @abstractmethod
    def path_of(self, name: str, part: str) -> str:
        """Of a backup's part, for `opened` and for what is said of it."""

    @abstractmethod
    def path_of_object(self, id: str) -> str:
        """Raises: DamagedBackup where it is no id."""

    @abstractmethod
    def opened(self, path: str) -> AbstractContextManager[Reads]:
        """Raises: DamagedBackup where it is not there or cannot be read."""

    def soon(self, path: str) -> None:  # noqa: B027 - a disk has no need of it
        """It is opened soon: at most AHEAD are told of before they are."""

    @abstractmethod
    def stored_size(self, id: str) -> int | None:
        """Of an object, sealed; None: it is not there, or was put aside. Raises: BackupError, OSError."""

    @abstractmethod
    def put_aside(self, id: str) -> None:
        """An object that is damaged: the next backup stores it again. It does nothing where nothing can be written."""

    # --- writing ---

    @abstractmethod
    def writing(self) -> AbstractContextManager[None]:
        """Raises: BackupError for what an OSError means here."""

    @abstractmethod
    def make(self) -> None:
        """Let it be there. Raises: BackupError."""

    @abstractmethod
    def prepare(self, data: Path, warn: Say) -> None:
        """Its folders are there, and outlive the data folder: a store is asked for a new place alone.

        Raises: BackupError.
        """

    def ready_for_register(self) -> None:
        """Raises: BackupError."""
        self.make()

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Nobody else writes with these keys, and of a bucket those that are due are gone, whatever its store does.

        Raises: BackupError, OSError.
        """
        yield

    def check(self, days: int) -> None:  # noqa: B027 - a folder forgets
        """That it is ours, and forgets what backups of so many days have to. Raises: BackupError, OSError."""

    @abstractmethod
    def held(self) -> AbstractContextManager[None]:
        """One writes at a time. Raises: BackupError."""

    @abstractmethod
    def new(self, instant: datetime) -> AbstractContextManager[Fresh]:
        """Not there for others before `keep`; if that is not called, nothing of it stays. Raises: BackupError."""

    @abstractmethod
    def clean(self) -> None:
        """Take away what a backup that was cut off has left behind. For who holds it. Raises: BackupError."""

    @abstractmethod
    def drop_unneeded(self) -> None:
        """Objects that no backup needs, nor one that goes on. For who holds it. Raises: BackupError."""

    @abstractmethod
    def expire(self, now: datetime) -> list[str]:
        """Delete those whose day has come: the key first, so that no copy of one can be read. For who holds it.

        Raises: BackupError.
        """

    # --- what came after a backup ---

    @abstractmethod
    def segments(self, name: str) -> list[str]:
        """Of a backup, in no order. Raises: BackupError."""

    def path_of_segment(self, name: str, segment: str) -> str:
        """For `opened`, and for what is said of it."""
        return f"{self.at}/segments/{name}/{segment}"

    @abstractmethod
    def following(self) -> AbstractContextManager[None]:
        """One follows at a time; what one that was killed has left is gone. Raises: BackupError."""

    @abstractmethod
    def new_segment(self, name: str, segment: str, needed: Sequence[str]) -> AbstractContextManager[NewSegment]:
        """Of this name once it is left without an error. `needed`: ids of the objects that it adds.

        Raises: OSError, BackupError.
        """
